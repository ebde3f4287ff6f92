/* A person asks to join an organisation; its managers answer (shandong 3.2). */
#define G_LOG_DOMAIN "yiquan-own"

#include "bind-organisation.h"

#include "bits.h"
#include "party.h"

typedef struct
{
  YqFrame *frame;
  GtkWidget *list, *hint, *line, *entry, *ask;
} Bind;

static GPtrArray *
own_memberships (Bind *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_membership);

  yq_query_add (query, "account", yq_frame_who (self->frame)->account);
  return yq_store_list (yq_frame_store (self->frame), query, 0);
}

static const char *
name_of (YqRecord *membership)
{
  return yq_record_has (membership, MEMBERSHIP_ORGANISATION_NAME)
           ? yq_record_text (membership, MEMBERSHIP_ORGANISATION_NAME)
           : yq_record_text (membership, MEMBERSHIP_WANTED);
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, Bind *self)
{
  const char *id = g_object_get_data (G_OBJECT (row), "yq-id");

  if (id != NULL)
    yq_frame_open_record (self->frame, "membership", id);
}

static void
append_membership (Bind *self, YqRecord *membership)
{
  const char *role = yq_record_text (membership, MEMBERSHIP_ROLE);
  GtkWidget *row = yq_row_new (
    "yq-organisation-symbolic", name_of (membership),
    role != NULL ? yq_choice_title (&yq_membership.fields[MEMBERSHIP_ROLE], role) : NULL,
    yq_state_pill_new (membership), NULL);

  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  g_object_set_data_full (G_OBJECT (row), "yq-id", g_strdup (yq_record_id (membership)), g_free);
  if (GTK_IS_LIST_BOX_ROW (row))
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
}

static void
refresh (Bind *self)
{
  g_autoptr(GPtrArray) all = own_memberships (self);
  gboolean belongs = FALSE, asked = FALSE;

  yq_remove_children (self->list);
  for (guint i = 0; i < all->len; i++)
    {
      belongs |= yq_record_in_state (all->pdata[i], "active|leaving");
      asked |= yq_record_in_state (all->pdata[i], "asked");
      append_membership (self, all->pdata[i]);
    }
  gtk_widget_set_visible (self->list, all->len > 0);
  gtk_widget_set_visible (self->line, !belongs && !asked);
  gtk_label_set_text (GTK_LABEL (self->hint),
                      asked && !belongs ? _("The managers of the organisation answer next; this "
                                            "window becomes one of the organisation by itself.")
                      : belongs ? _("To change to another organisation, open yours here and ask to "
                                    "leave; once it has released you, you can ask the other one.")
                                : _("Write the full name of your organisation or its unified "
                                    "social credit code. Its managers accept you; an organisation "
                                    "that is not found has not been registered here yet."));
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, GtkWidget *section)
{
  Bind *self = g_object_get_data (G_OBJECT (section), "yq-bind");

  if (self != NULL)
    refresh (self);
}

static void
typed_cb (GtkEditable *editable, Bind *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  yq_widget_set_why (self->ask,
                     *text != '\0' ? NULL : _("Write the name or the credit code first"));
}

static void
ask (Bind *self)
{
  const YqStep *step = yq_entity_step (&yq_membership, "ask");
  YqStore *store = yq_frame_store (self->frame);
  g_autofree char *text =
    g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  g_autoptr(YqRecord) membership = yq_store_new_record (store, &yq_membership);
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(GError) error = NULL;

  if (*text == '\0')
    return;
  yq_record_set_text (membership, MEMBERSHIP_WANTED, text);
  problem =
    yq_workflow_check (yq_store_world (store), yq_store_who (store), membership, step, NULL);
  if (problem != NULL)
    yq_frame_toast (self->frame, yq_problem_detail (problem));
  else if (!yq_outbox_submit (yq_frame_outbox (self->frame), membership, step, NULL, NULL, &error))
    yq_frame_toast (self->frame, error->message);
  else
    {
      yq_frame_toast (self->frame, _("Asked: the managers of the organisation answer next"));
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
    }
}

static void
ask_clicked_cb (GtkButton *button, Bind *self)
{
  ask (self);
}

static void
entry_activated_cb (GtkEntry *entry, Bind *self)
{
  ask (self);
}

static GtkWidget *
build_line (Bind *self)
{
  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->entry = gtk_entry_new ();
  gtk_entry_set_max_length (GTK_ENTRY (self->entry), 100);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry),
                                  _("Full name or unified social credit code"));
  gtk_widget_set_hexpand (self->entry, TRUE);
  yq_set_name (self->entry, _("Organisation to join"));
  self->ask = yq_button_new (_("Ask to join"), NULL, "suggested-action");
  gtk_box_append (GTK_BOX (self->line), self->entry);
  gtk_box_append (GTK_BOX (self->line), self->ask);
  g_signal_connect (self->entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (entry_activated_cb), self);
  g_signal_connect (self->ask, "clicked", G_CALLBACK (ask_clicked_cb), self);
  typed_cb (GTK_EDITABLE (self->entry), self);
  return self->line;
}

GtkWidget *
yq_bind_organisation_new (YqFrame *frame)
{
  Bind *self = g_new0 (Bind, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *section;

  self->frame = frame;
  self->list = yq_boxed_list_new ();
  self->hint = yq_label_new_wrapped ("", "dim-label");
  g_signal_connect (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), build_line (self));
  gtk_box_append (GTK_BOX (box), self->hint);
  section = yq_section_new (_("My organisation"), box);
  g_object_set_data_full (G_OBJECT (section), "yq-bind", self, g_free);
  g_signal_connect_object (yq_frame_store (frame), "changed::membership", G_CALLBACK (changed_cb),
                           section, 0);
  refresh (self);
  return section;
}
