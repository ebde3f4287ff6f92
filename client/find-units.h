/* By organisation: who offers how many of the instruments that are asked for.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_FIND_UNITS (yq_find_units_get_type ())
G_DECLARE_FINAL_TYPE (YqFindUnits, yq_find_units, YQ, FIND_UNITS, GtkWidget)

GtkWidget *yq_find_units_new (YqStore *store);
/* Counts anew; query is of instruments and copied. */
void yq_find_units_show (YqFindUnits *self, const YqQuery *query);
/* Signal "chosen" (const char *id of an organisation). */
