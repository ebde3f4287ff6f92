/* /v1/schema and /openapi.json: written once per language, then the same bytes for everybody. */
#define G_LOG_DOMAIN "yiquand"

#include "describe.h"

#include "openapi.h"
#include "schema-json.h"

typedef struct
{
  void (*write) (GString *out);
  gsize ready[2]; /* per YqLanguage */
  char *text[2];
} Description;

static Description schema = { .write = yq_schema_append_json };
static Description openapi = { .write = yq_openapi_append_json };

static void
reply (YqRequest *request, Description *description)
{
  YqLanguage language = yq_request_language (request);

  if (g_once_init_enter (&description->ready[language]))
    {
      GString *text = g_string_sized_new (256 * 1024);

      yq_text_set_language (language);
      description->write (text);
      description->text[language] = g_string_free (text, FALSE);
      g_once_init_leave (&description->ready[language], 1);
    }
  yq_request_reply_json (request, 200, g_string_new (description->text[language]));
}

void
yq_schema_handle (YqRequest *request)
{
  reply (request, &schema);
}

void
yq_openapi_handle (YqRequest *request)
{
  reply (request, &openapi);
}
