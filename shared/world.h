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
  /* The newest of them only, at most limit; NULL: no cheaper than list. */
  GPtrArray *(*sample) (YqWorld *world, const YqEntity *entity, const char *field,
                        const char *value, guint limit);
  /* Fen.  what is "available", "held" or "redeemed" of a voucher, "budget" of a programme.  On the
   * client the server's figure minus its own queued amounts. */
  gint64 (*balance) (YqWorld *world, const char *what, const char *id);
  /* Is [from, to) of the instrument free?  Stopped, closures and opening hours count as taken;
   * except_order (may be NULL) is not counted against itself. */
  gboolean (*slot_free) (YqWorld *world, const char *instrument, gint64 from_ms, gint64 to_ms,
                         const char *except_order);
  /* A number that changes when others have written to what this world reads; NULL: nobody does. */
  gint64 (*version) (YqWorld *world);
  gint64 now; /* milliseconds UTC */
  gpointer data;
  GHashTable *kept;    /* by yq_world_keep_lists */
  gint64 kept_version; /* of what is kept */
};

YqRecord *yq_world_get (YqWorld *world, const YqEntity *entity, const char *id); /* id NULL: NULL */
GPtrArray *yq_world_list (YqWorld *world, const YqEntity *entity, const char *field,
                          const char *value);

/* The newest of such a list, or all of it: at most limit where the world can tell. */
GPtrArray *yq_world_sample (YqWorld *world, const YqEntity *entity, const char *field,
                            const char *value, guint limit);

/* Keeps lists by state from then on: few rows that are asked for again and again (the jurisdictions
 * in force).  Who writes through the same connection says so with yq_world_forget_lists, also after
 * taking its writes back (entity NULL: of everything; world NULL: nothing to forget).
 * yq_world_drop_lists before the world is freed. */
void yq_world_keep_lists (YqWorld *world);
void yq_world_forget_lists (YqWorld *world, const YqEntity *entity);
void yq_world_drop_lists (YqWorld *world);
