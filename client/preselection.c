/* The preselection list of an organisation, wherever it is looked at or changed. */
#define G_LOG_DOMAIN "yiquan-find"

#include "catalogue.h"
#include "find-page.h"

static GPtrArray *
preselections_of (YqFrame *frame, const char *instrument)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_preselection);
  const YqWho *who = yq_frame_who (frame);

  if (who->organisation != NULL)
    yq_query_add (query, "buyer", who->organisation);
  if (instrument != NULL)
    yq_query_add (query, "instrument", instrument);
  return yq_store_list (yq_frame_store (frame), query, 0);
}

gboolean
yq_preselection_has (YqFrame *frame, const char *instrument)
{
  g_autoptr(GPtrArray) found = preselections_of (frame, instrument);

  return found->len > 0;
}

guint
yq_preselection_count (YqFrame *frame)
{
  g_autoptr(GPtrArray) found = preselections_of (frame, NULL);

  return found->len;
}

void
yq_preselection_toggle (YqFrame *frame, YqRecord *instrument)
{
  g_autoptr(GPtrArray) found = preselections_of (frame, yq_record_id (instrument));
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean done = TRUE;

  if (found->len > 0)
    for (guint i = 0; i < found->len && done; i++)
      done = yq_outbox_delete (yq_frame_outbox (frame), found->pdata[i], &error);
  else
    {
      g_autoptr(YqRecord) record = yq_store_new_record (yq_frame_store (frame), &yq_preselection);

      yq_record_set_text (record, PRESELECTION_INSTRUMENT, yq_record_id (instrument));
      done = yq_outbox_save (yq_frame_outbox (frame), record, &error);
    }
  if (!done)
    text = g_strdup_printf (_("The preselection list could not be changed: %s"), error->message);
  else if (found->len > 0)
    text = g_strdup_printf (_("“%s” is off the preselection list"), yq_record_title (instrument));
  else
    text = g_strdup_printf (_("“%s” is on the preselection list"), yq_record_title (instrument));
  yq_frame_toast (frame, text);
}
