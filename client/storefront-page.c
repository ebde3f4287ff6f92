/* 店铺首页: a carrier or a store as buyers see it. */
#define G_LOG_DOMAIN "yiquan-find"

#include "storefront-page.h"

#include <string.h>

#include "bits.h"
#include "catalogue.h"
#include "favourites.h"
#include "instrument-row.h"
#include "list-page.h"
#include "model.h"
#include "party.h"
#include "region.h"
#include "service-page.h"
#include "storefront-facts.h"
#include "storefront.h"

#define SHOWN 60 /* of a kind; a row leads to all of them */
#define WAIT_MS 200

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  YqRecord *subject;
  GtkWidget *box;
  char *drawn; /* what it says of the records it shows */
  gulong changed_id;
  guint waiting;
} StorefrontPage;

static void
storefront_page_free (gpointer data)
{
  StorefrontPage *self = data;

  g_clear_handle_id (&self->waiting, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_object_unref (self->store);
  g_object_unref (self->subject);
  g_free (self->drawn);
  g_free (self);
}

static gboolean
is_store (StorefrontPage *self)
{
  return yq_record_entity (self->subject) == &yq_store;
}

static const char *
carrier_of (StorefrontPage *self)
{
  return is_store (self) ? yq_record_carrier (self->subject) : yq_record_id (self->subject);
}

/* -- what there is -- */

/* desk: NULL all, "" what belongs to none. */
static YqQuery *
query_of (StorefrontPage *self, const YqEntity *entity, const char *desk)
{
  YqQuery *query = yq_query_new (entity);

  yq_query_add (query, "carrier", carrier_of (self));
  yq_query_add (query, "state",
                entity == &yq_store || entity == &yq_institution ? "approved" : "listed");
  if (desk != NULL)
    yq_query_add (query, "desk", desk);
  return query;
}

static GPtrArray *
list_of (StorefrontPage *self, const YqEntity *entity, const char *desk, guint limit)
{
  g_autoptr(YqQuery) query = query_of (self, entity, desk);

  return yq_store_list (self->store, query, limit);
}

/* The desk whose offers a store shows. */
static const char *
own_desk (StorefrontPage *self)
{
  const char *desk = is_store (self) ? yq_record_desk (self->subject) : NULL;

  return desk != NULL ? desk : "";
}

/* -- rows -- */

static GtkWidget *
row_of (const char *icon, YqRecord *record, const char *subtitle, const char *suffix)
{
  g_autofree char *action =
    g_strdup_printf ("page.open::%s %s", yq_record_entity (record)->name, yq_record_id (record));

  return yq_row_new (icon, yq_record_title (record), subtitle,
                     suffix ? yq_label_new (suffix, "number") : NULL, action);
}

static GtkWidget *
store_row (YqRecord *store)
{
  const char *desk = yq_record_text (store, STORE_DESK_NAME);

  return row_of ("yq-store-symbolic", store, desk ? desk : yq_record_text (store, STORE_SCOPE),
                 NULL);
}

static GtkWidget *
service_row (YqRecord *service)
{
  const char *track = yq_record_text (service, SERVICE_TRACK);
  const char *words = track ? yq_choice_title (&yq_service.fields[SERVICE_TRACK], track) : "";
  g_autofree char *price = yq_service_price_text (service);
  g_autofree char *subtitle = yq_record_int (service, SERVICE_FOR_VOUCHERS)
                                ? g_strdup_printf ("%s · %s", words, _("Takes vouchers"))
                                : g_strdup (words);

  return row_of ("yq-service-symbolic", service, subtitle, price);
}

static GtkWidget *
instrument_row (YqRecord *instrument)
{
  g_autofree char *price = yq_instrument_price_text (instrument);

  return row_of ("yq-instrument-symbolic", instrument,
                 yq_record_text (instrument, INSTRUMENT_MODEL), price);
}

/* In the order of the page. */
static const struct
{
  const YqEntity *entity;
  GtkWidget *(*row) (YqRecord *record);
} offers[] = {
  { &yq_service, service_row },
  { &yq_instrument, instrument_row },
};

/* All that are beyond the first. */
static void
append_rest (StorefrontPage *self, GtkWidget *list, guint kind, const char *desk)
{
  g_autoptr(YqQuery) query = query_of (self, offers[kind].entity, desk);
  g_autofree char *title = g_strdup_printf (_("All %u"), yq_store_count (self->store, query));
  g_autofree char *action = g_strdup_printf ("page.all::%u %s", kind, desk != NULL ? desk : "*");

  gtk_list_box_append (GTK_LIST_BOX (list),
                       yq_row_new ("view-list-symbolic", title, NULL, NULL, action));
}

/* group is what the offers of that desk are called, or NULL where there is one group only. */
static void
append_offers (StorefrontPage *self, guint kind, const char *desk, const char *group)
{
  const YqEntity *entity = offers[kind].entity;
  g_autoptr(GPtrArray) found = list_of (self, entity, desk, SHOWN + 1);
  GtkWidget *list;
  g_autofree char *title = group != NULL
                             ? g_strdup_printf ("%s · %s", group, _(entity->title_plural))
                             : g_strdup (_(entity->title_plural));

  if (found->len == 0)
    return;
  list = yq_boxed_list_new ();
  for (guint i = 0; i < MIN (found->len, SHOWN); i++)
    gtk_list_box_append (GTK_LIST_BOX (list), offers[kind].row (found->pdata[i]));
  if (found->len > SHOWN)
    append_rest (self, list, kind, desk);
  gtk_box_append (GTK_BOX (self->box), yq_section_new (title, list));
}

/* -- groups: one a desk, called by its store, or else by its department -- */

static void
add_desk (GPtrArray *desks, const char *desk)
{
  if (!g_ptr_array_find_with_equal_func (desks, desk, g_str_equal, NULL))
    g_ptr_array_add (desks, g_strdup (desk));
}

static int
compare_desks (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What belongs to no desk stands first. */
static GPtrArray *
find_desks (StorefrontPage *self)
{
  static const YqEntity *const entities[] = { &yq_store, &yq_service, &yq_instrument };
  GPtrArray *desks = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    {
      g_autoptr(YqQuery) query = query_of (self, entities[i], NULL);
      g_autoptr(GHashTable) counts = yq_store_count_by (self->store, query, "desk");
      guint of_desks = 0;
      GHashTableIter iter;
      gpointer desk, n;

      if (counts == NULL)
        continue;
      g_hash_table_iter_init (&iter, counts);
      while (g_hash_table_iter_next (&iter, &desk, &n))
        if (*(const char *) desk != '\0')
          {
            add_desk (desks, desk);
            of_desks += GPOINTER_TO_UINT (n);
          }
      if (of_desks < yq_store_count (self->store, query))
        add_desk (desks, "");
    }
  g_ptr_array_sort (desks, compare_desks);
  return desks;
}

static char *
group_title (StorefrontPage *self, const char *desk)
{
  g_autoptr(GPtrArray) stores = list_of (self, &yq_store, desk, 1);
  g_autoptr(GPtrArray) services = list_of (self, &yq_service, desk, 1);
  const char *name =
    services->len > 0 ? yq_record_text (services->pdata[0], SERVICE_DESK_NAME) : NULL;

  if (stores->len > 0)
    return g_strdup (yq_record_title (stores->pdata[0]));
  if (*desk != '\0')
    return g_strdup (name != NULL ? name : _("Department"));
  return g_strdup (yq_record_title (self->subject));
}

static void
append_groups (StorefrontPage *self)
{
  g_autoptr(GPtrArray) desks = find_desks (self);

  for (guint i = 0; i < desks->len; i++)
    {
      g_autofree char *title = group_title (self, desks->pdata[i]);

      for (guint kind = 0; kind < G_N_ELEMENTS (offers); kind++)
        append_offers (self, kind, desks->pdata[i], desks->len > 1 ? title : NULL);
    }
}

static void
append_stores (StorefrontPage *self)
{
  g_autoptr(GPtrArray) stores = list_of (self, &yq_store, NULL, 0);
  GtkWidget *list;

  if (stores->len == 0)
    return;
  list = yq_boxed_list_new ();
  for (guint i = 0; i < stores->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), store_row (stores->pdata[i]));
  gtk_box_append (GTK_BOX (self->box), yq_section_new (_("Stores"), list));
}

/* -- the head -- */

static void
append_institutions (StorefrontPage *self, GtkWidget *line)
{
  g_autoptr(GPtrArray) all =
    list_of (self, &yq_institution, is_store (self) ? own_desk (self) : NULL, 3);

  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *text =
        g_strdup_printf (_("Voucher institution of “%s”"),
                         yq_record_text (all->pdata[i], INSTITUTION_PROGRAMME_NAME));

      gtk_box_append (GTK_BOX (line), yq_pill_new (text, YQ_TONE_DONE));
    }
}

static GtkWidget *
build_head (StorefrontPage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *button;
  const char *region = yq_record_region (self->subject);
  g_autofree char *place = region ? yq_region_path (region) : g_strdup ("");

  gtk_box_append (GTK_BOX (words),
                  yq_label_new_wrapped (yq_record_title (self->subject), "page-title"));
  gtk_box_append (GTK_BOX (line), yq_label_new (place, "dim-label"));
  append_institutions (self, line);
  gtk_box_append (GTK_BOX (words), line);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (head), words);
  button = is_store (self) ? yq_button_new (_("The carrier"), "page.carrier", NULL)
                           : yq_favourite_button_new (self->frame, self->subject);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), button);
  return head;
}

static void
fill (StorefrontPage *self)
{
  yq_drop_focus (self->box);
  yq_remove_children (self->box);
  gtk_box_append (GTK_BOX (self->box), build_head (self));
  gtk_box_append (GTK_BOX (self->box), yq_storefront_facts_new (self->store, self->subject));
  if (!is_store (self))
    {
      append_stores (self);
      append_groups (self);
      return;
    }
  for (guint kind = 0; kind < G_N_ELEMENTS (offers); kind++)
    append_offers (self, kind, own_desk (self), NULL);
}

/* -- it follows what its people keep up -- */

static void
note (GString *drawn, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    g_string_append_printf (drawn, "%s %" G_GINT64_FORMAT "\n", yq_record_id (records->pdata[i]),
                            yq_record_revision (records->pdata[i]));
}

static char *
describe (StorefrontPage *self)
{
  static const YqEntity *const entities[] = { &yq_store, &yq_institution, &yq_service,
                                              &yq_instrument };
  GString *drawn = g_string_new (NULL);
  g_autoptr(YqQuery) query = yq_query_new (yq_model_find ("qualification"));
  g_autoptr(GPtrArray) qualifications = NULL;

  g_string_append_printf (drawn, "%" G_GINT64_FORMAT "\n", yq_record_revision (self->subject));
  yq_query_add (query, "carrier", carrier_of (self));
  yq_query_add (query, "state", "approved");
  qualifications = yq_store_list (self->store, query, 0);
  note (drawn, qualifications);
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    {
      g_autoptr(GPtrArray) all = list_of (self, entities[i], NULL, SHOWN + 1);

      note (drawn, all);
    }
  return g_string_free (drawn, FALSE);
}

static gboolean
look_again_cb (gpointer data)
{
  StorefrontPage *self = data;
  g_autofree char *now = NULL;

  self->waiting = 0;
  yq_store_reload (self->store, self->subject);
  now = describe (self);
  if (g_strcmp0 (now, self->drawn) == 0)
    return G_SOURCE_REMOVE;
  g_free (self->drawn);
  self->drawn = g_steal_pointer (&now);
  fill (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, StorefrontPage *self)
{
  if (self->waiting == 0 &&
      yq_word_in ("organisation|qualification|store|institution|service|instrument", entity))
    self->waiting = g_timeout_add (WAIT_MS, look_again_cb, self);
}

/* -- actions -- */

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  StorefrontPage *self = data;
  g_auto(GStrv) words = g_strsplit (g_variant_get_string (parameter, NULL), " ", 2);

  yq_frame_open_record (self->frame, words[0], words[1]);
}

static void
all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  StorefrontPage *self = data;
  g_auto(GStrv) words = g_strsplit (g_variant_get_string (parameter, NULL), " ", 2);
  guint kind = (guint) g_ascii_strtoull (words[0], NULL, 10);
  const char *desk = g_str_equal (words[1], "*") ? NULL : words[1];
  g_autoptr(YqQuery) query = query_of (self, offers[kind].entity, desk);

  yq_frame_push (self->frame, yq_list_page_new_for_query (
                                self->frame, _(offers[kind].entity->title_plural), query));
}

static void
carrier_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  StorefrontPage *self = data;

  yq_storefront_open (self->frame, carrier_of (self));
}

static const GActionEntry actions[] = {
  { "open", open_cb, "s" },
  { "all", all_cb, "s" },
  { "carrier", carrier_cb },
};

YqPage *
yq_storefront_page_new (YqFrame *frame, YqRecord *subject)
{
  StorefrontPage *self = g_new0 (StorefrontPage, 1);
  YqPage *page = yq_page_new (yq_record_title (subject), NULL);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->subject = g_object_ref (subject);
  self->box = yq_page_box_new ();
  self->drawn = describe (self);
  fill (self);
  yq_page_set_content_clamped (page, self->box, 960);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (changed_cb), self);
  g_object_set_data_full (G_OBJECT (page), "yq-storefront", self, storefront_page_free);
  return page;
}

void
yq_storefront_open (YqFrame *frame, const char *organisation)
{
  g_autoptr(YqRecord) record =
    yq_store_get (yq_frame_store (frame), &yq_organisation, organisation);

  if (record == NULL)
    yq_frame_toast (frame, _("This record is no longer here"));
  else
    yq_frame_push (frame, yq_storefront_page_new (frame, record));
}
