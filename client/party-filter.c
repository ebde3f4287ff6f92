/* A choice among the organisations that stand in a list. */
#define G_LOG_DOMAIN "yiquan-filter"

#include "party-filter.h"

#include "bits.h"

#define MOST 300 /* a longer list is searched by its words */

/* Kept with the widget. */
typedef struct
{
  GtkWidget *choice; /* it owns this */
  GtkStringList *titles;
  YqStore *store;
  YqQuery *query;
  char *owner;
  const YqField *name;
  GPtrArray *ids; /* in the order of the titles behind the first */
  GCancellable *cancellable;
  guint reading;
} PartyFilter;

typedef struct
{
  char *id, *title;
} Party;

static void
filter_free (gpointer data)
{
  PartyFilter *self = data;

  g_clear_handle_id (&self->reading, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->store);
  yq_query_free (self->query);
  g_ptr_array_unref (self->ids);
  g_free (self->owner);
  g_free (self);
}

static void
party_free (gpointer data)
{
  Party *party = data;

  g_free (party->id);
  g_free (party->title);
  g_free (party);
}

static int
compare_titles (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(Party *const *) a)->title, (*(Party *const *) b)->title);
}

/* What one of its records calls it; NULL where there is none any more. */
static char *
title_of (PartyFilter *self, const char *id)
{
  g_autoptr(YqQuery) query = yq_query_copy (self->query);
  g_autoptr(GPtrArray) records = NULL;
  int field = yq_entity_find_field (yq_query_entity (query), self->name->name);

  yq_query_add (query, self->owner, id);
  records = yq_store_list (self->store, query, 1);
  return records->len > 0 ? g_strdup (yq_record_text (records->pdata[0], field)) : NULL;
}

static void
add_new (PartyFilter *self, GHashTable *counts)
{
  g_autoptr(GPtrArray) parties = g_ptr_array_new_with_free_func (party_free);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, counts);
  while (self->ids->len + parties->len < MOST && g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autofree char *title = NULL;
      Party *party;

      if (*(char *) id == '\0' ||
          g_ptr_array_find_with_equal_func (self->ids, id, g_str_equal, NULL) ||
          (title = title_of (self, id)) == NULL)
        continue;
      party = g_new0 (Party, 1);
      party->id = g_strdup (id);
      party->title = g_steal_pointer (&title);
      g_ptr_array_add (parties, party);
    }
  g_ptr_array_sort (parties, compare_titles);
  for (guint i = 0; i < parties->len; i++)
    {
      Party *party = parties->pdata[i];

      g_ptr_array_add (self->ids, g_strdup (party->id));
      gtk_string_list_append (self->titles, party->title);
    }
}

static void
counted_cb (GObject *store, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GHashTable) counts = yq_store_count_by_finish (YQ_STORE (store), result, &error);

  if (counts != NULL) /* else the widget has gone, or nothing can be read */
    add_new (data, counts);
}

static gboolean
read_cb (gpointer data)
{
  PartyFilter *self = data;

  self->reading = 0;
  yq_store_count_by_async (self->store, self->query, self->owner, self->cancellable, counted_cb,
                           self);
  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, GtkWidget *choice)
{
  PartyFilter *self = g_object_get_data (G_OBJECT (choice), "yq-party-filter");

  if (self->reading == 0)
    self->reading = g_idle_add (read_cb, self);
}

GtkWidget *
yq_party_filter_new (YqStore *store, const YqQuery *query, const char *owner, const YqField *name)
{
  PartyFilter *self = g_new0 (PartyFilter, 1);
  g_autofree char *all = g_strdup_printf (_("%s: all"), _(name->title));
  g_autofree char *signal = g_strdup_printf ("changed::%s", yq_query_entity (query)->name);

  self->titles = gtk_string_list_new (NULL);
  self->store = g_object_ref (store);
  self->query = yq_query_copy (query);
  self->owner = g_strdup (owner);
  self->name = name;
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
  gtk_string_list_append (self->titles, all);
  self->choice =
    gtk_drop_down_new (G_LIST_MODEL (self->titles),
                       gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (self->choice), TRUE);
  yq_set_name (self->choice, _(name->title));
  g_object_set_data_full (G_OBJECT (self->choice), "yq-party-filter", self, filter_free);
  g_signal_connect_object (store, signal, G_CALLBACK (store_changed_cb), self->choice, 0);
  self->reading = g_idle_add (read_cb, self);
  return self->choice;
}

const char *
yq_party_filter_chosen (GtkWidget *filter)
{
  PartyFilter *self = g_object_get_data (G_OBJECT (filter), "yq-party-filter");
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (filter));

  return selected > 0 && selected <= self->ids->len ? self->ids->pdata[selected - 1] : NULL;
}
