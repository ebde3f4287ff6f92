/* What codes begin with, to filter by. */
#define G_LOG_DOMAIN "yiquan-filter"

#include "stem-choice.h"

#include "bits.h"
#include "model.h"
#include "search-text.h"
#include "store-private.h"

struct _YqStemChoice
{
  GtkWidget parent_instance;
  YqStore *store;
  YqQuery *query;
  const YqField *field;
  GtkWidget *choice;
  GPtrArray *stems; /* const char *, as they stand in the choice behind "all" */
  GCancellable *reading;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (YqStemChoice, yq_stem_choice, GTK_TYPE_WIDGET)

/* Is a code that begins so among the keys? */
static gboolean
is_there (GHashTable *counts, const char *stem)
{
  g_autofree char *dotted = g_strconcat (stem, ".", NULL);
  g_autofree char *key = yq_search_sort_key (stem);
  g_autofree char *prefix = yq_search_sort_key (dotted);
  GHashTableIter iter;
  gpointer found, n;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &found, &n))
    if (GPOINTER_TO_UINT (n) > 0 && (g_str_equal (found, key) || g_str_has_prefix (found, prefix)))
      return TRUE;
  return FALSE;
}

static gboolean
is_same (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = g_str_equal (a->pdata[i], b->pdata[i]);
  return same;
}

/* What is chosen stays chosen. */
static void
show (YqStemChoice *self, GPtrArray *stems)
{
  const char *chosen = yq_stem_choice_get (self);
  GtkStringList *titles = gtk_string_list_new (NULL);
  g_autofree char *all = g_strdup_printf (_("%s: all"), _(self->field->title));
  guint at = 0;

  gtk_string_list_append (titles, all);
  for (guint i = 0; i < stems->len; i++)
    {
      g_autofree char *title = self->field->words (stems->pdata[i]);

      gtk_string_list_append (titles, title);
      if (g_strcmp0 (stems->pdata[i], chosen) == 0)
        at = i + 1;
    }
  g_ptr_array_unref (self->stems);
  self->stems = g_ptr_array_ref (stems);
  self->quiet = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->choice), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), at);
  self->quiet = FALSE;
  g_object_unref (titles);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GHashTable) counts = yq_store_count_by_finish (YQ_STORE (source), result, NULL);
  g_autoptr(YqStemChoice) self = data;
  g_autoptr(GPtrArray) stems = g_ptr_array_new ();
  const char *chosen = yq_stem_choice_get (self);

  for (guint i = 0; counts != NULL && i < yq_model_count (); i++)
    {
      const char *name = yq_model_nth (i)->name;

      if (is_there (counts, name) || g_strcmp0 (name, chosen) == 0)
        g_ptr_array_add (stems, (gpointer) name);
    }
  if (counts != NULL && self->choice != NULL && !is_same (stems, self->stems))
    show (self, stems);
}

static void
count (YqStemChoice *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  yq_store_count_by_async (self->store, self->query, self->field->name, self->reading, counted_cb,
                           g_object_ref (self));
}

static void
selected_cb (YqStemChoice *self)
{
  if (!self->quiet)
    g_signal_emit_by_name (self, "changed");
}

static void
yq_stem_choice_dispose (GObject *object)
{
  YqStemChoice *self = YQ_STEM_CHOICE (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->choice, gtk_widget_unparent);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_stem_choice_parent_class)->dispose (object);
}

static void
yq_stem_choice_finalize (GObject *object)
{
  YqStemChoice *self = YQ_STEM_CHOICE (object);

  g_ptr_array_unref (self->stems);
  yq_query_free (self->query);
  G_OBJECT_CLASS (yq_stem_choice_parent_class)->finalize (object);
}

static void
yq_stem_choice_class_init (YqStemChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_stem_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_stem_choice_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("changed", YQ_TYPE_STEM_CHOICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

static void
yq_stem_choice_init (YqStemChoice *self)
{
  self->stems = g_ptr_array_new ();
  self->choice =
    gtk_drop_down_new (NULL, gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_widget_set_parent (self->choice, GTK_WIDGET (self));
}

GtkWidget *
yq_stem_choice_new (YqRecordList *list, const YqField *field)
{
  YqStemChoice *self = g_object_new (YQ_TYPE_STEM_CHOICE, NULL);
  g_autoptr(GPtrArray) none = g_ptr_array_new ();

  self->store = g_object_ref (yq_record_list_store (list));
  self->query = yq_query_copy (yq_record_list_query (list));
  self->field = field;
  yq_set_name (self->choice, _(field->title));
  show (self, none);
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_object (list, "counts-changed", G_CALLBACK (count), self, G_CONNECT_SWAPPED);
  count (self);
  return GTK_WIDGET (self);
}

const char *
yq_stem_choice_get (YqStemChoice *self)
{
  guint at = self->choice != NULL ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice)) : 0;

  return at > 0 && at <= self->stems->len ? self->stems->pdata[at - 1] : NULL;
}

void
yq_stem_choice_clear (YqStemChoice *self)
{
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), 0);
}
