/* Files: uploads that go on where they stopped, digests, sizes, types, and who may read or name
 * one. */
#define G_LOG_DOMAIN "test-files"

#include "fixture.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file-cases.h"
#include "file-use.h"

typedef struct
{
  YqFixture *server;
  char *clerk, *other; /* tokens */
  char *clerk_id, *other_id;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = yq_fixture_new ();
  fixture->server->config->max_file = 3 * 1024 * 1024;
  yq_fixture_start (fixture->server);
  fixture->clerk_id = yq_fixture_add_account (fixture->server, "clerk", "pass");
  fixture->other_id = yq_fixture_add_account (fixture->server, "other", "pass");
  fixture->clerk = yq_fixture_sign_in (fixture->server, "clerk", "pass");
  fixture->other = yq_fixture_sign_in (fixture->server, "other", "pass");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  yq_fixture_free (fixture->server);
  g_free (fixture->clerk);
  g_free (fixture->other);
  g_free (fixture->clerk_id);
  g_free (fixture->other_id);
}

/* -- talking -- */

static GBytes *
make_file (gsize size)
{
  char *data = g_malloc (size);
  guint32 x = size;

  for (gsize i = 0; i < size; i++)
    data[i] = (x = x * 1664525 + 1013904223) >> 24;
  memcpy (data, "%PDF-1.7", MIN (size, 8));
  return g_bytes_new_take (data, size);
}

static char *
path_of (GBytes *file)
{
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file);

  return g_strconcat ("/v1/files/", sum, NULL);
}

static YqAnswer *
patch (Fixture *fixture, const char *token, const char *path, GBytes *file, gsize offset,
       gsize size)
{
  g_autofree char *extra =
    g_strdup_printf ("Upload-Offset: %" G_GSIZE_FORMAT "\r\nUpload-Length: %" G_GSIZE_FORMAT "\r\n",
                     offset, g_bytes_get_size (file));

  return yq_fixture_send_full (fixture->server, "PATCH", path, token, extra,
                               (const char *) g_bytes_get_data (file, NULL) + offset, size);
}

static gint64
offset_of (Fixture *fixture, const char *token, const char *path)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture->server, "HEAD", path, token, NULL);

  if (answer->status == 404)
    return -1;
  g_assert_cmpuint (answer->status, ==, 200);
  return g_ascii_strtoll (yq_answer_header (answer, "upload-offset"), NULL, 10);
}

static void
upload (Fixture *fixture, const char *token, GBytes *file)
{
  g_autofree char *path = path_of (file);
  g_autoptr(YqAnswer) answer = patch (fixture, token, path, file, 0, g_bytes_get_size (file));

  g_assert_cmpuint (answer->status, ==, 204);
  g_assert_cmpint (offset_of (fixture, token, path), ==, g_bytes_get_size (file));
}

static void
assert_content (Fixture *fixture, const char *token, GBytes *file, const char *type)
{
  g_autofree char *path = path_of (file);
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture->server, "GET", path, token, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (yq_answer_header (answer, "content-type"), ==, type);
  g_assert_cmpmem (answer->body->str, answer->body->len, g_bytes_get_data (file, NULL),
                   g_bytes_get_size (file));
}

/* -- uploads -- */

static void
test_whole_files_come_back (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 1, 7, 4096, 262143, 262144, 262145, 1000000, 3 * 1024 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GBytes) file = make_file (sizes[i]);

      upload (fixture, fixture->clerk, file);
      assert_content (fixture, fixture->clerk, file,
                      sizes[i] >= 5 ? "application/pdf" : "application/octet-stream");
    }
}

static void
test_an_upload_goes_on_where_it_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (700000);
  g_autofree char *path = path_of (file);
  static const gsize steps[] = { 0, 1, 300000, 300001, 650000, 700000 };

  g_assert_cmpint (offset_of (fixture, fixture->clerk, path), ==, -1);
  for (guint i = 1; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr(YqAnswer) answer =
        patch (fixture, fixture->clerk, path, file, steps[i - 1], steps[i] - steps[i - 1]);

      g_assert_cmpuint (answer->status, ==, 204);
      g_assert_cmpint (offset_of (fixture, fixture->clerk, path), ==, steps[i]);
    }
  assert_content (fixture, fixture->clerk, file, "application/pdf");
}

static void
test_a_wrong_offset_is_told_the_true_one (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (1000);
  g_autofree char *path = path_of (file);
  g_autoptr(YqAnswer) early = patch (fixture, fixture->clerk, path, file, 10, 10);
  g_autoptr(YqAnswer) first = patch (fixture, fixture->clerk, path, file, 0, 400);
  g_autoptr(YqAnswer) wrong = patch (fixture, fixture->clerk, path, file, 500, 100);
  g_autoptr(YqAnswer) again = patch (fixture, fixture->clerk, path, file, 0, 400);
  g_autofree char *code = yq_answer_code (wrong);

  g_assert_cmpuint (early->status, ==, 409);
  g_assert_cmpuint (first->status, ==, 204);
  g_assert_cmpuint (wrong->status, ==, 409);
  g_assert_cmpstr (code, ==, "offset");
  g_assert_cmpstr (yq_answer_header (wrong, "upload-offset"), ==, "400");
  g_assert_cmpuint (again->status, ==, 409);
  g_assert_cmpint (offset_of (fixture, fixture->clerk, path), ==, 400);
}

static void
test_wrong_bytes_are_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (5000);
  g_autoptr(GBytes) forged = make_file (5001);
  g_autoptr(GBytes) same_length = g_bytes_new_from_bytes (forged, 0, 5000);
  g_autofree char *path = path_of (file);
  g_autoptr(YqAnswer) answer = patch (fixture, fixture->clerk, path, same_length, 0, 5000);
  g_autofree char *code = yq_answer_code (answer);

  g_assert_cmpuint (answer->status, ==, 422);
  g_assert_cmpstr (code, ==, "digest");
  g_assert_cmpint (offset_of (fixture, fixture->clerk, path), ==, -1);
  upload (fixture, fixture->clerk, file);
}

static void
test_the_size_is_limited (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (3 * 1024 * 1024 + 1);
  g_autoptr(GBytes) small = make_file (100);
  g_autofree char *path = path_of (file);
  g_autofree char *small_path = path_of (small);
  g_autoptr(YqAnswer) answer = patch (fixture, fixture->clerk, path, file, 0, 1000);
  /* More bytes than the length that was announced. */
  g_autoptr(YqAnswer) longer = yq_fixture_send_full (
    fixture->server, "PATCH", small_path, fixture->clerk,
    "Upload-Offset: 0\r\nUpload-Length: 100\r\n", g_bytes_get_data (file, NULL), 200);

  g_assert_cmpuint (answer->status, ==, 413);
  g_assert_cmpuint (longer->status, ==, 413);
  g_assert_cmpint (offset_of (fixture, fixture->clerk, small_path), ==, -1);
}

static void
test_names_and_numbers_are_strict (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (10);
  g_autofree char *path = path_of (file);
  g_autofree char *upper = g_ascii_strup (path + 10, -1);
  g_autofree char *upper_path = g_strconcat ("/v1/files/", upper, NULL);
  static const char *const headers[] = { NULL, "Upload-Offset: -1\r\nUpload-Length: 10\r\n",
                                         "Upload-Offset: x\r\nUpload-Length: 10\r\n",
                                         "Upload-Offset: 0\r\n",
                                         "Upload-Offset: 0\r\nUpload-Length: 0\r\n" };
  g_autoptr(YqAnswer) wrong_name = patch (fixture, fixture->clerk, upper_path, file, 0, 10);

  g_assert_cmpuint (wrong_name->status, ==, 404);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr(YqAnswer) answer =
        yq_fixture_send_full (fixture->server, "PATCH", path, fixture->clerk, headers[i],
                              g_bytes_get_data (file, NULL), 10);

      g_assert_cmpuint (answer->status, ==, 400);
    }
}

static void
test_a_cut_connection_keeps_whole_chunks (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (1000000);
  g_autofree char *path = path_of (file);
  g_autofree char *head = g_strdup_printf (
    "PATCH %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
    "Upload-Offset: 0\r\nUpload-Length: 1000000\r\nContent-Length: 1000000\r\n\r\n",
    path, fixture->clerk);
  gint64 offset = -1;
  int fd = yq_fixture_connect (fixture->server);
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  yq_test_write (fd, head, -1);
  yq_test_write (fd, g_bytes_get_data (file, NULL), 600000);
  while (offset < 500000 && g_get_monotonic_time () < end)
    offset = offset_of (fixture, fixture->clerk, path);
  close (fd);
  g_assert_cmpint (offset, >=, 512 * 1024);

  {
    g_autoptr(YqAnswer) rest =
      patch (fixture, fixture->clerk, path, file, offset, 1000000 - offset);

    g_assert_cmpuint (rest->status, ==, 204);
  }
  assert_content (fixture, fixture->clerk, file, "application/pdf");
}

static void
test_unfinished_uploads_are_bounded_and_cleaned (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  guint status = 0, n = 0;
  g_autoptr(GBytes) first = make_file (20);
  g_autofree char *first_path = path_of (first);

  for (; n < 100 && status != 429 && status != 413; n++)
    {
      g_autoptr(GBytes) file = make_file (20 + n);
      g_autofree char *path = path_of (file);
      g_autoptr(YqAnswer) answer = patch (fixture, fixture->clerk, path, file, 0, 5);
      g_autofree char *code = answer->status == 204 ? NULL : yq_answer_code (answer);

      g_assert_true (code == NULL || g_str_equal (code, "too_many"));
      if (code != NULL)
        break;
    }
  g_assert_cmpuint (n, ==, 64);
  yq_files_clean (yq_server_files (fixture->server->server), yq_clock_now () + 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (offset_of (fixture, fixture->clerk, first_path), ==, -1);
  upload (fixture, fixture->clerk, first);
}

/* -- rights -- */

static void
test_knowing_a_hash_is_no_right (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (300000);
  g_autofree char *path = path_of (file);
  g_autoptr(YqAnswer) get = NULL;
  g_autoptr(YqAnswer) visitor = NULL;
  g_autoptr(YqAnswer) part = NULL;

  upload (fixture, fixture->clerk, file);
  get = yq_fixture_send (fixture->server, "GET", path, fixture->other, NULL);
  visitor = yq_fixture_send (fixture->server, "GET", path, NULL, NULL);
  g_assert_cmpuint (get->status, ==, 404);
  g_assert_cmpuint (visitor->status, ==, 401);
  g_assert_cmpint (offset_of (fixture, fixture->other, path), ==, -1);

  part = patch (fixture, fixture->other, path, file, 0, 100000);
  g_assert_cmpuint (part->status, ==, 204);
  g_assert_cmpint (offset_of (fixture, fixture->other, path), ==, 100000);
  {
    g_autoptr(YqAnswer) rest = patch (fixture, fixture->other, path, file, 100000, 200000);

    g_assert_cmpuint (rest->status, ==, 204);
  }
  assert_content (fixture, fixture->other, file, "application/pdf");
}

static gboolean
everybody_may_read (SqlConn *conn, const YqWho *who, const char *sha256)
{
  return TRUE;
}

static void
test_who_reads_a_record_reads_its_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (300000);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file);
  g_autoptr(SqlConn) conn = yq_fixture_read (fixture->server);
  YqFiles *files = yq_server_files (fixture->server->server);
  YqWho other = { .account = fixture->other_id }, clerk = { .account = fixture->clerk_id };
  YqFileInfo info = { 0 };

  g_assert_false (yq_files_may_name (files, conn, &clerk, sum, NULL));
  upload (fixture, fixture->clerk, file);
  g_assert_true (yq_files_may_name (files, conn, &clerk, sum, &info));
  g_assert_cmpint (info.size, ==, 300000);
  g_assert_cmpstr (info.type, ==, "application/pdf");
  g_assert_false (yq_files_may_name (files, conn, &other, sum, NULL));

  yq_files_set_may_read (files, everybody_may_read);
  g_assert_true (yq_files_may_name (files, conn, &other, sum, NULL));
  assert_content (fixture, fixture->other, file, "application/pdf");
}

static void
test_files_can_be_added_without_http (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GBytes) file = make_file (600000);
  g_autoptr(GError) error = NULL;
  YqFiles *files = yq_server_files (fixture->server->server);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *sum = yq_files_add (files, fixture->clerk_id, file, &error);

      g_assert_no_error (error);
      g_assert_nonnull (sum);
    }
  assert_content (fixture, fixture->clerk, file, "application/pdf");
}

/* -- types -- */

static void
test_types_are_told_by_content (void)
{
  static const guint8 bmp[26] = { 'B', 'M', [14] = 40 };
  static const struct
  {
    const char *data;
    gsize size;
    const char *type;
  } cases[] = {
    { "%PDF-1.4", 8, "application/pdf" },
    { "\xff\xd8\xff\xe0", 4, "image/jpeg" },
    { "\x89PNG\r\n\x1a\n", 8, "image/png" },
    { (const char *) bmp, sizeof bmp, "image/bmp" },
    { "BMW is no picture at all, is it?", 32, NULL },
    { "Rar!\x1a\x07\x01", 7, "application/vnd.rar" },
    { "PK\x03\x04 something.txt", 18, "application/zip" },
    { "PK\x03\x04 [Content_Types].xml xl/workbook.xml", 40,
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { "PK\x03\x04 [Content_Types].xml word/document.xml", 42,
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "application/msword" },
    { "<html><script>", 14, NULL },
    { "%PD", 3, NULL },
    { "", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (yq_file_type (cases[i].data, cases[i].size), ==, cases[i].type);
}

/* -- what a field takes -- */

/* Is the file refused in that field, and is it named? */
static gboolean
is_refused (Fixture *fixture, GBytes *file, const char *name, guint at)
{
  const YqEntity *entity = file_fields[at].entity;
  g_autoptr(SqlConn) conn = yq_fixture_read (fixture->server);
  g_autoptr(YqRecord) record = yq_record_new (entity, NULL);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file);
  g_autoptr(YqProblem) problem = NULL;
  const YqWho who = { .account = fixture->clerk_id };
  JsonObject *element = json_object_new ();
  JsonArray *files = json_array_new ();
  const char *field = NULL;

  json_object_set_string_member (element, "sha256", sum);
  json_object_set_string_member (element, "name", name);
  json_array_add_object_element (files, element);
  yq_record_take_array (record, file_fields[at].field, files);
  yq_file_use_check (yq_server_files (fixture->server->server), conn, &who, NULL,
                     yq_record_values (record), file_fields[at].field, &problem);
  if (problem == NULL)
    return FALSE;
  g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_INVALID);
  g_assert_nonnull (yq_problem_error (problem, 0, &field, NULL));
  g_assert_cmpstr (field, ==, entity->fields[file_fields[at].field].name);
  return TRUE;
}

static void
test_each_field_takes_its_kinds (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_cases); i++)
    {
      const FileCase *file = &file_cases[i];
      g_autoptr(GBytes) content = g_bytes_new_static (file->content, file->size);

      upload (fixture, fixture->clerk, content);
      for (guint k = 0; k < G_N_ELEMENTS (file_fields); k++)
        {
          gboolean takes = yq_word_in (file->takers, file_fields[k].taker);

          if (is_refused (fixture, content, file->name, k) == takes)
            g_error ("%s in %s: %d", file->name, file_fields[k].taker, takes);
        }
    }
}

static void
test_each_field_takes_its_size (Fixture *fixture, gconstpointer data)
{
  for (guint k = 0; k < G_N_ELEMENTS (file_fields); k++)
    for (int over = 0; over < 2; over++)
      {
        /* The server of these tests takes uploads of 3 MB. */
        gsize size = MIN (file_fields[k].max_bytes + over, 3 * 1024 * 1024);
        char *bytes = g_malloc0 (size);
        g_autoptr(GBytes) content = NULL;

        memcpy (bytes, "\xff\xd8\xff\xe0", 4);
        bytes[5] = (char) k;
        bytes[6] = (char) over;
        content = g_bytes_new_take (bytes, size);
        upload (fixture, fixture->clerk, content);
        g_assert_true (is_refused (fixture, content, "照片.jpg", k) ==
                       ((gint64) size > file_fields[k].max_bytes));
      }
}

#define ADD(path, func) g_test_add ("/files/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole_files_come_back);
  ADD ("resume", test_an_upload_goes_on_where_it_stopped);
  ADD ("offset", test_a_wrong_offset_is_told_the_true_one);
  ADD ("digest", test_wrong_bytes_are_dropped);
  ADD ("size", test_the_size_is_limited);
  ADD ("strict", test_names_and_numbers_are_strict);
  ADD ("cut", test_a_cut_connection_keeps_whole_chunks);
  ADD ("bounded", test_unfinished_uploads_are_bounded_and_cleaned);
  ADD ("rights", test_knowing_a_hash_is_no_right);
  ADD ("may-read", test_who_reads_a_record_reads_its_files);
  ADD ("add", test_files_can_be_added_without_http);
  ADD ("kinds", test_each_field_takes_its_kinds);
  ADD ("sizes", test_each_field_takes_its_size);
  g_test_add_func ("/files/types", test_types_are_told_by_content);
  return g_test_run ();
}
