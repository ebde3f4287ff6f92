/* Mine and theirs, field by field, when both changed a record.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

/* Called with the chosen values (mine where she kept mine), or NULL if she put it off. */
typedef void (*YqConflictDone) (YqValues *chosen, gpointer user_data);

/* fields: the names in conflict, ends with NULL; NULL: every field that differs. */
void yq_conflict_dialog_open (GtkWidget *parent, YqStore *store, YqRecord *mine, YqRecord *theirs,
                              const char *const *fields, YqConflictDone done, gpointer user_data);
