/* Checks of what was filled in, from the field tables. */
#define G_LOG_DOMAIN "yiquan-check"

#include "record-check.h"

#include <string.h>

#include "clock.h"
#include "file-kind.h"
#include "ids.h"
#include "model.h"
#include "money.h"
#include "record-json.h"
#include "region.h"
#include "world.h"

#define MAX_ITEMS 200 /* rows, files, references where the table names no limit */

static gboolean
is_shown (const YqValues *values, const YqField *field)
{
  return field->shown == NULL || field->shown (values);
}

/* -- one value -- */

static char *
check_text (const YqField *field, const char *text)
{
  gint64 length = g_utf8_strlen (text, -1);

  for (const char *at = text; *at != '\0'; at++)
    if ((guchar) *at < 0x20 && !((field->flags & YQ_LONG) != 0 && strchr ("\n\r\t", *at) != NULL))
      return g_strdup ((field->flags & YQ_LONG) != 0 ? _("Remove the control characters.")
                                                     : _("Write this in one line."));
  if (field->max > 0 && length > field->max)
    return g_strdup_printf (_("At most %d characters; there are %d."), (int) field->max,
                            (int) length);
  if (length < field->min)
    return g_strdup_printf (_("At least %d characters; there are %d."), (int) field->min,
                            (int) length);
  return NULL;
}

static char *
format_number (const YqField *field, gint64 value)
{
  g_autoptr(YqValues) values = yq_values_new (field, 1);

  yq_values_set_int (values, 0, value);
  return yq_values_format (values, 0);
}

static char *
check_number (const YqField *field, gint64 value)
{
  g_autofree char *limit = NULL;

  if (value < field->min)
    {
      limit = format_number (field, field->min);
      return g_strdup_printf (_("At least %s."), limit);
    }
  if (field->max != 0 && value > field->max)
    {
      limit = format_number (field, field->max);
      return g_strdup_printf (_("At most %s."), limit);
    }
  return NULL;
}

static char *
check_choice (const YqField *field, const char *code)
{
  for (const YqChoice *choice = field->choices; choice != NULL && choice->code != NULL; choice++)
    if (strcmp (choice->code, code) == 0)
      return NULL;
  return g_strdup (_("Choose one of the list."));
}

static char *
check_region (const YqField *field, const char *code)
{
  if (yq_region_find (code) == NULL)
    return g_strdup_printf (_("There is no region with the code %s."), code);
  /* What the server wrote may name a region that has been withdrawn since. */
  if ((field->flags & YQ_COMPUTED) == 0 && !yq_region_can_choose (code))
    return g_strdup_printf (_("The region %s cannot be chosen."), code);
  return NULL;
}

static char *
check_count (const YqField *field, JsonArray *array)
{
  gint64 n = json_array_get_length (array);
  gint64 max = field->max > 0 ? field->max : MAX_ITEMS;

  if (n > max)
    return g_strdup_printf (_("At most %d; there are %d."), (int) max, (int) n);
  if (n < field->min)
    return g_strdup_printf (_("At least %d; there are %d."), (int) field->min, (int) n);
  return NULL;
}

static char *
check_files (const YqField *field, JsonArray *files)
{
  g_autofree char *accept = yq_file_accept_text (field);

  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      const char *name = json_object_get_string_member_with_default (
        json_array_get_object_element (files, i), "name", "");

      if (!yq_file_takes_name (field, name))
        return g_strdup_printf (_("“%s” is not one of the allowed kinds: %s."), name, accept);
    }
  return NULL;
}

static char *
check_twice (JsonArray *references)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (references); i++)
    if (!g_hash_table_add (seen, (gpointer) json_array_get_string_element (references, i)))
      return g_strdup (_("The same one was chosen twice."));
  return NULL;
}

/* The first fault of the first bad row. */
static char *
check_rows (const YqField *field, JsonArray *rows)
{
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      g_autoptr(YqValues) row = yq_values_new (field->columns, yq_fields_count (field->columns));
      g_autoptr(YqProblem) problem = NULL;

      if (yq_json_read_fields (json_array_get_object_element (rows, i), row, NULL, &problem))
        problem = yq_check_values (row, TRUE);
      if (problem != NULL)
        return g_strdup_printf (_("Row %u: %s"), i + 1, yq_problem_detail (problem));
    }
  return NULL;
}

static char *
check_array (const YqField *field, JsonArray *array)
{
  char *fault = check_count (field, array);

  if (fault != NULL)
    return fault;
  if (field->type == YQ_FILES)
    return check_files (field, array);
  if (field->type == YQ_REFERENCES)
    return check_twice (array);
  return check_rows (field, array);
}

static char *
check_type (const YqValues *values, const YqField *field, guint i)
{
  switch (field->type)
    {
    case YQ_TEXT:
      return check_text (field, yq_values_text (values, i));
    case YQ_INTEGER:
    case YQ_MONEY:
      return check_number (field, yq_values_int (values, i));
    case YQ_CHOICE:
      return check_choice (field, yq_values_text (values, i));
    case YQ_REGION:
      return check_region (field, yq_values_text (values, i));
    case YQ_DATE:
      return yq_date_is_valid (yq_values_text (values, i))
               ? NULL
               : g_strdup (_("Write a date such as 2026-11-21."));
    case YQ_REFERENCE:
      return yq_id_is_valid (yq_values_text (values, i)) ? NULL
                                                         : g_strdup (_("Choose one of the list."));
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
      return check_array (field, yq_values_array (values, i));
    case YQ_TIME:
    case YQ_BOOLEAN:
    default:
      return NULL;
    }
}

char *
yq_check_field (const YqValues *values, guint field)
{
  guint n_fields;
  const YqField *row = yq_values_fields (values, &n_fields) + field;
  char *fault;

  g_return_val_if_fail (field < n_fields, NULL);

  if (!yq_values_has (values, field) || !is_shown (values, row))
    return NULL;
  fault = check_type (values, row, field);
  return fault != NULL || row->check == NULL ? fault : g_strdup (row->check (values, row));
}

/* -- all of them -- */

static gboolean
is_missing (const YqValues *values, const YqField *field, guint i)
{
  return (field->flags & YQ_REQUIRED) != 0 && !yq_values_has (values, i) &&
         is_shown (values, field);
}

YqProblem *
yq_check_values (const YqValues *values, gboolean complete)
{
  guint n_fields;
  const YqField *fields = yq_values_fields (values, &n_fields);
  YqProblem *problem = NULL;

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *fault = yq_check_field (values, i);

      if (fault != NULL)
        yq_problem_collect (&problem, fields[i].name, _(fields[i].title), YQ_PROBLEM_INVALID,
                            fault);
      else if (complete && is_missing (values, &fields[i], i))
        yq_problem_collect (&problem, fields[i].name, _(fields[i].title), YQ_PROBLEM_REQUIRED,
                            _("This must be filled in."));
    }
  return problem;
}

static gboolean
has_value (YqRecord *record, const char *condition)
{
  g_auto(GStrv) words = g_strsplit (condition, "=", 2);
  int at =
    g_strv_length (words) == 2 ? yq_entity_find_field (yq_record_entity (record), words[0]) : -1;

  return at < 0 || g_strcmp0 (yq_record_text (record, (guint) at), words[1]) == 0;
}

/* "kind=service": is the record that field i names such a one?  Unknown ones are another's matter,
 * and so is whether it is narrow enough ("!parent"): the rule that asks for that says why. */
static gboolean
fits_conditions (YqWorld *world, YqRecord *record, guint i)
{
  const YqField *field = &yq_record_entity (record)->fields[i];
  g_autoptr(YqRecord) other = NULL;
  g_auto(GStrv) conditions = NULL;
  gboolean fits = TRUE;

  if (field->refers_if == NULL || field->type != YQ_REFERENCE || !yq_record_has (record, i))
    return TRUE;
  other = yq_world_get (world, yq_model_find (field->refers), yq_record_text (record, i));
  conditions = g_strsplit (field->refers_if, "|", 0);
  for (guint c = 0; other != NULL && conditions[c] != NULL; c++)
    fits = fits && has_value (other, conditions[c]);
  return fits;
}

static YqProblem *
check_conditions (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  YqProblem *problem = NULL;

  for (guint i = 0; i < entity->n_fields; i++)
    if (!fits_conditions (world, record, i))
      yq_problem_collect (&problem, entity->fields[i].name, _(entity->fields[i].title),
                          YQ_PROBLEM_INVALID,
                          _("This is of another kind: choose one from the list."));
  return problem;
}

YqProblem *
yq_check_record (YqWorld *world, YqRecord *record, gboolean complete)
{
  const YqEntity *entity = yq_record_entity (record);
  YqProblem *problem = yq_check_values (yq_record_values (record), complete);

  if (problem == NULL && complete)
    problem = check_conditions (world, record);
  if (problem == NULL && complete && entity->check != NULL)
    problem = entity->check (world, record);
  return problem;
}

/* -- checks for YqField.check -- */

static const char *
own_text (const YqValues *values, const YqField *field)
{
  guint i = field - yq_values_fields (values, NULL);
  const char *text = yq_values_text (values, i);

  return text != NULL ? text : "";
}

const char *
yq_check_uscc (const YqValues *values, const YqField *field)
{
  return yq_uscc_is_well_formed (own_text (values, field))
           ? NULL
           : _("A unified social credit code has 18 digits and capital letters, without I, O, S, "
               "V, Z.");
}

const char *
yq_check_resident_id (const YqValues *values, const YqField *field)
{
  return yq_resident_id_is_valid (own_text (values, field))
           ? NULL
           : _("This is no valid resident identity number: check its 18 characters.");
}

const char *
yq_check_phone (const YqValues *values, const YqField *field)
{
  const char *text = own_text (values, field);
  guint digits = 0;

  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      digits++;
    else if (strchr ("+-() ", *at) == NULL)
      return _("A phone number has digits, such as 13812345678 or 0573-84252566.");
  return digits >= 5 && digits <= 20
           ? NULL
           : _("A phone number has digits, such as 13812345678 or 0573-84252566.");
}

static gboolean
is_host (const char *text, gsize length)
{
  const char *dot = memchr (text, '.', length);

  if (dot == NULL || length > 253 || text[0] == '.' || text[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (".-", text[i]) == NULL && (guchar) text[i] < 0x80)
      return FALSE;
  return g_strstr_len (text, length, "..") == NULL;
}

const char *
yq_check_email (const YqValues *values, const YqField *field)
{
  const char *text = own_text (values, field);
  const char *at = strrchr (text, '@');

  if (at == NULL || at == text || strlen (text) > 254 || at - text > 64 ||
      strcspn (text, " \t\"<>,;()@") != (gsize) (at - text) || !is_host (at + 1, strlen (at + 1)))
    return _("An e-mail address looks like name@example.com.");
  return NULL;
}

const char *
yq_check_postcode (const YqValues *values, const YqField *field)
{
  const char *text = own_text (values, field);

  return strlen (text) == 6 && strspn (text, "0123456789") == 6 ? NULL
                                                                : _("A postcode has six digits.");
}

const char *
yq_check_url (const YqValues *values, const YqField *field)
{
  const char *text = own_text (values, field);
  const char *host = text;
  gsize length;

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    host = text + 7;
  else if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    host = text + 8;
  length = strcspn (host, ":/?#");
  if (strpbrk (text, " \t\"<>") != NULL || length == 0 || !is_host (host, length))
    return _("A web address looks like https://www.example.com.");
  return NULL;
}

const char *
yq_check_not_future (const YqValues *values, const YqField *field)
{
  guint i = field - yq_values_fields (values, NULL);
  gint64 now = yq_clock_now ();
  g_autofree char *today = yq_date_of (now);
  gboolean future = field->type == YQ_TIME ? yq_values_int (values, i) > now
                                           : strcmp (own_text (values, field), today) > 0;

  return future ? _("This may not lie in the future.") : NULL;
}
