/* Every URL of the server.  Literal patterns stand before those with a star in the same place. */
#define G_LOG_DOMAIN "yiquand-routes"

#include "routes.h"

#include <string.h>

#include "account-desk.h"
#include "changes.h"
#include "commands.h"
#include "describe.h"
#include "files.h"
#include "lists.h"
#include "operation.h"
#include "session.h"
#include "sign-on.h"
#include "verify-page.h"

/* clang-format off */
static const YqRoute routes[] = {
  { "GET",    "/healthz",             yq_health_handle,   YQ_ROUTE_PUBLIC },
  { "GET",    "/metrics",             yq_metrics_handle,  YQ_ROUTE_PUBLIC | YQ_ROUTE_TEXT },
  { "POST",   "/v1/commands",         yq_commands_handle, 0 },
  { "GET",    "/v1/changes",          yq_changes_handle,  YQ_ROUTE_PUBLIC },
  { "POST",   "/v1/sessions",         yq_sessions_create, YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/providers",        yq_providers_handle, YQ_ROUTE_PUBLIC },
  { "POST",   "/v1/authorizations",   yq_authorizations_create, YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/authorizations/return", yq_authorizations_return, YQ_ROUTE_PUBLIC | YQ_ROUTE_TEXT },
  { "DELETE", "/v1/sessions/current", yq_sessions_end,    0 },
  { "POST",   "/v1/accounts",         yq_accounts_create, YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/accounts",         yq_lists_handle,    YQ_ROUTE_PUBLIC },
  { "POST",   "/v1/codes",            yq_codes_create,    YQ_ROUTE_PUBLIC },
  { "POST",   "/v1/passwords",        yq_passwords_create, YQ_ROUTE_PUBLIC },
  { "POST",   "/v1/bindings",         yq_bindings_create, 0 },
  { "POST",   "/v1/phones",           yq_phones_create,   0 },
  { "POST",   "/v1/recoveries",       yq_recoveries_create, 0 },
  { "GET",    "/v1/captcha",          yq_captcha_handle,  YQ_ROUTE_PUBLIC },
  { "HEAD",   "/v1/files/*",          yq_files_head,      0 },
  { "PATCH",  "/v1/files/*",          yq_files_patch,     YQ_ROUTE_STREAMED },
  { "GET",    "/v1/files/*",          yq_files_get,       0 },
  { "GET",    "/v/*",                 yq_verify_page,     YQ_ROUTE_PUBLIC | YQ_ROUTE_TEXT },
  { "GET",    "/v1/schema",           yq_schema_handle,   YQ_ROUTE_PUBLIC },
  { "GET",    "/openapi.json",        yq_openapi_handle,  YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/*",                yq_lists_handle,    YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/*/*",              yq_record_handle,   YQ_ROUTE_PUBLIC },
  { "GET",    "/v1/*/*/history",      yq_history_handle,  YQ_ROUTE_PUBLIC },
};
/* clang-format on */

guint
yq_routes_count (void)
{
  return G_N_ELEMENTS (routes);
}

const YqRoute *
yq_routes_nth (guint i)
{
  return &routes[i];
}

static gboolean
matches (const char *pattern, const char *const *parts)
{
  for (; *parts != NULL; parts++)
    {
      gsize n;

      if (*pattern++ != '/')
        return FALSE;
      n = strcspn (pattern, "/");
      if (!(n == 1 && *pattern == '*') &&
          (strncmp (pattern, *parts, n) != 0 || (*parts)[n] != '\0'))
        return FALSE;
      pattern += n;
    }
  return *pattern == '\0';
}

int
yq_routes_find (const char *method, const char *const *parts, char **allow)
{
  const char *pattern = NULL; /* the first that fits decides */
  g_autoptr(GString) allowed = NULL;
  int get = -1;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (pattern == NULL ? !matches (routes[i].pattern, parts)
                          : !g_str_equal (pattern, routes[i].pattern))
        continue;
      pattern = routes[i].pattern;
      if (g_str_equal (method, routes[i].method))
        return i;
      if (g_str_equal (routes[i].method, "GET"))
        get = i;
      if (allowed == NULL)
        allowed = g_string_new (NULL);
      g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? ", " : "", routes[i].method);
    }
  if (get >= 0 && g_str_equal (method, "HEAD")) /* the same answer without its body */
    return get;
  if (allowed != NULL)
    *allow = g_strdup (allowed->str);
  return -1;
}
