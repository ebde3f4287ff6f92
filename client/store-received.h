/* One record of a feed, read and made ready beside the thread that stores it: whatever can be known
 * of it without looking into the database. */
#pragma once

#include "record.h"
#include "store-db.h"

struct _YqReceived
{
  const YqEntity *entity;
  char *id;
  gboolean gone;    /* nothing of what follows */
  char *text;       /* canonical */
  YqRecord *record; /* NULL: it cannot be read */
  YqWords *words;   /* of record */
};

/* Any thread.  It shares values with object, whose references are not counted across threads: let
 * go of the whole JSON before another thread gets it.  NULL: a newer server's, to be passed over.
 */
YqReceived *yq_received_new (JsonObject *object);
void yq_received_free (YqReceived *received);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqReceived, yq_received_free)
