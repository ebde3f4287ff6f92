/* Between application.c, application-sign-in.c and application-account.c.  GTK thread only. */
#pragma once

#include "application.h"
#include "login.h"
#include "sign-on.h"

struct _YqApplication
{
  AdwApplication parent_instance;
  YqLook look;
  YqLogin *login;    /* owned; NULL before the first and after signing out */
  YqSignOn *sign_on; /* owned; the last one, over or not */
  GtkWindow *window; /* the frame, or the sign-in window; GTK's own, NULL once it is gone */
  guint reopening;   /* idle source */
  gboolean may_close;
};

/* The login becomes one of that server: the present one where it is, else a new one, and the old is
 * closed. */
void yq_application_take_login (YqApplication *self, const char *server);
/* Presents window; the one before is destroyed. */
void yq_application_replace_window (YqApplication *self, GtkWindow *window);
/* The window of whoever is signed in: the last one where it is still hers, else her first. */
void yq_application_open_own (YqApplication *self);
/* Asks nothing; the sign-in window stands afterwards.  keep as in yq_login_sign_out(). */
void yq_application_sign_out (YqApplication *self, gboolean keep);

/* A new sign-in window in place of the present one; user may be NULL.  Answers that come late are
 * told in the sign-in window that stands then, or dropped where a frame does. */
void yq_application_show_sign_in (YqApplication *self, const char *server, const char *user);
/* Only while a sign-in window stands. */
void yq_application_tell_sign_in_failure (YqApplication *self, const GError *error);

/* "app.change-password", "app.change-phone", "app.issue-recovery", "app.bind-account". */
void yq_application_add_account_actions (YqApplication *self);
