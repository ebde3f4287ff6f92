/* The smallest changes that make one list of numbers out of another; for list models.  Pure. */
#pragma once

#include <glib.h>

typedef struct
{
  guint position; /* when all splices before it have been made */
  guint n_removed;
  guint n_added; /* they stand at new[new_position] */
  guint new_position;
} YqSplice;

/* Of gint64; each number stands at most once in each.  Items that keep their order stay.  More than
 * max splices become one. */
GArray *yq_splices (const gint64 *old, guint n_old, const gint64 *new, guint n_new, guint max);
