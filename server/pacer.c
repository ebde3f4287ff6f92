/* Sleeping and being woken. */
#define G_LOG_DOMAIN "yiquand"

#include "pacer.h"

void
yq_pacer_init (YqPacer *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

void
yq_pacer_clear (YqPacer *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

void
yq_pacer_sleep (YqPacer *self, gint64 ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  g_mutex_lock (&self->lock);
  while (!self->ends && !self->is_woken && g_cond_wait_until (&self->changed, &self->lock, end))
    ;
  self->is_woken = FALSE;
  g_mutex_unlock (&self->lock);
}

gboolean
yq_pacer_has_ended (YqPacer *self)
{
  gboolean ends;

  g_mutex_lock (&self->lock);
  ends = self->ends;
  g_mutex_unlock (&self->lock);
  return ends;
}

static void
signal_it (YqPacer *self, gboolean *what)
{
  g_mutex_lock (&self->lock);
  *what = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
yq_pacer_wake (YqPacer *self)
{
  signal_it (self, &self->is_woken);
}

void
yq_pacer_end (YqPacer *self)
{
  signal_it (self, &self->ends);
}
