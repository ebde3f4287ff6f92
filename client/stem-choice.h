/* A drop-down of what the codes in a field of a list begin with ("order" of "order.accept"), in
 * words: those that there are, live.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-list.h"

#define YQ_TYPE_STEM_CHOICE (yq_stem_choice_get_type ())
G_DECLARE_FINAL_TYPE (YqStemChoice, yq_stem_choice, YQ, STEM_CHOICE, GtkWidget)

/* field has .words and can be asked for; what list asks for now is what the choices are of. */
GtkWidget *yq_stem_choice_new (YqRecordList *list, const YqField *field);
const char *yq_stem_choice_get (YqStemChoice *choice); /* the name of an entity; NULL: all */
void yq_stem_choice_clear (YqStemChoice *choice);
/* Signal "changed" (): a person has chosen. */
