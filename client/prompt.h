/* Questions, file choosers: whatever differs between versions of the toolkit stays in this one
 * file. GTK thread only. */
#pragma once

#include <gtk/gtk.h>

typedef void (*YqPromptDone) (const char *response, gpointer user_data); /* "cancel" when closed */

/* responses: "cancel", label, "ok", label, …, NULL.  The last is the default; "!name" is
 * destructive, "name" of the default is suggested. extra may be NULL. */
GtkWidget *yq_prompt (GtkWidget *parent, const char *title, const char *text, GtkWidget *extra,
                      YqPromptDone done, gpointer user_data, const char *response,
                      ...) G_GNUC_NULL_TERMINATED;
void yq_prompt_set_response_enabled (GtkWidget *prompt, const char *response, gboolean enabled);
void yq_prompt_respond (GtkWidget *prompt, const char *response); /* as if clicked */
/* One button: OK. */
void yq_prompt_tell (GtkWidget *parent, const char *title, const char *text);
/* The same with many lines (of char *): the first hundred, and how many there are besides. */
void yq_prompt_tell_lines (GtkWidget *parent, const char *title, GPtrArray *lines);
/* Asks for one line or several; done gets NULL when cancelled. */
typedef void (*YqPromptText) (const char *text, gpointer user_data);
void yq_prompt_text (GtkWidget *parent, const char *title, const char *label, const char *preset,
                     gboolean several_lines, const char *button, YqPromptText done,
                     gpointer user_data);

/* NULL: cancelled, or the parent has left its window meanwhile and nobody is there to take it. */
typedef void (*YqPromptFile) (GFile *file, gpointer user_data);
/* endings "pdf|jpg", NULL any. */
void yq_prompt_open_file (GtkWidget *parent, const char *title, const char *endings,
                          YqPromptFile done, gpointer user_data);
void yq_prompt_save_file (GtkWidget *parent, const char *title, const char *name, YqPromptFile done,
                          gpointer user_data);
/* A window of its own over the parent, with a header and any content (dialogs of a window). */
GtkWidget *yq_prompt_window (GtkWidget *parent, const char *title, GtkWidget *content, int width,
                             int height);
void yq_prompt_launch (GtkWidget *parent, const char *uri);
