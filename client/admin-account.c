/* An account and its grants. */
#define G_LOG_DOMAIN "yiquan-admin"

#include "admin-account.h"

#include "bits.h"
#include "party.h"
#include "prompt.h"
#include "record-page.h"
#include "region.h"
#include "register-dialog.h"

typedef struct
{
  YqFrame *frame;
  char *account;
  GtkWidget *list;
} Grants;

static void
grants_free (gpointer data, GClosure *closure)
{
  Grants *self = data;

  g_free (self->account);
  g_free (self);
}

/* How far a grant reaches, in words. */
static char *
scope_text (YqStore *store, YqRecord *grant)
{
  const char *code = yq_record_text (grant, GRANT_REGION);
  char *name = NULL;

  if (code != NULL)
    return yq_region_path (code);
  if (yq_record_has (grant, GRANT_DESK))
    name = yq_store_title (store, &yq_desk, yq_record_text (grant, GRANT_DESK));
  else if (yq_record_has (grant, GRANT_ORGANISATION))
    name = yq_store_title (store, &yq_organisation, yq_record_text (grant, GRANT_ORGANISATION));
  else
    return g_strdup (_("The whole platform"));
  return name != NULL ? name : g_strdup (_("Not on this computer"));
}

static void
withdraw_answered_cb (const char *response, gpointer data)
{
  g_autoptr(GtkWidget) button = data;
  YqFrame *frame = yq_frame_of (button);
  g_autoptr(YqRecord) grant = NULL;
  g_autoptr(GError) error = NULL;

  if (g_strcmp0 (response, "ok") != 0 || frame == NULL)
    return;
  grant = yq_store_get (yq_frame_store (frame), &yq_grant,
                        g_object_get_data (G_OBJECT (button), "yq-id"));
  if (grant != NULL && !yq_outbox_delete (yq_frame_outbox (frame), grant, &error))
    yq_prompt_tell (button, _("The grant could not be withdrawn"), error->message);
  else
    yq_frame_toast (frame, _("The grant is withdrawn; the person is signed in anew without it."));
}

static void
withdraw_cb (GtkButton *button)
{
  const char *what = g_object_get_data (G_OBJECT (button), "yq-what");

  yq_prompt (GTK_WIDGET (button), _("Withdraw this grant?"), what, NULL, withdraw_answered_cb,
             g_object_ref (button), "cancel", _("Cancel"), "!ok", _("Withdraw"), NULL);
}

static GtkWidget *
build_row (Grants *self, YqRecord *grant)
{
  const char *role = yq_record_text (grant, GRANT_ROLE);
  g_autofree char *scope = scope_text (yq_frame_store (self->frame), grant);
  const char *title =
    role != NULL ? yq_choice_title (&yq_grant.fields[GRANT_ROLE], role) : yq_grant.title;
  GtkWidget *button = yq_button_new (_("Withdraw…"), NULL, "flat");
  g_autofree char *what = g_strdup_printf ("%s · %s", title, scope);
  g_autofree char *name = g_strdup_printf (_("Withdraw %s"), what);

  yq_set_name (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "yq-id", g_strdup (yq_record_id (grant)), g_free);
  g_object_set_data_full (G_OBJECT (button), "yq-what", g_steal_pointer (&what), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (withdraw_cb), NULL);
  return yq_row_new ("avatar-default-symbolic", title, scope, button, NULL);
}

static void
fill (Grants *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_grant);
  g_autoptr(GPtrArray) grants = NULL;

  yq_query_add (query, "account", self->account);
  grants = yq_store_list (yq_frame_store (self->frame), query, 0);
  yq_remove_children (self->list);
  for (guint i = 0; i < grants->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), build_row (self, grants->pdata[i]));
  if (grants->len == 0)
    gtk_list_box_append (GTK_LIST_BOX (self->list),
                         yq_row_new ("dialog-information-symbolic", _("No grants yet"),
                                     _("Without a grant this person only looks at public pages."),
                                     NULL, NULL));
}

static void
grants_changed_cb (YqStore *store, const char *entity, const char *id, Grants *self)
{
  fill (self);
}

static void
give_cb (GtkButton *button, Grants *self)
{
  g_autoptr(YqRecord) grant = yq_store_new_record (yq_frame_store (self->frame), &yq_grant);

  yq_record_set_text (grant, GRANT_ACCOUNT, self->account);
  yq_frame_push (self->frame, yq_record_page_open (self->frame, grant));
}

YqPage *
yq_admin_account_page_open (YqFrame *frame, YqRecord *account)
{
  YqPage *page = yq_record_page_open (frame, account);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *give = yq_button_new (_("Give a grant…"), NULL, NULL);
  Grants *self = g_new0 (Grants, 1);
  GClosure *closure;

  self->frame = frame;
  self->account = g_strdup (yq_record_id (account));
  self->list = yq_boxed_list_new ();
  fill (self);
  gtk_widget_set_halign (give, GTK_ALIGN_START);
  g_signal_connect (give, "clicked", G_CALLBACK (give_cb), self);
  gtk_box_append (GTK_BOX (box), yq_section_new (_("What this account may do"), self->list));
  gtk_box_append (GTK_BOX (box), give);
  gtk_box_append (GTK_BOX (yq_record_page_bottom (yq_record_page_of (page))), box);
  if (yq_record_in_state (account, "active") &&
      g_strcmp0 (yq_record_id (account), yq_frame_who (frame)->account) != 0)
    yq_record_page_add_button (
      yq_record_page_of (page),
      yq_recovery_button_new (yq_record_id (account), yq_record_title (account)));
  /* The closure lives as long as the list: with it goes what the buttons point to. */
  closure = g_cclosure_new (G_CALLBACK (grants_changed_cb), self, grants_free);
  g_object_watch_closure (G_OBJECT (self->list), closure);
  g_signal_connect_closure (yq_frame_store (frame), "changed::grant", closure, FALSE);
  return page;
}
