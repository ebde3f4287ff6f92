/* A list of records beside a map of them: the list is the same, the map shows where its records
 * stand.  The list is what a keyboard or a screen reader uses.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-list.h"

#define YQ_TYPE_RECORD_MAP (yq_record_map_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordMap, yq_record_map, YQ, RECORD_MAP, GtkWidget)

/* results shows list, scrolling, with selection; while the map is shown it stands at the left.
 * name is kept in the settings: whether the map is shown. */
GtkWidget *yq_record_map_new (const char *name, YqRecordList *list, GtkSingleSelection *selection,
                              GtkWidget *results);
/* A pair of buttons, list and map, for the bar above. */
GtkWidget *yq_record_map_switch_new (YqRecordMap *self);
void yq_record_map_set_shown (YqRecordMap *self, gboolean shown);
gboolean yq_record_map_is_shown (YqRecordMap *self);
/* The map itself; NULL before it was first shown. */
GtkWidget *yq_record_map_view (YqRecordMap *self);

/* The chip that says that only what stands at one place is shown, and ends it; hidden till then. */
GtkWidget *yq_record_map_chip (YqRecordMap *self);
/* What the list is to be narrowed to, NULL: to nothing. */
const char *const *yq_record_map_only (YqRecordMap *self);
void yq_record_map_show_all (YqRecordMap *self); /* tells "only" where something was narrowed */

/* Signals:
 *   "open" (guint position): a marker was clicked; its row is selected already;
 *   "only" (): yq_record_map_only() changed: ask again. */
