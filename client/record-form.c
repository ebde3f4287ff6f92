/* A form drawn from a field table. */
#define G_LOG_DOMAIN "yiquan-form"

#include "record-form.h"

#include "bits.h"
#include "field-kinds.h"
#include "form-aids.h"
#include "frame.h"
#include "record-check.h"

#define AUTOSAVE_MS 400
#define TRY_AGAIN_S 10

struct _YqRecordForm
{
  GtkWidget parent_instance;
  YqStore *store;
  YqRecord *record; /* NULL for bare values */
  YqValues *values;
  const YqField *fields;
  guint n_fields;
  GtkWidget *box;
  GPtrArray *editors;    /* by field; NULL where none is drawn */
  GPtrArray *cards;      /* GtkWidget: outer boxes of the groups */
  GHashTable *hidden;    /* names this page fills in by itself */
  GHashTable *elsewhere; /* names that are changed in another way */
  GHashTable *fixed;     /* name -> why it stays, by what stood there when the form was built */
  char *read_only;
  guint save_id;
  gboolean dirty;
};

G_DEFINE_FINAL_TYPE (YqRecordForm, yq_record_form, GTK_TYPE_WIDGET)

static YqFieldEditor *
editor_at (YqRecordForm *self, guint field)
{
  return g_ptr_array_index (self->editors, field);
}

/* -- keeping -- */
static void
keep_draft (YqRecordForm *self)
{
  g_autoptr(GError) error = NULL;
  YqFrame *frame = yq_frame_of (GTK_WIDGET (self));

  g_clear_handle_id (&self->save_id, g_source_remove);
  if (!self->dirty || self->record == NULL || self->store == NULL)
    return;
  if (yq_store_save_draft (self->store, self->record, &error))
    {
      self->dirty = FALSE;
      g_signal_emit_by_name (self, "kept");
    }
  else if (frame != NULL)
    yq_frame_toast (frame, error->message);
  else
    g_warning ("The draft could not be kept: %s", error->message);
}

static gboolean
autosave_cb (gpointer data)
{
  YqRecordForm *self = data;

  self->save_id = 0;
  keep_draft (self);
  if (self->dirty) /* the disk is full: it may have room later */
    self->save_id = g_timeout_add_seconds (TRY_AGAIN_S, autosave_cb, self);
  return G_SOURCE_REMOVE;
}

/* -- what is shown, what may be written -- */
static const char *
why_locked (YqRecordForm *self, const YqField *field, guint edits)
{
  if (g_hash_table_contains (self->elsewhere, field->name))
    return "";
  if (self->read_only != NULL)
    return self->read_only;
  if (self->record == NULL)
    return field->flags & YQ_COMPUTED ? _("Filled in by the server") : NULL;
  if (field->flags & YQ_COMPUTED || field->edit == 0)
    return _("Filled in by the server");
  if ((field->edit & edits) == 0)
    return _("Cannot be changed in this state, or not by you");
  return NULL;
}

static void
find_fixed (YqRecordForm *self)
{
  for (guint i = 0; self->store != NULL && i < self->n_fields; i++)
    {
      char *why = self->fields[i].fixed != NULL
                    ? self->fields[i].fixed (yq_store_world (self->store), self->record)
                    : NULL;

      if (why != NULL)
        g_hash_table_insert (self->fixed, (gpointer) self->fields[i].name, why);
    }
}

static gboolean
is_readable (YqRecordForm *self, const YqField *field, guint readers)
{
  return self->record == NULL || yq_record_revision (self->record) == 0 || field->sees & readers;
}

static gboolean
refresh_field (YqRecordForm *self, guint i, guint edits, guint readers)
{
  const YqField *field = &self->fields[i];
  YqFieldEditor *editor = editor_at (self, i);
  const char *masked = self->record ? yq_record_masked (self->record, field->name) : NULL;
  const char *why = why_locked (self, field, edits);
  const char *fixed = g_hash_table_lookup (self->fixed, field->name);
  gboolean visible = field->shown == NULL || field->shown (self->values);

  if (g_hash_table_contains (self->hidden, field->name))
    visible = FALSE;
  if (!is_readable (self, field, readers))
    visible = visible && masked != NULL;
  else if (why != NULL && !yq_values_has (self->values, i) &&
           !g_hash_table_contains (self->elsewhere, field->name))
    visible = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (editor), visible);
  if (!is_readable (self, field, readers) && masked != NULL)
    yq_field_editor_set_masked (editor, masked);
  else
    yq_field_editor_set_locked (editor, fixed != NULL ? fixed : why);
  if (fixed != NULL)
    yq_field_editor_set_barred (editor, fixed, FALSE);
  if (field->barred != NULL && why == NULL && self->record != NULL && self->store != NULL)
    {
      g_autofree char *reason = field->barred (yq_store_world (self->store), self->record);

      yq_field_editor_set_barred (editor, reason, yq_values_int (self->values, i) != 0);
    }
  return visible;
}

static void
refresh_cards (YqRecordForm *self)
{
  for (guint i = 0; i < self->cards->len; i++)
    {
      GtkWidget *outer = g_ptr_array_index (self->cards, i);
      GtkWidget *row = gtk_widget_get_first_child (gtk_widget_get_last_child (outer));
      gboolean any = FALSE;

      for (; row != NULL; row = gtk_widget_get_next_sibling (row))
        any = any || gtk_widget_get_visible (row);
      gtk_widget_set_visible (outer, any);
    }
}

static void
refresh_fields (YqRecordForm *self)
{
  guint edits = G_MAXUINT, readers = G_MAXUINT;

  if (self->record != NULL && self->store != NULL)
    {
      YqWorld *world = yq_store_world (self->store);
      const YqWho *who = yq_store_who (self->store);

      edits = yq_access_edits (world, who, self->record);
      readers = yq_access_readers (world, who, self->record);
    }
  for (guint i = 0; i < self->n_fields; i++)
    if (editor_at (self, i) != NULL)
      refresh_field (self, i, edits, readers);
  refresh_cards (self);
}

/* A field that makes sense only with certain values of others comes and goes while one types. */
static void
refresh_shown (YqRecordForm *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->n_fields; i++)
    any = any || ((self->fields[i].shown != NULL || self->fields[i].barred != NULL) &&
                  editor_at (self, i) != NULL);
  if (any)
    refresh_fields (self);
}

static void
touched (YqRecordForm *self, guint field)
{
  self->dirty = TRUE;
  refresh_shown (self);
  g_clear_handle_id (&self->save_id, g_source_remove);
  if (self->record != NULL && self->store != NULL)
    self->save_id = g_timeout_add (AUTOSAVE_MS, autosave_cb, self);
  g_signal_emit_by_name (self, "changed", self->fields[field].name);
}

static void
changed_cb (YqFieldEditor *editor, YqRecordForm *self)
{
  touched (self, yq_field_editor_field (editor));
}

/* -- building -- */
static GtkWidget *
add_card (YqRecordForm *self, const char *group)
{
  GtkWidget *outer = yq_card_new (group ? _(group) : NULL, NULL, NULL);

  g_object_set_data (G_OBJECT (outer), "yq-group", (gpointer) group);
  g_ptr_array_add (self->cards, outer);
  gtk_box_append (GTK_BOX (self->box), outer);
  return gtk_widget_get_last_child (outer);
}

static void
build (YqRecordForm *self)
{
  GtkWidget *card = NULL;
  const char *group = NULL;

  self->editors = g_ptr_array_new ();
  for (guint i = 0; i < self->n_fields; i++)
    {
      const YqField *field = &self->fields[i];
      GtkWidget *editor;

      if (field->group != NULL && g_strcmp0 (field->group, group) != 0)
        {
          group = field->group;
          card = NULL;
        }
      if (field->flags & YQ_HIDDEN)
        {
          g_ptr_array_add (self->editors, NULL);
          continue;
        }
      if (card == NULL)
        card = add_card (self, group);
      editor = yq_field_editor_new (self->store, self->values, i);
      g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), self);
      g_ptr_array_add (self->editors, editor);
      gtk_box_append (GTK_BOX (card), editor);
    }
  refresh_fields (self);
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, YqRecordForm *self)
{
  if (id != NULL && g_strcmp0 (id, yq_record_id (self->record)) != 0)
    return;
  if (yq_store_reload (store, self->record))
    yq_record_form_reload (self);
}

static void
yq_record_form_unmap (GtkWidget *widget)
{
  keep_draft (YQ_RECORD_FORM (widget));
  GTK_WIDGET_CLASS (yq_record_form_parent_class)->unmap (widget);
}

static void
yq_record_form_dispose (GObject *object)
{
  YqRecordForm *self = YQ_RECORD_FORM (object);

  keep_draft (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->record);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_record_form_parent_class)->dispose (object);
}

static void
yq_record_form_finalize (GObject *object)
{
  YqRecordForm *self = YQ_RECORD_FORM (object);

  g_ptr_array_unref (self->editors);
  g_ptr_array_unref (self->cards);
  g_hash_table_unref (self->hidden);
  g_hash_table_unref (self->elsewhere);
  g_hash_table_unref (self->fixed);
  g_free (self->read_only);
  G_OBJECT_CLASS (yq_record_form_parent_class)->finalize (object);
}

static void
yq_record_form_class_init (YqRecordFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_record_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_record_form_finalize;
  widget_class->unmap = yq_record_form_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_FORM);
  g_signal_new ("changed", YQ_TYPE_RECORD_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRING);
  g_signal_new ("kept", YQ_TYPE_RECORD_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

static void
yq_record_form_init (YqRecordForm *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->cards = g_ptr_array_new ();
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->elsewhere = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_record_form_new (YqStore *store, YqRecord *record)
{
  YqRecordForm *self = g_object_new (YQ_TYPE_RECORD_FORM, NULL);
  g_autofree char *signal = g_strdup_printf ("changed::%s", yq_record_entity (record)->name);

  g_set_object (&self->store, store);
  self->record = g_object_ref (record);
  self->values = yq_record_values (record);
  self->fields = yq_values_fields (self->values, &self->n_fields);
  find_fixed (self);
  build (self);
  yq_set_name (GTK_WIDGET (self), _(yq_record_entity (record)->title));
  if (store != NULL)
    g_signal_connect_object (store, signal, G_CALLBACK (store_changed_cb), self, 0);
  yq_form_aids_add (self, store);
  return GTK_WIDGET (self);
}

GtkWidget *
yq_record_form_new_for_values (YqStore *store, YqValues *values)
{
  YqRecordForm *self = g_object_new (YQ_TYPE_RECORD_FORM, NULL);

  g_set_object (&self->store, store);
  self->values = values;
  self->fields = yq_values_fields (values, &self->n_fields);
  build (self);
  yq_form_aids_add (self, store);
  return GTK_WIDGET (self);
}

YqValues *
yq_record_form_values (YqRecordForm *self)
{
  return self->values;
}

YqRecord *
yq_record_form_record (YqRecordForm *self)
{
  return self->record;
}

YqFieldEditor *
yq_record_form_editor (YqRecordForm *self, const char *name)
{
  int i = yq_values_find (self->values, name);

  return i >= 0 ? editor_at (self, (guint) i) : NULL;
}

GtkWidget *
yq_record_form_card (YqRecordForm *self, const char *group)
{
  for (guint i = 0; i < self->cards->len; i++)
    {
      GtkWidget *outer = g_ptr_array_index (self->cards, i);

      if (group == NULL || g_strcmp0 (g_object_get_data (G_OBJECT (outer), "yq-group"), group) == 0)
        return gtk_widget_get_last_child (outer);
    }
  return NULL;
}

void
yq_record_form_replace (YqRecordForm *self, const char *field, GtkWidget *widget)
{
  YqFieldEditor *editor = yq_record_form_editor (self, field);

  g_return_if_fail (editor != NULL);
  yq_field_editor_replace_input (editor, widget);
}

void
yq_record_form_hide (YqRecordForm *self, const char *field)
{
  g_hash_table_add (self->hidden, g_strdup (field));
  refresh_fields (self);
}

void
yq_record_form_set_changer (YqRecordForm *self, const char *field, GtkWidget *widget)
{
  YqFieldEditor *editor = yq_record_form_editor (self, field);

  g_return_if_fail (editor != NULL);
  g_hash_table_add (self->elsewhere, g_strdup (field));
  yq_field_editor_set_changer (editor, widget);
  refresh_fields (self);
}

void
yq_record_form_touched (YqRecordForm *self, const char *field)
{
  int i = yq_values_find (self->values, field);

  g_return_if_fail (i >= 0);
  if (editor_at (self, (guint) i) != NULL)
    yq_field_editor_set_error (editor_at (self, (guint) i), NULL);
  touched (self, (guint) i);
}

static gboolean
has_focus (GtkWidget *editor)
{
  GtkRoot *root = gtk_widget_get_root (editor);
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, editor);
}

void
yq_record_form_reload (YqRecordForm *self)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (editor_at (self, i) != NULL && !has_focus (GTK_WIDGET (editor_at (self, i))))
      yq_field_editor_reload (editor_at (self, i));
  refresh_fields (self);
}

void
yq_record_form_flush (YqRecordForm *self)
{
  keep_draft (self);
}

gboolean
yq_record_form_is_dirty (YqRecordForm *self)
{
  return self->dirty;
}

/* -- errors and comments -- */
static const char *
error_of (const YqProblem *problem, const char *field)
{
  for (guint i = 0; problem != NULL && i < yq_problem_n_errors (problem); i++)
    {
      const char *name;
      const char *detail = yq_problem_error (problem, i, &name, NULL);

      if (g_strcmp0 (name, field) == 0)
        return detail;
    }
  return NULL;
}

void
yq_record_form_show_problem (YqRecordForm *self, const YqProblem *problem)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (editor_at (self, i) != NULL)
      yq_field_editor_set_error (editor_at (self, i), error_of (problem, self->fields[i].name));
}

static gboolean
focus_first_error (YqRecordForm *self)
{
  for (guint i = 0; i < self->n_fields; i++)
    {
      YqFieldEditor *editor = editor_at (self, i);

      if (editor != NULL && gtk_widget_get_visible (GTK_WIDGET (editor)) &&
          yq_field_editor_error (editor) != NULL)
        {
          yq_field_editor_focus (editor);
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
yq_record_form_check (YqRecordForm *self, gboolean complete)
{
  g_autoptr(YqProblem) problem = NULL;

  if (self->record != NULL && self->store != NULL)
    problem = yq_check_record (yq_store_world (self->store), self->record, complete);
  else
    problem = yq_check_values (self->values, complete);
  yq_record_form_show_problem (self, problem);
  return !focus_first_error (self) && problem == NULL;
}

void
yq_record_form_show_comments (YqRecordForm *self, JsonArray *comments)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (editor_at (self, i) != NULL)
      yq_field_editor_set_comment (editor_at (self, i), NULL);
  for (guint i = 0; comments != NULL && i < json_array_get_length (comments); i++)
    {
      JsonObject *row = json_array_get_object_element (comments, i);
      YqFieldEditor *editor =
        yq_record_form_editor (self, json_object_get_string_member_with_default (row, "field", ""));

      if (editor != NULL)
        yq_field_editor_set_comment (
          editor, json_object_get_string_member_with_default (row, "comment", ""));
    }
}

void
yq_record_form_focus_field (YqRecordForm *self, const char *name)
{
  YqFieldEditor *editor = yq_record_form_editor (self, name);

  if (editor != NULL)
    yq_field_editor_focus (editor);
}

GPtrArray *
yq_record_form_missing (YqRecordForm *self)
{
  GPtrArray *missing = g_ptr_array_new ();
  g_autoptr(YqProblem) problem = yq_check_values (self->values, TRUE);

  for (guint i = 0; problem != NULL && i < yq_problem_n_errors (problem); i++)
    {
      const char *name;
      YqProblemCode code;
      int field;

      yq_problem_error (problem, i, &name, &code);
      field = yq_values_find (self->values, name);
      if (code == YQ_PROBLEM_REQUIRED && field >= 0)
        g_ptr_array_add (missing, (gpointer) _(self->fields[field].title));
    }
  return missing;
}

void
yq_record_form_set_read_only (YqRecordForm *self, const char *why)
{
  g_free (self->read_only);
  self->read_only = g_strdup (why);
  refresh_fields (self);
}
