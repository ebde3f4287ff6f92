/* The button where one chooses which columns a record table shows.  Only record-table.c includes
 * this.  GTK thread only. */
#pragma once

#include "table-columns.h"

/* chosen is called after every change of a column's "shown"; columns and user_data outlive the
 * button. */
GtkWidget *yq_table_choice_new (YqTableColumns *columns, void (*chosen) (gpointer user_data),
                                gpointer user_data);
