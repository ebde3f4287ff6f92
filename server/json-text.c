/* JSON written as text. */
#define G_LOG_DOMAIN "yiquand"

#include "json-text.h"

#include <string.h>

#include "record-json.h"

/* A comma is due behind everything that ends a value. */
static void
begin (GString *out, const char *name)
{
  if (out->len > 0 && strchr ("{[:", out->str[out->len - 1]) == NULL)
    g_string_append_c (out, ',');
  if (name == NULL)
    return;
  yq_json_append_string (out, name);
  g_string_append_c (out, ':');
}

void
yq_json_open (GString *out, const char *name, char bracket)
{
  begin (out, name);
  g_string_append_c (out, bracket);
}

void
yq_json_close (GString *out, char bracket)
{
  g_string_append_c (out, bracket);
}

void
yq_json_text (GString *out, const char *name, const char *text)
{
  begin (out, name);
  yq_json_append_string (out, text);
}

void
yq_json_int (GString *out, const char *name, gint64 value)
{
  begin (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

void
yq_json_boolean (GString *out, const char *name, gboolean value)
{
  begin (out, name);
  g_string_append (out, value ? "true" : "false");
}

void
yq_json_words (GString *out, const char *name, const char *words)
{
  g_auto(GStrv) list = g_strsplit (words, "|", -1);

  yq_json_open (out, name, '[');
  for (guint i = 0; list[i] != NULL; i++)
    yq_json_text (out, NULL, list[i]);
  yq_json_close (out, ']');
}

void
yq_json_ref (GString *out, const char *name, const char *path, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;
  va_list args;

  va_start (args, path);
  text = g_strdup_vprintf (path, args);
  va_end (args);
  whole = g_strconcat ("#/components/", text, NULL);
  yq_json_open (out, name, '{');
  yq_json_text (out, "$ref", whole);
  yq_json_close (out, '}');
}
