/* What a person marked to find again. */
#define G_LOG_DOMAIN "yiquan-find"

#include "favourites.h"

#include "bits.h"
#include "catalogue.h"

const YqListPage yq_list_favourites = {
  "favourites",
  N_("Favourites"),
  &yq_favourite,
  NULL,
  "kind",
  NULL,
  "title|kind|updated_at",
  "starred-symbolic",
  N_("No favourites yet"),
  N_("Press “Add to favourites” at a carrier, a service or an instrument: it stands here from then "
     "on."),
  N_("Find services"),
  "win.page::services",
};

/* The kind of a favourite and its field are called as the entity it marks. */
static GPtrArray *
marks_of (YqFrame *frame, YqRecord *record)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_favourite);

  yq_query_add (query, yq_record_entity (record)->name, yq_record_id (record));
  return yq_store_list (yq_frame_store (frame), query, 0);
}

gboolean
yq_favourite_has (YqFrame *frame, YqRecord *record)
{
  g_autoptr(GPtrArray) found = marks_of (frame, record);

  return found->len > 0;
}

static gboolean
mark (YqFrame *frame, YqRecord *record, GError **error)
{
  g_autoptr(YqRecord) favourite = yq_store_new_record (yq_frame_store (frame), &yq_favourite);
  const char *kind = yq_record_entity (record)->name;

  yq_record_set_text (favourite, FAVOURITE_KIND, kind);
  yq_record_set_text (favourite, (guint) yq_entity_find_field (&yq_favourite, kind),
                      yq_record_id (record));
  return yq_outbox_save (yq_frame_outbox (frame), favourite, error);
}

static void
toggle (YqFrame *frame, YqRecord *record)
{
  g_autoptr(GPtrArray) found = marks_of (frame, record);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean done = TRUE;

  for (guint i = 0; i < found->len && done; i++)
    done = yq_outbox_delete (yq_frame_outbox (frame), found->pdata[i], &error);
  if (found->len == 0)
    done = mark (frame, record, &error);
  if (!done)
    text = g_strdup_printf (_("The favourites could not be changed: %s"), error->message);
  else if (found->len > 0)
    text = g_strdup_printf (_("“%s” is no favourite any more"), yq_record_title (record));
  else
    text = g_strdup_printf (_("“%s” is a favourite now"), yq_record_title (record));
  yq_frame_toast (frame, text);
}

static void
show (GtkWidget *button, YqFrame *frame, YqRecord *record)
{
  gtk_button_set_label (GTK_BUTTON (button), yq_favourite_has (frame, record)
                                               ? _("Favourite ★")
                                               : _("Add to favourites"));
}

static void
clicked_cb (GtkButton *button, YqRecord *record)
{
  YqFrame *frame = yq_frame_of (GTK_WIDGET (button));

  toggle (frame, record);
  show (GTK_WIDGET (button), frame, record);
}

GtkWidget *
yq_favourite_button_new (YqFrame *frame, YqRecord *record)
{
  GtkWidget *button = yq_button_new (_("Add to favourites"), NULL, NULL);

  g_signal_connect_data (button, "clicked", G_CALLBACK (clicked_cb), g_object_ref (record),
                         (GClosureNotify) (void (*) (void)) g_object_unref, 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (button, yq_frame_why_not (frame, &yq_favourite) == NULL);
  show (button, frame, record);
  return button;
}

void
yq_favourite_open (YqFrame *frame, YqRecord *favourite)
{
  const char *kind = yq_record_text (favourite, FAVOURITE_KIND);
  int field = kind != NULL ? yq_entity_find_field (&yq_favourite, kind) : -1;

  if (field >= 0 && yq_record_has (favourite, (guint) field))
    yq_frame_open_record (frame, kind, yq_record_text (favourite, (guint) field));
}
