/* Splices by a longest increasing run: what keeps its order stays, everything else moves. */
#define G_LOG_DOMAIN "yiquan-list"

#include "splice.h"

#include <string.h>

/* For each number of new its place in old, or -1. */
static int *
find_places (const gint64 *old, guint n_old, const gint64 *new, guint n_new)
{
  g_autoptr(GHashTable) places = g_hash_table_new (g_int64_hash, g_int64_equal);
  int *found = g_new (int, n_new);

  for (guint i = 0; i < n_old; i++)
    g_hash_table_insert (places, (gpointer) &old[i], GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < n_new; i++)
    found[i] = GPOINTER_TO_INT (g_hash_table_lookup (places, &new[i])) - 1;
  return found;
}

/* Sets places to -1 where the number does not belong to a longest increasing run. */
static void
keep_longest_run (int *places, guint n)
{
  g_autofree guint *tails = g_new (guint, n + 1); /* index of the last of a run of that length */
  g_autofree int *previous = g_new (int, n + 1);
  g_autofree gboolean *kept = g_new0 (gboolean, n + 1);
  guint length = 0;

  for (guint i = 0; i < n; i++)
    {
      guint from = 0, to = length;

      if (places[i] < 0)
        continue;
      while (from < to)
        {
          guint middle = (from + to) / 2;

          if (places[tails[middle]] < places[i])
            from = middle + 1;
          else
            to = middle;
        }
      previous[i] = from > 0 ? (int) tails[from - 1] : -1;
      tails[from] = i;
      length = MAX (length, from + 1);
    }
  for (int i = length > 0 ? (int) tails[length - 1] : -1; i >= 0; i = previous[i])
    kept[i] = TRUE;
  for (guint i = 0; i < n; i++)
    if (!kept[i])
      places[i] = -1;
}

static void
add (GArray *splices, guint position, guint n_removed, guint n_added, guint new_position)
{
  YqSplice splice = { position, n_removed, n_added, new_position };

  if (n_removed > 0 || n_added > 0)
    g_array_append_val (splices, splice);
}

GArray *
yq_splices (const gint64 *old, guint n_old, const gint64 *new, guint n_new, guint max)
{
  GArray *splices = g_array_new (FALSE, FALSE, sizeof (YqSplice));
  g_autofree int *places = NULL;
  guint head = 0, tail = 0, at_old, at_new;

  while (head < n_old && head < n_new && old[head] == new[head])
    head++;
  while (tail < n_old - head && tail < n_new - head &&
         old[n_old - 1 - tail] == new[n_new - 1 - tail])
    tail++;
  n_old -= tail;
  n_new -= tail;
  places = find_places (old + head, n_old - head, new + head, n_new - head);
  keep_longest_run (places, n_new - head);

  at_old = at_new = head;
  for (guint i = head; i <= n_new; i++)
    if (i == n_new || places[i - head] >= 0)
      {
        guint until = i == n_new ? n_old : head + (guint) places[i - head];

        add (splices, at_new, until - at_old, i - at_new, at_new);
        at_old = until + 1;
        at_new = i + 1;
      }
  if (splices->len > max)
    {
      g_array_set_size (splices, 0);
      add (splices, head, n_old - head, n_new - head, head);
    }
  return splices;
}
