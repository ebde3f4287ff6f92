/* What one changes about the account one is signed in with: password, phone, an older account to
 * bind; and codes for the lost accounts of others. */
#define G_LOG_DOMAIN "yiquan"

#include "application-private.h"

#include "register-dialog.h"

static void
signed_in_again_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqApplication) self = data;
  g_autoptr(GError) error = NULL;

  if (!yq_login_sign_in_finish (YQ_LOGIN (source), result, &error))
    g_message ("%s", error->message);
  else if (self->window != NULL && YQ_IS_FRAME (self->window))
    yq_frame_toast (YQ_FRAME (self->window), _("The password is changed"));
}

/* All sessions have ended, this one too: it goes on with the new password. */
static void
password_done (const char *username, const char *password, gpointer data)
{
  YqApplication *self = data;

  yq_login_sign_in_async (self->login, username, password, NULL, signed_in_again_cb,
                          g_object_ref (self));
}

static void
change_password_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;

  if (self->login != NULL && self->window != NULL && !yq_login_is_visitor (self->login))
    yq_password_dialog_open (GTK_WIDGET (self->window), yq_login_api (self->login),
                             yq_login_username (self->login), password_done, self);
}

static void
phone_done (const char *username, const char *password, gpointer data)
{
  YqApplication *self = data;

  if (self->window != NULL && YQ_IS_FRAME (self->window))
    yq_frame_toast (YQ_FRAME (self->window), _("The mobile phone is changed"));
}

static void
change_phone_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;

  if (self->login != NULL && self->window != NULL && !yq_login_is_visitor (self->login))
    yq_phone_dialog_open (GTK_WIDGET (self->window), yq_login_api (self->login), phone_done, self);
}

static void
issue_recovery_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;

  if (self->login != NULL && self->window != NULL && !yq_login_is_visitor (self->login))
    yq_recovery_dialog_open (GTK_WIDGET (self->window), yq_login_api (self->login), parameter);
}

/* Other rights, another organisation: everything is read anew after signing in. */
static void
bound_done (const char *username, const char *password, gpointer data)
{
  yq_application_sign_out (data, TRUE);
}

static void
bind_account_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;

  if (self->login != NULL && self->window != NULL && !yq_login_is_visitor (self->login))
    yq_bind_dialog_open (GTK_WIDGET (self->window), yq_login_api (self->login), bound_done, self);
}

void
yq_application_add_account_actions (YqApplication *self)
{
  static const GActionEntry actions[] = {
    { "change-password", change_password_cb },
    { "change-phone", change_phone_cb },
    { "issue-recovery", issue_recovery_cb, "(ss)" },
    { "bind-account", bind_account_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}
