/* Pages about oneself. */
#define G_LOG_DOMAIN "yiquan-own"

#include "own-pages.h"

#include "bind-organisation.h"
#include "bits.h"
#include "commitment.h"
#include "face.h"
#include "party.h"
#include "qualification-page.h"
#include "record-page.h"
#include "size-standard.h"

/* It may come with the first synchronisation, while one looks at the page. */
static void
arrived_cb (YqStore *store, const char *entity, const char *id, GtkWidget *page)
{
  YqFrame *frame = yq_frame_of (page);
  const YqEntity *wanted = g_object_get_data (G_OBJECT (page), "yq-wanted");
  const YqWho *who = yq_store_who (store);
  const char *own = wanted == &yq_organisation ? who->organisation : who->account;

  if (frame != NULL && own != NULL && (id == NULL || g_str_equal (id, own)))
    yq_frame_renew_page (frame, YQ_PAGE (page));
}

static YqPage *
missing_page (YqFrame *frame, const YqEntity *wanted, const char *title, const char *text)
{
  GtkWidget *face = yq_face_new (NULL);
  g_autofree char *signal = g_strconcat ("changed::", wanted->name, NULL);
  YqPage *page;

  yq_face_set_first (YQ_FACE (face), "system-users-symbolic", title, text, _("Synchronise now"),
                     "win.sync");
  yq_face_show (YQ_FACE (face), YQ_FACE_FIRST);
  page = yq_page_new (title, face);
  g_object_set_data (G_OBJECT (page), "yq-wanted", (gpointer) wanted);
  g_signal_connect_object (yq_frame_store (frame), signal, G_CALLBACK (arrived_cb), page, 0);
  return page;
}

static GtkWidget *
member_row (YqRecord *membership)
{
  const char *role = yq_record_text (membership, MEMBERSHIP_ROLE);

  return yq_row_new ("avatar-default-symbolic", yq_record_title (membership),
                     role != NULL ? yq_choice_title (&yq_membership.fields[MEMBERSHIP_ROLE], role)
                                  : NULL,
                     yq_state_pill_new (membership), NULL);
}

static void
member_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqFrame *frame)
{
  const char *id = g_object_get_data (G_OBJECT (row), "yq-id");

  if (id != NULL)
    yq_frame_open_record (frame, "membership", id);
}

static void
fill_members (GtkWidget *list, YqFrame *frame)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_membership);
  g_autoptr(GPtrArray) members = NULL;

  yq_query_add (query, "organisation", yq_frame_who (frame)->organisation);
  members = yq_store_list (yq_frame_store (frame), query, 0);
  yq_remove_children (list);
  for (guint i = 0; i < members->len; i++)
    {
      GtkWidget *row = member_row (members->pdata[i]);

      gtk_list_box_append (GTK_LIST_BOX (list), row);
      g_object_set_data_full (G_OBJECT (row), "yq-id", g_strdup (yq_record_id (members->pdata[i])),
                              g_free);
      if (GTK_IS_LIST_BOX_ROW (row))
        gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    }
}

static void
members_changed_cb (YqStore *store, const char *entity, const char *id, gpointer list)
{
  YqFrame *frame = yq_frame_of (list);

  if (frame != NULL)
    fill_members (list, frame);
}

static void
standard_cb (GtkButton *button, YqRecordPage *page)
{
  YqFrame *frame = yq_frame_of (GTK_WIDGET (page));

  yq_size_standard_open (frame,
                         yq_record_text (yq_record_page_record (page), ORGANISATION_INDUSTRY));
}

static void
add_standard (YqRecordPage *page)
{
  YqRecordForm *form = yq_record_page_form (page);
  GtkWidget *button = yq_button_new (_("Open the standard that decides the size"), NULL, NULL);

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (standard_cb), page, 0);
  gtk_box_append (
    GTK_BOX (form != NULL ? yq_record_form_card (form, "Size") : yq_record_page_bottom (page)),
    button);
}

YqPage *
yq_organisation_page_new (YqFrame *frame, gpointer user_data)
{
  const char *id = yq_frame_who (frame)->organisation;
  g_autoptr(YqRecord) own =
    id != NULL ? yq_store_get (yq_frame_store (frame), &yq_organisation, id) : NULL;
  YqPage *page;
  GtkWidget *members = yq_boxed_list_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  if (own == NULL)
    return missing_page (
      frame, &yq_organisation, _("Organisation"),
      _("You do not belong to an organisation yet, or it has not been synchronised."));
  page = yq_record_page_open (frame, own);
  fill_members (members, frame);
  g_signal_connect (members, "row-activated", G_CALLBACK (member_activated_cb), frame);
  g_signal_connect_object (yq_frame_store (frame), "changed::membership",
                           G_CALLBACK (members_changed_cb), members, 0);
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Members"), members));
  gtk_box_append (GTK_BOX (yq_record_page_bottom (yq_record_page_of (page))), box);
  if (yq_record_has (own, ORGANISATION_FIRST_APPROVED_AT))
    gtk_box_append (GTK_BOX (box), yq_name_changes_new (frame));
  add_standard (yq_record_page_of (page));
  yq_commitment_add (frame, page);
  return page;
}

/* Who works for a bureau or the platform belongs to no organisation. */
static gboolean
is_official (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_REVIEWER) || yq_who_has_role (who, YQ_ROLE_EXPERT) ||
         yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR);
}

YqPage *
yq_account_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page;
  g_autoptr(YqRecord) own =
    yq_store_get (yq_frame_store (frame), &yq_account, yq_frame_who (frame)->account);

  if (own == NULL)
    return missing_page (frame, &yq_account, _("Account"),
                         _("The account has not been synchronised yet."));
  page = yq_record_page_open (frame, own);
  if (!is_official (yq_frame_who (frame)))
    gtk_box_append (GTK_BOX (yq_record_page_top (yq_record_page_of (page))),
                    yq_bind_organisation_new (frame));
  yq_page_add_button (page, NULL, _("Change the password…"), "app.change-password");
  yq_page_add_button (page, NULL, _("Bind an older account…"), "app.bind-account");
  return page;
}
