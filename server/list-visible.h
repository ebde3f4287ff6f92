/* Which records somebody may see, as a condition in SQL: yq_access_readers() said in another way.
 */
#pragma once

#include "access.h"

/* Writes "(…)" over the entity's table named t: TRUE for the records for which who belongs to one
 * of the YqSees classes.  Values are added to args as $n. */
typedef void (*YqAddArg) (gpointer query, GString *sql, const char *value);
void yq_list_visible (GString *sql, const YqEntity *entity, const YqWho *who, guint classes,
                      YqAddArg add, gpointer query);
/* The classes who may belong to for some record of the entity. */
guint yq_list_classes (const YqEntity *entity, const YqWho *who);
