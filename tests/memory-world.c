/* A world in memory for the tests of pure rules. */
#define G_LOG_DOMAIN "memory-world"

#include "memory-world.h"

#include <string.h>

#include "clock.h"
#include "record-json.h"

typedef struct
{
  const char *instrument, *order;
  gint64 from, to;
} Slot;

typedef struct
{
  YqWorld parent;
  GHashTable *records;  /* id -> YqRecord */
  GPtrArray *order;     /* ids as they came */
  GHashTable *balances; /* "what id" -> fen */
  GArray *slots;
} MemoryWorld;

const char *
memory_id (const char *name)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, name, -1);
  g_autofree char *id = g_strdup_printf ("%.8s-%.4s-8%.3s-8%.3s-%.12s", hash, hash + 8, hash + 12,
                                         hash + 16, hash + 20);

  return g_intern_string (id);
}

/* -- looking -- */

static YqRecord *
get (YqWorld *world, const YqEntity *entity, const char *id)
{
  YqRecord *record = g_hash_table_lookup (((MemoryWorld *) world)->records, id);

  return record != NULL && yq_record_entity (record) == entity ? g_object_ref (record) : NULL;
}

static const char *
owner (YqRecord *record, const char *field)
{
  if (g_str_equal (field, "buyer"))
    return yq_record_buyer (record);
  if (g_str_equal (field, "carrier"))
    return yq_record_carrier (record);
  if (g_str_equal (field, "region"))
    return yq_record_region (record);
  if (g_str_equal (field, "account"))
    return yq_record_account (record);
  return g_str_equal (field, "state") ? yq_record_state (record) : NULL;
}

static gboolean
is_listed (YqRecord *record, const char *field, const char *value)
{
  int i = yq_entity_find_field (yq_record_entity (record), field);
  g_autofree char *number = NULL;

  if (g_strcmp0 (owner (record, field), value) == 0)
    return TRUE;
  if (i < 0 || !yq_record_has (record, i))
    return FALSE;
  switch (yq_record_entity (record)->fields[i].type)
    {
    case YQ_INTEGER:
    case YQ_MONEY:
    case YQ_TIME:
    case YQ_BOOLEAN:
      number = g_strdup_printf ("%" G_GINT64_FORMAT, yq_record_int (record, i));
      return g_str_equal (number, value);
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
      return g_strcmp0 (yq_record_text (record, i), value) == 0;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
      break;
    }
  return FALSE;
}

static GPtrArray *
list (YqWorld *world, const YqEntity *entity, const char *field, const char *value)
{
  MemoryWorld *self = (MemoryWorld *) world;
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->order->len; i++)
    {
      YqRecord *record = g_hash_table_lookup (self->records, self->order->pdata[i]);

      if (record != NULL && yq_record_entity (record) == entity && is_listed (record, field, value))
        g_ptr_array_add (found, g_object_ref (record));
    }
  return found;
}

static char *
balance_key (const char *what, const char *id)
{
  return g_strdup_printf ("%s %s", what, id);
}

static gint64
balance (YqWorld *world, const char *what, const char *id)
{
  g_autofree char *key = balance_key (what, id);
  gint64 *fen = g_hash_table_lookup (((MemoryWorld *) world)->balances, key);

  return fen != NULL ? *fen : 0;
}

static gboolean
slot_free (YqWorld *world, const char *instrument, gint64 from_ms, gint64 to_ms,
           const char *except_order)
{
  GArray *slots = ((MemoryWorld *) world)->slots;

  for (guint i = 0; i < slots->len; i++)
    {
      Slot *slot = &g_array_index (slots, Slot, i);

      if (g_str_equal (slot->instrument, instrument) && slot->from < to_ms && slot->to > from_ms &&
          (slot->order == NULL || g_strcmp0 (slot->order, except_order) != 0))
        return FALSE;
    }
  return TRUE;
}

/* -- making -- */

YqWorld *
memory_world_new (const char *now)
{
  MemoryWorld *self = g_new0 (MemoryWorld, 1);

  self->parent.get = get;
  self->parent.list = list;
  self->parent.balance = balance;
  self->parent.slot_free = slot_free;
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->order = g_ptr_array_new ();
  self->balances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  memory_world_set_now (&self->parent, now);
  return &self->parent;
}

void
memory_world_free (YqWorld *world)
{
  MemoryWorld *self = (MemoryWorld *) world;

  g_hash_table_unref (self->records);
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->balances);
  g_array_unref (self->slots);
  g_free (self);
}

void
memory_world_set_now (YqWorld *world, const char *now)
{
  if (!yq_time_parse (now, &world->now))
    g_error ("%s is no time", now);
  yq_clock_set (world->now);
}

/* ' becomes ", @name its id. */
static char *
expand (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    {
      gsize n = *at == '@' ? strspn (at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_-") : 0;
      g_autofree char *name = n > 0 ? g_strndup (at + 1, n) : NULL;

      if (name != NULL)
        g_string_append (out, memory_id (name));
      else
        g_string_append_c (out, *at == '\'' ? '"' : *at);
      at += n;
    }
  return g_string_free (out, FALSE);
}

static void
read_fields (YqValues *values, const char *text)
{
  g_autofree char *json = expand (text);
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (json, -1, &problem);

  if (node == NULL || !yq_json_read_fields (json_node_get_object (node), values, NULL, &problem))
    g_error ("%s: %s", json,
             yq_problem_n_errors (problem) > 0 ? yq_problem_error (problem, 0, NULL, NULL)
                                               : yq_problem_detail (problem));
}

static void
read_owners (YqRecord *record, const char *owners)
{
  static const struct
  {
    const char *word;
    void (*set) (YqRecord *record, const char *value);
  } setters[] = {
    { "buyer", yq_record_set_buyer },     { "carrier", yq_record_set_carrier },
    { "desk", yq_record_set_desk },       { "region", yq_record_set_region },
    { "account", yq_record_set_account },
  };
  g_auto(GStrv) words = g_strsplit (owners, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint s = 0; s < G_N_ELEMENTS (setters); s++)
      {
        gsize n = strlen (setters[s].word);

        if (g_str_has_prefix (words[i], setters[s].word) && words[i][n] == '=')
          setters[s].set (record, g_str_equal (setters[s].word, "region")
                                    ? words[i] + n + 1
                                    : memory_id (words[i] + n + 1));
      }
}

static YqRecord *
take (MemoryWorld *self, YqRecord *record)
{
  const char *id = g_intern_string (yq_record_id (record));

  if (!g_hash_table_contains (self->records, id))
    g_ptr_array_add (self->order, (gpointer) id);
  g_hash_table_replace (self->records, (gpointer) id, record);
  return record;
}

YqRecord *
memory_add (YqWorld *world, const YqEntity *entity, const char *name, const char *state,
            const char *owners, const char *fields)
{
  YqRecord *record = yq_record_new (entity, memory_id (name));

  yq_record_set_revision (record, 1);
  yq_record_set_times (record, world->now, world->now);
  if (state != NULL)
    yq_record_set_state (record, state);
  if (owners != NULL)
    read_owners (record, owners);
  if (fields != NULL)
    read_fields (yq_record_values (record), fields);
  return take ((MemoryWorld *) world, record);
}

void
memory_patch (YqRecord *record, const char *fields)
{
  if (fields != NULL)
    read_fields (yq_record_values (record), fields);
}

YqValues *
memory_args (const YqStep *step, const char *fields)
{
  YqValues *args = yq_values_new (step->fields, yq_fields_count (step->fields));

  if (fields != NULL)
    read_fields (args, fields);
  return args;
}

YqRecord *
memory_get (YqWorld *world, const YqEntity *entity, const char *name)
{
  YqRecord *record = g_hash_table_lookup (((MemoryWorld *) world)->records, memory_id (name));

  if (record == NULL || yq_record_entity (record) != entity)
    g_error ("there is no %s %s", entity->name, name);
  return record;
}

void
memory_remove (YqWorld *world, const char *name)
{
  g_hash_table_remove (((MemoryWorld *) world)->records, memory_id (name));
}

void
memory_set_balance (YqWorld *world, const char *what, const char *name, gint64 fen)
{
  gint64 *value = g_new (gint64, 1);

  *value = fen;
  g_hash_table_replace (((MemoryWorld *) world)->balances, balance_key (what, memory_id (name)),
                        value);
}

void
memory_take_slot (YqWorld *world, const char *instrument, const char *from, const char *to,
                  const char *order)
{
  Slot slot = { memory_id (instrument), order != NULL ? memory_id (order) : NULL, 0, 0 };

  if (!yq_time_parse (from, &slot.from) || !yq_time_parse (to, &slot.to))
    g_error ("%s to %s is no time", from, to);
  g_array_append_val (((MemoryWorld *) world)->slots, slot);
}

/* -- the shipped data -- */

/* References stand by name in the files. */
static void
resolve_names (const YqEntity *entity, JsonObject *fields)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i].type == YQ_REFERENCE &&
        json_object_has_member (fields, entity->fields[i].name))
      json_object_set_string_member (
        fields, entity->fields[i].name,
        memory_id (json_object_get_string_member (fields, entity->fields[i].name)));
}

guint
memory_load (YqWorld *world, const char *path)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonArray *records;

  if (!g_file_get_contents (path, &text, &length, NULL) ||
      (node = yq_json_parse (text, (gssize) length, &problem)) == NULL)
    g_error ("%s cannot be read", path);
  records = json_object_get_array_member (json_node_get_object (node), "records");
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *object = json_array_get_object_element (records, i);
      const char *kind = json_object_get_string_member (object, "entity");
      const YqEntity *entity = yq_model_find (kind);
      JsonObject *fields = json_object_get_object_member (object, "fields");
      YqRecord *record =
        memory_add (world, entity, json_object_get_string_member (object, "name"),
                    json_object_get_string_member_with_default (object, "state", NULL), NULL, NULL);

      resolve_names (entity, fields);
      if (!yq_json_read_fields (fields, yq_record_values (record), NULL, &problem))
        g_error ("%s: %s %u: %s", path, kind, i, yq_problem_error (problem, 0, NULL, NULL));
      yq_record_set_region (record, json_object_get_string_member (fields, "seat"));
    }
  return json_array_get_length (records);
}
