/* The configuration: what is right is read, what is wrong is named with its line. */
#define G_LOG_DOMAIN "test-config"

#include <glib/gstdio.h>
#include <string.h>

#include "config.h"

static YqConfig *
load (const char *text, GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("yiquan-conf-XXXXXX", &path, NULL);
  YqConfig *config;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  config = yq_config_load (path, error);
  g_unlink (path);
  return config;
}

static void
test_everything_is_read (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YqConfig) config = load ("# a comment\n"
                                     "[server]\n"
                                     "listen = [::1]:9000\n"
                                     "data=/srv/yiquan\n"
                                     "public_url=https://example.org\n"
                                     "proxy=127.0.0.1\n"
                                     "loops=3\nconnections=500\nper_ip_connections=7\n"
                                     "header_seconds=11\nbody_seconds=12\n"
                                     "max_file=3M\nlog_requests=true\n"
                                     "[tls]\ncertificate=/a\nkey=/b\n"
                                     "[sms]\ngateway=https://sms\nsecret=s\n"
                                     "[instruments one]\ntitle=一\nminutes=5\n"
                                     "[provider two]\ntitle=二\n"
                                     "[instruments three]\ntitle=三\nregion=320000\n",
                                     &error);
  g_autoptr(YqConfig) copy = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (config->listen, ==, "[::1]:9000");
  g_assert_cmpstr (config->data, ==, "/srv/yiquan");
  g_assert_cmpstr (config->public_url, ==, "https://example.org");
  g_assert_cmpstr (config->proxy, ==, "127.0.0.1");
  g_assert_cmpuint (config->loops, ==, 3);
  g_assert_cmpuint (config->connections, ==, 500);
  g_assert_cmpint (config->per_ip_connections, ==, 7);
  g_assert_cmpuint (config->header_seconds, ==, 11);
  g_assert_cmpuint (config->body_seconds, ==, 12);
  g_assert_cmpint (config->max_file, ==, 3 * 1024 * 1024);
  g_assert_true (config->log_requests);
  g_assert_cmpstr (config->certificate, ==, "/a");
  g_assert_cmpstr (config->key, ==, "/b");
  g_assert_cmpstr (config->sms_gateway, ==, "https://sms");
  g_assert_cmpstr (config->sms_secret, ==, "s");
  /* Of groups that may be several, a copy stands on its own. */
  copy = yq_config_copy (config);
  g_clear_pointer (&config, yq_config_free);
  g_assert_cmpuint (copy->systems->len, ==, 2);
  g_assert_cmpstr (((YqInstrumentSystem *) copy->systems->pdata[0])->name, ==, "one");
  g_assert_cmpstr (((YqInstrumentSystem *) copy->systems->pdata[0])->title, ==, "一");
  g_assert_cmpint (((YqInstrumentSystem *) copy->systems->pdata[0])->minutes, ==, 5);
  g_assert_cmpint (((YqInstrumentSystem *) copy->systems->pdata[1])->minutes, ==, 60);
  g_assert_cmpstr (((YqInstrumentSystem *) copy->systems->pdata[1])->region, ==, "320000");
  g_assert_cmpuint (copy->providers->len, ==, 1);
  g_assert_cmpstr (((YqProvider *) copy->providers->pdata[0])->title, ==, "二");
}

static void
test_the_example_is_the_default (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", "yiquand.conf.example", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(YqConfig) example = yq_config_load (path, &error);
  g_autoptr(YqConfig) usual = yq_config_new ();

  g_assert_no_error (error);
  g_assert_cmpstr (example->listen, ==, usual->listen);
  g_assert_cmpuint (example->connections, ==, usual->connections);
  g_assert_true (yq_config_check (example, &error));
  g_assert_no_error (error);
}

/* Every key of the example, with its comment mark taken away, is one that exists. */
static void
test_the_example_names_existing_keys (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", "yiquand.conf.example", NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  g_autoptr(GString) all = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(YqConfig) config = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '#' && lines[i][1] != ' ')
      g_string_append_printf (all, "%s\n", lines[i] + 1);
    else
      g_string_append_printf (all, "%s\n", lines[i]);
  config = load (all->str, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->sms_gateway, ==, "https://sms.example/send");
  g_assert_cmpstr (config->key, ==, "/etc/yiquan/server.key");
}

static void
test_wrong_lines_are_named (void)
{
  static const struct
  {
    const char *text;
    const char *told; /* part of the message */
  } cases[] = {
    { "[server]\ndata=/x\nlisen=1\n", ":3: [server] lisen: there is no such key" },
    { "[server]\n\n# x\nloops=many\n", ":4: [server] loops: no number" },
    { "[server]\nloops=65\n", ":2: [server] loops: no number, or out of range" },
    { "[server]\nmax_file=5X\n", ":2: [server] max_file: no size" },
    { "[server]\nmax_file=1\n", ":2: [server] max_file: out of range" },
    { "[server]\nlog_requests=yes\n", ":2: [server] log_requests: neither true nor false" },
    { "[server]\ndata=/x\n[sever]\nx=1\n", ":3: [sever] there is no such group" },
    { "[server]\ndata=/x\nwhat is this\n", ":3: " },
    { "data=/x\n", ":1: " },
    { "[server\ndata=/x\n", ":1: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(YqConfig) config = load (cases[i].text, &error);

      g_assert_null (config);
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].told));
    }
}

#define SYSTEM "[instruments a]\n"

static void
test_what_does_not_fit_together_is_refused (void)
{
  static const struct
  {
    const char *text;
    const char *told;
  } cases[] = {
    { "[server]\n", "data: " },
    { "[server]\ndata=/x\nlisten=localhost:80\n", "listen: " },
    { "[server]\ndata=/x\nlisten=127.0.0.1\n", "listen: the port is missing" },
    { "[server]\ndata=/x\nlisten=127.0.0.1:99999\n", "listen: " },
    { "[server]\ndata=/x\n[tls]\nkey=/y\n", "[tls]: certificate and key go together" },
    { "[server]\ndata=/x\n[tls]\nkey=/nonexistent/k\ncertificate=/nonexistent/c\n",
      "[tls] certificate: " },
    { "[server]\ndata=/x\nproxy=nginx\n", "proxy: " },
    { "[server]\ndata=/x\npublic_url=example.org\n", "public_url: " },
    { "[server]\ndata=/x\npublic_url=https://example.org/\n", "public_url: " },
    { "[server]\ndata=/x\n[instruments A]\n", "[instruments A]: a name is" },
    { "[server]\ndata=/x\n" SYSTEM "url=https://x/\n", "[instruments a]: title and url" },
    { "[server]\ndata=/x\n" SYSTEM "title=t\nurl=http://x/\n", "[instruments a]: the address" },
    { "[server]\ndata=/x\n" SYSTEM "title=t\nurl=https://x/?a=b\n",
      "[instruments a]: the address" },
    { "[server]\ndata=/x\n" SYSTEM "title=t\nurl=https://x/\nsecret=short\n",
      "[instruments a]: the secret" },
    { "[server]\ndata=/x\n" SYSTEM "title=t\nurl=https://x/\nsecret=0123456789abcdef\n"
      "region=999999\n",
      "[instruments a]: there is no such region" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(YqConfig) config = load (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_false (yq_config_check (config, &error));
      g_assert_true (g_str_has_prefix (error->message, cases[i].told));
    }
}

static void
test_a_missing_file_is_named (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YqConfig) config = yq_config_load ("/nonexistent/yiquand.conf", &error);

  g_assert_null (config);
  g_assert_nonnull (strstr (error->message, "/nonexistent/yiquand.conf"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/everything", test_everything_is_read);
  g_test_add_func ("/config/example", test_the_example_is_the_default);
  g_test_add_func ("/config/example-keys", test_the_example_names_existing_keys);
  g_test_add_func ("/config/wrong-lines", test_wrong_lines_are_named);
  g_test_add_func ("/config/together", test_what_does_not_fit_together_is_refused);
  g_test_add_func ("/config/missing", test_a_missing_file_is_named);
  return g_test_run ();
}
