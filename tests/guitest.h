/* Windows in a test: settle, find, click as a person could, take pictures.  Under tests/xvfb. */
#pragma once

#include <adwaita.h>

#include "look.h"

/* Before anything of GTK: language, glyphs, style; a test environment for accessibility. */
void gt_init (int *argc, char ***argv, gboolean chinese);

typedef gboolean (*GtCondition) (gpointer user_data);
/* Runs the main loop until it holds; FALSE after ms. */
gboolean gt_until (GtCondition condition, gpointer user_data, guint ms);
/* Runs what waits, at least for so long. */
void gt_run (guint ms);
/* Two painted frames: layout done, list rows bound, animations over. */
void gt_settle (GtkWidget *widget);
/* A plain window of that size around content, presented and settled. */
GtkWidget *gt_window (GtkWidget *content, int width, int height);
void gt_close (GtkWidget *window);

/* A mapped widget below root, depth first; NULL where there is none. */
GtkWidget *gt_find_type (GtkWidget *root, GType type);
GtkWidget *gt_find_label (GtkWidget *root, const char *text);  /* GtkLabel, its text */
GtkWidget *gt_find_button (GtkWidget *root, const char *text); /* its label or accessible name */
GtkWidget *gt_find_named (GtkWidget *root, const char *name);  /* accessible name, any widget */
GtkWidget *gt_find_id (GtkWidget *root, const char *widget_name);
GtkWidget *gt_find_text (GtkWidget *root, const char *part); /* a label or a cell that holds it */
/* The newest mapped window beside it; NULL where there is none. */
GtkWidget *gt_find_dialog (GtkWidget *window);
gboolean gt_has_text (GtkWidget *root, const char *part); /* any mapped label holds it */
/* Waits for it, 10 s at most: what is read from the database is there some frames later. */
gboolean gt_comes (GtkWidget *root, const char *part);

/* Asserts that a person could: mapped and sensitive. */
void gt_click (GtkWidget *button);
void gt_type (GtkWidget *editable, const char *text);

/* The whole widget, whatever of it shows, into a PNG.  FALSE with an error. */
gboolean gt_shot (GtkWidget *widget, const char *path, GError **error);
