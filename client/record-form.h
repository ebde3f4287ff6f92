/* A form drawn from a field table: groups as cards, live checks, autosave.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "access.h"
#include "field-editor.h"
#include "problem.h"
#include "record.h"

#define YQ_TYPE_RECORD_FORM (yq_record_form_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordForm, yq_record_form, YQ, RECORD_FORM, GtkWidget)

/* Edits record in place and keeps it as a draft in the store 0.4 s after the last change.  Fields
 * that yq_store_who() may not write in the present state are shown locked. */
GtkWidget *yq_record_form_new (YqStore *store, YqRecord *record);
/* The arguments of a step, or any other values; nothing is kept. */
GtkWidget *yq_record_form_new_for_values (YqStore *store, YqValues *values);

YqValues *yq_record_form_values (YqRecordForm *form);
YqRecord *yq_record_form_record (YqRecordForm *form); /* NULL for bare values */
YqFieldEditor *yq_record_form_editor (YqRecordForm *form, const char *name);
/* The card of a group, to add things to; group is the msgid of the table, NULL the first. */
GtkWidget *yq_record_form_card (YqRecordForm *form, const char *group);
/* Draws this widget in place of the generic editor of a field; its owner writes the values and
 * calls yq_record_form_touched().  To be called before the form is mapped. */
void yq_record_form_replace (YqRecordForm *form, const char *field, GtkWidget *widget);
/* Never drawn, on top of YQ_HIDDEN: fields this page fills in by itself. */
void yq_record_form_hide (YqRecordForm *form, const char *field);
/* Not typed here: shown with this widget beside it, a button that changes it in another way; also
 * while it is empty. */
void yq_record_form_set_changer (YqRecordForm *form, const char *field, GtkWidget *widget);
void yq_record_form_touched (YqRecordForm *form, const char *field);

/* Reads the values again (somebody else changed them). */
void yq_record_form_reload (YqRecordForm *form);
/* Writes the draft now; called on leaving the page too. */
void yq_record_form_flush (YqRecordForm *form);
gboolean yq_record_form_is_dirty (YqRecordForm *form); /* typed, not kept yet */

/* Checks everything (complete: required fields too), shows the errors, focuses the first.  TRUE if
 * all is well. */
gboolean yq_record_form_check (YqRecordForm *form, gboolean complete);
/* Errors of a refusal at their fields; NULL takes them away. */
void yq_record_form_show_problem (YqRecordForm *form, const YqProblem *problem);
/* [{"field","comment"}] of the last review; NULL takes them away. */
void yq_record_form_show_comments (YqRecordForm *form, JsonArray *comments);
void yq_record_form_focus_field (YqRecordForm *form, const char *name);
/* What a complete step still misses, as titles (translated); free with g_ptr_array_unref. */
GPtrArray *yq_record_form_missing (YqRecordForm *form);
void yq_record_form_set_read_only (YqRecordForm *form, const char *why);

/* Signals: "changed" (const char *field), "kept" (): the draft is on the disk. */
