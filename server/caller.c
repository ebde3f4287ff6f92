/* Who sends commands, as the writer sees it. */
#define G_LOG_DOMAIN "yiquan-commands"

#include "caller.h"

#include "feed.h"

#define MAX_CALLERS 1000

typedef struct
{
  YqSession *session;
  gint64 epoch;
} Caller;

static void
caller_free (gpointer data)
{
  Caller *caller = data;

  yq_session_unref (caller->session);
  g_free (caller);
}

/* account -> Caller, of this thread */
static GPrivate callers = G_PRIVATE_INIT ((GDestroyNotify) g_hash_table_unref);

static GHashTable *
get_callers (void)
{
  GHashTable *table = g_private_get (&callers);

  if (table == NULL)
    {
      table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, caller_free);
      g_private_set (&callers, table);
    }
  if (g_hash_table_size (table) >= MAX_CALLERS)
    g_hash_table_remove_all (table);
  return table;
}

YqSession *
yq_caller_find (SqlConn *conn, const char *account, GError **error)
{
  GHashTable *table = get_callers ();
  gint64 epoch = yq_feed_epoch (conn, account);
  Caller *caller = g_hash_table_lookup (table, account);
  YqSession *session;

  if (caller != NULL && caller->epoch == epoch)
    return yq_session_ref (caller->session);
  session = yq_session_read (conn, account, error);
  if (session == NULL)
    {
      g_hash_table_remove (table, account);
      return NULL;
    }
  caller = g_new0 (Caller, 1);
  caller->session = yq_session_ref (session);
  caller->epoch = epoch;
  g_hash_table_replace (table, g_strdup (account), caller);
  return session;
}

void
yq_caller_forget_all (void)
{
  GHashTable *table = g_private_get (&callers);

  if (table != NULL)
    g_hash_table_remove_all (table);
}
