/* The times of the last failures of each name. */
#define G_LOG_DOMAIN "yiquand-throttle"

#include "throttle.h"

#include <string.h>

#define MAX_FAILURES 5
#define WINDOW_MS (15 * 60 * 1000)
#define MAX_NAMES 65536 /* an attacker may bring any number: then the old ones go first */

typedef struct
{
  gint64 times[MAX_FAILURES]; /* newest first; 0 none */
} Failures;

struct _YqThrottle
{
  GMutex lock;
  GHashTable *names; /* char * -> Failures */
};

YqThrottle *
yq_throttle_new (void)
{
  YqThrottle *throttle = g_new0 (YqThrottle, 1);

  g_mutex_init (&throttle->lock);
  throttle->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return throttle;
}

void
yq_throttle_free (YqThrottle *throttle)
{
  g_hash_table_unref (throttle->names);
  g_mutex_clear (&throttle->lock);
  g_free (throttle);
}

gint64
yq_throttle_wait (YqThrottle *throttle, const char *name, gint64 now)
{
  gint64 wait = 0;
  Failures *failures;

  g_mutex_lock (&throttle->lock);
  failures = g_hash_table_lookup (throttle->names, name);
  if (failures != NULL && failures->times[MAX_FAILURES - 1] != 0)
    wait = MAX (failures->times[MAX_FAILURES - 1] + WINDOW_MS - now, 0);
  g_mutex_unlock (&throttle->lock);
  return wait;
}

guint
yq_throttle_count (YqThrottle *throttle, const char *name, gint64 now)
{
  Failures *failures;
  guint n = 0;

  g_mutex_lock (&throttle->lock);
  failures = g_hash_table_lookup (throttle->names, name);
  for (guint i = 0; failures != NULL && i < MAX_FAILURES; i++)
    n += failures->times[i] != 0 && failures->times[i] + WINDOW_MS > now;
  g_mutex_unlock (&throttle->lock);
  return n;
}

static gboolean
is_over (gpointer name, gpointer failures, gpointer now)
{
  return ((Failures *) failures)->times[0] + WINDOW_MS < *(gint64 *) now;
}

void
yq_throttle_fail (YqThrottle *throttle, const char *name, gint64 now)
{
  Failures *failures;

  g_mutex_lock (&throttle->lock);
  failures = g_hash_table_lookup (throttle->names, name);
  if (failures == NULL)
    {
      if (g_hash_table_size (throttle->names) >= MAX_NAMES)
        g_hash_table_foreach_remove (throttle->names, is_over, &now);
      failures = g_new0 (Failures, 1);
      g_hash_table_insert (throttle->names, g_strdup (name), failures);
    }
  memmove (&failures->times[1], &failures->times[0],
           (MAX_FAILURES - 1) * sizeof failures->times[0]);
  failures->times[0] = now;
  g_mutex_unlock (&throttle->lock);
}

void
yq_throttle_forget (YqThrottle *throttle, const char *name)
{
  g_mutex_lock (&throttle->lock);
  g_hash_table_remove (throttle->names, name);
  g_mutex_unlock (&throttle->lock);
}
