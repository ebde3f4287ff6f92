/* What plain SQLite does with the rows of one command, a durable transaction each: FOLDER SECONDS.
 * Prints the rate. */
#define G_LOG_DOMAIN "yiquan-bench"

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>

static const char *const tables[] = {
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "CREATE TABLE command (id TEXT PRIMARY KEY, account TEXT, digest BLOB, result TEXT)",
  "CREATE TABLE favourite (id TEXT PRIMARY KEY, revision BIGINT, state TEXT, account TEXT, kind "
  "TEXT,"
  " instrument TEXT, created_at BIGINT, updated_at BIGINT)",
  "CREATE TABLE event (seq BIGINT PRIMARY KEY, record TEXT, action TEXT, at BIGINT, hash BLOB)",
  "CREATE TABLE feed (audience TEXT, record TEXT, seq BIGINT, PRIMARY KEY (audience, record))",
  "CREATE INDEX feed_seq ON feed (audience, seq)",
};

static const char *const inserts[] = {
  "INSERT INTO command VALUES (?1, 'account', zeroblob (32), '{\"outcome\":\"applied\"}')",
  "INSERT INTO favourite VALUES (?1, 1, 'active', 'account', 'instrument', 'instrument', ?2, ?2)",
  "INSERT INTO event VALUES (?2, ?1, 'save', ?2, zeroblob (32))",
  "INSERT INTO feed VALUES ('account:account', ?1, ?2)",
};

static void
must (sqlite3 *db, int result)
{
  if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW)
    g_error ("%s", sqlite3_errmsg (db));
}

static void
write_once (sqlite3 *db, sqlite3_stmt **statements, gint64 number)
{
  g_autofree char *id = g_uuid_string_random ();

  must (db, sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (inserts); i++)
    {
      must (db, sqlite3_bind_text (statements[i], 1, id, -1, SQLITE_TRANSIENT));
      if (sqlite3_bind_parameter_count (statements[i]) > 1)
        must (db, sqlite3_bind_int64 (statements[i], 2, number));
      must (db, sqlite3_step (statements[i]));
      must (db, sqlite3_reset (statements[i]));
    }
  must (db, sqlite3_exec (db, "COMMIT", NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  sqlite3_stmt *statements[G_N_ELEMENTS (inserts)];
  g_autofree char *path = NULL;
  gint64 began, number = 0;
  double seconds;
  sqlite3 *db;

  if (argc != 3)
    return 2;
  path = g_strdup_printf ("%s/plain-%d.db", argv[1], g_random_int_range (0, G_MAXINT));
  must (NULL, sqlite3_open (path, &db));
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    must (db, sqlite3_exec (db, tables[i], NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (inserts); i++)
    must (db, sqlite3_prepare_v2 (db, inserts[i], -1, &statements[i], NULL));

  seconds = g_ascii_strtod (argv[2], NULL);
  began = g_get_monotonic_time ();
  while (g_get_monotonic_time () - began < seconds * G_USEC_PER_SEC)
    write_once (db, statements, ++number);
  g_print ("%.1f\n", number * (double) G_USEC_PER_SEC / (g_get_monotonic_time () - began));

  for (guint i = 0; i < G_N_ELEMENTS (inserts); i++)
    sqlite3_finalize (statements[i]);
  sqlite3_close (db);
  g_unlink (path);
  return 0;
}
