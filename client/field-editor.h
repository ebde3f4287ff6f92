/* One field of a form: label, the editor its type asks for, hint, error, reviewer's comment.  Reads
 * and writes a YqValues.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_FIELD_EDITOR (yq_field_editor_get_type ())
G_DECLARE_FINAL_TYPE (YqFieldEditor, yq_field_editor, YQ, FIELD_EDITOR, GtkWidget)

/* values must outlive the editor; store resolves references and takes files (may be NULL in tests).
 */
GtkWidget *yq_field_editor_new (YqStore *store, YqValues *values, guint field);
guint yq_field_editor_field (YqFieldEditor *editor);
/* Shows what the values hold now (after somebody else changed them). */
void yq_field_editor_reload (YqFieldEditor *editor);
void yq_field_editor_set_error (YqFieldEditor *editor, const char *text); /* NULL: none */
const char *yq_field_editor_error (YqFieldEditor *editor);
void yq_field_editor_set_comment (YqFieldEditor *editor,
                                  const char *text); /* the reviewer's, amber */
/* why NULL: editable.  Else read-only with the reason as tooltip; "" gives no reason. */
void yq_field_editor_set_locked (YqFieldEditor *editor, const char *why);
/* why NULL: it may be filled in.  Else the reason stands below it, and it is grey unless it may be
 * cleared. */
void yq_field_editor_set_barred (YqFieldEditor *editor, const char *why, gboolean may_clear);
/* Stands beside the value while it is locked: what changes it in another way. */
void yq_field_editor_set_changer (YqFieldEditor *editor, GtkWidget *widget);
gboolean yq_field_editor_is_locked (YqFieldEditor *editor);
void yq_field_editor_set_masked (YqFieldEditor *editor, const char *masked);
void yq_field_editor_set_required (YqFieldEditor *editor, gboolean required);
/* Only records this accepts are offered by a reference picker. */
typedef gboolean (*YqPickFilter) (YqRecord *record, gpointer user_data);
void yq_field_editor_set_pick_filter (YqFieldEditor *editor, YqPickFilter filter,
                                      gpointer user_data, GDestroyNotify destroy);
void yq_field_editor_focus (YqFieldEditor *editor);
/* Files: as if this one had been picked. */
void yq_field_editor_attach (YqFieldEditor *editor, GFile *file);

/* Signal "changed" (no arguments): the person changed the value; the values hold it already.
 * Text that cannot be a value (a half-typed date) clears it and shows the error. */
