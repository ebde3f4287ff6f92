/* A list of records to search, filter, sort, tick, open and export, drawn from the field table.
 * GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-list.h"

#define YQ_TYPE_RECORD_TABLE (yq_record_table_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordTable, yq_record_table, YQ, RECORD_TABLE, GtkWidget)

/* name is the key the column choice is kept by; aloud the table is called by its records. */
GtkWidget *yq_record_table_new (YqStore *store, YqRecordList *list, const char *name);
YqRecordList *yq_record_table_list (YqRecordTable *table);

/* -- what it shows; before it is mapped -- */
void yq_record_table_set_ticks (YqRecordTable *table, gboolean ticks);
/* Names of fields, "state", "updated_at"; replaces the YQ_LIST ones.  "name:WIDTH" (pixels at
 * 100 %) where what a field may hold says too much about what it does hold. */
void yq_record_table_set_columns (YqRecordTable *table, const char *names);
/* A column made by the window: text returns a new string; width in pixels at 100 %. */
typedef char *(*YqCellText) (YqRecord *record, gpointer user_data);
void yq_record_table_add_column (YqRecordTable *table, const char *name, const char *title,
                                 int width, gboolean number, YqCellText text, gpointer user_data);
void yq_record_table_set_filters (YqRecordTable *table,
                                  const char *fields); /* choice, region, code */
void yq_record_table_set_states (YqRecordTable *table,
                                 const char *states); /* the chips; NULL all */
void yq_record_table_set_first_use (YqRecordTable *table, const char *icon, const char *title,
                                    const char *text, const char *button,
                                    const char *detailed_action);
/* Chooses a chip; NULL all. */
void yq_record_table_choose_state (YqRecordTable *table, const char *state);
/* Another query below the person's own search and filters. */
void yq_record_table_set_query (YqRecordTable *table, const YqQuery *query);
/* The window's own filter beside the others; it sets the query. */
void yq_record_table_add_filter (YqRecordTable *table, GtkWidget *widget);
/* A map of the records at the right of their rows, and a switch for it in the filter bar. */
void yq_record_table_add_map (YqRecordTable *table);
/* At the end of the filter bar. */
void yq_record_table_add_widget (YqRecordTable *table, GtkWidget *widget);

/* -- what is chosen -- */
YqRecord *
yq_record_table_selected (YqRecordTable *table); /* the row of the cursor, or NULL; borrowed */
void yq_record_table_select (YqRecordTable *table, guint position);
guint yq_record_table_position (YqRecordTable *table);
/* The next or previous row becomes the selected one. */
void yq_record_table_move (YqRecordTable *table, int by);
guint yq_record_table_n_ticked (YqRecordTable *table);
/* The row of the cursor, ticked or no longer; range: all from the one clicked last to it. */
void yq_record_table_tick_selected (YqRecordTable *table, gboolean range);
void yq_record_table_untick_all (YqRecordTable *table);
void yq_record_table_tick_all (YqRecordTable *table); /* everything that matches */
YqTickSet *yq_record_table_ticks (YqRecordTable *table);

void yq_record_table_search (YqRecordTable *table, const char *text);
void yq_record_table_focus_search (YqRecordTable *table);
/* Keys go to the rows, also before there are any. */
void yq_record_table_focus (YqRecordTable *table);
void yq_record_table_export (YqRecordTable *table); /* asks for a file */
gboolean yq_record_table_export_to (YqRecordTable *table, const char *path, GError **error);
/* For pages that take keys elsewhere (the facts beside the list): TRUE if the table understood it.
 */
gboolean yq_record_table_key (YqRecordTable *table, guint key, GdkModifierType state);

/* Actions, for menus and buttons inside: "table.export", "table.tick-all", "table.untick-all",
 * "table.clear-filter". */
/* Signals: "activate" (YqRecord*): double click or Enter; "selection-changed" (); "ticks-changed"
 * (); "beside" (YqRecord*): o. */
