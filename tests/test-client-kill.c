/* The client dies at its nth write, sync, rename, request or answer, for every n, while somebody
 * fills in an order with a paper and submits it.  Started again, every word is there, and what was
 * submitted reaches the server once. */
#define G_LOG_DOMAIN "test-client-kill"

#include "sync-orders.h"

#include <signal.h>
#include <sys/wait.h>

#include "audit.h"

#define CHILD "--child"
#define PURPOSE "被杀"
#define MIN_DEATHS 30

static char *own_path;

/* -- the program, without windows -- */

static int
run_child (const char *dir, const char *url)
{
  Client client = { .dir = g_strdup (dir) };
  g_autoptr(YqRecord) order = NULL;

  if (!restore (&client, url, "enterprise1"))
    return 2;
  order = write_order (&client, PURPOSE, 3);
  attach_paper (&client, order);
  if (!yq_store_save_draft (client.store, order, NULL))
    return 3;
  printf ("saved %s\n", yq_record_id (order));
  fflush (stdout);
  g_free (submit (&client, order, "submit", NULL));
  printf ("submitted %s\n", yq_record_id (order));
  fflush (stdout);
  wait_for (is_sent (&client));
  end_client (&client);
  return 0;
}

typedef struct
{
  char *saved, *submitted; /* ids: what the person was told */
  gboolean lived;
} Life;

static void
life_clear (Life *life)
{
  g_clear_pointer (&life->saved, g_free);
  g_clear_pointer (&life->submitted, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Life, life_clear)

static char *
word_after (const char *text, const char *mark)
{
  const char *at = strstr (text, mark);

  return at != NULL ? g_strndup (at + strlen (mark), 36) : NULL;
}

static void
live (Bench *bench, const char *dir, guint n, Life *life)
{
  g_autofree char *at = g_strdup_printf ("%u", n);
  g_auto(GStrv) env = g_get_environ ();
  const char *const argv[] = { own_path, CHILD, dir, bench->url, NULL };
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  env = g_environ_setenv (env, "LD_PRELOAD", g_getenv ("YQ_DIEAT"), TRUE);
  env = g_environ_setenv (env, "YQ_DIE_AT", at, TRUE);
  env = g_environ_setenv (env, "YQ_DIE_IN", dir, TRUE);
  env = g_environ_setenv (env, "ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", TRUE);
  g_spawn_sync (NULL, (char **) argv, env, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL,
                &status, &error);
  g_assert_no_error (error);
  life->lived = WIFEXITED (status);
  if (life->lived)
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  else
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  life->saved = word_after (output, "saved ");
  life->submitted = word_after (output, "submitted ");
}

/* -- what must be there -- */

static void
assert_paper (Client *client, YqRecord *order)
{
  JsonArray *papers = yq_record_array (order, ORDER_PAPERS);
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (papers);
  content = yq_store_read_file (
    client->store,
    json_object_get_string_member (json_array_get_object_element (papers, 0), "sha256"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (content), >, 600 * 1024);
}

static void
assert_every_word (Client *client, const char *id)
{
  g_autoptr(YqRecord) order = yq_store_get (client->store, &yq_order, id);

  g_assert_nonnull (order);
  g_assert_cmpstr (yq_record_text (order, ORDER_PURPOSE), ==, PURPOSE);
  g_assert_cmpstr (yq_record_text (order, ORDER_CONTACT_NAME), ==, "王工");
  assert_paper (client, order);
}

static void
look_after (Bench *bench, Client *client, const Life *life)
{
  g_assert_true (restore (client, bench->url, "enterprise1"));
  if (life->saved != NULL)
    assert_every_word (client, life->saved);
  wait_for ((hurry (client), is_sent (client)));
  if (life->submitted != NULL)
    assert_one_effect (bench, life->submitted);
  else if (life->saved != NULL)
    {
      /* She was not told: a draft still, or wholly submitted. */
      gboolean is_draft = yq_store_has_draft (client->store, &yq_order, life->saved);

      g_assert_cmpint (
        server_count (bench, "SELECT count(*) FROM event WHERE record = $1 AND action = 'submit'",
                      life->saved),
        ==, is_draft ? 0 : 1);
      assert_every_word (client, life->saved);
    }
  end_client (client);
}

static void
print_cb (const char *line, gpointer data)
{
  g_test_message ("%s", line);
}

typedef struct
{
  guint deaths, saved, submitted;
} Walk;

/* From the first step to a life that ends by itself: ever coarser while it starts, which is long,
 * closer where something is at stake. */
static void
walk (Bench *bench, Client *client, Walk *n_of)
{
  gboolean lived = FALSE;

  for (guint n = 1, by = 1; !lived; n += by)
    {
      g_auto(Life) life = { NULL };

      live (bench, client->dir, n, &life);
      look_after (bench, client, &life);
      lived = life.lived;
      n_of->deaths += !life.lived;
      n_of->saved += !life.lived && life.saved != NULL;
      n_of->submitted += !life.lived && life.submitted != NULL;
      by = life.submitted != NULL ? 2 : life.saved != NULL ? 3 : 1 + n / 20;
    }
}

static void
test_dying_at_every_step (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  Walk n_of = { 0 };
  g_autoptr(SqlConn) conn = NULL;
  g_autoptr(GError) error = NULL;

  start_client (&client, bench, "enterprise1");
  end_client (&client);
  /* Her first draft merges the text index in hundreds of steps; once that is done, lives are
   * short: from the first step again. */
  walk (bench, &client, &n_of);
  walk (bench, &client, &n_of);
  g_test_message ("%u deaths, %u after saving, %u after submitting", n_of.deaths, n_of.saved,
                  n_of.submitted);
  g_assert_cmpuint (n_of.deaths, >, MIN_DEATHS);
  g_assert_cmpuint (n_of.submitted, >, 3);
  remove_client (&client);
  conn = yq_fixture_read (bench->http);
  g_assert_true (yq_audit_verify (conn, print_cb, NULL, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int status;

  if (argc == 4 && g_str_equal (argv[1], CHILD))
    return run_child (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  own_path = g_file_read_link ("/proc/self/exe", NULL);
  if (g_getenv ("YQ_DIEAT") == NULL)
    g_test_message ("YQ_DIEAT names no shim");
  else
    g_test_add ("/client-kill/every-step", Bench, NULL, bench_set_up, test_dying_at_every_step,
                bench_tear_down);
  status = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return status;
}
