/* Files over HTTP: uploads that go on where they stopped, downloads in pieces. */
#define G_LOG_DOMAIN "yiquand-files"

#include "files.h"

#include <string.h>

#include "clock.h"
#include "server.h"

#define CHUNK (256 * 1024) /* one write, one row */
#define MAX_UPLOADS 64     /* unfinished, of one account */

struct _YqFiles
{
  YqWriter *writer;
  YqFilesMayRead may_read;
  GMutex lock;   /* of conn */
  SqlConn *conn; /* for questions of other threads than loops */
};

/* One PATCH. */
typedef struct
{
  YqJob job;
  YqRequest *request;
  const char *account;
  const char *sha256;
  YqUpload upload;
  gint64 offset; /* as the client believes */
  gint64 length; /* -1: not said */
  GByteArray *piece;
  gboolean is_last;
  gboolean begins;
  YqProblem *problem; /* the writer's */
  gint64 true_offset; /* with it; -1 none */
} Patch;

/* -- questions -- */

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static YqProblem *
no_such_file (void)
{
  return yq_problem_new (YQ_PROBLEM_NOT_FOUND, "%s", _("There is no such file."));
}

static YqProblem *
database_problem (const GError *error)
{
  g_message ("Files: %s", error->message);
  return yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s", _("The server cannot write at the moment."));
}

gboolean
yq_files_may_name (YqFiles *files, SqlConn *conn, const YqWho *who, const char *sha256,
                   YqFileInfo *info)
{
  gboolean is_there, is_owner;

  g_mutex_lock (&files->lock);
  is_there = is_sha256 (sha256) && yq_file_store_find (files->conn, sha256, NULL, info, NULL);
  is_owner = is_there && yq_file_store_is_owner (files->conn, sha256, who->account);
  g_mutex_unlock (&files->lock);
  return is_there && (is_owner || (files->may_read != NULL && files->may_read (conn, who, sha256)));
}

/* -- HEAD -- */

static void
add_number (YqRequest *request, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  yq_request_add_header (request, name, text);
}

void
yq_files_head (YqRequest *request)
{
  SqlConn *conn = yq_request_files_conn (request);
  const char *account = yq_request_who (request)->account;
  const char *sha256 = yq_request_part (request, 2);
  g_autoptr(GError) error = NULL;
  YqUpload upload = { 0 };
  YqFileInfo info;

  if (!is_sha256 (sha256))
    yq_request_refuse (request, no_such_file ());
  else if (yq_file_store_is_owner (conn, sha256, account) &&
           yq_file_store_find (conn, sha256, NULL, &info, &error))
    upload = (YqUpload){ .length = info.size, .received = info.size };
  else if (error == NULL && !yq_file_store_find_upload (conn, account, sha256, &upload, &error) &&
           error == NULL)
    yq_request_refuse (request, no_such_file ());
  else if (error != NULL)
    yq_request_refuse (request, database_problem (error));

  if (upload.length == 0)
    return;
  add_number (request, "Upload-Offset", upload.received);
  add_number (request, "Upload-Length", upload.length);
  yq_request_reply (request, 200, NULL, NULL);
}

/* -- PATCH -- */

static void
patch_free (Patch *patch)
{
  g_clear_pointer (&patch->piece, g_byte_array_unref);
  g_clear_pointer (&patch->problem, yq_problem_free);
  g_free (patch);
}

static YqProblem *
wrong_offset (Patch *patch, gint64 offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, offset);

  patch->true_offset = offset;
  return yq_problem_new (YQ_PROBLEM_OFFSET, _("The server has %s bytes of this file."), text);
}

/* On the writer: another request may have written meanwhile, so everything is looked at again. */
static gboolean
store_piece (Patch *patch, SqlConn *conn, GError **error)
{
  gint64 now = yq_clock_now ();
  gboolean is_there = FALSE;
  GError *failure = NULL;
  YqUpload upload;

  if (patch->begins)
    {
      if (!yq_file_store_begin (conn, patch->account, patch->sha256, patch->length, now, &upload,
                                error))
        return FALSE;
    }
  else if (!(is_there = yq_file_store_find_upload (conn, patch->account, patch->sha256, &upload,
                                                   &failure)) ||
           upload.received != patch->upload.received || upload.blob != patch->upload.blob)
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      else
        patch->problem = wrong_offset (patch, is_there ? upload.received : 0);
      return FALSE;
    }
  if (patch->piece->len > 0 &&
      !yq_file_store_append (conn, patch->account, patch->sha256, &upload, patch->piece->data,
                             patch->piece->len, now, error))
    return FALSE;
  if (upload.received == upload.length &&
      !yq_file_store_finish (conn, patch->account, patch->sha256, &upload, now, &failure))
    {
      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return FALSE;
        }
      patch->problem =
        yq_problem_new (YQ_PROBLEM_DIGEST, "%s",
                        _("The bytes received are not those of this file. Please send it again."));
    }
  patch->upload = upload;
  return TRUE;
}

static gboolean
run_patch (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  Patch *patch = (Patch *) job;
  YqUpload before = patch->upload;
  gboolean stored;

  g_clear_pointer (&patch->problem, yq_problem_free);
  yq_text_set_language (yq_request_language (patch->request));
  stored = store_piece (patch, conn, error);
  if (!stored)
    patch->upload = before;
  return stored;
}

static void
go_on (YqRequest *request)
{
  Patch *patch = yq_request_data (request);

  if (patch->problem == NULL && !patch->is_last)
    return; /* for the next piece */
  if (patch->problem != NULL)
    {
      if (patch->true_offset >= 0)
        add_number (request, "Upload-Offset", patch->true_offset);
      yq_request_refuse (request, g_steal_pointer (&patch->problem));
      return;
    }
  add_number (request, "Upload-Offset", patch->upload.received);
  yq_request_reply (request, 204, NULL, NULL);
}

static void
patch_done (YqJob *job, const GError *error)
{
  Patch *patch = (Patch *) job;

  if (error != NULL)
    {
      yq_text_set_language (yq_request_language (patch->request));
      g_clear_pointer (&patch->problem, yq_problem_free);
      patch->problem = database_problem (error);
    }
  g_byte_array_set_size (patch->piece, 0);
  patch->begins = FALSE;
  yq_request_continue (patch->request, go_on);
}

static void
write_piece (Patch *patch)
{
  YqFiles *files = yq_server_files (yq_request_server (patch->request));

  yq_request_park (patch->request, 0, NULL);
  if (yq_writer_push (files->writer, &patch->job))
    return;
  patch->problem = yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s",
                                   _("The server has too much to write at the moment."));
  yq_request_continue (patch->request, go_on);
}

static void
take_piece (YqRequest *request, gconstpointer data, gsize size)
{
  Patch *patch = yq_request_data (request);

  g_byte_array_append (patch->piece, data, size);
  if (patch->piece->len >= CHUNK)
    write_piece (patch);
}

static void
end_of_body (YqRequest *request)
{
  Patch *patch = yq_request_data (request);

  patch->is_last = TRUE;
  if (patch->piece->len > 0 || patch->begins)
    write_piece (patch);
  else
    go_on (request);
}

static gboolean
read_number (YqRequest *request, const char *name, gint64 *value)
{
  const char *text = yq_request_header (request, name);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *value = number;
  return TRUE;
}

/* May this piece be written at all?  Fills upload. */
static YqProblem *
look_at_patch (YqRequest *request, Patch *patch)
{
  SqlConn *conn = yq_request_files_conn (request);
  gint64 max = yq_server_config (yq_request_server (request))->max_file;
  g_autofree char *limit = g_format_size_full (max, G_FORMAT_SIZE_IEC_UNITS);
  g_autoptr(GError) error = NULL;
  gboolean has_begun;

  if (!is_sha256 (patch->sha256))
    return no_such_file ();
  if (!read_number (request, "Upload-Offset", &patch->offset))
    return yq_problem_new (YQ_PROBLEM_MALFORMED, "%s", _("Upload-Offset is missing or broken."));
  if (yq_file_store_is_owner (conn, patch->sha256, patch->account))
    {
      YqFileInfo info = { 0 };

      yq_file_store_find (conn, patch->sha256, NULL, &info, NULL);
      return wrong_offset (patch, info.size);
    }
  has_begun =
    yq_file_store_find_upload (conn, patch->account, patch->sha256, &patch->upload, &error);
  if (error != NULL)
    return database_problem (error);
  if (!read_number (request, "Upload-Length", &patch->length))
    patch->length = has_begun ? patch->upload.length : -1;
  if (patch->length <= 0)
    return yq_problem_new (YQ_PROBLEM_MALFORMED, "%s", _("Upload-Length is missing or broken."));
  if (patch->length > max)
    return yq_problem_new (YQ_PROBLEM_TOO_LARGE, _("A file may have at most %s."), limit);
  patch->begins = patch->offset == 0 && (!has_begun || patch->upload.received == 0);
  if (!patch->begins && patch->offset != patch->upload.received)
    return wrong_offset (patch, patch->upload.received);
  if (!patch->begins && patch->length != patch->upload.length)
    return yq_problem_new (YQ_PROBLEM_INVALID, "%s", _("This file has begun with another length."));
  if (!has_begun && yq_file_store_count_uploads (conn, patch->account) >= MAX_UPLOADS)
    return yq_problem_new (YQ_PROBLEM_TOO_MANY, _("At most %d files can be on their way at once."),
                           MAX_UPLOADS);
  return NULL;
}

void
yq_files_patch (YqRequest *request)
{
  Patch *patch = g_new0 (Patch, 1);
  YqProblem *problem;

  patch->job = (YqJob){ .n_units = 1, .run = run_patch, .done = patch_done };
  patch->request = request;
  patch->account = yq_request_who (request)->account;
  patch->sha256 = yq_request_part (request, 2);
  patch->length = patch->true_offset = -1;
  patch->piece = g_byte_array_new ();
  yq_request_set_data (request, patch, (GDestroyNotify) patch_free);
  if ((problem = look_at_patch (request, patch)) == NULL)
    {
      yq_request_stream (request, patch->length - patch->offset, take_piece, end_of_body);
      return;
    }
  if (patch->true_offset >= 0)
    add_number (request, "Upload-Offset", patch->true_offset);
  yq_request_refuse (request, problem);
}

/* -- GET -- */

typedef struct
{
  SqlConn *conn;
  gint64 blob;
  GBytes *chunk;
  gint64 start;
} Reader;

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  g_clear_pointer (&reader->chunk, g_bytes_unref);
  g_free (reader);
}

static gssize
read_file (gpointer user_data, gint64 offset, char *buffer, gsize size)
{
  Reader *reader = user_data;
  gsize length = reader->chunk != NULL ? g_bytes_get_size (reader->chunk) : 0;
  const char *data;

  if (reader->chunk == NULL || offset < reader->start || offset >= reader->start + (gint64) length)
    {
      g_clear_pointer (&reader->chunk, g_bytes_unref);
      reader->chunk = yq_file_store_read (reader->conn, reader->blob, offset, &reader->start, NULL);
    }
  if (reader->chunk == NULL)
    return -1;
  data = g_bytes_get_data (reader->chunk, &length);
  if (offset >= reader->start + (gint64) length)
    return -1;
  size = MIN (size, (gsize) (reader->start + (gint64) length - offset));
  memcpy (buffer, data + (offset - reader->start), size);
  return size;
}

void
yq_files_get (YqRequest *request)
{
  YqFiles *files = yq_server_files (yq_request_server (request));
  SqlConn *conn = yq_request_files_conn (request);
  const YqWho *who = yq_request_who (request);
  const char *sha256 = yq_request_part (request, 2);
  YqFileInfo info;
  Reader *reader;
  gint64 blob;

  if (!is_sha256 (sha256) || !yq_file_store_find (conn, sha256, &blob, &info, NULL) ||
      !(yq_file_store_is_owner (conn, sha256, who->account) ||
        (files->may_read != NULL && files->may_read (yq_request_conn (request), who, sha256))))
    {
      yq_request_refuse (request, no_such_file ());
      return;
    }
  reader = g_new0 (Reader, 1);
  reader->conn = conn;
  reader->blob = blob;
  yq_request_add_header (request, "Content-Disposition", "attachment");
  yq_request_add_header (request, "Content-Security-Policy", "sandbox; default-src 'none'");
  yq_request_reply_stream (request, 200, info.type, info.size, read_file, reader, reader_free);
}

/* -- without HTTP -- */

typedef struct
{
  const char *account;
  char *sha256;
  GBytes *content;
  gint64 before;
} Addition;

static gboolean
add_file (SqlConn *conn, gpointer user_data, GError **error)
{
  Addition *add = user_data;
  gsize size, n;
  const char *data = g_bytes_get_data (add->content, &size);
  gint64 now = yq_clock_now ();
  YqUpload upload;

  if (yq_file_store_is_owner (conn, add->sha256, add->account))
    return TRUE;
  if (!yq_file_store_begin (conn, add->account, add->sha256, size, now, &upload, error))
    return FALSE;
  for (gsize at = 0; at < size; at += n)
    {
      n = MIN (CHUNK, size - at);
      if (!yq_file_store_append (conn, add->account, add->sha256, &upload, data + at, n, now,
                                 error))
        return FALSE;
    }
  return yq_file_store_finish (conn, add->account, add->sha256, &upload, now, error);
}

char *
yq_files_add (YqFiles *files, const char *account, GBytes *content, GError **error)
{
  Addition add = { .account = account, .content = content };

  add.sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  if (yq_writer_call (files->writer, add_file, &add, error))
    return add.sha256;
  g_free (add.sha256);
  return NULL;
}

static gboolean
clean (SqlConn *conn, gpointer user_data, GError **error)
{
  return yq_file_store_clean (conn, *(gint64 *) user_data, error);
}

gboolean
yq_files_clean (YqFiles *files, gint64 before_ms, GError **error)
{
  return yq_writer_call (files->writer, clean, &before_ms, error);
}

static gboolean
prepare (SqlConn *conn, gpointer user_data, GError **error)
{
  return yq_file_store_prepare (conn, error);
}

YqFiles *
yq_files_new (YqServer *server, GError **error)
{
  g_autofree char *uri = yq_files_database (yq_server_config (server));
  YqWriterHooks hooks = { .metrics = yq_server_metrics (server),
                          .never_syncs = yq_server_config (server)->never_syncs };
  YqFiles *files = g_new0 (YqFiles, 1);

  g_mutex_init (&files->lock);
  if ((files->writer = yq_writer_start (uri, &hooks, error)) &&
      yq_writer_call (files->writer, prepare, NULL, error) &&
      (files->conn = sql_open (uri, SQL_OPEN_READ_ONLY, error)))
    return files;
  yq_files_free (files);
  return NULL;
}

void
yq_files_free (YqFiles *files)
{
  g_clear_pointer (&files->writer, yq_writer_stop);
  g_clear_pointer (&files->conn, sql_close);
  g_mutex_clear (&files->lock);
  g_free (files);
}

void
yq_files_set_may_read (YqFiles *files, YqFilesMayRead may_read)
{
  files->may_read = may_read;
}

char *
yq_files_database (const YqConfig *config)
{
  return g_strdup_printf ("sqlite:%s/files.db", config->data);
}
