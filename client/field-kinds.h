/* What an editor of each type brings with it; only the field-*.c files include this. */
#pragma once

#include "field-editor.h"

typedef struct
{
  /* Builds the widget that edits; state goes to yq_field_editor_set_state(). */
  GtkWidget *(*build) (YqFieldEditor *editor);
  /* Shows what the values hold. */
  void (*load) (YqFieldEditor *editor);
  /* Under the label, over the whole width. */
  gboolean is_wide;
} YqEditorKind;

extern const YqEditorKind yq_editor_text, yq_editor_long_text, yq_editor_number, yq_editor_date,
  yq_editor_time, yq_editor_boolean, yq_editor_choice, yq_editor_region, yq_editor_reference,
  yq_editor_references, yq_editor_files, yq_editor_rows;

/* A cell of a rows editor: no label, no notes. */
GtkWidget *yq_field_editor_new_bare (YqStore *store, YqValues *values, guint field);
gboolean yq_field_editor_is_bare (YqFieldEditor *editor);

YqStore *yq_field_editor_store (YqFieldEditor *editor);
YqValues *yq_field_editor_values (YqFieldEditor *editor);
const YqField *yq_field_editor_table (YqFieldEditor *editor); /* the row of the table */
void yq_field_editor_set_state (YqFieldEditor *editor, gpointer state, GDestroyNotify destroy);
gpointer yq_field_editor_state (YqFieldEditor *editor);

/* The person changed the value; it stands in the values. */
void yq_field_editor_changed (YqFieldEditor *editor);
/* What stands in the entry cannot be a value at all; NULL: it can. */
void yq_field_editor_set_unreadable (YqFieldEditor *editor, const char *why);
/* Text at the right end of the label line ("12 / 50"). */
void yq_field_editor_set_count (YqFieldEditor *editor, const char *text, gboolean over);
/* Names the widget after the field and lets the editor know when the person left it. */
void yq_field_editor_watch (YqFieldEditor *editor, GtkWidget *input);
/* Another widget in place of the generic one, over the whole width; it writes the values by itself.
 */
void yq_field_editor_replace_input (YqFieldEditor *editor, GtkWidget *widget);
gboolean yq_field_editor_is_unreadable (YqFieldEditor *editor);
gboolean yq_field_editor_is_loading (YqFieldEditor *editor); /* inside load: not the person */
gboolean yq_field_editor_picks (YqFieldEditor *editor, YqRecord *record);
