/* How pure rules look at other records. */
#include "world.h"

#include <string.h>

YqRecord *
yq_world_get (YqWorld *world, const YqEntity *entity, const char *id)
{
  if (world == NULL || id == NULL || *id == '\0')
    return NULL;
  return world->get (world, entity, id);
}

/* The array that is kept: its key is "entity state". */
static GPtrArray *
kept_list (YqWorld *world, const YqEntity *entity, const char *state)
{
  g_autofree char *key = g_strdup_printf ("%s %s", entity->name, state);
  gint64 version = world->version != NULL ? world->version (world) : 0;
  GPtrArray *found;

  if (version != world->kept_version)
    g_hash_table_remove_all (world->kept);
  world->kept_version = version;
  found = g_hash_table_lookup (world->kept, key);
  if (found == NULL)
    {
      found = world->list (world, entity, "state", state);
      g_hash_table_insert (world->kept, g_steal_pointer (&key), found);
    }
  return g_ptr_array_ref (found);
}

GPtrArray *
yq_world_list (YqWorld *world, const YqEntity *entity, const char *field, const char *value)
{
  if (world == NULL || value == NULL)
    return g_ptr_array_new_with_free_func (g_object_unref);
  if (world->kept != NULL && strcmp (field, "state") == 0)
    return kept_list (world, entity, value);
  return world->list (world, entity, field, value);
}

GPtrArray *
yq_world_sample (YqWorld *world, const YqEntity *entity, const char *field, const char *value,
                 guint limit)
{
  if (world == NULL || value == NULL || world->sample == NULL)
    return yq_world_list (world, entity, field, value);
  return world->sample (world, entity, field, value, limit);
}

void
yq_world_keep_lists (YqWorld *world)
{
  world->kept =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
is_of_entity (gpointer key, gpointer list, gpointer entity)
{
  const char *name = ((const YqEntity *) entity)->name;

  return g_str_has_prefix (key, name) && ((const char *) key)[strlen (name)] == ' ';
}

void
yq_world_forget_lists (YqWorld *world, const YqEntity *entity)
{
  if (world == NULL || world->kept == NULL)
    return;
  if (entity != NULL)
    g_hash_table_foreach_remove (world->kept, is_of_entity, (gpointer) entity);
  else
    g_hash_table_remove_all (world->kept);
}

void
yq_world_drop_lists (YqWorld *world)
{
  g_clear_pointer (&world->kept, g_hash_table_unref);
}
