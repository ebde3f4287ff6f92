/* The frame of every editor: label, notes, and room for both. */
#define G_LOG_DOMAIN "yiquan-field"

#include "field-kinds.h"

#include "bits.h"
#include "record-check.h"
#include "tooltip.h"

struct _YqFieldEditor
{
  GtkWidget parent_instance;
  YqStore *store;
  YqValues *values;
  guint field;
  const YqField *table;
  const YqEditorKind *kind;
  gpointer state;
  GDestroyNotify free_state;
  GtkWidget *head, *label, *mark, *count, *body, *input, *shown, *lock, *hint, *error, *comment;
  GtkWidget *comment_text;
  GtkWidget *watched; /* what takes the focus */
  char *unreadable, *masked;
  gboolean loading, left, locked;
  YqPickFilter filter;
  gpointer filter_data;
  GDestroyNotify free_filter;
};

G_DEFINE_FINAL_TYPE (YqFieldEditor, yq_field_editor, GTK_TYPE_WIDGET)

#define LABEL_EMS 11
#define GAP 12

static const YqEditorKind *
kind_of (const YqField *field)
{
  switch (field->type)
    {
    case YQ_TEXT:
      if (field->choices != NULL)
        return &yq_editor_choice;
      return field->flags & YQ_LONG ? &yq_editor_long_text : &yq_editor_text;
    case YQ_INTEGER:
    case YQ_MONEY:
      return &yq_editor_number;
    case YQ_DATE:
      return &yq_editor_date;
    case YQ_TIME:
      return &yq_editor_time;
    case YQ_BOOLEAN:
      return &yq_editor_boolean;
    case YQ_CHOICE:
      return &yq_editor_choice;
    case YQ_REGION:
      return &yq_editor_region;
    case YQ_REFERENCE:
      return &yq_editor_reference;
    case YQ_REFERENCES:
      return &yq_editor_references;
    case YQ_FILES:
      return &yq_editor_files;
    case YQ_ROWS:
      return &yq_editor_rows;
    default:
      return &yq_editor_text;
    }
}

/* -- room: label beside the input where the width allows, above it where not -- */
static int
label_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = pango_font_description_get_size (font) / (double) PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (context) / 72;
  return (int) (size * LABEL_EMS);
}

static gboolean
is_beside (YqFieldEditor *self, int width)
{
  return self->head != NULL && !self->kind->is_wide &&
         width >= label_width (GTK_WIDGET (self)) * 5 / 2;
}

static GtkSizeRequestMode
yq_field_editor_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (YqFieldEditor *self, int *minimum, int *natural)
{
  int head_min = 0, head = 0, body_min, body;

  if (self->head != NULL)
    gtk_widget_measure (self->head, GTK_ORIENTATION_HORIZONTAL, -1, &head_min, &head, NULL, NULL);
  gtk_widget_measure (self->body, GTK_ORIENTATION_HORIZONTAL, -1, &body_min, &body, NULL, NULL);
  *minimum = MAX (head_min, body_min);
  *natural = self->head == NULL ? body : label_width (GTK_WIDGET (self)) + GAP + body;
}

static int
height_of (GtkWidget *widget, int width)
{
  int min, natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, MAX (width, min), NULL, &natural, NULL,
                      NULL);
  return natural;
}

static void
yq_field_editor_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqFieldEditor *self = YQ_FIELD_EDITOR (widget);
  int min, width, label = label_width (widget);

  measure_width (self, &min, &width);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = min;
      *natural = MAX (min, width);
      return;
    }
  if (for_size >= 0)
    width = MAX (for_size, min);
  else
    width = MAX (width, label * 5 / 2); /* as low as it can be */
  if (self->head == NULL)
    *minimum = height_of (self->body, width);
  else if (is_beside (self, width))
    *minimum = MAX (height_of (self->head, label), height_of (self->body, width - label - GAP));
  else
    *minimum = height_of (self->head, width) + 4 + height_of (self->body, width);
  *natural = *minimum;
}

static void
allocate_at (GtkWidget *widget, int x, int y, int width, int height)
{
  gtk_widget_allocate (widget, width, height, -1,
                       gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x, y)));
}

static void
yq_field_editor_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqFieldEditor *self = YQ_FIELD_EDITOR (widget);
  int label = label_width (widget), top;

  if (self->head == NULL)
    {
      gtk_widget_allocate (self->body, width, height, -1, NULL);
      return;
    }
  if (is_beside (self, width))
    {
      top = height_of (self->head, label);
      allocate_at (self->head, 0, 0, label, MIN (top, height));
      allocate_at (self->body, label + GAP, 0, width - label - GAP, height);
      return;
    }
  top = height_of (self->head, width);
  allocate_at (self->head, 0, 0, width, top);
  allocate_at (self->body, 0, top + 4, width, MAX (height - top - 4, 0));
}

/* -- errors -- */
static void
show_note (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

static void
check_now (YqFieldEditor *self)
{
  g_autofree char *wrong = NULL;

  if (self->unreadable == NULL && yq_values_has (self->values, self->field))
    wrong = yq_check_field (self->values, self->field);
  yq_field_editor_set_error (self, wrong);
}

static void
focus_left_cb (GtkEventControllerFocus *controller, YqFieldEditor *self)
{
  /* The focus also leaves what is being taken apart. */
  if (self->body == NULL)
    return;
  self->left = TRUE;
  check_now (self);
}

/* -- life -- */
static void
yq_field_editor_dispose (GObject *object)
{
  YqFieldEditor *self = YQ_FIELD_EDITOR (object);

  g_clear_pointer (&self->head, gtk_widget_unparent);
  g_clear_pointer (&self->body, gtk_widget_unparent);
  if (self->free_state != NULL)
    self->free_state (g_steal_pointer (&self->state));
  self->free_state = NULL;
  if (self->free_filter != NULL)
    self->free_filter (self->filter_data);
  self->free_filter = NULL;
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_field_editor_parent_class)->dispose (object);
}

static void
yq_field_editor_finalize (GObject *object)
{
  YqFieldEditor *self = YQ_FIELD_EDITOR (object);

  g_free (self->unreadable);
  g_free (self->masked);
  G_OBJECT_CLASS (yq_field_editor_parent_class)->finalize (object);
}

static void
yq_field_editor_class_init (YqFieldEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_field_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_field_editor_finalize;
  widget_class->measure = yq_field_editor_measure;
  widget_class->size_allocate = yq_field_editor_size_allocate;
  widget_class->get_request_mode = yq_field_editor_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  g_signal_new ("changed", YQ_TYPE_FIELD_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
yq_field_editor_init (YqFieldEditor *self)
{
}

static GtkWidget *
build_comment (YqFieldEditor *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("yq-comment-symbolic");

  self->comment = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->comment_text = yq_label_new_wrapped ("", NULL);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (self->comment_text, TRUE);
  gtk_box_append (GTK_BOX (self->comment), icon);
  gtk_box_append (GTK_BOX (self->comment), self->comment_text);
  gtk_widget_add_css_class (self->comment, "form-comment");
  gtk_widget_set_visible (self->comment, FALSE);
  return self->comment;
}

static void
build_head (YqFieldEditor *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);

  self->label = yq_label_new_wrapped (_(self->table->title), NULL);
  self->mark = yq_label_new ("*", "required");
  self->count = yq_label_new ("", "counter");
  yq_set_tooltip (self->mark, _("Has to be filled in before submitting"));
  gtk_widget_set_valign (self->mark, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), self->label);
  gtk_box_append (GTK_BOX (line), self->mark);
  self->head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_margin_top (line, 6);
  gtk_box_append (GTK_BOX (self->head), line);
  gtk_box_append (GTK_BOX (self->head), self->count);
  gtk_widget_set_visible (self->count, FALSE);
  gtk_widget_set_parent (self->head, GTK_WIDGET (self));
  yq_field_editor_set_required (self, (self->table->flags & YQ_REQUIRED) != 0);
}

static void
build_body (YqFieldEditor *self)
{
  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_set_parent (self->body, GTK_WIDGET (self));
  self->input = self->kind->build (self);
  gtk_box_append (GTK_BOX (self->body), self->input);
  self->error = yq_label_new_wrapped ("", "form-error");
  gtk_widget_set_visible (self->error, FALSE);
  gtk_box_append (GTK_BOX (self->body), self->error);
  if (self->head == NULL)
    return;
  self->hint = yq_label_new_wrapped (self->table->hint ? _(self->table->hint) : "", "form-hint");
  gtk_widget_set_visible (self->hint, self->table->hint != NULL);
  gtk_box_append (GTK_BOX (self->body), self->hint);
  gtk_box_append (GTK_BOX (self->body), build_comment (self));
}

static GtkWidget *
create (YqStore *store, YqValues *values, guint field, gboolean bare)
{
  YqFieldEditor *self = g_object_new (YQ_TYPE_FIELD_EDITOR, NULL);

  g_set_object (&self->store, store);
  self->values = values;
  self->field = field;
  self->table = &yq_values_fields (values, NULL)[field];
  self->kind = kind_of (self->table);
  gtk_widget_set_name (GTK_WIDGET (self), self->table->name);
  if (!bare)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "form-row");
      build_head (self);
    }
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "cell");
  build_body (self);
  yq_field_editor_reload (self);
  return GTK_WIDGET (self);
}

GtkWidget *
yq_field_editor_new (YqStore *store, YqValues *values, guint field)
{
  return create (store, values, field, FALSE);
}

GtkWidget *
yq_field_editor_new_bare (YqStore *store, YqValues *values, guint field)
{
  return create (store, values, field, TRUE);
}

/* -- for the kinds -- */
gboolean
yq_field_editor_is_bare (YqFieldEditor *self)
{
  return self->head == NULL;
}

YqStore *
yq_field_editor_store (YqFieldEditor *self)
{
  return self->store;
}

YqValues *
yq_field_editor_values (YqFieldEditor *self)
{
  return self->values;
}

const YqField *
yq_field_editor_table (YqFieldEditor *self)
{
  return self->table;
}

void
yq_field_editor_set_state (YqFieldEditor *self, gpointer state, GDestroyNotify destroy)
{
  self->state = state;
  self->free_state = destroy;
}

gpointer
yq_field_editor_state (YqFieldEditor *self)
{
  return self->state;
}

gboolean
yq_field_editor_is_loading (YqFieldEditor *self)
{
  return self->loading;
}

void
yq_field_editor_changed (YqFieldEditor *self)
{
  if (self->loading || self->body == NULL)
    return;
  if (self->left || yq_field_editor_error (self) != NULL)
    check_now (self);
  g_signal_emit_by_name (self, "changed");
}

void
yq_field_editor_set_unreadable (YqFieldEditor *self, const char *why)
{
  g_free (self->unreadable);
  self->unreadable = g_strdup (why);
}

void
yq_field_editor_set_count (YqFieldEditor *self, const char *text, gboolean over)
{
  if (self->head == NULL)
    return;
  show_note (self->count, text);
  if (over)
    gtk_widget_add_css_class (self->count, "over");
  else
    gtk_widget_remove_css_class (self->count, "over");
}

void
yq_field_editor_watch (YqFieldEditor *self, GtkWidget *input)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  if (self->watched == NULL)
    self->watched = input;
  /* Whoever still holds the input, as it is left, may outlive the editor. */
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, 0);
  gtk_widget_add_controller (input, focus);
  yq_set_name (input, _(self->table->title));
  if (self->table->hint != NULL)
    yq_set_description (input, _(self->table->hint));
  if (self->table->flags & YQ_REQUIRED)
    gtk_accessible_update_property (GTK_ACCESSIBLE (input), GTK_ACCESSIBLE_PROPERTY_REQUIRED, TRUE,
                                    -1);
}

static void
load_nothing (YqFieldEditor *self)
{
}

void
yq_field_editor_replace_input (YqFieldEditor *self, GtkWidget *widget)
{
  static const YqEditorKind replaced = { NULL, load_nothing, TRUE };

  self->kind = &replaced;
  self->watched = NULL;
  gtk_box_remove (GTK_BOX (self->body), self->input);
  self->input = widget;
  gtk_box_prepend (GTK_BOX (self->body), widget);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

gboolean
yq_field_editor_is_unreadable (YqFieldEditor *self)
{
  return self->unreadable != NULL;
}

gboolean
yq_field_editor_picks (YqFieldEditor *self, YqRecord *record)
{
  return self->filter == NULL || self->filter (record, self->filter_data);
}

/* -- for forms -- */
guint
yq_field_editor_field (YqFieldEditor *self)
{
  return self->field;
}

void
yq_field_editor_reload (YqFieldEditor *self)
{
  if (self->body == NULL)
    return;
  self->loading = TRUE;
  yq_field_editor_set_unreadable (self, NULL);
  self->kind->load (self);
  self->loading = FALSE;
  if (self->locked)
    yq_field_editor_set_locked (self, gtk_widget_get_tooltip_text (self->lock));
}

void
yq_field_editor_set_error (YqFieldEditor *self, const char *text)
{
  GtkWidget *input = self->watched ? self->watched : self->input;

  if (self->unreadable != NULL)
    text = self->unreadable;
  show_note (self->error, text);
  yq_set_tooltip (self->body, self->head == NULL ? text : NULL);
  if (text != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "bad");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "bad");
  gtk_accessible_update_state (GTK_ACCESSIBLE (input), GTK_ACCESSIBLE_STATE_INVALID,
                               text ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  yq_set_description (input, text ? text : self->table->hint ? _(self->table->hint) : NULL);
}

const char *
yq_field_editor_error (YqFieldEditor *self)
{
  return gtk_widget_get_visible (self->error) ? gtk_label_get_text (GTK_LABEL (self->error)) : NULL;
}

void
yq_field_editor_set_comment (YqFieldEditor *self, const char *text)
{
  if (self->comment == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->comment_text), text ? text : "");
  gtk_widget_set_visible (self->comment, text != NULL);
}

static char *
format_value (YqFieldEditor *self)
{
  if (self->masked != NULL)
    return g_strdup (self->masked);
  return self->store ? yq_format_known (self->store, self->values, self->field)
                     : yq_values_format (self->values, self->field);
}

/* What cannot be written is shown as text to read, not as a greyed entry. */
static GtkWidget *
build_shown (YqFieldEditor *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->shown = yq_label_new_wrapped ("", NULL);
  gtk_label_set_selectable (GTK_LABEL (self->shown), TRUE);
  gtk_widget_set_hexpand (self->shown, TRUE);
  self->lock = gtk_image_new_from_icon_name ("changes-prevent-symbolic");
  gtk_widget_set_valign (self->lock, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->lock, "dim-label");
  gtk_widget_set_margin_top (line, 6);
  gtk_widget_set_margin_bottom (line, 6);
  gtk_box_append (GTK_BOX (line), self->shown);
  gtk_box_append (GTK_BOX (line), self->lock);
  gtk_box_prepend (GTK_BOX (self->body), line);
  return line;
}

void
yq_field_editor_set_locked (YqFieldEditor *self, const char *why)
{
  gboolean as_text = self->kind != &yq_editor_files && self->kind != &yq_editor_rows;
  g_autofree char *text = NULL;
  g_autofree char *kept = g_strdup (why);

  self->locked = why != NULL;
  if (self->shown == NULL && self->locked)
    build_shown (self);
  if (self->shown == NULL)
    return;
  text = format_value (self);
  gtk_label_set_text (GTK_LABEL (self->shown), *text ? text : "—");
  gtk_widget_set_visible (self->shown, as_text);
  gtk_widget_set_visible (gtk_widget_get_parent (self->shown), self->locked);
  yq_set_tooltip (self->lock, kept);
  gtk_widget_set_visible (self->lock, kept != NULL && *kept != '\0');
  yq_set_name (self->shown, _(self->table->title));
  yq_set_description (self->shown, kept);
  if (self->locked)
    yq_drop_focus (self->input);
  gtk_widget_set_visible (self->input, !self->locked || !as_text);
  gtk_widget_set_sensitive (self->input, !self->locked);
  if (self->hint != NULL)
    gtk_widget_set_visible (self->hint, !self->locked && self->table->hint != NULL);
  if (self->mark != NULL && self->locked)
    gtk_widget_set_visible (self->mark, FALSE);
  if (self->count != NULL && self->locked)
    gtk_widget_set_visible (self->count, FALSE);
}

void
yq_field_editor_set_barred (YqFieldEditor *self, const char *why, gboolean may_clear)
{
  const char *hint = self->table->hint != NULL ? _(self->table->hint) : NULL;

  gtk_widget_set_sensitive (self->input, !self->locked && (why == NULL || may_clear));
  yq_set_description (self->watched ? self->watched : self->input, why != NULL ? why : hint);
  if (self->hint == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->hint), why != NULL ? why : hint != NULL ? hint : "");
  gtk_widget_set_visible (self->hint, why != NULL || (hint != NULL && !self->locked));
}

void
yq_field_editor_set_changer (YqFieldEditor *self, GtkWidget *widget)
{
  GtkWidget *line;

  yq_field_editor_set_locked (self, "");
  line = gtk_widget_get_parent (self->shown);
  gtk_widget_set_margin_top (line, 0); /* as high as an entry, and level with the label */
  gtk_widget_set_margin_bottom (line, 0);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), widget);
}

gboolean
yq_field_editor_is_locked (YqFieldEditor *self)
{
  return self->locked;
}

void
yq_field_editor_set_masked (YqFieldEditor *self, const char *masked)
{
  g_free (self->masked);
  self->masked = g_strdup (masked);
  yq_field_editor_set_locked (self, _("Shown in part only, to protect the person."));
}

void
yq_field_editor_set_required (YqFieldEditor *self, gboolean required)
{
  if (self->mark != NULL)
    gtk_widget_set_visible (self->mark, required);
}

void
yq_field_editor_set_pick_filter (YqFieldEditor *self, YqPickFilter filter, gpointer user_data,
                                 GDestroyNotify destroy)
{
  if (self->free_filter != NULL)
    self->free_filter (self->filter_data);
  self->filter = filter;
  self->filter_data = user_data;
  self->free_filter = destroy;
}

void
yq_field_editor_focus (YqFieldEditor *self)
{
  gtk_widget_grab_focus (self->watched ? self->watched : self->input);
}
