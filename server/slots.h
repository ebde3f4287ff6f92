/* The calendar of instruments: cells of YQ_SLOT_MS, one live booking each, by primary key.  Nothing
 * here looks first and inserts then.  All of it runs on the writer's connection; yq_slots_is_free()
 * and yq_slots_taken() on any.  Times are milliseconds UTC; [from, to) is widened to whole cells.
 */
#pragma once

#include "problem.h"
#include "record.h"
#include "sql.h"

gboolean yq_slots_create_tables (SqlConn *conn, GError **error);

/* Takes all cells of [from, to) for the order, or refuses (slot_taken): then the caller's savepoint
 * undoes what was inserted.  NULL without error: taken. */
YqProblem *yq_slots_take (SqlConn *conn, YqRecord *instrument, const char *order, gint64 from,
                          gint64 to, gint64 now, GError **error);
gboolean yq_slots_free (SqlConn *conn, const char *order, GError **error);

/* A closure may lie over live bookings: it keeps new ones out. */
gboolean yq_slots_close (SqlConn *conn, const char *closure, const char *instrument, gint64 from,
                         gint64 to, GError **error);
gboolean yq_slots_open (SqlConn *conn, const char *closure, GError **error);

/* Listed, in good condition, open at these hours, no closure, no live booking but except's (may be
 * NULL)?  instrument must be the stored record. */
gboolean yq_slots_is_free (SqlConn *conn, YqRecord *instrument, gint64 from, gint64 to,
                           const char *except);
/* The same as a problem slot_taken that says why, and refuses times before now; NULL is free. */
YqProblem *yq_slots_check (SqlConn *conn, YqRecord *instrument, gint64 from, gint64 to, gint64 now);
/* Adds up to three spans as long as [from, to), nearest to it, after now, at which all instruments
 * (YqRecord) are free; they carry the first one's id. */
void yq_slots_add_alternatives (SqlConn *conn, YqProblem *problem, GPtrArray *instruments,
                                gint64 from, gint64 to, gint64 now);
/* The rows of the instrument's computed field "taken": what ends after now, in order; NULL with
 * error. */
JsonArray *yq_slots_taken (SqlConn *conn, const char *instrument, gint64 now, GError **error);

/* Which submitted orders wish for an instrument: the rivals of an accept. */
gboolean yq_slots_wish (SqlConn *conn, const char *instrument, const char *order, GError **error);
gboolean yq_slots_unwish (SqlConn *conn, const char *order, GError **error);
/* Order ids, each once, of all who wish for one the order itself has cells of. */
GPtrArray *yq_slots_rivals (SqlConn *conn, const char *order, GError **error);
