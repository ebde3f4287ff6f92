/* Server, name, password: calm, and says why it did not work.  GTK thread only. */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

#define YQ_TYPE_SIGN_IN_WINDOW (yq_sign_in_window_get_type ())
G_DECLARE_FINAL_TYPE (YqSignInWindow, yq_sign_in_window, YQ, SIGN_IN_WINDOW, AdwApplicationWindow)

GtkWidget *yq_sign_in_window_new (GtkApplication *application, const char *server,
                                  const char *user);
/* Busy: a spinner and the fields locked. */
/* What stands in the row of the server's address; borrowed. */
const char *yq_sign_in_window_server (YqSignInWindow *self);
/* [{name, title}] of GET /v1/providers: a button each; NULL: none. */
void yq_sign_in_window_set_providers (YqSignInWindow *self, JsonArray *providers);
/* The browser is waited for; the form cannot be used meanwhile, but it can be given up. */
void yq_sign_in_window_set_waiting (YqSignInWindow *self, gboolean waits);
void yq_sign_in_window_set_busy (YqSignInWindow *window, gboolean busy);
/* detail may be NULL. */
void yq_sign_in_window_fail (YqSignInWindow *window, const char *title, const char *detail);
/* As if these had been typed and the button clicked. */
void yq_sign_in_window_set_user (YqSignInWindow *window, const char *user, const char *password);
/* After three failures: the picture code that is asked for; id NULL takes it away. */
void yq_sign_in_window_show_picture (YqSignInWindow *window, const char *id, GdkTexture *texture);
/* The id of the picture that is shown, or NULL, and what was typed for it. */
const char *yq_sign_in_window_picture (YqSignInWindow *window, const char **text);
/* "register", "recover", "picture" (const char *server): she wants an account, has lost hers, needs
 * another picture. */
/* Signals: "sign-in" (const char *server, const char *user, const char *password); "visit" (const
 * char *server): look at the catalogue without an account. */
