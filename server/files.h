/* Files named by their SHA-256, in a database file of their own with a writer of its own.  Knowing
 * a hash is no right to the file: see design/api.md. */
#pragma once

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

YqFiles *yq_files_new (YqServer *server, GError **error);
void yq_files_free (YqFiles *files); /* drains its writer */
void yq_files_set_may_read (YqFiles *files,
                            YqFilesMayRead may_read); /* until then only the uploader */

/* May a record written by who name this file: did she upload the whole of it, or may she read it
 * already? Any thread; conn is that thread's connection to the records.  info may be NULL. */
gboolean yq_files_may_name (YqFiles *files, SqlConn *conn, const YqWho *who, const char *sha256,
                            YqFileInfo *info);
/* Stores a file as uploaded by account at once (demo data, imports).  Returns its SHA-256. */
char *yq_files_add (YqFiles *files, const char *account, GBytes *content, GError **error);
/* The media type of content by its first bytes (pdf doc docx xls xlsx jpg png bmp zip rar), or
 * NULL.  Static. */
const char *yq_files_type (gconstpointer data, gsize size);
/* Drops uploads that nobody went on with since before_ms. */
gboolean yq_files_clean (YqFiles *files, gint64 before_ms, GError **error);

/* handlers */
void yq_files_head (YqRequest *request);
void yq_files_patch (YqRequest *request);
void yq_files_get (YqRequest *request);
