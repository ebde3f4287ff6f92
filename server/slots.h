/* The calendar of instruments: cells of YQ_SLOT_MS, one holder each, by primary key.  Nothing here
 * looks first and inserts then.  Writer's connection only, but for yq_slots_is_free(), which any
 * loop may ask. Times are milliseconds UTC; [from, to) is widened to whole cells. */
#pragma once

#include "problem.h"
#include "record.h"
#include "sql.h"

gboolean yq_slots_create_tables (SqlConn *conn, GError **error);

/* Takes all cells of [from, to) for order, or refuses (slot_taken): then the caller's savepoint
 * undoes what was inserted.  Hours, closures and condition of the instrument are checked too.  Both
 * NULL results: taken. */
YqProblem *yq_slots_take (SqlConn *conn, YqRecord *instrument, const char *order, gint64 from,
                          gint64 to, gint64 now, GError **error);
/* Gives back every cell of the order. */
gboolean yq_slots_free (SqlConn *conn, const char *order, GError **error);
/* Gives back what lies behind the time (a closure of the past or an order ended early). */
gboolean yq_slots_close (SqlConn *conn, const char *closure, const char *instrument, gint64 from,
                         gint64 to, GError **error);
gboolean yq_slots_open (SqlConn *conn, const char *closure, GError **error);

/* Listed, in good condition, open at these hours, no closure, no live booking but except's (may be
 * NULL)? instrument must be the stored record. */
gboolean yq_slots_is_free (SqlConn *conn, YqRecord *instrument, gint64 from, gint64 to,
                           const char *except);
/* What is wrong with the span itself (order of times, too long, past), or NULL. */
YqProblem *yq_slots_check_span (gint64 from, gint64 to, gint64 now);

/* Adds up to three spans as long as [from, to), nearest first, after now, at which all instruments
 * are free. */
void yq_slots_add_alternatives (SqlConn *conn, YqProblem *problem, GPtrArray *instruments,
                                gint64 from, gint64 to, gint64 now);
/* The rows of the instrument's computed field "taken", from now on, in order. */
JsonArray *yq_slots_taken (SqlConn *conn, const char *instrument, gint64 now, GError **error);

/* Which submitted orders wish for an instrument: the rivals of an accept. */
gboolean yq_slots_wish (SqlConn *conn, const char *instrument, const char *order, GError **error);
gboolean yq_slots_unwish (SqlConn *conn, const char *order, GError **error);
GPtrArray *yq_slots_rivals (SqlConn *conn, const char *instrument, GError **error); /* order ids */
