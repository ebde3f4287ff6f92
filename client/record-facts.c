/* A record to read. */
#define G_LOG_DOMAIN "yiquan-facts"

#include "record-facts.h"

#include "access.h"
#include "bits.h"
#include "fact-flow.h"
#include "file-strip.h"
#include "hours-editor.h"
#include "prompt.h"
#include "record-json.h"
#include "table-columns.h"
#include "tooltip.h"

struct _YqRecordFacts
{
  GtkWidget parent_instance;
  YqStore *store;
  YqRecord *record;
  YqValues *before;
  GtkWidget *box;
  GtkWidget *flow;      /* the facts that stand in columns just now; NULL: begin anew */
  GHashTable *comments; /* field -> text */
  char *skip;
  gboolean skip_empty, pinning;
};

G_DEFINE_FINAL_TYPE (YqRecordFacts, yq_record_facts, GTK_TYPE_WIDGET)

static void fill (YqRecordFacts *self);

/* -- values -- */
static GPtrArray *
texts_of_column (YqRecordFacts *self, const YqField *field, JsonArray *rows, guint j)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      g_autoptr(YqValues) values = yq_values_new (field->columns, yq_fields_count (field->columns));
      g_autoptr(YqProblem) problem = NULL;
      const YqField *column = &field->columns[j];
      char *text = NULL;

      yq_json_read_fields (json_array_get_object_element (rows, i), values, NULL, &problem);
      if (column->row_words != NULL)
        text = column->row_words (values);
      g_ptr_array_add (texts, text != NULL ? text : yq_format_known (self->store, values, j));
    }
  return texts;
}

/* A column is worth its place where it says something that the one before did not say. */
static gboolean
says_more (GPtrArray *texts, GPtrArray *before)
{
  gboolean says = FALSE, repeats = before != NULL;

  for (guint i = 0; i < texts->len; i++)
    {
      says = says || *(const char *) texts->pdata[i] != '\0';
      repeats = repeats && g_str_equal (texts->pdata[i], before->pdata[i]);
    }
  return says && !repeats;
}

static GtkWidget *
build_cell (const YqField *column, const char *text)
{
  gboolean number = column->type == YQ_MONEY || column->type == YQ_INTEGER;
  gboolean words = column->type == YQ_TEXT || column->type == YQ_REFERENCE;
  GtkWidget *cell = words ? yq_label_new_wrapped (text, NULL) : yq_label_new (text, "number");

  /* As wide as it wants to be: a scroller would leave room for the lines of the narrowest. */
  if (words)
    {
      int units = 0;

      for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
        units += g_unichar_iswide (g_utf8_get_char (at)) ? 2 : 1;
      gtk_label_set_width_chars (GTK_LABEL (cell), MIN (units, 36));
      gtk_label_set_max_width_chars (GTK_LABEL (cell), MIN (units, 36));
    }
  gtk_label_set_selectable (GTK_LABEL (cell), TRUE);
  gtk_label_set_xalign (GTK_LABEL (cell), number ? 1 : 0);
  gtk_widget_set_valign (cell, GTK_ALIGN_START);
  return cell;
}

static GtkWidget *
build_rows (YqRecordFacts *self, const YqField *field, JsonArray *rows)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  g_autoptr(GPtrArray) columns =
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *text = NULL; /* the first column of words shown */
  int at = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  for (guint j = 0; j < yq_fields_count (field->columns); j++)
    {
      const YqField *column = &field->columns[j];
      GPtrArray *texts = texts_of_column (self, field, rows, j);
      GtkWidget *head = yq_label_new (_(column->title), "rows-head");

      g_ptr_array_add (columns, texts);
      g_object_ref_sink (head);
      if (!(column->flags & YQ_HIDDEN) && says_more (texts, column->type == YQ_TEXT ? text : NULL))
        {
          gtk_label_set_xalign (GTK_LABEL (head),
                                column->type == YQ_MONEY || column->type == YQ_INTEGER ? 1 : 0);
          gtk_grid_attach (GTK_GRID (grid), head, at, 0, 1, 1);
          for (guint i = 0; i < texts->len; i++)
            gtk_grid_attach (GTK_GRID (grid), build_cell (column, texts->pdata[i]), at, (int) i + 1,
                             1, 1);
          text = text == NULL && column->type >= YQ_REFERENCE ? texts : text;
          at++;
        }
      g_object_unref (head);
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);
  gtk_widget_add_css_class (scroller, "rows-shell"); /* what is wider shows that it goes on */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  return scroller;
}

static char *
text_of (YqRecordFacts *self, const YqValues *values, guint i)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  JsonArray *rows = field->type == YQ_ROWS ? yq_values_array (values, i) : NULL;

  if (rows != NULL && g_str_equal (field->columns[0].name, "weekday"))
    return yq_hours_text (rows);
  if (field->type == YQ_MONEY && yq_values_has (values, i))
    return yq_money_text (yq_values_int (values, i));
  return yq_format_known (self->store, values, i);
}

static GtkWidget *
build_value (YqRecordFacts *self, guint i)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  const char *masked = yq_record_masked (self->record, field->name);
  gboolean is_list = field->type == YQ_FILES || field->type == YQ_ROWS;
  JsonArray *array = is_list ? yq_record_array (self->record, i) : NULL;
  g_autofree char *text = NULL;
  GtkWidget *label;

  if (field->type == YQ_FILES && array != NULL)
    {
      GtkWidget *strip = yq_file_strip_new (self->store, FALSE);

      yq_file_strip_set_inline (YQ_FILE_STRIP (strip), TRUE);
      yq_file_strip_show (YQ_FILE_STRIP (strip), array);
      return strip;
    }
  if (field->type == YQ_ROWS && array != NULL && !g_str_equal (field->columns[0].name, "weekday"))
    return build_rows (self, field, array);
  text = masked ? g_strdup (masked) : text_of (self, yq_record_values (self->record), i);
  label = yq_label_new_wrapped (*text ? text : "—", "number");
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  if (masked != NULL)
    yq_set_tooltip (label, _("Shown in part only, to protect the person."));
  return label;
}

/* -- comments -- */
static void
pinned_cb (const char *text, gpointer data)
{
  GtkWidget *button = data;
  GtkWidget *self = gtk_widget_get_ancestor (button, YQ_TYPE_RECORD_FACTS);
  const char *field = g_object_get_data (G_OBJECT (button), "yq-field");

  if (self != NULL && text != NULL)
    {
      YqRecordFacts *facts = YQ_RECORD_FACTS (self);

      if (*text != '\0')
        g_hash_table_replace (facts->comments, g_strdup (field), g_strdup (text));
      else
        g_hash_table_remove (facts->comments, field);
      fill (facts);
      g_signal_emit_by_name (facts, "comments-changed");
    }
  g_object_unref (button);
}

static void
pin_clicked_cb (GtkButton *button, YqRecordFacts *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "yq-field");
  const YqField *field = yq_entity_field (yq_record_entity (self->record), name);
  g_autofree char *title = g_strdup_printf (_("Comment on “%s”"), _(field->title));

  yq_prompt_text (GTK_WIDGET (self), title, _("The applicant sees it at this field."),
                  g_hash_table_lookup (self->comments, name), TRUE, _("Pin"), pinned_cb,
                  g_object_ref (button));
}

static GtkWidget *
build_pin (YqRecordFacts *self, const YqField *field)
{
  g_autofree char *name = g_strdup_printf (_("Comment on “%s”"), _(field->title));
  GtkWidget *pin = yq_icon_button_new ("yq-comment-symbolic", name, NULL);

  gtk_widget_add_css_class (pin, "pin");
  gtk_widget_set_valign (pin, GTK_ALIGN_START);
  g_object_set_data (G_OBJECT (pin), "yq-field", (gpointer) field->name);
  g_signal_connect (pin, "clicked", G_CALLBACK (pin_clicked_cb), self);
  return pin;
}

/* -- one fact -- */
static gboolean
is_changed (YqRecordFacts *self, guint i)
{
  return self->before != NULL &&
         !yq_values_equal (self->before, yq_record_values (self->record), i);
}

static GtkWidget *
build_body (YqRecordFacts *self, guint i)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  const char *comment = g_hash_table_lookup (self->comments, field->name);
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_hexpand (body, TRUE);
  gtk_box_append (GTK_BOX (body), build_value (self, i));
  if (is_changed (self, i))
    {
      g_autofree char *old = text_of (self, self->before, i);
      g_autofree char *words = g_strdup_printf (_("before: %s"), *old ? old : "—");

      gtk_box_append (GTK_BOX (body), yq_label_new_wrapped (words, "fact-old small"));
    }
  if (comment != NULL)
    gtk_box_append (GTK_BOX (body), yq_label_new_wrapped (comment, "form-comment"));
  return body;
}

static GtkWidget *
build_fact (YqRecordFacts *self, guint i, gboolean wide)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  GtkWidget *box =
    wide ? gtk_box_new (GTK_ORIENTATION_VERTICAL, 0) : yq_fact_line_new (yq_scaled (250));
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = yq_label_new_wrapped (_(field->title), "fact-title");
  GtkWidget *body = build_body (self, i);

  gtk_widget_add_css_class (box, "fact");
  if (!wide)
    gtk_widget_set_size_request (title, yq_scaled (120), -1);
  gtk_label_set_max_width_chars (GTK_LABEL (title), wide ? -1 : 12);
  gtk_widget_set_valign (title, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), body);
  if (self->pinning)
    gtk_box_append (GTK_BOX (wide ? line : box), build_pin (self, field));
  if (is_changed (self, i))
    {
      gtk_widget_add_css_class (box, "changed");
      yq_set_description (body, _("changed since it was last decided on"));
    }
  gtk_accessible_update_relation (GTK_ACCESSIBLE (body), GTK_ACCESSIBLE_RELATION_LABELLED_BY, title,
                                  NULL, -1);
  gtk_widget_set_name (box, field->name);
  return box;
}

static gboolean
is_wide (YqRecordFacts *self, guint i)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  const char *text;

  if (field->type == YQ_FILES || field->type == YQ_ROWS || field->type == YQ_REFERENCES)
    return TRUE;
  text = field->type == YQ_TEXT ? yq_record_text (self->record, i) : NULL;
  return field->flags & YQ_LONG || (text != NULL && g_utf8_strlen (text, -1) > 40);
}

static gboolean
is_left_out (YqRecordFacts *self, guint i, guint readers)
{
  const YqField *field = &yq_record_entity (self->record)->fields[i];
  gboolean has = yq_record_has (self->record, i) ||
                 yq_record_masked (self->record, field->name) != NULL || is_changed (self, i);

  if (field->flags & YQ_HIDDEN || (self->skip != NULL && yq_word_in (self->skip, field->name)))
    return TRUE;
  if (!has)
    return self->skip_empty || !(field->sees & readers);
  return FALSE;
}

/* -- the whole -- */
static GtkWidget *
current_flow (YqRecordFacts *self, GtkWidget *card)
{
  if (self->flow == NULL)
    {
      self->flow = yq_fact_flow_new (yq_scaled (280));
      gtk_box_append (GTK_BOX (card), self->flow);
    }
  return self->flow;
}

static void
add_fact (YqRecordFacts *self, GtkWidget *card, guint i)
{
  GtkWidget *fact = build_fact (self, i, is_wide (self, i));

  if (is_wide (self, i))
    {
      self->flow = NULL;
      gtk_box_append (GTK_BOX (card), fact);
      return;
    }
  gtk_box_append (GTK_BOX (current_flow (self, card)), fact);
}

static GtkWidget *
add_card (YqRecordFacts *self, const char *group)
{
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->flow = NULL;
  gtk_box_append (GTK_BOX (self->box), yq_card_new (group ? _(group) : NULL, NULL, inside));
  return inside;
}

static void
fill (YqRecordFacts *self)
{
  const YqEntity *entity = yq_record_entity (self->record);
  guint readers =
    yq_access_readers (yq_store_world (self->store), yq_store_who (self->store), self->record);
  const char *group = NULL;
  GtkWidget *card = NULL;

  yq_remove_children (self->box);
  for (guint i = 0; i < entity->n_fields; i++)
    {
      if (entity->fields[i].group != NULL && g_strcmp0 (entity->fields[i].group, group) != 0)
        {
          group = entity->fields[i].group;
          card = NULL;
        }
      if (is_left_out (self, i, readers))
        continue;
      if (card == NULL)
        card = add_card (self, group);
      add_fact (self, card, i);
    }
  self->flow = NULL;
}

static void
record_changed_cb (YqRecordFacts *self)
{
  fill (self);
}

static void
let_go (YqRecordFacts *self)
{
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, record_changed_cb, self);
  g_clear_object (&self->record);
  g_clear_pointer (&self->before, yq_values_free);
}

static void
yq_record_facts_dispose (GObject *object)
{
  YqRecordFacts *self = YQ_RECORD_FACTS (object);

  let_go (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_record_facts_parent_class)->dispose (object);
}

static void
yq_record_facts_finalize (GObject *object)
{
  YqRecordFacts *self = YQ_RECORD_FACTS (object);

  g_hash_table_unref (self->comments);
  g_free (self->skip);
  G_OBJECT_CLASS (yq_record_facts_parent_class)->finalize (object);
}

static void
yq_record_facts_class_init (YqRecordFactsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_record_facts_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_record_facts_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("comments-changed", YQ_TYPE_RECORD_FACTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
yq_record_facts_init (YqRecordFacts *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->comments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->skip_empty = TRUE;
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_record_facts_new (YqStore *store)
{
  YqRecordFacts *self = g_object_new (YQ_TYPE_RECORD_FACTS, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}

void
yq_record_facts_show (YqRecordFacts *self, YqRecord *record, const YqValues *before)
{
  gboolean same =
    self->record != NULL && g_str_equal (yq_record_id (self->record), yq_record_id (record));

  g_object_ref (record);
  let_go (self);
  self->record = record;
  self->before = before ? yq_values_copy (before) : NULL;
  if (!same)
    g_hash_table_remove_all (self->comments);
  g_signal_connect_object (record, "notify::version", G_CALLBACK (record_changed_cb), self,
                           G_CONNECT_SWAPPED);
  fill (self);
}

void
yq_record_facts_set_skip (YqRecordFacts *self, gboolean empty, const char *fields)
{
  self->skip_empty = empty;
  g_free (self->skip);
  self->skip = g_strdup (fields);
  if (self->record != NULL)
    fill (self);
}

void
yq_record_facts_set_pinning (YqRecordFacts *self, gboolean pinning)
{
  self->pinning = pinning;
  if (self->record != NULL)
    fill (self);
}

void
yq_record_facts_show_comments (YqRecordFacts *self, JsonArray *comments)
{
  g_hash_table_remove_all (self->comments);
  for (guint i = 0; comments != NULL && i < json_array_get_length (comments); i++)
    {
      JsonObject *row = json_array_get_object_element (comments, i);

      g_hash_table_replace (
        self->comments, g_strdup (json_object_get_string_member_with_default (row, "field", "")),
        g_strdup (json_object_get_string_member_with_default (row, "comment", "")));
    }
  if (self->record != NULL)
    fill (self);
}

JsonArray *
yq_record_facts_comments (YqRecordFacts *self)
{
  const YqEntity *entity = self->record ? yq_record_entity (self->record) : NULL;
  JsonArray *comments;

  if (entity == NULL || g_hash_table_size (self->comments) == 0)
    return NULL;
  comments = json_array_new ();
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const char *text = g_hash_table_lookup (self->comments, entity->fields[i].name);
      JsonObject *row;

      if (text == NULL)
        continue;
      row = json_object_new ();
      json_object_set_string_member (row, "field", entity->fields[i].name);
      json_object_set_string_member (row, "comment", text);
      json_array_add_object_element (comments, row);
    }
  return comments;
}
