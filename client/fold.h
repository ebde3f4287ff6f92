/* A main column and a side column, beside each other where the width holds both, else the side
 * below. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_FOLD (yq_fold_get_type ())
G_DECLARE_FINAL_TYPE (YqFold, yq_fold, YQ, FOLD, GtkWidget)

/* Widths in pixels at 100 % text: the main one's most, the side one's own. */
GtkWidget *yq_fold_new (GtkWidget *main_child, GtkWidget *side, int main_width, int side_width);
