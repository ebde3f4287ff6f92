/* 店铺首页: a carrier as buyers see it. */
#define G_LOG_DOMAIN "yiquan-find"

#include "storefront-page.h"

#include "bits.h"
#include "catalogue.h"
#include "favourites.h"
#include "instrument-row.h"
#include "party.h"
#include "region.h"
#include "service-page.h"
#include "storefront.h"

#define SHOWN 60 /* of a kind; the whole is found by searching */

typedef struct
{
  YqFrame *frame;
  YqRecord *organisation;
  GtkWidget *box;
} StorefrontPage;

static void
storefront_page_free (gpointer data)
{
  StorefrontPage *self = data;

  g_object_unref (self->organisation);
  g_free (self);
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  StorefrontPage *self = data;
  g_auto(GStrv) words = g_strsplit (g_variant_get_string (parameter, NULL), " ", 2);

  yq_frame_open_record (self->frame, words[0], words[1]);
}

static const GActionEntry actions[] = {
  { "open", open_cb, "s" },
};

static GPtrArray *
list_of (StorefrontPage *self, const YqEntity *entity, const char *states)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);
  g_auto(GStrv) names = g_strsplit (states, "|", -1);

  yq_query_add (query, "carrier", yq_record_id (self->organisation));
  for (guint i = 0; names[i] != NULL; i++)
    yq_query_add (query, "state", names[i]);
  return yq_store_list (yq_frame_store (self->frame), query, SHOWN);
}

static GtkWidget *
row_of (const char *icon, YqRecord *record, const char *subtitle, const char *suffix)
{
  g_autofree char *action =
    g_strdup_printf ("page.open::%s %s", yq_record_entity (record)->name, yq_record_id (record));

  return yq_row_new (icon, yq_record_title (record), subtitle,
                     suffix ? yq_label_new (suffix, "number") : NULL, action);
}

static void
append_section (StorefrontPage *self, const char *title, GtkWidget *list)
{
  if (gtk_widget_get_first_child (list) != NULL)
    gtk_box_append (GTK_BOX (self->box), yq_section_new (title, list));
  else
    g_object_unref (g_object_ref_sink (list));
}

static void
append_stores (StorefrontPage *self)
{
  g_autoptr(GPtrArray) stores = list_of (self, &yq_store, "approved");
  GtkWidget *list = yq_boxed_list_new ();

  for (guint i = 0; i < stores->len; i++)
    {
      YqRecord *store = stores->pdata[i];
      const char *desk = yq_record_text (store, STORE_DESK_NAME);

      gtk_list_box_append (GTK_LIST_BOX (list),
                           row_of ("yq-organisation-symbolic", store,
                                   desk ? desk : yq_record_text (store, STORE_SCOPE), NULL));
    }
  append_section (self, _("Stores"), list);
}

static void
append_services (StorefrontPage *self)
{
  g_autoptr(GPtrArray) services = list_of (self, &yq_service, "listed");
  GtkWidget *list = yq_boxed_list_new ();

  for (guint i = 0; i < services->len; i++)
    {
      YqRecord *service = services->pdata[i];
      const char *track = yq_record_text (service, SERVICE_TRACK);
      const char *words = track ? yq_choice_title (&yq_service.fields[SERVICE_TRACK], track) : "";
      g_autofree char *price = yq_service_price_text (service);
      g_autofree char *subtitle = yq_record_int (service, SERVICE_FOR_VOUCHERS)
                                    ? g_strdup_printf ("%s · %s", words, _("Takes vouchers"))
                                    : g_strdup (words);

      gtk_list_box_append (GTK_LIST_BOX (list),
                           row_of ("emblem-documents-symbolic", service, subtitle, price));
    }
  append_section (self, _("Services"), list);
}

static void
append_instruments (StorefrontPage *self)
{
  g_autoptr(GPtrArray) instruments = list_of (self, &yq_instrument, "listed");
  GtkWidget *list = yq_boxed_list_new ();

  for (guint i = 0; i < instruments->len; i++)
    {
      YqRecord *instrument = instruments->pdata[i];
      g_autofree char *price = yq_instrument_price_text (instrument);

      gtk_list_box_append (GTK_LIST_BOX (list),
                           row_of ("yq-instrument-symbolic", instrument,
                                   yq_record_text (instrument, INSTRUMENT_MODEL), price));
    }
  append_section (self, _("Instruments"), list);
}

static void
append_institutions (StorefrontPage *self, GtkWidget *line)
{
  g_autoptr(GPtrArray) all = list_of (self, &yq_institution, "approved");

  for (guint i = 0; i < all->len && i < 3; i++)
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
  YqRecord *organisation = self->organisation;
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  const char *region = yq_record_text (organisation, ORGANISATION_REGION);
  g_autofree char *place = region ? yq_region_path (region) : g_strdup ("");

  gtk_box_append (GTK_BOX (words),
                  yq_label_new_wrapped (yq_record_title (organisation), "page-title"));
  gtk_box_append (GTK_BOX (line), yq_label_new (place, "dim-label"));
  append_institutions (self, line);
  gtk_box_append (GTK_BOX (words), line);
  if (yq_record_has (organisation, ORGANISATION_INTRODUCTION))
    gtk_box_append (
      GTK_BOX (words),
      yq_label_new_wrapped (yq_record_text (organisation, ORGANISATION_INTRODUCTION), NULL));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), yq_favourite_button_new (self->frame, organisation));
  return head;
}

YqPage *
yq_storefront_page_new (YqFrame *frame, YqRecord *organisation)
{
  StorefrontPage *self = g_new0 (StorefrontPage, 1);
  YqPage *page = yq_page_new (yq_record_title (organisation), NULL);

  self->frame = frame;
  self->organisation = g_object_ref (organisation);
  self->box = yq_page_box_new ();
  gtk_box_append (GTK_BOX (self->box), build_head (self));
  append_stores (self);
  append_services (self);
  append_instruments (self);
  yq_page_set_content_clamped (page, self->box, 960);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
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
