/* Files named by their SHA-256, in a database file of their own with a writer of its own.  Knowing
 * a hash is no right to the file: see design/api.md. */
#pragma once

#include "config.h"
#include "http.h"

typedef struct _YqFiles YqFiles;

typedef struct
{
  gint64 size; /* bytes */
  const char
    *type; /* by content: "application/pdf"; "application/octet-stream" if unknown; static */
} YqFileInfo;

/* May who read a record that names this file?  Runs on loop threads and on the writer, with its
 * conn. */
typedef gboolean (*YqFilesMayRead) (SqlConn *conn, const YqWho *who, const char *sha256);

char *yq_files_database (const YqConfig *config); /* "sqlite:DATA/files.db" */
YqFiles *yq_files_new (YqServer *server, GError **error);
void yq_files_free (YqFiles *files); /* drains its writer */
void yq_files_set_may_read (YqFiles *files,
                            YqFilesMayRead may_read); /* until then only the uploader */

/* May a record written by who name this file: did she upload the whole of it, or may she read it
 * already? Any thread; conn is that thread's connection to the records.  info may be NULL. */
gboolean yq_files_may_name (YqFiles *files, SqlConn *conn, const YqWho *who, const char *sha256,
                            YqFileInfo *info);
/* Stores a file as uploaded by account at once (imports); not on the files' own writer or a loop.
 * Its SHA-256. */
char *yq_files_add (YqFiles *files, const char *account, GBytes *content, GError **error);
/* Drops uploads that nobody went on with since before_ms. */
gboolean yq_files_clean (YqFiles *files, gint64 before_ms, GError **error);

/* file-store.c: the tables, on the connection of the caller.  Times in ms UTC. */
typedef struct
{
  gint64 blob; /* what its chunks are stored under */
  gint64 length;
  gint64 received;
} YqUpload;

gboolean yq_file_store_prepare (SqlConn *conn, GError **error);
/* The whole file, as anybody's; FALSE without error if there is none. */
gboolean yq_file_store_find (SqlConn *conn, const char *sha256, gint64 *blob, YqFileInfo *info,
                             GError **error);
gboolean yq_file_store_is_owner (SqlConn *conn, const char *sha256, const char *account);
/* An upload that has begun; FALSE without error if there is none. */
gboolean yq_file_store_find_upload (SqlConn *conn, const char *account, const char *sha256,
                                    YqUpload *upload, GError **error);
guint yq_file_store_count_uploads (SqlConn *conn, const char *account);
gboolean yq_file_store_begin (SqlConn *conn, const char *account, const char *sha256, gint64 length,
                              gint64 now, YqUpload *upload, GError **error);
gboolean yq_file_store_append (SqlConn *conn, const char *account, const char *sha256,
                               YqUpload *upload, gconstpointer data, gsize size, gint64 now,
                               GError **error);
/* All bytes are there: FALSE without error means that they are not what sha256 says, and were
 * dropped. */
gboolean yq_file_store_finish (SqlConn *conn, const char *account, const char *sha256,
                               const YqUpload *upload, gint64 now, GError **error);
/* The chunk that holds offset, and where it starts; NULL without error past the end. */
GBytes *yq_file_store_read (SqlConn *conn, gint64 blob, gint64 offset, gint64 *start,
                            GError **error);
gboolean yq_file_store_clean (SqlConn *conn, gint64 before, GError **error);

/* handlers */
void yq_files_head (YqRequest *request);
void yq_files_patch (YqRequest *request);
void yq_files_get (YqRequest *request);
