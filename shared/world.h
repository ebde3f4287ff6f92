/* How pure rules look at other records: the server answers from its database inside the
 * transaction, the client from its store.  No rule writes through it. */
#pragma once

#include "record.h"

struct _YqWorld
{
  /* A new reference, or NULL. */
  YqRecord *(*get) (YqWorld *world, const YqEntity *entity, const char *id);
  /* Every record whose field (or "buyer", "carrier", "region", "state", "account") equals value; a
   * new array of references. */
  GPtrArray *(*list) (YqWorld *world, const YqEntity *entity, const char *field, const char *value);
  /* Fen.  what is "available", "held" or "redeemed" of a voucher, "budget" of a programme.  On the
   * client the server's figure minus its own queued amounts. */
  gint64 (*balance) (YqWorld *world, const char *what, const char *id);
  /* Is [from, to) of the instrument free?  Stopped, closures and opening hours count as taken;
   * except_order (may be NULL) is not counted against itself. */
  gboolean (*slot_free) (YqWorld *world, const char *instrument, gint64 from_ms, gint64 to_ms,
                         const char *except_order);
  gint64 now; /* milliseconds UTC */
  gpointer data;
};

YqRecord *yq_world_get (YqWorld *world, const YqEntity *entity, const char *id); /* id NULL: NULL */
GPtrArray *yq_world_list (YqWorld *world, const YqEntity *entity, const char *field,
                          const char *value);
