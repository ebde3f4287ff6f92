/* Headings and cells of spreadsheets, interpreted by the field table. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include "record-sheet.h"

#include <string.h>

#include "clock.h"
#include "money.h"
#include "record-check.h"
#include "region.h"
#include "search-text.h"

#define SHOWN 40               /* characters of a wrong cell that a message repeats */
#define FIRST_DAY "1899-12-30" /* Excel's day 0, as it counts from March 1900 on */
#define OLDEST_SERIAL 10000
#define NEWEST_SERIAL 80000

/* -- references -- */

struct _YqSheetNames
{
  GHashTable *ids;   /* "category/电子光学仪器" -> id, "" where several are called so */
  GHashTable *shown; /* "category/ID" -> "010100" */
};

YqSheetNames *
yq_sheet_names_new (void)
{
  YqSheetNames *names = g_new0 (YqSheetNames, 1);

  names->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  names->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return names;
}

void
yq_sheet_names_free (YqSheetNames *names)
{
  if (names == NULL)
    return;
  g_hash_table_unref (names->ids);
  g_hash_table_unref (names->shown);
  g_free (names);
}

static char *
name_key (const char *entity, const char *text)
{
  g_autofree char *folded = yq_search_fold (text);

  return g_strdup_printf ("%s/%s", entity, g_strstrip (folded));
}

static void
add_name (YqSheetNames *names, const char *entity, const char *text, const char *id)
{
  g_autofree char *key = text != NULL ? name_key (entity, text) : NULL;
  const char *known = key != NULL ? g_hash_table_lookup (names->ids, key) : NULL;

  if (key != NULL)
    g_hash_table_insert (names->ids, g_steal_pointer (&key),
                         g_strdup (known == NULL || g_str_equal (known, id) ? id : ""));
}

void
yq_sheet_names_add (YqSheetNames *names, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  static const char *const codes[] = { "code", "uscc" };
  const char *id = yq_record_id (record), *code = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (codes) && code == NULL; i++)
    {
      int field = yq_entity_find_field (entity, codes[i]);

      code = field >= 0 ? yq_record_text (record, field) : NULL;
    }
  add_name (names, entity->name, id, id);
  add_name (names, entity->name, yq_record_title (record), id);
  add_name (names, entity->name, code, id);
  g_hash_table_insert (names->shown, g_strdup_printf ("%s/%s", entity->name, id),
                       g_strdup (code != NULL ? code : yq_record_title (record)));
}

/* NULL: not known; "": several are called so. */
static const char *
find_name (const YqSheetNames *names, const char *entity, const char *text)
{
  g_autofree char *key = NULL;
  const char *id;

  if (names == NULL)
    return NULL;
  key = name_key (entity, text);
  if ((id = g_hash_table_lookup (names->ids, key)) == NULL && g_ascii_isdigit (*text))
    {
      /* A spreadsheet program took 010100 for a number. */
      g_autofree char *code = g_strconcat ("0", text, NULL);
      g_autofree char *longer = name_key (entity, code);

      id = g_hash_table_lookup (names->ids, longer);
    }
  return id;
}

/* -- columns -- */

gboolean
yq_sheet_can_hold (const YqField *field)
{
  return field->type != YQ_FILES && field->type != YQ_ROWS && field->type != YQ_REFERENCES;
}

GArray *
yq_sheet_fields (const YqEntity *entity)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < entity->n_fields; i++)
    if ((entity->fields[i].flags & YQ_SHEET) && yq_sheet_can_hold (&entity->fields[i]))
      g_array_append_val (fields, i);
  return fields;
}

const char *
yq_sheet_heading (const YqField *field)
{
  return field->sheet != NULL ? field->sheet : _(field->title);
}

/* Folded, without marks, spaces and what stands in brackets. */
static char *
bare_heading (const char *heading)
{
  g_autofree char *folded = yq_search_fold (heading);
  GString *bare = g_string_new (NULL);
  guint depth = 0;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '(' || c == '[' || c == 0x3010)
        depth++;
      else if ((c == ')' || c == ']' || c == 0x3011) && depth > 0)
        depth--;
      else if (depth == 0 && (g_unichar_isalnum (c) || c == '_'))
        g_string_append_unichar (bare, c);
    }
  return g_string_free (bare, FALSE);
}

static gboolean
is_called (const char *bare, const char *name)
{
  g_autofree char *other = name != NULL ? bare_heading (name) : NULL;

  return other != NULL && g_str_equal (bare, other);
}

#define N_NAMES 5 /* a field may have in a sheet, the surest first */

int
yq_sheet_find_field (const YqEntity *entity, const char *heading)
{
  g_autofree char *bare = bare_heading (heading);

  for (guint pass = 0; pass < N_NAMES && *bare != '\0'; pass++)
    for (guint i = 0; i < entity->n_fields; i++)
      {
        const YqField *field = &entity->fields[i];
        const char *names[N_NAMES] = { field->sheet, _(field->title), yq_gettext_zh (field->title),
                                       field->title, field->name };

        if (yq_sheet_can_hold (field) && !(field->flags & (YQ_COMPUTED | YQ_HIDDEN)) &&
            is_called (bare, names[pass]))
          return i;
      }
  return -1;
}

int
yq_sheet_heading_scale (const char *heading)
{
  return heading != NULL && strstr (heading, "万元") != NULL ? 10000 : 1;
}

/* -- reading: each kind answers a sentence, or NULL -- */

static char *
short_text (const char *text)
{
  if (g_utf8_strlen (text, -1) <= SHOWN)
    return g_strdup (text);
  else
    {
      g_autofree char *head = g_utf8_substring (text, 0, SHOWN);

      return g_strconcat (head, "…", NULL);
    }
}

static char *
complain (const char *sentence, const char *text)
{
  g_autofree char *shown = short_text (text);
  GString *out = g_string_new (sentence);

  g_string_replace (out, "%s", shown, 1);
  return g_string_free (out, FALSE);
}

/* "-12,345.678" with so many decimals; more of them are rounded, or refused where exact. */
static gboolean
read_decimal (const char *text, guint decimals, gboolean exact, gint64 *value)
{
  g_autofree char *whole = NULL;
  const char *point = strchr (text, '.');
  gsize n_digits = point ? strspn (point + 1, "0123456789") : 0;
  gint64 yuan;

  /* The whole part has the rules of money: its grouping, its signs, its overflow. */
  whole = point ? g_strndup (text, point - text) : g_strdup (text);
  if ((point && (n_digits == 0 || point[1 + n_digits] != '\0')) || strstr (whole, "¥") ||
      strstr (whole, "元") || !yq_money_parse (whole, &yuan))
    return FALSE;
  *value = yuan / 100;
  for (guint i = 0; i < decimals; i++)
    {
      gint64 digit = i < n_digits ? point[1 + i] - '0' : 0;

      if (__builtin_mul_overflow (*value, (gint64) 10, value) ||
          __builtin_add_overflow (*value, *text == '-' ? -digit : digit, value))
        return FALSE;
    }
  if (n_digits > decimals && exact)
    return strspn (point + 1 + decimals, "0") == n_digits - decimals;
  if (n_digits > decimals && point[1 + decimals] >= '5')
    *value += *text == '-' ? -1 : 1;
  return TRUE;
}

static char *
read_integer (YqValues *values, guint field, const char *text, guint decimals)
{
  gint64 value;

  if (!read_decimal (text, decimals, decimals == 0, &value))
    return complain (_("“%s” is not a number"), text);
  yq_values_set_int (values, field, value);
  return NULL;
}

static char *
read_money (YqValues *values, guint field, const char *text, int scale)
{
  g_autofree char *amount = g_strdup (text);
  gboolean in_wan = scale == 10000;
  gint64 fen;

  if (g_str_has_suffix (amount, "万元") || g_str_has_suffix (amount, "万"))
    {
      *strstr (amount, "万") = '\0';
      g_strchomp (amount);
      in_wan = TRUE;
    }
  if (in_wan ? !read_decimal (amount, 6, TRUE, &fen) : !yq_money_parse (amount, &fen))
    return complain (_("“%s” is not an amount: write it like 12345.60"), text);
  yq_values_set_int (values, field, fen);
  return NULL;
}

/* A number of one or two digits, and what may stand behind it; moves text. */
static gboolean
read_part (const char **text, const char *const *ends, int *value)
{
  gsize n = strspn (*text, "0123456789");

  if (n < 1 || n > 2)
    return FALSE;
  *value = (*text)[0] - '0';
  if (n == 2)
    *value = *value * 10 + (*text)[1] - '0';
  *text += n;
  for (guint i = 0; ends[i] != NULL; i++)
    if (g_str_has_prefix (*text, ends[i]))
      {
        *text += strlen (ends[i]);
        return TRUE;
      }
  return FALSE;
}

/* A date at the beginning of text: 2024-3-5, 2024/03/05, 2024.3.5, 2024年3月5日, 20240305.  What
 * follows stands in *rest.  Free it. */
static char *
read_date_head (const char *text, const char **rest)
{
  static const char *const separators[] = { "-", "/", ".", "月", NULL };
  static const char *const day_ends[] = { "日", "号", "", NULL };
  gsize n = strspn (text, "0123456789");
  g_autofree char *date = NULL;
  const char *p = text + 4;
  int month, day;

  if (n == 8)
    {
      date = g_strdup_printf ("%.4s-%.2s-%.2s", text, text + 4, text + 6);
      *rest = text + 8;
    }
  else if (n == 4 && (strchr ("-/.", *p) != NULL || g_str_has_prefix (p, "年")) && *p != '\0')
    {
      p += g_ascii_ispunct (*p) ? 1 : strlen ("年");
      if (!read_part (&p, separators, &month) || !read_part (&p, day_ends, &day))
        return NULL;
      date = g_strdup_printf ("%.4s-%02d-%02d", text, month, day);
      *rest = p;
    }
  return yq_date_is_valid (date) ? g_steal_pointer (&date) : NULL;
}

/* Excel's day number, with the time of day behind the point; -1 where text is none. */
static double
read_serial (const char *text)
{
  char *end = NULL;
  double serial = g_ascii_isdigit (*text) ? g_ascii_strtod (text, &end) : -1;

  if (end == NULL || *end != '\0' || serial < OLDEST_SERIAL || serial >= NEWEST_SERIAL ||
      strspn (text, "0123456789.") != strlen (text))
    return -1;
  return serial;
}

/* "", or a time of day as spreadsheets write it: seconds since midnight, -1 if malformed. */
static int
read_clock (const char *text)
{
  int hours = 0, minutes = 0, seconds = 0;
  static const char *const colon[] = { ":", NULL };
  static const char *const ends[] = { ":", "", NULL };

  while (*text == ' ' || *text == 'T')
    text++;
  if (*text == '\0')
    return 0;
  if (!read_part (&text, colon, &hours) || !read_part (&text, ends, &minutes))
    return -1;
  if (*text != '\0' && !read_part (&text, ends + 1, &seconds))
    return -1;
  text += strspn (text, ".0");
  if (*text != '\0' || hours > 23 || minutes > 59 || seconds > 59)
    return -1;
  return (hours * 60 + minutes) * 60 + seconds;
}

static char *
read_date (YqValues *values, guint field, const char *text)
{
  double serial = read_serial (text);
  const char *rest = "";
  g_autofree char *date =
    serial >= 0 ? yq_date_add_days (FIRST_DAY, (int) serial) : read_date_head (text, &rest);

  if (date == NULL || read_clock (rest) < 0)
    return complain (_("“%s” is not a date: write it like 2024-03-05"), text);
  yq_values_set_text (values, field, date);
  return NULL;
}

static char *
read_time (YqValues *values, guint field, const char *text)
{
  double serial = read_serial (text);
  const char *rest = "";
  g_autofree char *date = NULL;
  gint64 ms;
  int seconds = 0;

  if (yq_time_parse (text, &ms))
    {
      yq_values_set_int (values, field, ms);
      return NULL;
    }
  if (serial >= 0)
    {
      date = yq_date_add_days (FIRST_DAY, (int) serial);
      seconds = (int) ((serial - (int) serial) * 86400 + 0.5);
    }
  else if ((date = read_date_head (text, &rest)) != NULL)
    seconds = read_clock (rest);
  if (date == NULL || seconds < 0)
    return complain (_("“%s” is not a time: write it like 2024-03-05 14:30"), text);
  yq_values_set_int (values, field, yq_date_start (date) + seconds * YQ_SECOND);
  return NULL;
}

static char *
read_boolean (YqValues *values, guint field, const char *text)
{
  static const char *const words[][8] = {
    { "否", "no", "n", "false", "0", "×", "无", NULL },
    { "是", "yes", "y", "true", "1", "√", "有", NULL },
  };
  g_autofree char *folded = yq_search_fold (text);

  for (guint value = 0; value < 2; value++)
    if (g_strv_contains (words[value], folded))
      {
        yq_values_set_int (values, field, value);
        return NULL;
      }
  return complain (_("“%s” is neither yes nor no"), text);
}

static char *
read_choice (YqValues *values, guint field, const char *text, const YqField *row)
{
  g_autofree char *bare = bare_heading (text);
  g_autofree char *shown = NULL;
  g_autoptr(GString) titles = g_string_new (NULL);

  for (const YqChoice *choice = row->choices; choice != NULL && choice->code != NULL; choice++)
    {
      if (g_ascii_strcasecmp (text, choice->code) == 0 || is_called (bare, _(choice->title)) ||
          is_called (bare, yq_gettext_zh (choice->title)) || is_called (bare, choice->title))
        {
          yq_values_set_text (values, field, choice->code);
          return NULL;
        }
      g_string_append_printf (titles, "%s%s", titles->len > 0 ? _(", ") : "", _(choice->title));
    }
  shown = short_text (text);
  return g_strdup_printf (_("“%s” is not one of: %s"), shown, titles->str);
}

static char *
read_region (YqValues *values, guint field, const char *text)
{
  const char *code = yq_region_parse (text);

  if (code == NULL)
    return complain (_("“%s” is no region, or may be several: write its code or its whole name"),
                     text);
  yq_values_set_text (values, field, code);
  return NULL;
}

static char *
read_reference (YqValues *values, guint field, const char *text, const YqField *row,
                const YqSheetNames *names)
{
  const char *id = find_name (names, row->refers, text);

  if (id == NULL)
    return complain (_("“%s” is not known"), text);
  if (*id == '\0')
    return complain (_("Several are called “%s”: write the code"), text);
  yq_values_set_text (values, field, id);
  return NULL;
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x200b || c == 0xfeff;
}

/* Outer spaces of any kind go, and full-width letters and digits become half-width; one line where
 * the field is. */
static char *
clean_text (const char *text, gboolean one_line)
{
  g_autoptr(GString) out = g_string_new (NULL);
  gsize used = 0; /* up to the last character that is no space */

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if ((c == '\r' && p[1] == '\n') || (out->len == 0 && is_blank (c)))
        continue;
      if (one_line && (c == '\n' || c == '\r' || c == '\t'))
        c = ' ';
      if (one_line && c >= 0xff01 && c <= 0xff5e && g_ascii_isalnum (c - 0xfee0))
        c -= 0xfee0;
      if (c < 0x20 && c != '\n' && c != '\t')
        continue;
      g_string_append_unichar (out, c);
      if (!is_blank (c))
        used = out->len;
    }
  return g_strndup (out->str, used);
}

static char *
read_text (YqValues *values, guint field, const char *text, const YqField *row)
{
  g_autofree char *clean = clean_text (text, !(row->flags & YQ_LONG));

  yq_values_set_text (values, field, clean);
  return NULL;
}

static char *
read_by_type (YqValues *values, guint field, const char *text, int scale, const YqField *row,
              const YqSheetNames *names)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  const char *bare = normal != NULL ? g_strstrip (normal) : "";
  g_autofree char *signed_text = NULL;

  if (g_str_has_prefix (bare, "\xe2\x88\x92")) /* U+2212 */
    bare = signed_text = g_strconcat ("-", bare + 3, NULL);

  switch (row->type)
    {
    case YQ_TEXT:
      return read_text (values, field, text, row);
    case YQ_INTEGER:
      return read_integer (values, field, bare, row->decimals);
    case YQ_MONEY:
      return read_money (values, field, bare, scale);
    case YQ_DATE:
      return read_date (values, field, bare);
    case YQ_TIME:
      return read_time (values, field, bare);
    case YQ_BOOLEAN:
      return read_boolean (values, field, bare);
    case YQ_CHOICE:
      return read_choice (values, field, bare, row);
    case YQ_REGION:
      return read_region (values, field, bare);
    case YQ_REFERENCE:
      return read_reference (values, field, bare, row, names);
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return g_strdup (_("This cannot be filled in by spreadsheet"));
    }
}

char *
yq_sheet_read (YqValues *values, guint field, const char *text, int scale,
               const YqSheetNames *names)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autofree char *clean = clean_text (valid, FALSE);
  char *why;

  yq_values_clear (values, field);
  if (*clean == '\0')
    return NULL;
  if ((why = read_by_type (values, field, clean, scale, row, names)) == NULL)
    why = yq_check_field (values, field);
  if (why != NULL)
    yq_values_clear (values, field);
  return why;
}

/* -- writing -- */

static char *
write_decimal (gint64 value, guint decimals)
{
  guint64 size = value < 0 ? -(guint64) value : (guint64) value;
  guint64 unit = 1;

  for (guint i = 0; i < decimals; i++)
    unit *= 10;
  if (decimals == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, value);
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, value < 0 ? "-" : "",
                          size / unit, (int) decimals, size % unit);
}

static char *
write_reference (const YqField *row, const char *id, const YqSheetNames *names)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", row->refers, id);
  const char *shown = names != NULL ? g_hash_table_lookup (names->shown, key) : NULL;

  return g_strdup (shown != NULL ? shown : id);
}

char *
yq_sheet_write (const YqValues *values, guint field, const YqSheetNames *names)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];

  if (!yq_values_has (values, field))
    return g_strdup ("");
  switch (row->type)
    {
    case YQ_INTEGER:
      return write_decimal (yq_values_int (values, field), row->decimals);
    case YQ_MONEY:
      return yq_money_plain (yq_values_int (values, field));
    case YQ_TIME:
      return yq_time_local (yq_values_int (values, field));
    case YQ_REGION:
      return yq_region_path (yq_values_text (values, field));
    case YQ_REFERENCE:
      return write_reference (row, yq_values_text (values, field), names);
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_BOOLEAN:
    case YQ_CHOICE:
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return yq_values_format (values, field);
    }
}
