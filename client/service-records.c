/* Service records on the page of a booking or a use. */
#define G_LOG_DOMAIN "yiquan-service-records"

#include "service-records.h"

#include "bits.h"
#include "clock.h"
#include "order.h"

typedef struct
{
  YqFrame *frame;
  YqRecordPage *page;
  GtkWidget *section, *list;
} Records;

static void
records_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

/* "2026-11-24 10:00 – 12:00", or both days. */
static char *
period_text (YqRecord *record)
{
  g_autofree char *from = yq_time_local (yq_record_int (record, SERVICE_RECORD_STARTED_AT));
  g_autofree char *to = yq_time_local (yq_record_int (record, SERVICE_RECORD_ENDED_AT));
  gboolean same_day = strncmp (from, to, strlen ("2026-11-24 ")) == 0;

  return g_strdup_printf ("%s – %s", from, same_day ? to + strlen ("2026-11-24 ") : to);
}

static char *
details_text (YqRecord *record)
{
  gint64 tenths = yq_record_int (record, SERVICE_RECORD_HOURS);
  g_autofree char *hours =
    g_strdup_printf (_("%d.%d hours"), (int) (tenths / 10), (int) (tenths % 10));
  const char *note = yq_record_text (record, SERVICE_RECORD_NOTE);

  return note != NULL ? g_strdup_printf ("%s · %s", hours, note) : g_steal_pointer (&hours);
}

static GtkWidget *
build_row (YqRecord *record)
{
  g_autofree char *period = period_text (record);
  g_autofree char *details = details_text (record);

  return yq_row_new ("yq-record-symbolic", period, details,
                     yq_money_label_new (yq_record_int (record, SERVICE_RECORD_FEE)), NULL);
}

static void
fill (Records *self)
{
  YqRecord *of = yq_record_page_record (self->page);
  g_autoptr(YqQuery) query = yq_query_new (&yq_service_record);
  g_autoptr(GPtrArray) found = NULL;

  yq_query_add (query, yq_record_entity (of) == &yq_order ? "order" : "voucher_use",
                yq_record_id (of));
  found = yq_store_list (yq_frame_store (self->frame), query, 0);
  yq_remove_children (self->list);
  for (guint i = 0; i < found->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), build_row (found->pdata[i]));
  gtk_widget_set_visible (self->section, found->len > 0);
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, Records *self)
{
  if (gtk_widget_get_root (self->list) != NULL) /* else the page has left the window */
    fill (self);
}

void
yq_service_records_add (YqFrame *frame, YqRecordPage *page)
{
  Records *self = g_new0 (Records, 1);
  GClosure *closure = g_cclosure_new (G_CALLBACK (changed_cb), self, records_free);

  self->frame = frame;
  self->page = page;
  self->list = yq_boxed_list_new ();
  self->section = yq_section_new (_("Service records"), self->list);
  fill (self);
  gtk_box_append (GTK_BOX (yq_record_page_bottom (page)), self->section);
  g_object_watch_closure (G_OBJECT (self->list), closure);
  g_signal_connect_closure (yq_frame_store (frame), "changed::service_record", closure, FALSE);
}
