/* Qualifications and changes of name. */
#define G_LOG_DOMAIN "yiquan-qualification"

#include "qualification-page.h"

#include "bits.h"
#include "list-page.h"
#include "party.h"
#include "qualification.h"
#include "record-page.h"

/* clang-format off */
static const YqListPage list = {
  "qualifications", N_("Qualifications"), &yq_qualification, "carrier", "kind|to_region", NULL, "kind|state|to_region|phone|submitted_at|decided_at", "emblem-ok-symbolic",
  N_("No qualification yet"), N_("Who wants to be paid with vouchers applies to the science bureau of a city or county: letter of commitment, public information, location. Instruments and services are listed in the catalogue."),
  N_("Apply for a qualification"), "page.new",
};
/* clang-format on */

static YqRecord *
own_organisation (YqFrame *frame)
{
  const char *id = yq_frame_who (frame)->organisation;

  return id != NULL ? yq_store_get (yq_frame_store (frame), &yq_organisation, id) : NULL;
}

/* What the profile says already need not be typed again. */
static void
fill_from (YqRecord *record, YqRecord *organisation)
{
  static const struct
  {
    guint from, to;
  } copied[] = {
    { ORGANISATION_CONTACT_PHONE, QUALIFICATION_PHONE },
    { ORGANISATION_WEBSITE, QUALIFICATION_WEBSITE },
    { ORGANISATION_ADDRESS, QUALIFICATION_ADDRESS },
    { ORGANISATION_INTRODUCTION, QUALIFICATION_SERVICE_SCOPE },
    { ORGANISATION_REGION, QUALIFICATION_TO_REGION },
  };
  static const struct
  {
    guint from, to;
  } numbers[] = {
    { ORGANISATION_LATITUDE, QUALIFICATION_LATITUDE },
    { ORGANISATION_LONGITUDE, QUALIFICATION_LONGITUDE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    yq_record_set_text (record, copied[i].to, yq_record_text (organisation, copied[i].from));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (yq_record_has (organisation, numbers[i].from))
      yq_record_set_int (record, numbers[i].to, yq_record_int (organisation, numbers[i].from));
  yq_record_set_text (record, QUALIFICATION_KIND, "carrier");
}

void
yq_qualification_start (YqFrame *frame)
{
  g_autoptr(YqRecord) organisation = own_organisation (frame);
  g_autoptr(YqRecord) record = yq_store_new_record (yq_frame_store (frame), &yq_qualification);

  if (organisation != NULL)
    fill_from (record, organisation);
  yq_frame_push (frame, yq_record_page_open (frame, record));
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  yq_qualification_start (frame);
}

YqPage *
yq_qualifications_page_new (YqFrame *frame, gpointer user_data)
{
  static const GActionEntry actions[] = { { "new", new_cb } };
  YqPage *page = yq_list_page_new (frame, (gpointer) &list);

  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("Apply for a qualification"), "page.new");
  yq_page_add_key (page, "<Control>n", _("Apply for a qualification"), "page.new");
  return page;
}

/* -- changes of name -- */

void
yq_name_change_start (YqFrame *frame)
{
  g_autoptr(YqRecord) record = yq_store_new_record (yq_frame_store (frame), &yq_name_change);

  yq_frame_push (frame, yq_record_page_open (frame, record));
}

static void
activated_cb (GtkListBox *rows, GtkListBoxRow *row, YqFrame *frame)
{
  const char *id = g_object_get_data (G_OBJECT (row), "yq-id");

  if (id != NULL)
    yq_frame_open_record (frame, "name_change", id);
}

static void
fill_changes (GtkWidget *rows, YqFrame *frame)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_name_change);
  g_autoptr(GPtrArray) changes = NULL;

  yq_query_add (query, "buyer", yq_frame_who (frame)->organisation);
  changes = yq_store_list (yq_frame_store (frame), query, 0);
  yq_remove_children (rows);
  for (guint i = 0; i < changes->len; i++)
    {
      YqRecord *change = changes->pdata[i];
      const char *old = yq_record_text (change, NAME_CHANGE_OLD_NAME);
      g_autofree char *text = old != NULL ? g_strdup_printf (_("Formerly: %s"), old) : NULL;
      GtkWidget *row = yq_row_new ("document-edit-symbolic", yq_record_title (change), text,
                                   yq_state_pill_new (change), NULL);

      gtk_list_box_append (GTK_LIST_BOX (rows), row);
      g_object_set_data_full (G_OBJECT (row), "yq-id", g_strdup (yq_record_id (change)), g_free);
      if (GTK_IS_LIST_BOX_ROW (row))
        gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    }
  gtk_widget_set_visible (rows, changes->len > 0);
}

static void
changes_changed_cb (YqStore *store, const char *entity, const char *id, gpointer rows)
{
  YqFrame *frame = yq_frame_of (rows);

  if (frame != NULL)
    fill_changes (rows, frame);
}

static void
start_cb (YqFrame *frame)
{
  yq_name_change_start (frame);
}

GtkWidget *
yq_name_changes_new (YqFrame *frame)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *rows = yq_boxed_list_new ();
  GtkWidget *button = yq_button_new (_("Change the name…"), NULL, NULL);

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (start_cb), frame, G_CONNECT_SWAPPED);
  g_signal_connect_object (rows, "row-activated", G_CALLBACK (activated_cb), frame, 0);
  g_signal_connect_object (yq_frame_store (frame), "changed::name_change",
                           G_CALLBACK (changes_changed_cb), rows, 0);
  fill_changes (rows, frame);
  gtk_box_append (GTK_BOX (box), rows);
  gtk_box_append (GTK_BOX (box), button);
  return yq_section_new (_("Changes of name"), box);
}
