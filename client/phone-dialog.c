/* Another mobile phone for who is signed in: a code sent to it, and the password. */
#define G_LOG_DOMAIN "yiquan-account"

#include "account-dialog.h"
#include "register-dialog.h"

#include <string.h>

typedef struct
{
  YqAccountDone done;
  gpointer user_data;
  GtkWidget *phone, *password;
} Form;

#define TEXT(row) yq_account_dialog_text (row)

static const char *
missing_phone (const Form *form)
{
  return strlen (TEXT (form->phone)) < 11 ? _("Type the new mobile phone first") : NULL;
}

static const char *
missing (YqAccountDialog *self)
{
  const Form *form = self->data;
  const char *why = missing_phone (form);

  if (why != NULL)
    return why;
  if (self->has_sms && (self->code_id == NULL || *TEXT (self->code_text) == '\0'))
    return _("Ask for a code and type it first");
  return *TEXT (form->password) == '\0' ? _("Type your present password first") : NULL;
}

static const char *
missing_for_code (YqAccountDialog *self)
{
  return missing_phone (self->data);
}

static void
ask_code (YqAccountDialog *self, JsonObject *body)
{
  const Form *form = self->data;

  json_object_set_string_member (body, "purpose", "phone");
  json_object_set_string_member (body, "phone", TEXT (form->phone));
}

static void
changed (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  Form *form = self->data;
  YqAccountDone done = form->done;
  gpointer user_data = form->user_data;

  if (why != NULL)
    return;
  gtk_window_destroy (GTK_WINDOW (self->window));
  done (NULL, NULL, user_data);
}

static void
submit (YqAccountDialog *self)
{
  const Form *form = self->data;
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "phone", TEXT (form->phone));
  json_object_set_string_member (body, "password", TEXT (form->password));
  if (self->has_sms)
    yq_account_dialog_put_code (self, body);
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/phones", body, changed);
}

static void
destroy (YqAccountDialog *self)
{
  g_free (self->data);
}

void
yq_phone_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done, gpointer user_data)
{
  YqAccountDialog *self = yq_account_dialog_new (
    parent, _("Change the mobile phone"),
    _("The phone recovers the account: a code is sent to the new one, and the present one is told "
      "of the change.  All other computers that are signed in with this account are signed out."),
    api);
  Form *form = g_new0 (Form, 1);

  self->data = form;
  self->missing = missing;
  self->missing_for_code = missing_for_code;
  self->submit = submit;
  self->ask_code = ask_code;
  self->destroy = destroy;
  form->done = done;
  form->user_data = user_data;
  form->phone = yq_account_dialog_add_entry (self, yq_account_dialog_add_list (self, NULL),
                                             _("New mobile phone"), FALSE);
  yq_account_dialog_add_stand_in (self);
  yq_account_dialog_add_code (self);
  form->password = yq_account_dialog_add_entry (self, yq_account_dialog_add_list (self, NULL),
                                                _("Present password"), TRUE);
  yq_account_dialog_add_button (self, _("Change the mobile phone"));
  gtk_window_present (GTK_WINDOW (self->window));
}
