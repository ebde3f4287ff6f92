/* Announcements, policies and downloads. */
#define G_LOG_DOMAIN "yiquan-announcements"

#include "announcement-page.h"

#include "announcement.h"
#include "bits.h"
#include "file-strip.h"
#include "record-page.h"
#include "region.h"

/* clang-format off */
const YqListPage yq_list_announcements = {
  "announcements-shown", N_("Announcements and policies"), &yq_announcement, NULL, "kind|seat", NULL, "title|kind|seat|shown_from", "emblem-documents-symbolic",
  N_("No announcements yet"), N_("What the science bureaus announce, their policies and files to download stand here; they come with the synchronisation."),
  N_("Synchronise now"), "win.sync", .newest = "shown_from",
};
/* clang-format on */

typedef struct
{
  YqFrame *frame;
  YqRecord *notice;
  YqPage *page;
  GtkWidget *box;
} Reader;

static void
reader_free (gpointer data)
{
  Reader *self = data;

  g_object_unref (self->notice);
  g_free (self);
}

static const char *
kind_title (YqRecord *notice)
{
  const char *kind = yq_record_text (notice, ANNOUNCEMENT_KIND);

  return kind != NULL ? yq_choice_title (&yq_announcement.fields[ANNOUNCEMENT_KIND], kind) : "";
}

GtkWidget *
yq_announcement_row_new (YqRecord *notice, const char *detailed_action)
{
  const char *day = yq_record_text (notice, ANNOUNCEMENT_SHOWN_FROM);

  return yq_row_new ("emblem-documents-symbolic", yq_record_title (notice), kind_title (notice),
                     yq_label_new (day ? day : "", "dim-label number"), detailed_action);
}

/* Kind, region and day. */
static GtkWidget *
build_line (YqRecord *notice)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  const char *seat = yq_record_text (notice, ANNOUNCEMENT_SEAT);
  const char *day = yq_record_text (notice, ANNOUNCEMENT_SHOWN_FROM);
  g_autofree char *place = seat != NULL ? yq_region_path (seat) : NULL;

  gtk_box_append (GTK_BOX (line), yq_pill_new (kind_title (notice), YQ_TONE_NEUTRAL));
  if (place != NULL)
    gtk_box_append (GTK_BOX (line), yq_label_new (place, "dim-label"));
  if (day != NULL)
    gtk_box_append (GTK_BOX (line), yq_label_new (day, "dim-label number"));
  return line;
}

static void
fill (Reader *self)
{
  const char *text = yq_record_text (self->notice, ANNOUNCEMENT_TEXT);
  JsonArray *files = yq_record_array (self->notice, ANNOUNCEMENT_FILES);
  GtkWidget *words = yq_label_new_wrapped (text != NULL ? text : "", "prose");

  yq_remove_children (self->box);
  yq_page_set_title (self->page, yq_record_title (self->notice));
  gtk_label_set_selectable (GTK_LABEL (words), TRUE);
  gtk_box_append (GTK_BOX (self->box),
                  yq_label_new_wrapped (yq_record_title (self->notice), "page-title"));
  gtk_box_append (GTK_BOX (self->box), build_line (self->notice));
  gtk_box_append (GTK_BOX (self->box), yq_card_new (NULL, NULL, words));
  if (files != NULL && json_array_get_length (files) > 0)
    {
      GtkWidget *strip = yq_file_strip_new (yq_frame_store (self->frame), FALSE);

      yq_file_strip_show (YQ_FILE_STRIP (strip), files);
      gtk_box_append (GTK_BOX (self->box), yq_section_new (_("Files to download"), strip));
    }
}

static void
changed_cb (GtkWidget *box, const char *entity, const char *id, YqStore *store)
{
  Reader *self = g_object_get_data (G_OBJECT (box), "yq-reader");

  if ((id == NULL || g_str_equal (id, yq_record_id (self->notice))) &&
      yq_store_reload (store, self->notice))
    fill (self);
}

YqPage *
yq_announcement_page_open (YqFrame *frame, YqRecord *notice)
{
  YqStore *store = yq_frame_store (frame);
  Reader *self;

  if (yq_access_edits (yq_store_world (store), yq_frame_who (frame), notice) != 0)
    return yq_record_page_open (frame, notice);
  self = g_new0 (Reader, 1);
  self->frame = frame;
  self->notice = g_object_ref (notice);
  self->box = yq_page_box_new ();
  self->page = yq_page_new (yq_record_title (notice), NULL);
  g_object_set_data_full (G_OBJECT (self->box), "yq-reader", self, reader_free);
  fill (self);
  yq_page_set_content_clamped (self->page, self->box, 720);
  g_signal_connect_object (store, "changed::announcement", G_CALLBACK (changed_cb), self->box,
                           G_CONNECT_SWAPPED);
  return self->page;
}
