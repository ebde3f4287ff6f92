/* Registering, finding an account again, a new password, another phone, binding an older account.
 * GTK thread only. */
#pragma once

#include "api-client.h"

#include <gtk/gtk.h>

/* name and password of the account that can sign in now; password NULL: she has to type it. */
typedef void (*YqAccountDone) (const char *username, const char *password, gpointer user_data);

/* done is called at most once; user_data must live as long as parent. */
void yq_register_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                              gpointer user_data);
void yq_recover_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                             gpointer user_data);
/* Of who is signed in; api has the token.  done's username is that of the account. */
void yq_password_dialog_open (GtkWidget *parent, YqApiClient *api, const char *username,
                              YqAccountDone done, gpointer user_data);
/* Of who is signed in, who stays so: done gets neither name nor password. */
void yq_phone_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                           gpointer user_data);
/* A code for the lost account of somebody else, whose account and name who is, "(ss)"; api has the
 * token.  recovery-dialog.c */
void yq_recovery_dialog_open (GtkWidget *parent, YqApiClient *api, GVariant *who);
/* The button for rows and pages about that account: app.issue-recovery opens the dialog. */
GtkWidget *yq_recovery_button_new (const char *account, const char *name);
/* Afterwards everything is read anew: done signs in again. */
void yq_bind_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                          gpointer user_data);
