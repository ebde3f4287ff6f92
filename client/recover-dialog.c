/* Finding an account again by a code on its phone, and a new password for it. */
#define G_LOG_DOMAIN "yiquan-account"

#include "account-dialog.h"
#include "register-dialog.h"

#include <string.h>

#include "bits.h"

typedef struct
{
  YqAccountDone done;
  gpointer user_data;
  GtkWidget *phone, *phone_list;
  /* once the code was right */
  GtkWidget *found, *choice, *password, *again;
  GPtrArray *names;
  char *ticket_id, *ticket;
  /* or with a code that a person issued */
  GtkWidget *given, *username, *issued;
} Recover;

#define TEXT(row) yq_account_dialog_text (row)

/* A number is a phone, anything else a user name. */
static gboolean
is_phone (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789+- ") == strlen (text);
}

static const char *
missing (YqAccountDialog *self)
{
  const Recover *form = self->data;

  if (form->username != NULL && (*TEXT (form->username) == '\0' || *TEXT (form->issued) == '\0'))
    return _("Type your user name and the recovery code first");
  if (form->names == NULL && form->username == NULL)
    return self->code_id == NULL || *TEXT (self->code_text) == '\0'
             ? _("Ask for a code and type it first")
             : NULL;
  if (g_utf8_strlen (TEXT (form->password), -1) < 8)
    return _("A password has at least 8 characters");
  return strcmp (TEXT (form->password), TEXT (form->again)) != 0 ? _("The two passwords differ")
                                                                 : NULL;
}

static const char *
missing_for_code (YqAccountDialog *self)
{
  const Recover *form = self->data;

  if (*TEXT (form->phone) == '\0')
    return _("Type your mobile phone or user name first");
  return *TEXT (self->picture_text) == '\0' ? _("Type what the picture shows first") : NULL;
}

static void
ask_code (YqAccountDialog *self, JsonObject *body)
{
  const Recover *form = self->data;
  const char *text = TEXT (form->phone);

  json_object_set_string_member (body, "purpose", "recover");
  json_object_set_string_member (body, is_phone (text) ? "phone" : "username", text);
}

/* -- the second half -- */

/* The way of asking by SMS makes room. */
static void
hide_asking (YqAccountDialog *self)
{
  Recover *form = self->data;

  gtk_widget_set_visible (form->phone_list, FALSE);
  gtk_widget_set_visible (form->given, FALSE);
  gtk_widget_set_visible (self->code_list, FALSE);
  gtk_widget_set_visible (self->picture_box, FALSE);
  self->needs_picture = FALSE;
}

static void
add_passwords (YqAccountDialog *self, GtkWidget *list)
{
  Recover *form = self->data;

  form->password = yq_account_dialog_add_entry (self, list, _("New password"), TRUE);
  form->again = yq_account_dialog_add_entry (self, list, _("The password again"), TRUE);
  gtk_button_set_label (GTK_BUTTON (self->button), _("Set the new password"));
  yq_account_dialog_check (self);
}

/* Her phone is gone too: the manager of her organisation or an administrator has given her a code.
 */
static void
given_cb (GtkButton *button, YqAccountDialog *self)
{
  Recover *form = self->data;
  GtkWidget *list = yq_boxed_list_new ();
  const char *name = TEXT (form->phone);

  hide_asking (self);
  yq_account_dialog_tell (self, NULL, FALSE);
  form->found = yq_section_new (_("With a recovery code"), list);
  gtk_box_insert_child_after (GTK_BOX (self->box), form->found, self->notice);
  form->username = yq_account_dialog_add_entry (self, list, _("User name"), FALSE);
  form->issued = yq_account_dialog_add_entry (self, list, _("Recovery code"), FALSE);
  if (!is_phone (name))
    gtk_editable_set_text (GTK_EDITABLE (form->username), name);
  add_passwords (self, list);
  gtk_widget_grab_focus (form->username);
}

static void
show_accounts (YqAccountDialog *self, JsonArray *accounts)
{
  Recover *form = self->data;
  GtkWidget *list = yq_boxed_list_new ();
  g_autoptr(GStrvBuilder) titles = g_strv_builder_new ();
  g_auto(GStrv) choices = NULL;

  form->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (accounts); i++)
    {
      JsonObject *account = json_array_get_object_element (accounts, i);
      const char *name = json_object_get_string_member_with_default (account, "username", "");
      g_autofree char *title = g_strdup_printf (
        "%s · %s", name, json_object_get_string_member_with_default (account, "real_name", ""));

      g_ptr_array_add (form->names, g_strdup (name));
      g_strv_builder_add (titles, title);
    }
  choices = g_strv_builder_end (titles);
  hide_asking (self);
  form->found = yq_section_new (_("Your accounts"), list);
  gtk_box_insert_child_after (GTK_BOX (self->box), form->found, self->notice);
  form->choice =
    yq_account_dialog_add_choice (self, list, _("Account"), (const char *const *) choices);
  add_passwords (self, list);
  gtk_widget_grab_focus (form->password);
}

static void
found (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  Recover *form = self->data;
  JsonArray *accounts = answer != NULL ? json_object_get_array_member (answer, "accounts") : NULL;
  JsonObject *code = answer != NULL ? json_object_get_object_member (answer, "code") : NULL;

  if (why != NULL || accounts == NULL || code == NULL)
    return;
  if (json_array_get_length (accounts) == 0)
    {
      yq_account_dialog_tell (self, _("This phone belongs to no account."), FALSE);
      return;
    }
  form->ticket_id = g_strdup (json_object_get_string_member_with_default (code, "id", ""));
  form->ticket = g_strdup (json_object_get_string_member_with_default (code, "text", ""));
  show_accounts (self, accounts);
}

static const char *
chosen (const Recover *form)
{
  guint i;

  if (form->username != NULL)
    return TEXT (form->username);
  i = adw_combo_row_get_selected (ADW_COMBO_ROW (form->choice));

  return i < form->names->len ? form->names->pdata[i] : "";
}

static void
recovered (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  Recover *form = self->data;
  g_autofree char *username = NULL;
  g_autofree char *password = NULL;
  YqAccountDone done = form->done;
  gpointer user_data = form->user_data;

  if (why != NULL)
    return;
  username = g_strdup (chosen (form));
  password = g_strdup (TEXT (form->password));
  gtk_window_destroy (GTK_WINDOW (self->window));
  done (username, password, user_data);
}

static void
submit (YqAccountDialog *self)
{
  Recover *form = self->data;
  JsonObject *body = json_object_new (), *code;

  if (form->names == NULL && form->username == NULL)
    {
      yq_account_dialog_put_code (self, body);
      yq_account_dialog_put_picture (self, body);
      yq_account_dialog_post (self, "/v1/passwords", body, found);
      return;
    }
  code = json_object_new ();
  if (form->ticket_id != NULL)
    json_object_set_string_member (code, "id", form->ticket_id);
  json_object_set_string_member (code, "text",
                                 form->issued != NULL ? TEXT (form->issued) : form->ticket);
  json_object_set_object_member (body, "code", code);
  json_object_set_string_member (body, "username", chosen (form));
  json_object_set_string_member (body, "password", TEXT (form->password));
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/passwords", body, recovered);
}

static void
destroy (YqAccountDialog *self)
{
  Recover *form = self->data;

  g_clear_pointer (&form->names, g_ptr_array_unref);
  g_free (form->ticket_id);
  g_free (form->ticket);
  g_free (form);
}

void
yq_recover_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done, gpointer user_data)
{
  YqAccountDialog *self =
    yq_account_dialog_new (parent, _("Find the account"),
                           _("A code is sent to the phone of the account.  If the phone has "
                             "changed too, the manager of your organisation or the administrator "
                             "of the platform issues you a recovery code; or ask the help line "
                             "12345."),
                           api);
  Recover *form = g_new0 (Recover, 1);

  self->data = form;
  self->missing = missing;
  self->missing_for_code = missing_for_code;
  self->submit = submit;
  self->ask_code = ask_code;
  self->destroy = destroy;
  form->done = done;
  form->user_data = user_data;
  form->phone_list = yq_account_dialog_add_list (self, NULL);
  form->phone =
    yq_account_dialog_add_entry (self, form->phone_list, _("Mobile phone or user name"), FALSE);
  form->given = yq_button_new (_("I was given a recovery code…"), NULL, "flat");
  gtk_widget_set_halign (form->given, GTK_ALIGN_START);
  g_signal_connect (form->given, "clicked", G_CALLBACK (given_cb), self);
  gtk_box_append (GTK_BOX (self->box), form->given);
  yq_account_dialog_add_picture (self);
  yq_account_dialog_add_code (self);
  yq_account_dialog_add_button (self, _("Find the account"));
  gtk_window_present (GTK_WINDOW (self->window));
}
