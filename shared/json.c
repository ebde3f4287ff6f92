/* JSON text: a strict one-pass parser into json-glib's tree, and the writing of strings and
 * digests. json-glib's own parser accepts more than RFC 8259 and overflows its stack on deep input.
 */
#define G_LOG_DOMAIN "yiquan-json"

#include "record-json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  GString *text; /* of the string being read */
  guint depth;
  const char *error; /* N_() */
} Parser;

static JsonNode *parse_value (Parser *parser);

static gpointer
fail (Parser *parser, const char *error)
{
  if (parser->error == NULL)
    parser->error = error;
  return NULL;
}

static void
skip_space (Parser *parser)
{
  while (parser->at < parser->end &&
         (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t'))
    parser->at++;
}

static gboolean
accept (Parser *parser, char c)
{
  skip_space (parser);
  if (parser->at >= parser->end || *parser->at != c)
    return FALSE;
  parser->at++;
  return TRUE;
}

/* -- strings -- */

static gboolean
parse_hex (Parser *parser, gunichar *unit)
{
  *unit = 0;
  if (parser->end - parser->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*parser->at++);

      if (digit < 0)
        return FALSE;
      *unit = *unit << 4 | digit;
    }
  return TRUE;
}

/* Behind "\u".  Surrogates come in pairs; U+0000 would end a C string. */
static gboolean
parse_unicode (Parser *parser)
{
  gunichar unit, low;

  if (!parse_hex (parser, &unit))
    return fail (parser, N_("\\u needs four hexadecimal digits")) != NULL;
  if (unit >= 0xd800 && unit < 0xdc00)
    {
      if (parser->end - parser->at < 6 || parser->at[0] != '\\' || parser->at[1] != 'u')
        return fail (parser, N_("half of a surrogate pair is missing")) != NULL;
      parser->at += 2;
      if (!parse_hex (parser, &low) || low < 0xdc00 || low > 0xdfff)
        return fail (parser, N_("half of a surrogate pair is missing")) != NULL;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (unit >= 0xdc00 && unit < 0xe000)
    return fail (parser, N_("half of a surrogate pair is missing")) != NULL;
  if (unit == 0)
    return fail (parser, N_("text may not contain U+0000")) != NULL;
  g_string_append_unichar (parser->text, unit);
  return TRUE;
}

static gboolean
parse_escape (Parser *parser)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  char c;

  if (parser->at >= parser->end)
    return fail (parser, N_("a string does not end")) != NULL;
  c = *parser->at++;
  if (c == 'u')
    return parse_unicode (parser);
  found = c != '\0' ? strchr (from, c) : NULL;
  if (found == NULL)
    return fail (parser, N_("unknown escape in a string")) != NULL;
  g_string_append_c (parser->text, to[found - from]);
  return TRUE;
}

/* Behind the opening quote; the text stands in parser->text. */
static gboolean
parse_string (Parser *parser)
{
  g_string_truncate (parser->text, 0);
  for (;;)
    {
      const char *run = parser->at;

      while (parser->at < parser->end && *parser->at != '"' && *parser->at != '\\' &&
             (guchar) *parser->at >= 0x20)
        parser->at++;
      g_string_append_len (parser->text, run, parser->at - run);
      if (parser->at >= parser->end)
        return fail (parser, N_("a string does not end")) != NULL;
      if ((guchar) *parser->at < 0x20)
        return fail (parser, N_("a control character stands in a string")) != NULL;
      if (*parser->at++ == '"')
        return TRUE;
      if (!parse_escape (parser))
        return FALSE;
    }
}

/* -- numbers -- */

static gboolean
skip_digits (Parser *parser)
{
  const char *first = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;
  return parser->at > first;
}

static JsonNode *
make_integer (const char *from, const char *to, gboolean *fits)
{
  gboolean negative = *from == '-';
  guint64 limit = negative ? (guint64) G_MAXINT64 + 1 : (guint64) G_MAXINT64;
  guint64 value = 0;

  *fits = TRUE;
  for (const char *at = from + negative; at < to; at++)
    {
      guint digit = *at - '0';

      if (value > (limit - digit) / 10)
        {
          *fits = FALSE;
          return NULL;
        }
      value = value * 10 + digit;
    }
  return json_node_init_int (json_node_alloc (), (gint64) (negative ? 0 - value : value));
}

static JsonNode *
parse_number (Parser *parser)
{
  const char *from = parser->at;
  gboolean whole = TRUE;
  JsonNode *node;
  double value;

  if (*parser->at == '-')
    parser->at++;
  if (parser->at < parser->end && *parser->at == '0')
    parser->at++;
  else if (!skip_digits (parser))
    return fail (parser, N_("a number lacks digits"));
  if (parser->at < parser->end && *parser->at == '.')
    {
      whole = FALSE;
      parser->at++;
      if (!skip_digits (parser))
        return fail (parser, N_("a number lacks digits"));
    }
  if (parser->at < parser->end && (*parser->at == 'e' || *parser->at == 'E'))
    {
      whole = FALSE;
      parser->at++;
      if (parser->at < parser->end && (*parser->at == '+' || *parser->at == '-'))
        parser->at++;
      if (!skip_digits (parser))
        return fail (parser, N_("a number lacks digits"));
    }
  if (whole)
    {
      gboolean fits;

      node = make_integer (from, parser->at, &fits);
      if (fits)
        return node;
    }
  g_string_truncate (parser->text, 0);
  g_string_append_len (parser->text, from, parser->at - from);
  value = g_ascii_strtod (parser->text->str, NULL);
  if (!isfinite (value))
    return fail (parser, N_("a number is too large"));
  return json_node_init_double (json_node_alloc (), value);
}

/* -- values -- */

static JsonNode *
parse_array (Parser *parser)
{
  g_autoptr(JsonArray) array = json_array_new ();

  if (!accept (parser, ']'))
    {
      do
        {
          JsonNode *element = parse_value (parser);

          if (element == NULL)
            return NULL;
          json_array_add_element (array, element);
        }
      while (accept (parser, ','));
      if (!accept (parser, ']'))
        return fail (parser, N_("“,” or “]” was expected"));
    }
  return json_node_init_array (json_node_alloc (), array);
}

static gboolean
parse_member (Parser *parser, JsonObject *object)
{
  guint n = json_object_get_size (object);
  g_autofree char *name = NULL;
  JsonNode *value;

  if (!accept (parser, '"'))
    return fail (parser, N_("a member's name was expected")) != NULL;
  if (!parse_string (parser))
    return FALSE;
  /* Names that collide in the hash table would make larger objects slow. */
  if (n >= YQ_JSON_MAX_MEMBERS)
    return fail (parser, N_("an object has too many members")) != NULL;
  name = g_strndup (parser->text->str, parser->text->len);
  if (!accept (parser, ':'))
    return fail (parser, N_("“:” was expected")) != NULL;
  value = parse_value (parser);
  if (value == NULL)
    return FALSE;
  json_object_set_member (object, name, value);
  if (json_object_get_size (object) == n)
    return fail (parser, N_("a member occurs twice")) != NULL;
  return TRUE;
}

static JsonNode *
parse_object (Parser *parser)
{
  g_autoptr(JsonObject) object = json_object_new ();

  if (!accept (parser, '}'))
    {
      do
        if (!parse_member (parser, object))
          return NULL;
      while (accept (parser, ','));
      if (!accept (parser, '}'))
        return fail (parser, N_("“,” or “}” was expected"));
    }
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
parse_container (Parser *parser)
{
  JsonNode *node;

  if (++parser->depth > YQ_JSON_MAX_DEPTH)
    return fail (parser, N_("it is nested too deeply"));
  node = *parser->at++ == '[' ? parse_array (parser) : parse_object (parser);
  parser->depth--;
  return node;
}

static gboolean
accept_word (Parser *parser, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (parser->end - parser->at) < length || memcmp (parser->at, word, length) != 0)
    return FALSE;
  parser->at += length;
  return TRUE;
}

static JsonNode *
parse_value (Parser *parser)
{
  skip_space (parser);
  if (parser->at >= parser->end)
    return fail (parser, N_("a value was expected"));
  if (*parser->at == '[' || *parser->at == '{')
    return parse_container (parser);
  if (*parser->at == '-' || g_ascii_isdigit (*parser->at))
    return parse_number (parser);
  if (accept_word (parser, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (accept_word (parser, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  if (accept_word (parser, "null"))
    return json_node_init_null (json_node_alloc ());
  if (*parser->at != '"')
    return fail (parser, N_("a value was expected"));
  parser->at++;
  if (!parse_string (parser))
    return NULL;
  return json_node_init_string (json_node_alloc (), parser->text->str);
}

JsonNode *
yq_json_parse (const char *text, gssize length, YqProblem **problem)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  Parser parser = { .start = text, .at = text, .end = text + size };
  JsonNode *node = NULL;
  const char *bad;

  if (!g_utf8_validate_len (text, size, &bad))
    {
      parser.at = bad;
      fail (&parser, N_("it is not UTF-8"));
    }
  else
    {
      parser.text = g_string_sized_new (64);
      node = parse_value (&parser);
      skip_space (&parser);
      if (node != NULL && parser.at < parser.end)
        fail (&parser, N_("something follows the value"));
      g_string_free (parser.text, TRUE);
    }
  if (parser.error == NULL)
    return node;
  g_clear_pointer (&node, json_node_unref);
  if (problem != NULL)
    *problem = yq_problem_new (YQ_PROBLEM_MALFORMED, _("This is not JSON: %s (at byte %u)."),
                               _(parser.error), (guint) (parser.at - parser.start));
  return NULL;
}

/* -- writing -- */

static void
append_escaped (GString *out, const char *text, gsize length)
{
  static const char escapes[0x20] = {
    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
  };
  const char *end = text + length;
  const char *run = text;

  for (const char *at = text; at < end; at++)
    {
      guchar c = *at;

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, run, at - run);
      run = at + 1;
      if (c >= 0x20 || escapes[c] != 0)
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, c >= 0x20 ? (char) c : escapes[c]);
        }
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, run, end - run);
}

void
yq_json_append_string (GString *out, const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;
  const char *bad;

  g_string_append_c (out, '"');
  while (length > 0 && !g_utf8_validate_len (text, length, &bad))
    {
      append_escaped (out, text, bad - text);
      g_string_append (out, "\xef\xbf\xbd");
      length -= bad + 1 - text;
      text = bad + 1;
    }
  if (length > 0)
    append_escaped (out, text, length);
  g_string_append_c (out, '"');
}

void
yq_json_append_int (GString *out, gint64 value)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? 0 - (guint64) value : (guint64) value;

  do
    *--at = '0' + rest % 10;
  while ((rest /= 10) > 0);
  if (value < 0)
    *--at = '-';
  g_string_append_len (out, at, digits + sizeof digits - at);
}

/* The shortest text that reads back as the same number, and as no integer. */
static void
append_double (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

static void
append_object (GString *out, JsonObject *object)
{
  g_autoptr(GList) names = g_list_sort (json_object_get_members (object), (GCompareFunc) strcmp);

  g_string_append_c (out, '{');
  for (GList *l = names; l != NULL; l = l->next)
    {
      if (l != names)
        g_string_append_c (out, ',');
      yq_json_append_string (out, l->data);
      g_string_append_c (out, ':');
      yq_json_append_canonical (out, json_object_get_member (object, l->data));
    }
  g_string_append_c (out, '}');
}

void
yq_json_append_array (GString *out, JsonArray *array)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      yq_json_append_canonical (out, json_array_get_element (array, i));
    }
  g_string_append_c (out, ']');
}

void
yq_json_append_canonical (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (JSON_NODE_HOLDS_OBJECT (node))
    append_object (out, json_node_get_object (node));
  else if (JSON_NODE_HOLDS_ARRAY (node))
    yq_json_append_array (out, json_node_get_array (node));
  else if (JSON_NODE_HOLDS_NULL (node))
    g_string_append (out, "null");
  else if (type == G_TYPE_STRING)
    yq_json_append_string (out, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    append_double (out, json_node_get_double (node));
}

char *
yq_json_canonical (JsonNode *node)
{
  GString *out = g_string_sized_new (256);

  yq_json_append_canonical (out, node);
  return g_string_free (out, FALSE);
}

/* -- copies -- */

JsonArray *
yq_json_copy_array (JsonArray *array)
{
  guint n = json_array_get_length (array);
  JsonArray *copy = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_element (copy, yq_json_copy (json_array_get_element (array, i)));
  return copy;
}

const char *
yq_json_text_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

JsonObject *
yq_json_copy_object (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    json_object_set_member (copy, name, yq_json_copy (member));
  return copy;
}

JsonNode *
yq_json_copy (JsonNode *node)
{
  JsonNode *copy;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      copy = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (copy, yq_json_copy_array (json_node_get_array (node)));
      return copy;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      copy = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (copy, yq_json_copy_object (json_node_get_object (node)));
      return copy;
    }
  return json_node_copy (node);
}
