/* Of who is signed in: a new password for the old one; binding an older account. */
#define G_LOG_DOMAIN "yiquan-account"

#include "account-dialog.h"
#include "register-dialog.h"

#include <string.h>

#include "bits.h"

typedef struct
{
  YqAccountDone done;
  gpointer user_data;
  char *username;
  GtkWidget *old, *password, *again; /* a new password */
  GtkWidget *older;                  /* binding: the older account's name; its password is .old */
} Form;

#define TEXT(row) yq_account_dialog_text (row)

static void
destroy (YqAccountDialog *self)
{
  Form *form = self->data;

  g_free (form->username);
  g_free (form);
}

static Form *
form_new (YqAccountDialog *self, YqAccountDone done, gpointer user_data)
{
  Form *form = g_new0 (Form, 1);

  form->done = done;
  form->user_data = user_data;
  self->data = form;
  self->destroy = destroy;
  return form;
}

static void
finish (YqAccountDialog *self, const char *password)
{
  Form *form = self->data;
  g_autofree char *username = g_strdup (form->username);
  g_autofree char *copy = g_strdup (password);
  YqAccountDone done = form->done;
  gpointer user_data = form->user_data;

  gtk_window_destroy (GTK_WINDOW (self->window));
  done (username, copy, user_data);
}

/* -- a new password -- */

static const char *
missing_password (YqAccountDialog *self)
{
  const Form *form = self->data;

  if (*TEXT (form->old) == '\0')
    return _("Type your present password first");
  if (g_utf8_strlen (TEXT (form->password), -1) < 8)
    return _("A password has at least 8 characters");
  return strcmp (TEXT (form->password), TEXT (form->again)) != 0 ? _("The two passwords differ")
                                                                 : NULL;
}

static void
changed (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  const Form *form = self->data;

  if (why == NULL)
    finish (self, TEXT (form->password));
}

static void
submit_password (YqAccountDialog *self)
{
  const Form *form = self->data;
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "old_password", TEXT (form->old));
  json_object_set_string_member (body, "password", TEXT (form->password));
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/passwords", body, changed);
}

void
yq_password_dialog_open (GtkWidget *parent, YqApiClient *api, const char *username,
                         YqAccountDone done, gpointer user_data)
{
  YqAccountDialog *self = yq_account_dialog_new (
    parent, _("Change the password"),
    _("All other computers that are signed in with this account are signed out."), api);
  Form *form = form_new (self, done, user_data);
  GtkWidget *list = yq_account_dialog_add_list (self, NULL);

  form->username = g_strdup (username);
  self->missing = missing_password;
  self->submit = submit_password;
  form->old = yq_account_dialog_add_entry (self, list, _("Present password"), TRUE);
  form->password = yq_account_dialog_add_entry (self, list, _("New password"), TRUE);
  form->again = yq_account_dialog_add_entry (self, list, _("The password again"), TRUE);
  yq_account_dialog_add_button (self, _("Change the password"));
  gtk_window_present (GTK_WINDOW (self->window));
}

/* -- binding -- */

static const char *
missing_binding (YqAccountDialog *self)
{
  const Form *form = self->data;

  if (*TEXT (form->older) == '\0' || *TEXT (form->old) == '\0')
    return _("Type the older account and its password first");
  return self->code_id == NULL || *TEXT (self->code_text) == '\0'
           ? _("Ask for a code and type it first")
           : NULL;
}

static const char *
missing_for_code (YqAccountDialog *self)
{
  return NULL;
}

static void
ask_code (YqAccountDialog *self, JsonObject *body)
{
  json_object_set_string_member (body, "purpose", "bind");
}

static void
bound (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  if (why == NULL)
    finish (self, NULL);
}

static void
submit_binding (YqAccountDialog *self)
{
  const Form *form = self->data;
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "username", TEXT (form->older));
  json_object_set_string_member (body, "password", TEXT (form->old));
  yq_account_dialog_put_code (self, body);
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/bindings", body, bound);
}

void
yq_bind_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done, gpointer user_data)
{
  YqAccountDialog *self = yq_account_dialog_new (
    parent, _("Bind an older account"),
    _("The organisation and the rights of the older account go over to this one; afterwards the "
      "older account can no longer sign in.  The code is sent to the phone of this account."),
    api);
  Form *form = form_new (self, done, user_data);
  GtkWidget *list = yq_account_dialog_add_list (self, NULL);

  self->missing = missing_binding;
  self->missing_for_code = missing_for_code;
  self->submit = submit_binding;
  self->ask_code = ask_code;
  form->older = yq_account_dialog_add_entry (self, list, _("Older account"), FALSE);
  form->old = yq_account_dialog_add_entry (self, list, _("Its password"), TRUE);
  yq_account_dialog_add_code (self);
  yq_account_dialog_add_button (self, _("Bind the account"));
  gtk_window_present (GTK_WINDOW (self->window));
}
