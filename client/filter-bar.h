/* Search, state chips with counts, choices and regions: makes a query out of what a person filters
 * by. GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-list.h"

#define YQ_TYPE_FILTER_BAR (yq_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (YqFilterBar, yq_filter_bar, YQ, FILTER_BAR, GtkWidget)

GtkWidget *yq_filter_bar_new (YqRecordList *list);
/* "a|b": the list holds no others; NULL all. */
void yq_filter_bar_set_states (YqFilterBar *bar, const char *states);
/* Choices, regions, references (of a tree with all that is below), booleans (only those that are),
 * codes by what they begin with, and times ("a|b"; of a time how many working days ago it was);
 * "a+" also offers whatever has any of its choices, "buyer=a" the organisations that stand in the
 * list by the name in that field. */
void yq_filter_bar_set_fields (YqFilterBar *bar, const char *fields);
/* The window's own filter, behind the fields; the window applies it. */
void yq_filter_bar_add_filter (YqFilterBar *bar, GtkWidget *widget);
/* At the end, for buttons. */
void yq_filter_bar_add_widget (YqFilterBar *bar, GtkWidget *widget);
/* Adds what is filtered by to a query. */
void yq_filter_bar_apply (YqFilterBar *bar, YqQuery *query);
gboolean yq_filter_bar_is_active (YqFilterBar *bar);
void yq_filter_bar_clear (YqFilterBar *bar);
void yq_filter_bar_set_text (YqFilterBar *bar, const char *text);
void yq_filter_bar_choose_state (YqFilterBar *bar, const char *state); /* NULL: all */
void yq_filter_bar_focus (YqFilterBar *bar);
/* Signals: "changed" (); "searched" (): Enter or Escape in the search, the keyboard belongs to the
 * rows again. */
