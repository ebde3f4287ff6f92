/* One service as buyers see it. */
#define G_LOG_DOMAIN "yiquan-find"

#include "service-page.h"

#include "bits.h"
#include "favourites.h"
#include "find-page.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "record-facts.h"
#include "region.h"
#include "storefront-page.h"
#include "storefront.h"

const YqListPage yq_list_find_services = {
  "find-services",
  N_("Find services"),
  &yq_service,
  NULL,
  "category|track|domain|price_mode|region|for_vouchers",
  "listed",
  "name|carrier_name|category|price_mode|price|unit|for_vouchers|service_count",
  "system-search-symbolic",
  N_("No services yet"),
  N_("The services of carriers come with the first synchronisation; afterwards they can be "
     "searched without a network."),
  N_("Synchronise now"),
  "win.sync",
  .has_map = TRUE,
};

const YqListPage yq_list_find_carriers = {
  "find-carriers",
  N_("Find carriers"),
  &yq_organisation,
  NULL,
  "nature|region",
  NULL,
  "name|nature|region|high_tech",
  "yq-organisation-symbolic",
  N_("No carriers yet"),
  N_("The carriers come with the first synchronisation; afterwards they can be searched without a "
     "network."),
  N_("Synchronise now"),
  "win.sync",
  .only = "is_carrier",
  .has_map = TRUE,
};

typedef struct
{
  YqFrame *frame;
  YqRecord *service;
} ServicePage;

static void
service_page_free (gpointer data)
{
  ServicePage *self = data;

  g_object_unref (self->service);
  g_free (self);
}

char *
yq_service_price_text (YqRecord *service)
{
  const char *unit = yq_record_text (service, SERVICE_UNIT);
  g_autofree char *money = NULL;

  if (!yq_service_has_fixed_price (service))
    return g_strdup (_("Price negotiable"));
  money = yq_money_text (yq_record_int (service, SERVICE_PRICE));
  return g_strdup_printf ("%s %s", money,
                          unit ? yq_choice_title (&yq_service.fields[SERVICE_UNIT], unit) : "");
}

void
yq_service_order_start (YqFrame *frame, YqRecord *service)
{
  yq_booking_start_service (frame, yq_record_id (service));
}

static void
order_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ServicePage *self = data;

  yq_service_order_start (self->frame, self->service);
}

static void
store_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ServicePage *self = data;

  yq_storefront_open (self->frame, yq_record_carrier (self->service));
}

static const GActionEntry actions[] = {
  { "order", order_cb },
  { "store", store_cb },
};

/* Why an order is not possible now; NULL where it is.  Free it. */
static char *
why_not (ServicePage *self)
{
  const YqWho *who = yq_frame_who (self->frame);
  g_autoptr(YqRecord) own =
    yq_store_get (yq_frame_store (self->frame), &yq_organisation, who->organisation);
  char *closed;

  if (!yq_record_in_state (self->service, "listed"))
    return g_strdup (_("The carrier has stopped this service"));
  if (own != NULL &&
      (closed = yq_service_why_closed (self->service, yq_record_region (own))) != NULL)
    return closed;
  return g_strdup (yq_frame_why_not (self->frame, &yq_order));
}

/* 区域标签: whose enterprises may order. */
static GtkWidget *
build_regions (YqRecord *service)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  JsonArray *rows = yq_record_array (service, SERVICE_OPEN_TO);

  gtk_box_append (GTK_BOX (line), yq_label_new (_("Open to enterprises of"), "dim-label"));
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autofree char *path =
        yq_region_path (json_object_get_string_member_with_default (row, "region", ""));

      gtk_box_append (GTK_BOX (line), yq_pill_new (path, YQ_TONE_WAITING));
    }
  if (rows == NULL || json_array_get_length (rows) == 0)
    gtk_box_append (GTK_BOX (line), yq_pill_new (_("All regions"), YQ_TONE_WAITING));
  return line;
}

static GtkWidget *
build_words (ServicePage *self)
{
  YqRecord *service = self->service;
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  const char *desk = yq_record_text (service, SERVICE_DESK_NAME);
  g_autofree char *price = yq_service_price_text (service);

  gtk_box_append (GTK_BOX (words), yq_label_new_wrapped (yq_record_title (service), "page-title"));
  gtk_box_append (GTK_BOX (line), yq_state_pill_new (service));
  if (yq_record_int (service, SERVICE_FOR_VOUCHERS))
    gtk_box_append (GTK_BOX (line), yq_pill_new (_("Takes vouchers"), YQ_TONE_DONE));
  gtk_box_append (GTK_BOX (line),
                  yq_label_new (yq_record_text (service, SERVICE_CARRIER_NAME), "dim-label"));
  if (desk != NULL)
    gtk_box_append (GTK_BOX (line), yq_label_new (desk, "dim-label"));
  gtk_box_append (GTK_BOX (words), line);
  gtk_box_append (GTK_BOX (words), yq_label_new (price, "number"));
  gtk_box_append (GTK_BOX (words), build_regions (service));
  gtk_widget_set_hexpand (words, TRUE);
  return words;
}

static GtkWidget *
build_head (ServicePage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *store = yq_button_new (_("Storefront"), "page.store", NULL);
  GtkWidget *order = yq_button_new (_("Order now"), "page.order", "suggested-action pill-button");
  g_autofree char *why = why_not (self);

  gtk_widget_set_valign (store, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (order, GTK_ALIGN_CENTER);
  yq_widget_set_why (order, why);
  gtk_box_append (GTK_BOX (head), build_words (self));
  gtk_box_append (GTK_BOX (head), yq_favourite_button_new (self->frame, self->service));
  gtk_box_append (GTK_BOX (head), store);
  gtk_box_append (GTK_BOX (head), order);
  return head;
}

YqPage *
yq_service_page_new (YqFrame *frame, YqRecord *service)
{
  ServicePage *self = g_new0 (ServicePage, 1);
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *facts = yq_record_facts_new (yq_frame_store (frame));
  YqPage *page = yq_page_new (yq_record_title (service), NULL);

  self->frame = frame;
  self->service = g_object_ref (service);
  yq_record_facts_set_skip (YQ_RECORD_FACTS (facts), TRUE,
                            "name|carrier_name|desk_name|for_vouchers|open_to|reviewed_by|"
                            "submitted_at|due_on|decided_at|stage");
  yq_record_facts_show (YQ_RECORD_FACTS (facts), service, NULL);
  gtk_box_append (GTK_BOX (box), build_head (self));
  gtk_box_append (GTK_BOX (box), facts);
  yq_page_set_content_clamped (page, box, 960);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (page, "<Control>Return", _("Order now"), "page.order");
  g_object_set_data_full (G_OBJECT (page), "yq-service", self, service_page_free);
  return page;
}
