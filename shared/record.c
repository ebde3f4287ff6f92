/* Values behind a field table, and the one record object for all entities.  Made small: a hundred
 * thousand of them live at once in a client. */
#define G_LOG_DOMAIN "yiquan-record"

#include "record.h"

#include <string.h>

#include "clock.h"
#include "ids.h"
#include "money.h"
#include "record-json.h"
#include "region.h"

typedef union
{
  gint64 i;
  char *text;
  JsonArray *array;
} Value;

typedef enum
{
  UNSET,
  SET,
  BORROWED, /* text that stands in a table: a choice's code */
} Mark;

/* values stands behind the struct, the marks behind them: one allocation. */
struct _YqValues
{
  const YqField *fields;
  guint n_fields;
  guint8 *marks;
  Value values[];
};

/* What few records have. */
typedef struct
{
  GHashTable *masked;
  JsonObject *unknown;
  JsonArray *actions;
} Extra;

struct _YqRecord
{
  GObject parent_instance;

  const YqEntity *entity;
  YqValues *values;
  const char *state; /* of the entity's table, or interned */
  char *buyer;
  char *carrier;
  char *desk;
  char *region;
  char *account;
  Extra *extra;
  gint64 revision;
  gint64 created_at;
  gint64 updated_at;
  guint version;
  char id[YQ_ID_SIZE];
};

enum
{
  PROP_VERSION = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (YqRecord, yq_record, G_TYPE_OBJECT)

/* -- values -- */

static gboolean
is_number (YqType type)
{
  return type == YQ_INTEGER || type == YQ_MONEY || type == YQ_TIME || type == YQ_BOOLEAN;
}

static gboolean
is_array (YqType type)
{
  return type == YQ_REFERENCES || type == YQ_FILES || type == YQ_ROWS;
}

static gboolean
is_text (YqType type)
{
  return !is_number (type) && !is_array (type);
}

YqValues *
yq_values_new (const YqField *fields, guint n_fields)
{
  YqValues *values = g_malloc0 (sizeof (YqValues) + n_fields * (sizeof (Value) + 1));

  values->fields = fields;
  values->n_fields = n_fields;
  values->marks = (guint8 *) &values->values[n_fields];
  return values;
}

YqValues *
yq_values_copy (const YqValues *values)
{
  YqValues *copy = yq_values_new (values->fields, values->n_fields);

  for (guint i = 0; i < values->n_fields; i++)
    yq_values_copy_field (copy, values, i);
  return copy;
}

void
yq_values_free (YqValues *values)
{
  if (values == NULL)
    return;
  for (guint i = 0; i < values->n_fields; i++)
    yq_values_clear (values, i);
  g_free (values);
}

const YqField *
yq_values_fields (const YqValues *values, guint *n_fields)
{
  if (n_fields != NULL)
    *n_fields = values->n_fields;
  return values->fields;
}

gboolean
yq_values_has (const YqValues *values, guint field)
{
  g_return_val_if_fail (field < values->n_fields, FALSE);

  return values->marks[field] != UNSET;
}

gint64
yq_values_int (const YqValues *values, guint field)
{
  g_return_val_if_fail (field < values->n_fields, 0);
  g_return_val_if_fail (is_number (values->fields[field].type), 0);

  return values->values[field].i;
}

const char *
yq_values_text (const YqValues *values, guint field)
{
  g_return_val_if_fail (field < values->n_fields, NULL);
  g_return_val_if_fail (is_text (values->fields[field].type), NULL);

  return values->values[field].text;
}

JsonArray *
yq_values_array (const YqValues *values, guint field)
{
  g_return_val_if_fail (field < values->n_fields, NULL);
  g_return_val_if_fail (is_array (values->fields[field].type), NULL);

  return values->values[field].array;
}

void
yq_values_clear (YqValues *values, guint field)
{
  Value *value = &values->values[field];

  g_return_if_fail (field < values->n_fields);

  if (values->marks[field] == SET && is_text (values->fields[field].type))
    g_free (value->text);
  else if (values->marks[field] == SET && is_array (values->fields[field].type))
    json_array_unref (value->array);
  values->marks[field] = UNSET;
  value->i = 0;
}

void
yq_values_set_int (YqValues *values, guint field, gint64 value)
{
  g_return_if_fail (field < values->n_fields);
  g_return_if_fail (is_number (values->fields[field].type));

  values->values[field].i = value;
  values->marks[field] = SET;
}

static const char *
find_code (const YqField *field, const char *code)
{
  for (const YqChoice *choice = field->choices; choice != NULL && choice->code != NULL; choice++)
    if (strcmp (choice->code, code) == 0)
      return choice->code;
  return NULL;
}

void
yq_values_set_text (YqValues *values, guint field, const char *value)
{
  const char *code;
  char *text;

  g_return_if_fail (field < values->n_fields);
  g_return_if_fail (is_text (values->fields[field].type));

  if (value == NULL || *value == '\0')
    {
      yq_values_clear (values, field);
      return;
    }
  code = values->fields[field].type == YQ_CHOICE ? find_code (&values->fields[field], value) : NULL;
  text = code != NULL ? (char *) code : g_strdup (value); /* before the old one goes: may be it */
  yq_values_clear (values, field);
  values->values[field].text = text;
  values->marks[field] = code != NULL ? BORROWED : SET;
}

void
yq_values_take_array (YqValues *values, guint field, JsonArray *array)
{
  g_return_if_fail (field < values->n_fields);
  g_return_if_fail (is_array (values->fields[field].type));

  yq_values_clear (values, field);
  if (array == NULL)
    return;
  if (json_array_get_length (array) == 0)
    {
      json_array_unref (array);
      return;
    }
  json_array_seal (array);
  values->values[field].array = array;
  values->marks[field] = SET;
}

static gboolean
arrays_equal (JsonArray *a, JsonArray *b)
{
  guint n = json_array_get_length (a);

  if (a == b)
    return TRUE;
  if (n != json_array_get_length (b))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!json_node_equal (json_array_get_element (a, i), json_array_get_element (b, i)))
      return FALSE;
  return TRUE;
}

gboolean
yq_values_equal (const YqValues *a, const YqValues *b, guint field)
{
  YqType type;

  g_return_val_if_fail (a->fields == b->fields && field < a->n_fields, FALSE);

  type = a->fields[field].type;
  if (a->marks[field] == UNSET || b->marks[field] == UNSET)
    return a->marks[field] == b->marks[field];
  if (is_number (type))
    return a->values[field].i == b->values[field].i;
  if (is_text (type))
    return strcmp (a->values[field].text, b->values[field].text) == 0;
  return arrays_equal (a->values[field].array, b->values[field].array);
}

void
yq_values_copy_field (YqValues *to, const YqValues *from, guint field)
{
  YqType type;

  g_return_if_fail (to->fields == from->fields && field < to->n_fields);

  type = from->fields[field].type;
  if (from->marks[field] == UNSET)
    yq_values_clear (to, field);
  else if (is_number (type))
    yq_values_set_int (to, field, from->values[field].i);
  else if (is_text (type))
    yq_values_set_text (to, field, from->values[field].text);
  else
    yq_values_take_array (to, field, yq_json_copy_array (from->values[field].array));
}

int
yq_values_find (const YqValues *values, const char *name)
{
  for (guint i = 0; i < values->n_fields; i++)
    if (g_strcmp0 (values->fields[i].name, name) == 0)
      return i;
  return -1;
}

/* -- as people read it -- */

static char *
format_integer (const YqField *field, gint64 value)
{
  guint64 size = value < 0 ? -(guint64) value : (guint64) value;
  guint64 unit = 1;

  if (field->decimals == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, value);
  for (guint i = 0; i < field->decimals; i++)
    unit *= 10;
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, value < 0 ? "-" : "",
                          size / unit, (int) field->decimals, size % unit);
}

static char *
format_region (const char *code)
{
  char *path = yq_region_path (code);

  return path != NULL && *path != '\0' ? path : g_strdup (code);
}

static char *
format_array (const YqField *field, JsonArray *array)
{
  g_autoptr(GString) out = g_string_new (NULL);
  guint n = json_array_get_length (array);

  if (field->type == YQ_ROWS)
    return g_strdup_printf (yq_ngettext ("%u row", "%u rows", n), n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *text =
        JSON_NODE_HOLDS_OBJECT (node)
          ? json_object_get_string_member_with_default (json_node_get_object (node), "name", "")
          : json_node_get_string (node);

      g_string_append_printf (out, "%s%s", i == 0 ? "" : _(", "), text);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
yq_values_format (const YqValues *values, guint field)
{
  const YqField *row;
  Value value;

  g_return_val_if_fail (field < values->n_fields, NULL);

  row = &values->fields[field];
  value = values->values[field];
  if (values->marks[field] == UNSET)
    return g_strdup ("");
  switch (row->type)
    {
    case YQ_INTEGER:
      return format_integer (row, value.i);
    case YQ_MONEY:
      return yq_money_format (value.i);
    case YQ_TIME:
      return yq_time_local (value.i);
    case YQ_BOOLEAN:
      return g_strdup (value.i ? _("Yes") : _("No"));
    case YQ_TEXT:
      if (row->words != NULL)
        return row->words (value.text);
      G_GNUC_FALLTHROUGH;
    case YQ_CHOICE:
      return g_strdup (row->choices != NULL ? yq_choice_title (row, value.text) : value.text);
    case YQ_REGION:
      return format_region (value.text);
    case YQ_DATE:
    case YQ_REFERENCE:
      return g_strdup (value.text);
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return format_array (row, value.array);
    }
}

/* -- the record -- */

static void
free_extra (Extra *extra)
{
  g_clear_pointer (&extra->masked, g_hash_table_unref);
  g_clear_pointer (&extra->unknown, json_object_unref);
  g_clear_pointer (&extra->actions, json_array_unref);
  g_free (extra);
}

static void
yq_record_finalize (GObject *object)
{
  YqRecord *self = YQ_RECORD (object);

  g_clear_pointer (&self->values, yq_values_free);
  g_clear_pointer (&self->extra, free_extra);
  g_free (self->buyer);
  g_free (self->carrier);
  g_free (self->desk);
  g_free (self->region);
  g_free (self->account);

  G_OBJECT_CLASS (yq_record_parent_class)->finalize (object);
}

static void
yq_record_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YqRecord *self = YQ_RECORD (object);

  switch (prop_id)
    {
    case PROP_VERSION:
      g_value_set_uint (value, self->version);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
yq_record_class_init (YqRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = yq_record_finalize;
  object_class->get_property = yq_record_get_property;

  properties[PROP_VERSION] = g_param_spec_uint ("version", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yq_record_init (YqRecord *self)
{
}

YqRecord *
yq_record_new (const YqEntity *entity, const char *id)
{
  YqRecord *self = g_object_new (YQ_TYPE_RECORD, NULL);
  g_autofree char *made = id == NULL ? yq_id_new () : NULL;

  self->entity = entity;
  self->values = yq_values_new (entity->fields, entity->n_fields);
  self->state = entity->n_states > 0 ? entity->states[0].name : NULL;
  g_strlcpy (self->id, id != NULL ? id : made, sizeof self->id);
  return self;
}

YqRecord *
yq_record_copy (YqRecord *record)
{
  YqRecord *copy = g_object_new (YQ_TYPE_RECORD, NULL);

  copy->entity = record->entity;
  copy->values = yq_values_copy (record->values);
  copy->state = record->state;
  copy->buyer = g_strdup (record->buyer);
  copy->carrier = g_strdup (record->carrier);
  copy->desk = g_strdup (record->desk);
  copy->region = g_strdup (record->region);
  copy->account = g_strdup (record->account);
  copy->revision = record->revision;
  copy->created_at = record->created_at;
  copy->updated_at = record->updated_at;
  memcpy (copy->id, record->id, sizeof copy->id);
  if (record->extra != NULL)
    {
      GHashTableIter iter;
      gpointer name, value;

      if (record->extra->masked != NULL)
        {
          g_hash_table_iter_init (&iter, record->extra->masked);
          while (g_hash_table_iter_next (&iter, &name, &value))
            yq_record_set_masked (copy, name, value);
        }
      if (record->extra->unknown != NULL)
        yq_record_take_unknown (copy, yq_json_copy_object (record->extra->unknown));
      if (record->extra->actions != NULL)
        yq_record_take_actions (copy, yq_json_copy_array (record->extra->actions));
    }
  return copy;
}

const YqEntity *
yq_record_entity (YqRecord *record)
{
  return record->entity;
}

const char *
yq_record_id (YqRecord *record)
{
  return record->id;
}

gint64
yq_record_revision (YqRecord *record)
{
  return record->revision;
}

const char *
yq_record_state (YqRecord *record)
{
  return record->state;
}

gboolean
yq_record_in_state (YqRecord *record, const char *states)
{
  return yq_word_in (states, record->state);
}

gint64
yq_record_created_at (YqRecord *record)
{
  return record->created_at;
}

gint64
yq_record_updated_at (YqRecord *record)
{
  return record->updated_at;
}

const char *
yq_record_buyer (YqRecord *record)
{
  return record->buyer;
}

const char *
yq_record_carrier (YqRecord *record)
{
  return record->carrier;
}

const char *
yq_record_desk (YqRecord *record)
{
  return record->desk;
}

const char *
yq_record_region (YqRecord *record)
{
  return record->region;
}

const char *
yq_record_account (YqRecord *record)
{
  return record->account;
}

void
yq_record_set_revision (YqRecord *record, gint64 revision)
{
  record->revision = revision;
}

void
yq_record_set_state (YqRecord *record, const char *state)
{
  const YqState *known = yq_entity_state (record->entity, state);

  if (known != NULL)
    record->state = known->name;
  else if (state != NULL)
    record->state = g_intern_string (state); /* of a newer server */
  else
    record->state = record->entity->n_states > 0 ? record->entity->states[0].name : NULL;
}

void
yq_record_set_times (YqRecord *record, gint64 created_at, gint64 updated_at)
{
  record->created_at = created_at;
  record->updated_at = updated_at;
}

static void
set_owner (char **owner, const char *value)
{
  char *copy = value != NULL && *value != '\0' ? g_strdup (value) : NULL;

  g_free (*owner);
  *owner = copy;
}

void
yq_record_set_buyer (YqRecord *record, const char *id)
{
  set_owner (&record->buyer, id);
}

void
yq_record_set_carrier (YqRecord *record, const char *id)
{
  set_owner (&record->carrier, id);
}

void
yq_record_set_desk (YqRecord *record, const char *id)
{
  set_owner (&record->desk, id);
}

void
yq_record_set_region (YqRecord *record, const char *code)
{
  set_owner (&record->region, code);
}

void
yq_record_set_account (YqRecord *record, const char *id)
{
  set_owner (&record->account, id);
}

YqValues *
yq_record_values (YqRecord *record)
{
  return record->values;
}

gint64
yq_record_int (YqRecord *record, guint field)
{
  return yq_values_int (record->values, field);
}

const char *
yq_record_text (YqRecord *record, guint field)
{
  return yq_values_text (record->values, field);
}

JsonArray *
yq_record_array (YqRecord *record, guint field)
{
  return yq_values_array (record->values, field);
}

gboolean
yq_record_has (YqRecord *record, guint field)
{
  return yq_values_has (record->values, field);
}

void
yq_record_set_int (YqRecord *record, guint field, gint64 value)
{
  yq_values_set_int (record->values, field, value);
}

void
yq_record_set_text (YqRecord *record, guint field, const char *value)
{
  yq_values_set_text (record->values, field, value);
}

void
yq_record_take_array (YqRecord *record, guint field, JsonArray *array)
{
  yq_values_take_array (record->values, field, array);
}

static Extra *
ensure_extra (YqRecord *record)
{
  if (record->extra == NULL)
    record->extra = g_new0 (Extra, 1);
  return record->extra;
}

const char *
yq_record_masked (YqRecord *record, const char *field)
{
  if (record->extra == NULL || record->extra->masked == NULL)
    return NULL;
  return g_hash_table_lookup (record->extra->masked, field);
}

void
yq_record_set_masked (YqRecord *record, const char *field, const char *value)
{
  Extra *extra = ensure_extra (record);

  if (extra->masked == NULL)
    extra->masked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (value != NULL)
    g_hash_table_replace (extra->masked, g_strdup (field), g_strdup (value));
  else
    g_hash_table_remove (extra->masked, field);
}

JsonObject *
yq_record_unknown (YqRecord *record)
{
  return record->extra != NULL ? record->extra->unknown : NULL;
}

void
yq_record_take_unknown (YqRecord *record, JsonObject *unknown)
{
  Extra *extra = ensure_extra (record);

  g_clear_pointer (&extra->unknown, json_object_unref);
  extra->unknown = unknown;
}

JsonArray *
yq_record_actions (YqRecord *record)
{
  return record->extra != NULL ? record->extra->actions : NULL;
}

void
yq_record_take_actions (YqRecord *record, JsonArray *actions)
{
  Extra *extra = ensure_extra (record);

  g_clear_pointer (&extra->actions, json_array_unref);
  extra->actions = actions;
}

void
yq_record_changed (YqRecord *record)
{
  record->version++;
  g_object_notify_by_pspec (G_OBJECT (record), properties[PROP_VERSION]);
}

const char *
yq_record_title (YqRecord *record)
{
  const YqEntity *entity = record->entity;
  int field = entity->title_field != NULL ? yq_entity_find_field (entity, entity->title_field) : -1;

  if (field >= 0 && is_text (entity->fields[field].type) && yq_record_has (record, field))
    {
      const char *text = yq_record_text (record, field);

      return entity->fields[field].type == YQ_CHOICE
               ? yq_choice_title (&entity->fields[field], text)
               : text;
    }
  return _(entity->title);
}

const char *
yq_record_state_title (YqRecord *record)
{
  const YqState *state = yq_entity_state (record->entity, record->state);

  return state != NULL ? _(state->title) : record->state;
}
