/* The sign-in window and every way through it: a password, an account elsewhere, a visit, a new
 * account, a forgotten password. */
#define G_LOG_DOMAIN "yiquan"

#include "application-private.h"

#include "account-dialog.h"
#include "bits.h"
#include "register-dialog.h"
#include "sign-in-window.h"

/* -- with a password -- */

static void
picture_came_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqApplication) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) answer = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &error);
  g_autoptr(GdkTexture) texture = NULL;
  JsonObject *object;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer) || self->window == NULL ||
      !YQ_IS_SIGN_IN_WINDOW (self->window))
    return;
  object = json_node_get_object (answer);
  texture =
    yq_picture_code_texture (json_object_get_string_member_with_default (object, "image", NULL));
  yq_sign_in_window_show_picture (YQ_SIGN_IN_WINDOW (self->window),
                                  json_object_get_string_member_with_default (object, "id", ""),
                                  texture);
}

static void
ask_picture (YqApplication *self)
{
  yq_api_client_send_async (yq_login_api (self->login), "GET", "/v1/captcha", NULL, 0, NULL,
                            picture_came_cb, g_object_ref (self));
}

void
yq_application_tell_sign_in_failure (YqApplication *self, const GError *error)
{
  const char *title = _("Signing in did not work");

  if (g_error_matches (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_WRONG))
    title = _("Account or password is wrong");
  else if (g_error_matches (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_UNREACHABLE))
    title = _("The server cannot be reached");
  else if (g_error_matches (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_PICTURE))
    title = _("Please type what the picture shows");
  else if (g_error_matches (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_THROTTLED))
    title = _("Too many tries");
  yq_sign_in_window_fail (YQ_SIGN_IN_WINDOW (self->window), title, error->message);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqApplication) self = data;
  g_autoptr(GError) error = NULL;
  gboolean ok = yq_login_sign_in_finish (YQ_LOGIN (source), result, &error);

  if (self->window == NULL || !YQ_IS_SIGN_IN_WINDOW (self->window))
    return;
  yq_sign_in_window_set_busy (YQ_SIGN_IN_WINDOW (self->window), FALSE);
  yq_sign_in_window_set_waiting (YQ_SIGN_IN_WINDOW (self->window), FALSE);
  if (!ok)
    {
      const char *typed;

      yq_application_tell_sign_in_failure (self, error);
      if (g_error_matches (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_PICTURE) ||
          yq_sign_in_window_picture (YQ_SIGN_IN_WINDOW (self->window), &typed) != NULL)
        ask_picture (self);
      return;
    }
  yq_settings_set ("sign-in", "server", yq_login_server (self->login));
  yq_settings_set ("sign-in", "user", yq_login_username (self->login));
  yq_application_open_own (self);
}

static void
sign_in_cb (YqSignInWindow *window, const char *server, const char *user, const char *password,
            YqApplication *self)
{
  const char *typed = NULL;
  const char *picture = yq_sign_in_window_picture (window, &typed);

  yq_application_take_login (self, server);
  yq_login_set_picture (self->login, picture, typed);
  yq_sign_in_window_set_busy (window, TRUE);
  yq_login_sign_in_async (self->login, user, password, NULL, signed_in_cb, g_object_ref (self));
}

/* -- with an account elsewhere -- */

static void
providers_came_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  YqSignInWindow *window = data;
  g_autoptr(JsonNode) answer = yq_api_client_send_finish (YQ_API_CLIENT (source), result, NULL);
  const char *asked = g_object_get_data (source, "server");
  JsonNode *items = NULL;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    items = json_object_get_member (json_node_get_object (answer), "items");
  if (items != NULL && JSON_NODE_HOLDS_ARRAY (items) &&
      g_str_equal (asked, yq_sign_in_window_server (window)))
    yq_sign_in_window_set_providers (window, json_node_get_array (items));
  g_object_unref (window);
}

/* A server that is away, or from before, has none: nothing is said. */
static void
providers_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  g_autoptr(YqApiClient) api = yq_api_client_new (server);

  g_object_set_data_full (G_OBJECT (api), "server", g_strdup (server), g_free);
  yq_api_client_send_async (api, "GET", "/v1/providers", NULL, 0, NULL, providers_came_cb,
                            g_object_ref (window));
}

static void
browser_shown_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqSignInWindow) window = YQ_SIGN_IN_WINDOW (source);
  g_autofree char *address = data;
  g_autoptr(GError) error = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (window), result, &error))
    return;
  g_message ("No browser: %s", error->message);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), address);
  yq_sign_in_window_fail (window, _("No browser could be opened"),
                          _("The address is in the clipboard now: paste it into a browser."));
}

static void
show_address (const char *address, gpointer data)
{
  YqApplication *self = data;

  if (self->window != NULL && YQ_IS_SIGN_IN_WINDOW (self->window))
    gtk_show_uri_full (g_object_ref (self->window), address, GDK_CURRENT_TIME, NULL,
                       browser_shown_cb, g_strdup (address));
}

static void
signed_on (JsonNode *answer, const GError *error, gpointer data)
{
  YqApplication *self = data;

  if (self->window == NULL || !YQ_IS_SIGN_IN_WINDOW (self->window))
    return;
  gtk_window_present (self->window);
  if (answer != NULL)
    {
      yq_login_take_answer_async (self->login, answer, signed_in_cb, g_object_ref (self));
      return;
    }
  yq_sign_in_window_set_waiting (YQ_SIGN_IN_WINDOW (self->window), FALSE);
  yq_sign_in_window_fail (YQ_SIGN_IN_WINDOW (self->window), _("Signing in did not work"),
                          error->message);
}

static void
sign_on_cb (YqSignInWindow *window, const char *server, const char *provider, YqApplication *self)
{
  yq_application_take_login (self, server);
  g_clear_pointer (&self->sign_on, yq_sign_on_free);
  yq_sign_in_window_set_waiting (window, TRUE);
  self->sign_on =
    yq_sign_on_new (yq_login_api (self->login), provider, show_address, signed_on, self);
}

static void
cancel_sign_on_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  g_clear_pointer (&self->sign_on, yq_sign_on_free);
  yq_sign_in_window_set_waiting (window, FALSE);
}

/* -- who has no account, or lost its password -- */

static void
visit_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  g_autoptr(GError) error = NULL;

  yq_application_take_login (self, server);
  if (yq_login_visit (self->login, &error))
    yq_application_open (self, yq_window_kind_find ("visitor"));
  else
    yq_application_tell_sign_in_failure (self, error);
}

/* She has an account now, or its password again: in. */
static void
account_done (const char *username, const char *password, gpointer data)
{
  YqApplication *self = data;

  if (self->window != NULL && YQ_IS_SIGN_IN_WINDOW (self->window))
    yq_sign_in_window_set_user (YQ_SIGN_IN_WINDOW (self->window), username, password);
}

static void
register_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  yq_application_take_login (self, server);
  yq_register_dialog_open (GTK_WIDGET (window), yq_login_api (self->login), account_done, self);
}

static void
recover_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  yq_application_take_login (self, server);
  yq_recover_dialog_open (GTK_WIDGET (window), yq_login_api (self->login), account_done, self);
}

/* -- the window -- */

static void
another_picture_cb (YqSignInWindow *window, const char *server, YqApplication *self)
{
  yq_application_take_login (self, server);
  ask_picture (self);
}

void
yq_application_show_sign_in (YqApplication *self, const char *server, const char *user)
{
  GtkWidget *window = yq_sign_in_window_new (GTK_APPLICATION (self), server, user);

  g_signal_connect (window, "sign-in", G_CALLBACK (sign_in_cb), self);
  g_signal_connect (window, "visit", G_CALLBACK (visit_cb), self);
  g_signal_connect (window, "register", G_CALLBACK (register_cb), self);
  g_signal_connect (window, "recover", G_CALLBACK (recover_cb), self);
  g_signal_connect (window, "picture", G_CALLBACK (another_picture_cb), self);
  g_signal_connect (window, "providers", G_CALLBACK (providers_cb), self);
  g_signal_connect (window, "sign-on", G_CALLBACK (sign_on_cb), self);
  g_signal_connect (window, "cancel-sign-on", G_CALLBACK (cancel_sign_on_cb), self);
  yq_application_replace_window (self, GTK_WINDOW (window));
}
