/* A colleague has lost password and phone: a code for her account, issued with one's own password
 * and shown once. */
#define G_LOG_DOMAIN "yiquan-account"

#include "account-dialog.h"
#include "register-dialog.h"

#include "bits.h"
#include "clock.h"
#include "tooltip.h"

#define MAX_COMMENT 200

typedef struct
{
  char *account;
  GtkWidget *list, *password, *comment;
  gboolean is_done;
} Form;

#define TEXT(row) yq_account_dialog_text (row)

static void
destroy (YqAccountDialog *self)
{
  Form *form = self->data;

  g_free (form->account);
  g_free (form);
}

static const char *
missing (YqAccountDialog *self)
{
  const Form *form = self->data;

  if (form->is_done)
    return NULL;
  if (*TEXT (form->password) == '\0')
    return _("Type your own password first");
  return g_utf8_strlen (TEXT (form->comment), -1) > MAX_COMMENT
           ? _("At most 200 characters for the reason")
           : NULL;
}

static void
copy_cb (GtkButton *button, GtkLabel *code)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (code)), gtk_label_get_text (code));
}

/* In the place of what was asked. */
static void
show_code (YqAccountDialog *self, JsonObject *answer)
{
  Form *form = self->data;
  const char *expires = json_object_get_string_member_with_default (answer, "expires_at", "");
  gint64 until = 0;
  g_autofree char *time = yq_time_parse (expires, &until) ? yq_time_local (until) : NULL;
  g_autofree char *text = g_strdup_printf (
    _("For the account “%s”, good until %s.  Give it to the person yourself, not by a third hand: "
      "on the sign-in page, under “Forgot account or password”, it sets a new password once.  It "
      "is not shown "
      "again."),
    json_object_get_string_member_with_default (answer, "username", ""),
    time != NULL ? time : expires);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *code =
    yq_label_new (json_object_get_string_member_with_default (answer, "code", ""), "issued-code");
  GtkWidget *copy = yq_button_new (_("Copy"), NULL, NULL);

  gtk_label_set_selectable (GTK_LABEL (code), TRUE);
  gtk_widget_set_hexpand (code, TRUE);
  yq_set_name (code, _("Recovery code"));
  g_signal_connect (copy, "clicked", G_CALLBACK (copy_cb), code);
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), code);
  gtk_box_append (GTK_BOX (box), copy);
  gtk_widget_set_visible (form->list, FALSE);
  gtk_box_insert_child_after (GTK_BOX (self->box), box, self->notice);
  gtk_box_insert_child_after (GTK_BOX (self->box), yq_label_new_wrapped (text, "dim-label"), box);
  form->is_done = TRUE;
  gtk_button_set_label (GTK_BUTTON (self->button), _("Close"));
  yq_account_dialog_check (self);
}

static void
issued (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  if (why == NULL && answer != NULL)
    show_code (self, answer);
}

static void
submit (YqAccountDialog *self)
{
  const Form *form = self->data;
  JsonObject *body;

  if (form->is_done)
    {
      gtk_window_destroy (GTK_WINDOW (self->window));
      return;
    }
  body = json_object_new ();
  json_object_set_string_member (body, "account", form->account);
  json_object_set_string_member (body, "password", TEXT (form->password));
  if (*TEXT (form->comment) != '\0')
    json_object_set_string_member (body, "comment", TEXT (form->comment));
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/recoveries", body, issued);
}

static char *
describe (const char *name)
{
  return g_strdup_printf (
    _("%s gets a code that sets a new password once, within a day.  First make sure that it is "
      "really this person who asks.  The account and its phone are told, and your name goes into "
      "the record."),
    name);
}

void
yq_recovery_dialog_open (GtkWidget *parent, YqApiClient *api, GVariant *who)
{
  g_autofree char *account = NULL, *name = NULL, *text = NULL;
  YqAccountDialog *self;
  Form *form = g_new0 (Form, 1);

  g_variant_get (who, "(ss)", &account, &name);
  text = describe (name);
  self = yq_account_dialog_new (parent, _("Issue a recovery code"), text, api);
  self->data = form;
  self->missing = missing;
  self->submit = submit;
  self->destroy = destroy;
  form->account = g_steal_pointer (&account);
  form->list = yq_account_dialog_add_list (self, NULL);
  form->password = yq_account_dialog_add_entry (self, form->list, _("Your own password"), TRUE);
  form->comment = yq_account_dialog_add_entry (self, form->list, _("Reason (optional)"), FALSE);
  yq_account_dialog_add_button (self, _("Issue the code"));
  gtk_window_present (GTK_WINDOW (self->window));
}

GtkWidget *
yq_recovery_button_new (const char *account, const char *name)
{
  g_autofree char *action =
    g_action_print_detailed_name ("app.issue-recovery", g_variant_new ("(ss)", account, name));
  g_autofree char *words = g_strdup_printf (_("Issue a recovery code to %s…"), name);
  GtkWidget *button = yq_button_new (_("Recovery code…"), action, NULL);

  yq_set_name (button, words);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  yq_set_tooltip (button,
                  _("For who has lost password and phone: a code that sets a new password once"));
  return button;
}
