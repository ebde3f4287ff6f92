/* The key file of the server: a table of keys, read strictly. */
#define G_LOG_DOMAIN "yiquand-config"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "region.h"

typedef enum
{
  KEY_TEXT,
  KEY_NUMBER,
  KEY_SIZE, /* bytes, with K, M or G */
  KEY_BOOLEAN,
} KeyType;

/* clang-format off */
#define AT(member) G_STRUCT_OFFSET (YqConfig, member)
typedef struct
{
  const char *group, *name;
  KeyType type;
  gsize offset;
  gint64 min, max; /* of numbers */
} Key;

static const Key keys[] = {
  { "server", "listen",             KEY_TEXT,    AT (listen) },
  { "server", "data",               KEY_TEXT,    AT (data) },
  { "server", "public_url",         KEY_TEXT,    AT (public_url) },
  { "server", "proxy",              KEY_TEXT,    AT (proxy) },
  { "server", "loops",              KEY_NUMBER,  AT (loops), 0, 64 },
  { "server", "connections",        KEY_NUMBER,  AT (connections), 16, 1000000 },
  { "server", "per_ip_connections", KEY_NUMBER,  AT (per_ip_connections), -1, 1000000 },
  { "server", "header_seconds",     KEY_NUMBER,  AT (header_seconds), 1, 3600 },
  { "server", "body_seconds",       KEY_NUMBER,  AT (body_seconds), 1, 3600 },
  { "server", "max_file",           KEY_SIZE,    AT (max_file), 1024, G_GINT64_CONSTANT (1) << 32 },
  { "server", "log_requests",       KEY_BOOLEAN, AT (log_requests) },
  { "tls",    "certificate",        KEY_TEXT,    AT (certificate) },
  { "tls",    "key",                KEY_TEXT,    AT (key) },
  { "sms",    "gateway",            KEY_TEXT,    AT (sms_gateway) },
  { "sms",    "secret",             KEY_TEXT,    AT (sms_secret) },
  { "webhook", "url",               KEY_TEXT,    AT (webhook_url) },
  { "webhook", "secret",            KEY_TEXT,    AT (webhook_secret) },
  { "webhook", "events",            KEY_TEXT,    AT (webhook_events) },
};

#define PROVIDER "provider " /* and its name */
#define IN(member) G_STRUCT_OFFSET (YqProvider, member)
static const Key provider_keys[] = {
  { PROVIDER, "title",              KEY_TEXT,    IN (title) },
  { PROVIDER, "issuer",             KEY_TEXT,    IN (issuer) },
  { PROVIDER, "client_id",          KEY_TEXT,    IN (client_id) },
  { PROVIDER, "client_secret",      KEY_TEXT,    IN (client_secret) },
  { PROVIDER, "scope",              KEY_TEXT,    IN (scope) },
  { PROVIDER, "organisation_claim", KEY_TEXT,    IN (organisation_claim) },
  { PROVIDER, "code_claim",         KEY_TEXT,    IN (code_claim) },
  { PROVIDER, "person_claim",       KEY_TEXT,    IN (person_claim) },
  { PROVIDER, "phone_claim",        KEY_TEXT,    IN (phone_claim) },
};
#undef IN

#define INSTRUMENTS "instruments " /* and the name of the system */
#define IN(member) G_STRUCT_OFFSET (YqInstrumentSystem, member)
static const Key system_keys[] = {
  { INSTRUMENTS, "title",   KEY_TEXT,   IN (title) },
  { INSTRUMENTS, "url",     KEY_TEXT,   IN (url) },
  { INSTRUMENTS, "secret",  KEY_TEXT,   IN (secret) },
  { INSTRUMENTS, "region",  KEY_TEXT,   IN (region) },
  { INSTRUMENTS, "minutes", KEY_NUMBER, IN (minutes), 1, 10080 },
};
#undef IN

/* Groups there may be several of.  What each is read into begins with its name. */
typedef struct
{
  const char *prefix;
  const Key *keys;
  guint n_keys;
  gsize list, size; /* where the config has them; of one */
  gpointer (*add) (YqConfig *config, const char *name);
  void (*free_one) (gpointer one);
} Family;

static gpointer add_provider (YqConfig *config, const char *name);
static gpointer add_system (YqConfig *config, const char *name);
static void provider_free (gpointer one);
static void system_free (gpointer one);

static const Family families[] = {
  { PROVIDER,    provider_keys, G_N_ELEMENTS (provider_keys), AT (providers), sizeof (YqProvider),         add_provider, provider_free },
  { INSTRUMENTS, system_keys,   G_N_ELEMENTS (system_keys),   AT (systems),   sizeof (YqInstrumentSystem), add_system,   system_free },
};
/* clang-format on */

static char **
text_in (gpointer base, const Key *key)
{
  return (char **) ((char *) base + key->offset);
}

/* -- one of several groups -- */

static void
one_free (const Family *family, gpointer one)
{
  for (guint i = 0; i < family->n_keys; i++)
    if (family->keys[i].type == KEY_TEXT)
      g_free (*text_in (one, &family->keys[i]));
  g_free (*(char **) one);
  g_free (one);
}

static void
provider_free (gpointer one)
{
  one_free (&families[0], one);
}

static void
system_free (gpointer one)
{
  one_free (&families[1], one);
}

static gpointer
one_copy (gconstpointer one, gpointer user_data)
{
  const Family *family = user_data;
  gpointer copy = g_memdup2 (one, family->size);

  *(char **) copy = g_strdup (*(char *const *) one);
  for (guint i = 0; i < family->n_keys; i++)
    if (family->keys[i].type == KEY_TEXT)
      {
        char **text = text_in (copy, &family->keys[i]);

        *text = g_strdup (*text);
      }
  return copy;
}

static GPtrArray **
list_in (YqConfig *config, const Family *family)
{
  return (GPtrArray **) ((char *) config + family->list);
}

static gpointer
add_provider (YqConfig *config, const char *name)
{
  YqProvider *provider = g_new0 (YqProvider, 1);

  provider->name = g_strdup (name);
  provider->scope = g_strdup ("openid profile phone");
  provider->organisation_claim = g_strdup ("organisation");
  provider->code_claim = g_strdup ("uscc");
  provider->person_claim = g_strdup ("name");
  provider->phone_claim = g_strdup ("phone_number");
  g_ptr_array_add (config->providers, provider);
  return provider;
}

static gpointer
add_system (YqConfig *config, const char *name)
{
  YqInstrumentSystem *system = g_new0 (YqInstrumentSystem, 1);

  system->name = g_strdup (name);
  system->minutes = 60;
  g_ptr_array_add (config->systems, system);
  return system;
}

YqProvider *
yq_config_add_provider (YqConfig *config, const char *name)
{
  return add_provider (config, name);
}

YqInstrumentSystem *
yq_config_add_system (YqConfig *config, const char *name)
{
  return add_system (config, name);
}

YqConfig *
yq_config_new (void)
{
  YqConfig *config = g_new0 (YqConfig, 1);

  config->listen = g_strdup ("127.0.0.1:8180");
  config->connections = 8192;
  config->per_ip_connections = -1;
  config->header_seconds = 75;
  config->body_seconds = 30;
  config->max_file = 20 * 1024 * 1024;
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    *list_in (config, &families[i]) = g_ptr_array_new_with_free_func (families[i].free_one);
  return config;
}

YqConfig *
yq_config_copy (const YqConfig *config)
{
  YqConfig *copy = g_memdup2 (config, sizeof *config);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].type == KEY_TEXT)
      {
        char **text = text_in (copy, &keys[i]);

        *text = g_strdup (*text);
      }
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      GPtrArray **list = list_in (copy, &families[i]);

      *list = g_ptr_array_copy (*list, one_copy, (gpointer) &families[i]);
      g_ptr_array_set_free_func (*list, families[i].free_one);
    }
  return copy;
}

void
yq_config_free (YqConfig *config)
{
  if (config == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].type == KEY_TEXT)
      g_free (*text_in (config, &keys[i]));
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    g_ptr_array_unref (*list_in (config, &families[i]));
  g_free (config);
}

/* -- reading -- */

static const Family *
family_of (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_has_prefix (group, families[i].prefix))
      return &families[i];
  return NULL;
}

static gboolean
is_group (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      return TRUE;
  return family_of (group) != NULL;
}

static const Key *
find_key (const char *group, const char *name)
{
  const Family *family = family_of (group);
  const Key *list = family != NULL ? family->keys : keys;
  guint n = family != NULL ? family->n_keys : G_N_ELEMENTS (keys);

  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (group, list[i].group) && g_str_equal (list[i].name, name))
      return &list[i];
  return NULL;
}

static gboolean
read_size (const char *text, gint64 *value)
{
  static const char units[] = "KMG";
  char *end = NULL;
  const char *unit;

  *value = g_ascii_strtoll (text, &end, 10);
  if (end == text || *end == '\0')
    return end != text;
  unit = strchr (units, *end);
  if (unit == NULL || end[1] != '\0')
    return FALSE;
  *value <<= 10 * (unit - units + 1);
  return TRUE;
}

/* What is wrong with the value, or NULL. */
static const char *
read_value (gpointer base, const Key *key, const char *text)
{
  gpointer member = (char *) base + key->offset;
  gint64 number;

  switch (key->type)
    {
    case KEY_TEXT:
      g_free (*(char **) member);
      *(char **) member = *text != '\0' ? g_strdup (text) : NULL;
      return NULL;
    case KEY_BOOLEAN:
      if (!g_str_equal (text, "true") && !g_str_equal (text, "false"))
        return "neither true nor false";
      *(gboolean *) member = g_str_equal (text, "true");
      return NULL;
    case KEY_SIZE:
      if (!read_size (text, &number))
        return "no size";
      if (number < key->min || number > key->max)
        return "out of range";
      *(gint64 *) member = number;
      return NULL;
    case KEY_NUMBER:
    default:
      if (!g_ascii_string_to_signed (text, 10, key->min, key->max, &number, NULL))
        return "no number, or out of range";
      *(int *) member = number;
      return NULL;
    }
}

/* The line a key or a group stands on, for the message. */
static guint
find_line (const char *contents, const char *group, const char *name)
{
  g_auto(GStrv) lines = g_strsplit (contents, "\n", -1);
  g_autofree char *heading = g_strdup_printf ("[%s]", group);
  gboolean is_inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      gsize n = name != NULL ? strlen (name) : 0;

      if (*line == '[')
        is_inside = g_str_equal (line, heading);
      if (is_inside && (name == NULL || (strncmp (line, name, n) == 0 &&
                                         (line[n + strspn (line + n, " \t")] == '='))))
        return i + 1;
    }
  return 0;
}

static gboolean
fail (const char *path, const char *contents, const char *group, const char *name, const char *what,
      GError **error)
{
  guint line = find_line (contents, group, name);

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s:%u: [%s] %s%s%s", path,
               line, group, name != NULL ? name : "", name != NULL ? ": " : "", what);
  return FALSE;
}

static gboolean
read_group (YqConfig *config, GKeyFile *file, const char *path, const char *contents,
            const char *group, GError **error)
{
  g_auto(GStrv) names = g_key_file_get_keys (file, group, NULL, error);
  const Family *family = family_of (group);
  gpointer base = config;

  if (names == NULL)
    return FALSE;
  if (!is_group (group))
    return fail (path, contents, group, NULL, "there is no such group", error);
  if (family != NULL)
    base = family->add (config, group + strlen (family->prefix));
  for (guint i = 0; names[i] != NULL; i++)
    {
      const Key *key = find_key (group, names[i]);
      g_autofree char *value = g_key_file_get_string (file, group, names[i], NULL);
      const char *wrong = key == NULL     ? "there is no such key"
                          : value == NULL ? "not a text"
                                          : read_value (base, key, g_strstrip (value));

      if (wrong != NULL)
        return fail (path, contents, group, names[i], wrong, error);
    }
  return TRUE;
}

/* GKeyFile says what is wrong but not where: the first line that cannot be one of a key file. */
static guint
find_broken_line (const char *contents)
{
  g_auto(GStrv) lines = g_strsplit (contents, "\n", -1);
  gboolean has_group = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (*line == '\0' || *line == '#')
        continue;
      if (!g_utf8_validate (line, -1, NULL) || (*line == '[' && !g_str_has_suffix (line, "]")) ||
          (*line != '[' && (!has_group || strchr (line, '=') == NULL || *line == '=')))
        return i + 1;
      has_group = has_group || *line == '[';
    }
  return 0;
}

YqConfig *
yq_config_load (const char *path, GError **error)
{
  g_autoptr(YqConfig) config = yq_config_new ();
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autoptr(GError) failure = NULL;
  g_autofree char *contents = NULL;
  g_auto(GStrv) groups = NULL;

  if (!g_file_get_contents (path, &contents, NULL, error))
    return NULL;
  if (!g_key_file_load_from_data (file, contents, -1, G_KEY_FILE_NONE, &failure))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s:%u: %s", path,
                   find_broken_line (contents), failure->message);
      return NULL;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (config, file, path, contents, groups[i], error))
      return NULL;
  return g_steal_pointer (&config);
}

/* -- as a whole -- */

static gboolean
complain (GError **error, const char *key, const char *what)
{
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: %s", key, what);
  return FALSE;
}

static gboolean
can_read (const char *path, const char *key, GError **error)
{
  g_autofree char *contents = NULL;
  g_autoptr(GError) failure = NULL;

  if (g_file_get_contents (path, &contents, NULL, &failure))
    return TRUE;
  return complain (error, key, failure->message);
}

/* What is sent out is always signed. */
static gboolean
check_receiver (const char *group, const char *url, const char *secret, GError **error)
{
  if (url == NULL)
    return TRUE;
  if (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    return complain (error, group, "the address starts with https:// or http://");
  if (secret == NULL || strlen (secret) < 16)
    return complain (error, group, "the secret has at least 16 characters");
  return TRUE;
}

/* A secret goes there and who she is comes from there: nobody may listen on the way. */
static gboolean
is_safe (const char *url)
{
  static const char *const own[] = { "127.0.0.1", "::1", "localhost" };
  g_autoptr(GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL || g_uri_get_userinfo (uri) != NULL)
    return FALSE;
  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_str_equal (g_uri_get_scheme (uri), "http") && g_str_equal (g_uri_get_host (uri), own[i]))
      return TRUE;
  return FALSE;
}

#define NAME_RULE "a name is a small letter, then letters and digits, 12 at most"
static gboolean
is_name (const char *name)
{
  gsize n = strlen (name);

  return n > 0 && n <= 12 && g_ascii_islower (*name) &&
         strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789") == n;
}

static gboolean
check_provider (const YqConfig *config, guint nth, GError **error)
{
  const YqProvider *provider = config->providers->pdata[nth];
  g_autofree char *group = g_strdup_printf ("[" PROVIDER "%s]", provider->name);

  if (!is_name (provider->name))
    return complain (error, group, NAME_RULE);
  if (provider->title == NULL || provider->client_id == NULL || provider->client_secret == NULL ||
      provider->issuer == NULL)
    return complain (error, group, "title, issuer, client_id and client_secret are needed");
  if (!is_safe (provider->issuer))
    return complain (error, group, "the issuer starts with https://");
  if (provider->scope == NULL || !g_str_has_prefix (provider->scope, "openid"))
    return complain (error, group, "the scope starts with openid");
  for (guint i = 0; i < nth; i++)
    {
      const YqProvider *other = config->providers->pdata[i];

      if (g_str_equal (other->issuer, provider->issuer))
        return complain (error, group, "another provider has the same issuer");
    }
  return TRUE;
}

static gboolean
check_system (const YqConfig *config, guint nth, GError **error)
{
  const YqInstrumentSystem *system = config->systems->pdata[nth];
  g_autofree char *group = g_strdup_printf ("[" INSTRUMENTS "%s]", system->name);

  if (!is_name (system->name))
    return complain (error, group, NAME_RULE);
  if (system->title == NULL || system->url == NULL)
    return complain (error, group, "title and url are needed");
  if (!is_safe (system->url))
    return complain (error, group, "the address starts with https:// and has no “?”");
  if (system->secret == NULL || strlen (system->secret) < 16)
    return complain (error, group, "the secret has at least 16 characters");
  if (system->region != NULL && yq_region_find (system->region) == NULL)
    return complain (error, group, "there is no such region");
  return TRUE;
}

static gboolean
check_listen (const char *listen, GError **error)
{
  g_autoptr(GSocketConnectable) where =
    listen != NULL ? g_network_address_parse (listen, 0, NULL) : NULL;
  const char *host;

  if (where == NULL)
    return complain (error, "listen", "no ADDRESS:PORT");
  host = g_network_address_get_hostname (G_NETWORK_ADDRESS (where));
  if (!g_hostname_is_ip_address (host))
    return complain (error, "listen", "the address must be a number, as 127.0.0.1 or [::1]");
  if (strrchr (listen, ':') == NULL || g_str_has_suffix (listen, "]"))
    return complain (error, "listen", "the port is missing");
  return TRUE;
}

gboolean
yq_config_check (const YqConfig *config, GError **error)
{
  if (config->data == NULL)
    return complain (error, "data", "no folder is named");
  if (!check_listen (config->listen, error))
    return FALSE;
  if ((config->certificate == NULL) != (config->key == NULL))
    return complain (error, "[tls]", "certificate and key go together");
  if (config->certificate != NULL && (!can_read (config->certificate, "[tls] certificate", error) ||
                                      !can_read (config->key, "[tls] key", error)))
    return FALSE;
  if (config->proxy != NULL && !g_hostname_is_ip_address (config->proxy))
    return complain (error, "proxy", "no address");
  if (config->public_url != NULL && (!(g_str_has_prefix (config->public_url, "https://") ||
                                       g_str_has_prefix (config->public_url, "http://")) ||
                                     g_str_has_suffix (config->public_url, "/")))
    return complain (error, "public_url", "it starts with https:// and ends without a slash");
  for (guint i = 0; i < config->providers->len; i++)
    if (!check_provider (config, i, error))
      return FALSE;
  for (guint i = 0; i < config->systems->len; i++)
    if (!check_system (config, i, error))
      return FALSE;
  return check_receiver ("[sms]", config->sms_gateway, config->sms_secret, error) &&
         check_receiver ("[webhook]", config->webhook_url, config->webhook_secret, error);
}
