/* When a thread beside the requests works and when it sleeps: until a time, until somebody wakes
 * it, until it is to end.  Any thread. */
#pragma once

#include <glib.h>

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean ends, is_woken;
} YqPacer;

void yq_pacer_init (YqPacer *self);
void yq_pacer_clear (YqPacer *self); /* the thread has ended */
/* The thread itself: for ms at most; not at all where it was woken since it last slept. */
void yq_pacer_sleep (YqPacer *self, gint64 ms);
gboolean yq_pacer_has_ended (YqPacer *self);
void yq_pacer_wake (YqPacer *self);
void yq_pacer_end (YqPacer *self); /* wakes it for the last time; join it then */
