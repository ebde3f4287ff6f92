/* The columns of a record table: their cells, widths, sorting and choice.  Only record-table*.c
 * include this. */
#pragma once

#include <gtk/gtk.h>

#include "record-table.h"

typedef struct
{
  char *name, *title;
  int field; /* of the entity; -1 for "state", "created_at", "updated_at" and the window's own */
  int width; /* pixels at 100 % text */
  gboolean is_number, is_state, is_title;
  gboolean is_figures; /* never cut: figures, days, states, codes */
  gboolean has_words;  /* some cell says more than a number or a code */
  /* Pixels: what its heading and its cells need, what a person has drawn; 0: not known. */
  int heading, wanted, held;
  YqCellText text; /* of the window's own */
  gpointer user_data;
  GtkColumnViewColumn *column; /* borrowed from the view */
  GtkSorter *sorter;
  gboolean shown;
} YqTableColumn;

typedef struct _YqTableColumns YqTableColumns;

YqTableColumns *yq_table_columns_new (YqStore *store, const YqEntity *entity);
void yq_table_columns_free (YqTableColumns *columns);
guint yq_table_columns_count (YqTableColumns *columns);
YqTableColumn *yq_table_columns_nth (YqTableColumns *columns, guint i);

/* names NULL: the YQ_LIST fields and the state.  Replaces what there was but for the window's own.
 */
void yq_table_columns_set_names (YqTableColumns *columns, const char *names);
void yq_table_columns_add (YqTableColumns *columns, const char *name, const char *title, int width,
                           gboolean number, YqCellText text, gpointer user_data);
/* Puts them into the view, in order; again after every change. */
void yq_table_columns_build (YqTableColumns *columns, GtkColumnView *view);
/* What the person clicked on: the primary column, NULL where none. */
YqTableColumn *yq_table_columns_sorted (YqTableColumns *columns, GtkColumnView *view,
                                        gboolean *descending);
/* One cell in words. */
char *yq_table_column_text (YqTableColumns *columns, const YqTableColumn *column, YqRecord *record);
/* The same as the table shows it: what has no value yet says so where its field has words for it.
 */
char *yq_table_column_words (YqTableColumns *columns, const YqTableColumn *column, YqRecord *record,
                             gboolean *unset);
/* Kept under key: which are shown. */
void yq_table_columns_load (YqTableColumns *columns, const char *key);
void yq_table_columns_save (YqTableColumns *columns, const char *key);
int yq_scaled (int pixels); /* by the text size */
