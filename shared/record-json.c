/* Fields and records as JSON, both ways: written as text, read strictly from clients and tolerantly
 * from the server. */
#define G_LOG_DOMAIN "yiquan-json"

#include "record-json.h"

#include <string.h>

#include "clock.h"
#include "ids.h"
#include "model.h"
#include "record-check.h"

#define SHA256_HEX 64

static GType
node_type (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
}

static const char *
node_text (JsonNode *node)
{
  return node != NULL && node_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static const char *
member_text (JsonObject *object, const char *name)
{
  return node_text (json_object_get_member (object, name));
}

/* -- writing -- */

static void
append_name (GString *out, gsize start, const char *name)
{
  if (out->len > start)
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append (out, "\":");
}

static void
append_time (GString *out, gint64 ms)
{
  g_string_append_c (out, '"');
  yq_time_append (out, ms);
  g_string_append_c (out, '"');
}

void
yq_json_append_value (GString *out, const YqValues *values, guint field)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];

  if (!yq_values_has (values, field))
    {
      g_string_append (out, "null");
      return;
    }
  switch (row->type)
    {
    case YQ_INTEGER:
    case YQ_MONEY:
      yq_json_append_int (out, yq_values_int (values, field));
      break;
    case YQ_TIME:
      append_time (out, yq_values_int (values, field));
      break;
    case YQ_BOOLEAN:
      g_string_append (out, yq_values_int (values, field) != 0 ? "true" : "false");
      break;
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
      yq_json_append_string (out, yq_values_text (values, field));
      break;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      yq_json_append_array (out, yq_values_array (values, field));
    }
}

void
yq_json_append_fields (GString *out, const YqValues *values, gboolean (*keep) (guint, gpointer),
                       gpointer user_data)
{
  guint n;
  const YqField *fields = yq_values_fields (values, &n);
  gsize start;

  g_string_append_c (out, '{');
  start = out->len;
  for (guint i = 0; i < n; i++)
    if (yq_values_has (values, i) && (keep == NULL || keep (i, user_data)))
      {
        append_name (out, start, fields[i].name);
        yq_json_append_value (out, values, i);
      }
  g_string_append_c (out, '}');
}

/* -- masking -- */

/* How many characters stay in front and behind. */
/* clang-format off */
static const struct
{
  const char *part; /* of the field's name */
  const char *(*check) (const YqValues *values, const YqField *field);
  guint first, last;
} masks[] = {
  { "phone",     yq_check_phone,       3, 4 },
  { "id_number", yq_check_resident_id, 3, 2 },
  { "account",   NULL,                 0, 4 },
};
/* clang-format on */

static char *
mask_middle (const char *value, guint first, guint last)
{
  glong length = g_utf8_strlen (value, -1);

  if (length <= (glong) (first + last)) /* too short to keep both: keep the end of half of it */
    {
      first = 0;
      last = length / 3;
    }
  return g_strdup_printf ("%.*s****%s", (int) (g_utf8_offset_to_pointer (value, first) - value),
                          value, g_utf8_offset_to_pointer (value, length - last));
}

static char *
mask_email (const char *value)
{
  const char *at = strrchr (value, '@');

  return g_strdup_printf ("%.*s***%s", (int) (g_utf8_next_char (value) - value), value,
                          at != NULL && at != value ? at : "");
}

char *
yq_mask (const YqField *field, const char *value)
{
  if (value == NULL || *value == '\0')
    return g_strdup ("");
  if (field->check == yq_check_email || strstr (field->name, "email") != NULL)
    return mask_email (value);
  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    if ((field->check != NULL && field->check == masks[i].check) ||
        strstr (field->name, masks[i].part) != NULL)
      return mask_middle (value, masks[i].first, masks[i].last);
  return g_strdup_printf ("%.*s**", (int) (g_utf8_next_char (value) - value), value);
}

static char *
mask_value (const YqValues *values, guint field)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];

  return row->type == YQ_TEXT ? yq_mask (row, yq_values_text (values, field)) : g_strdup ("***");
}

/* -- a record -- */

static void
append_unknown (GString *out, gsize start, JsonObject *object, gboolean inner)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      if (!inner && strcmp (name, "fields") == 0)
        continue; /* they stand among the fields */
      if (out->len > start)
        g_string_append_c (out, ',');
      yq_json_append_string (out, name);
      g_string_append_c (out, ':');
      yq_json_append_canonical (out, member);
    }
}

static void
append_seen (GString *out, YqRecord *record, guint readers)
{
  const YqEntity *entity = yq_record_entity (record);
  YqValues *values = yq_record_values (record);
  JsonObject *unknown = yq_record_unknown (record);
  JsonNode *more = unknown != NULL ? json_object_get_member (unknown, "fields") : NULL;
  gsize start;

  g_string_append (out, ",\"fields\":{");
  start = out->len;
  for (guint i = 0; i < entity->n_fields; i++)
    if ((entity->fields[i].sees & readers) != 0 && yq_values_has (values, i))
      {
        append_name (out, start, entity->fields[i].name);
        yq_json_append_value (out, values, i);
      }
  if (more != NULL && JSON_NODE_HOLDS_OBJECT (more))
    append_unknown (out, start, json_node_get_object (more), TRUE);
  g_string_append_c (out, '}');
}

static void
append_masked (GString *out, YqRecord *record, guint readers)
{
  static const char intro[] = ",\"masked\":{";
  const YqEntity *entity = yq_record_entity (record);
  YqValues *values = yq_record_values (record);
  gsize before = out->len;
  gsize start;

  g_string_append (out, intro);
  start = out->len;
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];
      const char *masked = yq_record_masked (record, field->name);
      g_autofree char *made = NULL;

      if (masked == NULL && (field->sees & readers) == 0 && (field->masked & readers) != 0 &&
          yq_values_has (values, i))
        masked = made = mask_value (values, i);
      if (masked == NULL)
        continue;
      append_name (out, start, field->name);
      yq_json_append_string (out, masked);
    }
  if (out->len == start)
    g_string_truncate (out, before);
  else
    g_string_append_c (out, '}');
}

static void
append_text_member (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  append_name (out, 0, name);
  yq_json_append_string (out, text);
}

void
yq_json_append_record (GString *out, YqRecord *record, guint readers)
{
  JsonArray *actions = yq_record_actions (record);

  g_string_append (out, "{\"entity\":\"");
  g_string_append (out, yq_record_entity (record)->name);
  g_string_append (out, "\",\"id\":\"");
  g_string_append (out, yq_record_id (record));
  g_string_append (out, "\",\"revision\":");
  yq_json_append_int (out, yq_record_revision (record));
  append_text_member (out, "state", yq_record_state (record));
  g_string_append (out, ",\"created_at\":");
  append_time (out, yq_record_created_at (record));
  g_string_append (out, ",\"updated_at\":");
  append_time (out, yq_record_updated_at (record));
  append_text_member (out, "buyer", yq_record_buyer (record));
  append_text_member (out, "carrier", yq_record_carrier (record));
  append_text_member (out, "desk", yq_record_desk (record));
  append_text_member (out, "region", yq_record_region (record));
  append_seen (out, record, readers);
  append_masked (out, record, readers);
  if (actions != NULL)
    {
      g_string_append (out, ",\"actions\":");
      yq_json_append_array (out, actions);
    }
  if (yq_record_unknown (record) != NULL)
    append_unknown (out, 0, yq_record_unknown (record), FALSE);
  g_string_append_c (out, '}');
}

/* -- reading: is this the right shape?  NULL, or what it must be (N_()) -- */

static gboolean
is_digits (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return text[length] == '\0';
}

static gboolean
is_digest (const char *text)
{
  return text != NULL && strlen (text) == SHA256_HEX &&
         strspn (text, "0123456789abcdef") == SHA256_HEX;
}

static gboolean
is_file (JsonNode *node)
{
  JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name;

  if (file == NULL || json_object_get_size (file) != 2 || !is_digest (member_text (file, "sha256")))
    return FALSE;
  name = member_text (file, "name");
  return name != NULL && *name != '\0' && strpbrk (name, "/\\") == NULL;
}

static gboolean
is_id (JsonNode *node)
{
  const char *text = node_text (node);

  return text != NULL && yq_id_is_valid (text);
}

static gboolean
all_elements (JsonNode *node, gboolean (*test) (JsonNode *))
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!test (json_array_get_element (array, i)))
      return FALSE;
  return TRUE;
}

static gboolean
has_code (const YqField *field, const char *code)
{
  for (const YqChoice *choice = field->choices; choice != NULL && choice->code != NULL; choice++)
    if (g_strcmp0 (choice->code, code) == 0)
      return TRUE;
  return FALSE;
}

/* Of everything but rows.  A newer server may know more choices. */
static const char *
find_fault (const YqField *field, JsonNode *node, gboolean strict)
{
  GType type = node_type (node);
  const char *text = node_text (node);
  gint64 ms;

  switch (field->type)
    {
    case YQ_INTEGER:
      return type == G_TYPE_INT64 ? NULL : N_("This must be a whole number.");
    case YQ_MONEY:
      return type == G_TYPE_INT64 ? NULL : N_("This must be a whole number of fen.");
    case YQ_BOOLEAN:
      return type == G_TYPE_BOOLEAN ? NULL : N_("This must be true or false.");
    case YQ_DATE:
      return text != NULL && yq_date_is_valid (text)
               ? NULL
               : N_("This must be a date such as 2026-11-21.");
    case YQ_TIME:
      return text != NULL && yq_time_parse (text, &ms)
               ? NULL
               : N_("This must be a time such as 2026-11-21T03:33:55Z.");
    case YQ_CHOICE:
      return text != NULL && (!strict || has_code (field, text))
               ? NULL
               : N_("This must be one of the choices.");
    case YQ_REGION:
      return text != NULL && strlen (text) == 6 && is_digits (text, 6)
               ? NULL
               : N_("This must be a region code of six digits.");
    case YQ_REFERENCE:
      return is_id (node) ? NULL : N_("This must be the number of a record (a UUID).");
    case YQ_REFERENCES:
      return all_elements (node, is_id) ? NULL
                                        : N_("This must be a list of record numbers (UUIDs).");
    case YQ_FILES:
      return all_elements (node, is_file)
               ? NULL
               : N_("This must be a list of files, each with sha256 and name.");
    case YQ_TEXT:
    case YQ_ROWS:
    default:
      return text != NULL ? NULL : N_("This must be text.");
    }
}

typedef struct
{
  gboolean strict;
  YqProblem **problem;
} Reader;

static gboolean check_members (Reader *reader, JsonObject *object, const YqField *fields,
                               guint n_fields, const char *path);

static gboolean
check_rows (Reader *reader, const YqField *field, JsonNode *node, const char *path)
{
  guint n_columns = yq_fields_count (field->columns);
  JsonArray *rows = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean good = TRUE;

  if (rows == NULL)
    {
      yq_problem_collect (reader->problem, path, _(field->title), YQ_PROBLEM_INVALID,
                          _("This must be a list of rows."));
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      g_autofree char *inner = g_strdup_printf ("%s[%u]", path, i);

      if (JSON_NODE_HOLDS_OBJECT (row))
        good &=
          check_members (reader, json_node_get_object (row), field->columns, n_columns, inner);
      else
        {
          yq_problem_collect (reader->problem, inner, _(field->title), YQ_PROBLEM_INVALID,
                              _("This must be a row: an object with the columns as members."));
          good = FALSE;
        }
    }
  return good;
}

static gboolean
check_member (Reader *reader, const YqField *field, JsonNode *node, const char *path)
{
  const char *fault;

  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (field->type == YQ_ROWS)
    return check_rows (reader, field, node, path);
  fault = find_fault (field, node, reader->strict);
  if (fault == NULL)
    return TRUE;
  yq_problem_collect (reader->problem, path, _(field->title), YQ_PROBLEM_INVALID, _(fault));
  return FALSE;
}

/* Members mostly come in the order of the table, so the search begins behind the last one found. */
static int
find_field (const YqField *fields, guint n_fields, const char *name, guint *hint)
{
  for (guint i = 0; i < n_fields; i++)
    {
      guint at = *hint + i < n_fields ? *hint + i : *hint + i - n_fields;

      if (strcmp (fields[at].name, name) == 0)
        {
          *hint = at + 1 < n_fields ? at + 1 : 0;
          return at;
        }
    }
  return -1;
}

static gboolean
check_members (Reader *reader, JsonObject *object, const YqField *fields, guint n_fields,
               const char *path)
{
  gboolean good = TRUE;
  guint hint = 0;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      int field = find_field (fields, n_fields, name, &hint);
      g_autofree char *joined = path != NULL ? g_strconcat (path, ".", name, NULL) : NULL;

      if (field >= 0)
        good &= check_member (reader, &fields[field], node, joined != NULL ? joined : name);
      else if (reader->strict)
        {
          yq_problem_collect (reader->problem, joined != NULL ? joined : name, name,
                              YQ_PROBLEM_UNKNOWN_FIELD, _("There is no such field."));
          good = FALSE;
        }
    }
  return good;
}

/* -- reading: taking over what has the right shape -- */

static gboolean
is_computed (const YqField *columns, const char *name)
{
  for (guint i = 0; columns[i].name != NULL; i++)
    if (strcmp (columns[i].name, name) == 0)
      return (columns[i].flags & YQ_COMPUTED) != 0;
  return FALSE;
}

/* Without nulls.  A client may send back a row as it was shown to it; what the server computes in
 * it is never taken from there. */
static JsonArray *
copy_rows (const YqField *columns, JsonArray *rows, gboolean from_client)
{
  JsonArray *copy = json_array_sized_new (json_array_get_length (rows));

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_object_new ();
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;

      json_object_iter_init_ordered (&iter, json_array_get_object_element (rows, i));
      while (json_object_iter_next_ordered (&iter, &name, &node))
        if (!JSON_NODE_HOLDS_NULL (node) && !(from_client && is_computed (columns, name)))
          json_object_set_member (row, name, yq_json_copy (node));
      json_array_add_object_element (copy, row);
    }
  return copy;
}

static void
take_member (YqValues *values, guint field, JsonNode *node, gboolean from_client)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];
  gint64 ms = 0;

  if (JSON_NODE_HOLDS_NULL (node))
    {
      yq_values_clear (values, field);
      return;
    }
  switch (row->type)
    {
    case YQ_INTEGER:
    case YQ_MONEY:
      yq_values_set_int (values, field, json_node_get_int (node));
      break;
    case YQ_BOOLEAN:
      yq_values_set_int (values, field, json_node_get_boolean (node));
      break;
    case YQ_TIME:
      yq_time_parse (json_node_get_string (node), &ms);
      yq_values_set_int (values, field, ms);
      break;
    case YQ_REFERENCES:
    case YQ_FILES:
      yq_values_take_array (values, field, yq_json_copy_array (json_node_get_array (node)));
      break;
    case YQ_ROWS:
      yq_values_take_array (values, field,
                            copy_rows (row->columns, json_node_get_array (node), from_client));
      break;
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    default:
      yq_values_set_text (values, field, json_node_get_string (node));
    }
}

/* Members without a field go to *unknown, which may be made here; NULL: they come from a client. */
static void
take_members (JsonObject *object, YqValues *values, GArray *touched, JsonObject **unknown)
{
  guint n_fields, hint = 0;
  const YqField *fields = yq_values_fields (values, &n_fields);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      int found = find_field (fields, n_fields, name, &hint);
      guint field = found;

      if (found >= 0)
        {
          take_member (values, field, node, unknown == NULL);
          if (touched != NULL)
            g_array_append_val (touched, field);
        }
      else if (unknown != NULL)
        {
          if (*unknown == NULL)
            *unknown = json_object_new ();
          json_object_set_member (*unknown, name, yq_json_copy (node));
        }
    }
}

gboolean
yq_json_read_fields (JsonObject *object, YqValues *values, GArray *touched, YqProblem **problem)
{
  g_autoptr(YqProblem) found = NULL;
  Reader reader = { TRUE, &found };
  guint n_fields;
  const YqField *fields = yq_values_fields (values, &n_fields);

  if (!check_members (&reader, object, fields, n_fields, NULL))
    {
      if (problem != NULL)
        *problem = g_steal_pointer (&found);
      return FALSE;
    }
  take_members (object, values, touched, NULL);
  return TRUE;
}

/* -- reading a record -- */

static gboolean
is_known_member (const char *name)
{
  static const char *const names[] = { "entity",     "id",     "revision", "state", "created_at",
                                       "updated_at", "buyer",  "carrier",  "desk",  "region",
                                       "fields",     "masked", "actions" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  return FALSE;
}

static void
read_masked (JsonObject *object, YqRecord *record)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (node_text (node) != NULL)
      yq_record_set_masked (record, name, node_text (node));
}

/* The account that owns the record is no member of its own on the wire: the table names the field.
 */
static void
derive_account (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  int field =
    entity->account_from != NULL ? yq_entity_find_field (entity, entity->account_from) : -1;

  if (entity->account_is_self)
    yq_record_set_account (record, yq_record_id (record));
  else if (field >= 0 && entity->fields[field].type == YQ_REFERENCE &&
           g_strcmp0 (entity->fields[field].refers, "account") == 0)
    yq_record_set_account (record, yq_record_text (record, field));
}

static void
read_head (JsonObject *object, YqRecord *record)
{
  JsonNode *revision = json_object_get_member (object, "revision");
  JsonNode *masked = json_object_get_member (object, "masked");
  JsonNode *actions = json_object_get_member (object, "actions");
  const char *created = member_text (object, "created_at");
  const char *updated = member_text (object, "updated_at");
  gint64 created_at = 0, updated_at = 0;

  if (revision != NULL && node_type (revision) == G_TYPE_INT64)
    yq_record_set_revision (record, json_node_get_int (revision));
  if (member_text (object, "state") != NULL)
    yq_record_set_state (record, member_text (object, "state"));
  if (created != NULL)
    yq_time_parse (created, &created_at);
  if (updated != NULL)
    yq_time_parse (updated, &updated_at);
  yq_record_set_times (record, created_at, updated_at);
  yq_record_set_buyer (record, member_text (object, "buyer"));
  yq_record_set_carrier (record, member_text (object, "carrier"));
  yq_record_set_desk (record, member_text (object, "desk"));
  yq_record_set_region (record, member_text (object, "region"));
  if (masked != NULL && JSON_NODE_HOLDS_OBJECT (masked))
    read_masked (json_node_get_object (masked), record);
  if (actions != NULL && JSON_NODE_HOLDS_ARRAY (actions))
    yq_record_take_actions (record, yq_json_copy_array (json_node_get_array (actions)));
}

static JsonObject *
collect_unknown (JsonObject *object, JsonObject *unknown_fields)
{
  JsonObject *unknown = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!is_known_member (name))
      {
        if (unknown == NULL)
          unknown = json_object_new ();
        json_object_set_member (unknown, name, yq_json_copy (node));
      }
  if (unknown_fields != NULL)
    {
      if (unknown == NULL)
        unknown = json_object_new ();
      json_object_set_object_member (unknown, "fields", unknown_fields);
    }
  return unknown;
}

YqRecord *
yq_json_read_record_of (const YqEntity *entity, JsonObject *object, YqProblem **problem)
{
  const char *id = member_text (object, "id");
  JsonNode *fields = json_object_get_member (object, "fields");
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(YqProblem) found = NULL;
  JsonObject *unknown_fields = NULL;
  JsonObject *unknown;

  if (id == NULL || !yq_id_is_valid (id) || (fields != NULL && !JSON_NODE_HOLDS_OBJECT (fields)))
    found = yq_problem_new (YQ_PROBLEM_MALFORMED, _("A record needs an id and its fields."));
  else if (fields != NULL)
    check_members (&(Reader){ FALSE, &found }, json_node_get_object (fields), entity->fields,
                   entity->n_fields, NULL);
  if (found != NULL)
    {
      if (problem != NULL)
        *problem = g_steal_pointer (&found);
      return NULL;
    }

  record = yq_record_new (entity, id);
  read_head (object, record);
  if (fields != NULL)
    take_members (json_node_get_object (fields), yq_record_values (record), NULL, &unknown_fields);
  derive_account (record);
  unknown = collect_unknown (object, unknown_fields);
  if (unknown != NULL)
    yq_record_take_unknown (record, unknown);
  return g_steal_pointer (&record);
}

YqRecord *
yq_json_read_record (JsonObject *object, YqProblem **problem)
{
  const char *name = member_text (object, "entity");
  const YqEntity *entity = name != NULL ? yq_model_find (name) : NULL;

  if (entity != NULL)
    return yq_json_read_record_of (entity, object, problem);
  if (problem != NULL)
    *problem =
      yq_problem_new (YQ_PROBLEM_UNKNOWN_ENTITY, _("There is no kind of record named “%s”."),
                      name != NULL ? name : "");
  return NULL;
}
