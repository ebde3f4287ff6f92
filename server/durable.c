/* The log is synced beside the writer. */
#define G_LOG_DOMAIN "yiquan-durable"

#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct
{
  guint64 number; /* of the commit it waits for */
  YqDurableFunc func;
  gpointer user_data;
} Waiter;

struct _YqDurable
{
  GThread *thread;
  int log;                   /* -1 none */
  _Atomic guint64 announced; /* the number of the last commit */
  _Atomic guint64 durable;   /* written under lock */
  GMutex lock;
  GCond wake, settled;
  guint64 committed; /* under lock, as all that follows */
  GArray *waiters;   /* Waiter */
  gboolean is_stopping;
};

static gboolean
sync_file (int fd)
{
  int code;

  while ((code = fdatasync (fd)) != 0 && errno == EINTR)
    ;
  return code == 0;
}

static void
sync_log (YqDurable *durable)
{
  if (durable->log >= 0 && !sync_file (durable->log))
    g_error ("The database's log cannot be written to the disk: %s", g_strerror (errno));
}

/* Takes those that wait for nothing later, in their order.  Under the lock. */
static void
take_due (YqDurable *durable, guint64 number, GArray *due)
{
  guint n = 0;

  for (guint i = 0; i < durable->waiters->len; i++)
    {
      Waiter waiter = g_array_index (durable->waiters, Waiter, i);

      if (waiter.number > number)
        g_array_index (durable->waiters, Waiter, n++) = waiter;
      else
        g_array_append_val (due, waiter);
    }
  g_array_set_size (durable->waiters, n);
}

/* Waits for commits that are not durable yet.  FALSE: it is time to end. */
static gboolean
next_number (YqDurable *durable, guint64 *number)
{
  gboolean found;

  g_mutex_lock (&durable->lock);
  while (durable->committed == durable->durable && !durable->is_stopping)
    g_cond_wait (&durable->wake, &durable->lock);
  found = durable->committed != durable->durable;
  *number = durable->committed;
  g_mutex_unlock (&durable->lock);
  return found;
}

static gpointer
run (gpointer user_data)
{
  YqDurable *durable = user_data;
  g_autoptr(GArray) due = g_array_new (FALSE, FALSE, sizeof (Waiter));
  guint64 number;

  while (next_number (durable, &number))
    {
      sync_log (durable);
      g_mutex_lock (&durable->lock);
      durable->durable = number;
      take_due (durable, number, due);
      g_cond_broadcast (&durable->settled);
      g_mutex_unlock (&durable->lock);
      for (guint i = 0; i < due->len; i++)
        g_array_index (due, Waiter, i).func (g_array_index (due, Waiter, i).user_data);
      g_array_set_size (due, 0);
    }
  return NULL;
}

YqDurable *
yq_durable_new (void)
{
  YqDurable *durable = g_new0 (YqDurable, 1);

  durable->log = -1;
  durable->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_mutex_init (&durable->lock);
  g_cond_init (&durable->wake);
  g_cond_init (&durable->settled);
  durable->thread = g_thread_new ("durable", run, durable);
  return durable;
}

void
yq_durable_free (YqDurable *durable)
{
  g_mutex_lock (&durable->lock);
  durable->is_stopping = TRUE;
  g_cond_signal (&durable->wake);
  g_mutex_unlock (&durable->lock);
  g_thread_join (durable->thread);
  if (durable->log >= 0)
    close (durable->log);
  g_array_unref (durable->waiters);
  g_mutex_clear (&durable->lock);
  g_cond_clear (&durable->wake);
  g_cond_clear (&durable->settled);
  g_free (durable);
}

gboolean
yq_durable_is_here (YqDurable *durable)
{
  return durable != NULL && g_thread_self () == durable->thread;
}

/* SQLite knows where it has its log: beside the file itself, not beside a link to it. */
static int
open_log (sqlite3 *db, GError **error)
{
  const char *path = sqlite3_filename_wal (sqlite3_db_filename (db, "main"));
  int fd = open (path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot open %s: %s", path,
                 g_strerror (errno));
  return fd;
}

gboolean
yq_durable_open (YqDurable *durable, SqlConn *conn, GError **error)
{
  if (durable->log >= 0)
    close (durable->log);
  durable->log = open_log (sql_native (conn), error);
  return durable->log >= 0;
}

gboolean
yq_durable_sync (gpointer db, GError **error)
{
  g_autoptr(GError) failure = NULL;
  int fd = open_log (db, &failure);
  gboolean done =
    fd >= 0 ? sync_file (fd) : g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  if (fd >= 0 && !done)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot sync: %s",
                 g_strerror (errno));
  else if (!done)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (fd >= 0)
    close (fd);
  return done;
}

void
yq_durable_announce (YqDurable *durable)
{
  durable->announced++;
}

static void
add_waiter (YqDurable *durable, guint64 number, YqDurableFunc func, gpointer user_data)
{
  Waiter waiter = { number, func, user_data };

  g_array_append_val (durable->waiters, waiter);
}

void
yq_durable_committed (YqDurable *durable, YqDurableFunc func, gpointer user_data)
{
  g_mutex_lock (&durable->lock);
  durable->committed = ++durable->announced;
  add_waiter (durable, durable->committed, func, user_data);
  g_cond_signal (&durable->wake);
  g_mutex_unlock (&durable->lock);
}

guint64
yq_durable_seen (YqDurable *durable)
{
  return durable->announced;
}

gboolean
yq_durable_wait (YqDurable *durable, guint64 seen, YqDurableFunc func, gpointer user_data)
{
  gboolean waits;

  if (seen <= durable->durable)
    return FALSE;
  g_mutex_lock (&durable->lock);
  waits = seen > durable->durable;
  if (waits)
    add_waiter (durable, seen, func, user_data);
  g_mutex_unlock (&durable->lock);
  return waits;
}

void
yq_durable_settle (YqDurable *durable)
{
  guint64 seen;

  if (durable == NULL)
    return;
  seen = durable->announced;
  g_mutex_lock (&durable->lock);
  while (seen > durable->durable)
    g_cond_wait (&durable->settled, &durable->lock);
  g_mutex_unlock (&durable->lock);
}
