/* A world in memory: records by name, balances and taken times as a test says them, so that pure
 * rules can be asked anything without a database.  One thread. */
#pragma once

#include "model.h"
#include "record.h"
#include "world.h"

/* The UUID that stands for a name, the same in every run; interned. */
const char *memory_id (const char *name);

/* now: RFC 3339. */
YqWorld *memory_world_new (const char *now);
void memory_world_free (YqWorld *world);
void memory_world_set_now (YqWorld *world, const char *now);

/* Adds a record.  owners: "buyer=acme carrier=lab region=330421 account=li"; fields: an object with
 * ' for ", and @name for the id of a name.  Any of them may be NULL.  Borrowed. */
YqRecord *memory_add (YqWorld *world, const YqEntity *entity, const char *name, const char *state,
                      const char *owners, const char *fields);
/* Changes fields of a record there is, in the same notation. */
void memory_patch (YqRecord *record, const char *fields);
/* Step arguments, in the same notation. */
YqValues *memory_args (const YqStep *step, const char *fields);
YqRecord *memory_get (YqWorld *world, const YqEntity *entity, const char *name); /* borrowed */
void memory_remove (YqWorld *world, const char *name);

void memory_set_balance (YqWorld *world, const char *what, const char *name, gint64 fen);
/* Times as RFC 3339; order may be NULL. */
void memory_take_slot (YqWorld *world, const char *instrument, const char *from, const char *to,
                       const char *order);

/* The records of a file of data/ ({"records":[{entity, name, state, fields}]}): names as in it. */
guint memory_load (YqWorld *world, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqWorld, memory_world_free)
