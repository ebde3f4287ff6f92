/* A filter by what a reference names. */
#define G_LOG_DOMAIN "yiquan-filter"

#include "reference-filter.h"

#include "bits.h"
#include "model.h"
#include "record-picker.h"
#include "record-tree.h"

struct _YqReferenceFilter
{
  GtkWidget parent_instance;
  YqStore *store;
  const YqField *field;
  GtkWidget *picker, *clear;
  char *id;
};

G_DEFINE_FINAL_TYPE (YqReferenceFilter, yq_reference_filter, GTK_TYPE_WIDGET)

static void
show_chosen (YqReferenceFilter *self)
{
  const YqEntity *entity = yq_model_find (self->field->refers);
  g_autofree char *title = self->id != NULL ? yq_store_title (self->store, entity, self->id) : NULL;
  g_autofree char *label = title != NULL
                             ? g_strdup_printf (_("%s: %s"), _(self->field->title), title)
                             : g_strdup_printf (_("%s: all"), _(self->field->title));

  yq_record_picker_set_label (YQ_RECORD_PICKER (self->picker), label);
  gtk_widget_set_visible (self->clear, self->id != NULL);
}

void
yq_reference_filter_choose (YqReferenceFilter *self, const char *id)
{
  char *kept = g_strdup (id);

  g_free (self->id);
  self->id = kept;
  show_chosen (self);
  g_signal_emit_by_name (self, "changed");
}

const char *
yq_reference_filter_chosen (YqReferenceFilter *self)
{
  return self->id;
}

void
yq_reference_filter_apply (YqReferenceFilter *self, YqQuery *query)
{
  g_autoptr(YqRecordTree) tree = NULL;

  if (self->id == NULL)
    return;
  yq_query_add (query, self->field->name, self->id);
  tree =
    yq_record_tree_new (self->store, yq_model_find (self->field->refers), self->field->refers_if);
  for (guint i = 0; tree != NULL && i < yq_record_tree_all (tree)->len; i++)
    {
      const char *id = yq_record_id (yq_record_tree_all (tree)->pdata[i]);

      if (!g_str_equal (id, self->id) && yq_record_tree_is_within (tree, id, self->id))
        yq_query_add (query, self->field->name, id);
    }
}

static void
picked_cb (YqRecordPicker *picker, YqRecord *record, YqReferenceFilter *self)
{
  yq_reference_filter_choose (self, yq_record_id (record));
}

static void
clear_clicked_cb (YqReferenceFilter *self)
{
  yq_reference_filter_choose (self, NULL);
  gtk_widget_grab_focus (yq_record_picker_button (YQ_RECORD_PICKER (self->picker)));
}

static void
yq_reference_filter_dispose (GObject *object)
{
  YqReferenceFilter *self = YQ_REFERENCE_FILTER (object);

  g_clear_pointer (&self->picker, gtk_widget_unparent);
  g_clear_pointer (&self->clear, gtk_widget_unparent);
  g_clear_object (&self->store);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (yq_reference_filter_parent_class)->dispose (object);
}

static void
yq_reference_filter_class_init (YqReferenceFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_reference_filter_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  g_signal_new ("changed", YQ_TYPE_REFERENCE_FILTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
yq_reference_filter_init (YqReferenceFilter *self)
{
}

GtkWidget *
yq_reference_filter_new (YqStore *store, const YqField *field)
{
  YqReferenceFilter *self = g_object_new (YQ_TYPE_REFERENCE_FILTER, NULL);
  g_autofree char *all = g_strdup_printf (_("%s: all"), _(field->title));

  self->store = g_object_ref (store);
  self->field = field;
  self->picker = yq_record_picker_new (store, field->refers, all);
  yq_record_picker_set_only (YQ_RECORD_PICKER (self->picker), field->refers_if);
  yq_record_picker_set_any_level (YQ_RECORD_PICKER (self->picker));
  self->clear = yq_icon_button_new ("edit-clear-symbolic", all, NULL);
  yq_set_name (yq_record_picker_button (YQ_RECORD_PICKER (self->picker)), _(field->title));
  g_signal_connect (self->picker, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (clear_clicked_cb), self);
  gtk_widget_set_parent (self->picker, GTK_WIDGET (self));
  gtk_widget_set_parent (self->clear, GTK_WIDGET (self));
  show_chosen (self);
  return GTK_WIDGET (self);
}
