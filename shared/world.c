/* How pure rules look at other records. */
#include "world.h"

YqRecord *
yq_world_get (YqWorld *world, const YqEntity *entity, const char *id)
{
  if (world == NULL || id == NULL || *id == '\0')
    return NULL;
  return world->get (world, entity, id);
}

GPtrArray *
yq_world_list (YqWorld *world, const YqEntity *entity, const char *field, const char *value)
{
  if (world == NULL || value == NULL)
    return g_ptr_array_new_with_free_func (g_object_unref);
  return world->list (world, entity, field, value);
}
