/* Where a record stands in its workflow: the stations of its states table, and the buttons of the
 * steps that are open, greyed with the reason where they are not allowed yet.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "workflow.h"

#define YQ_TYPE_STEP_BAR (yq_step_bar_get_type ())
G_DECLARE_FINAL_TYPE (YqStepBar, yq_step_bar, YQ, STEP_BAR, GtkWidget)

GtkWidget *yq_step_bar_new (void);
void yq_step_bar_show (YqStepBar *bar, YqRecord *record);
/* Stations of another table: titles (translated, ends with NULL), which one is now (0-based), its
 * tone. */
void yq_step_bar_show_stations (YqStepBar *bar, const char *const *titles, guint current,
                                YqTone tone);

#define YQ_TYPE_STEP_BUTTONS (yq_step_buttons_get_type ())
G_DECLARE_FINAL_TYPE (YqStepButtons, yq_step_buttons, YQ, STEP_BUTTONS, GtkWidget)

/* Signal "step" (const char *action): a sensitive button was clicked. */
GtkWidget *yq_step_buttons_new (void);
/* Takes neither; asks yq_workflow_open_steps() again on each call. */
void yq_step_buttons_show (YqStepButtons *buttons, YqWorld *world, const YqWho *who,
                           YqRecord *record);
/* Steps this page does by another way, "accept|refuse"; NULL none. */
void yq_step_buttons_set_skip (YqStepButtons *buttons, const char *actions);
/* A step whose form stands beside already: its button opens nothing.  Static, or NULL. */
void yq_step_buttons_set_at_once (YqStepButtons *buttons, const char *action);
GtkWidget *yq_step_buttons_button (YqStepButtons *buttons,
                                   const char *action); /* NULL: not there */
