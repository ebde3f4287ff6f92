/* What a carrier offers and who offers it. */
#define G_LOG_DOMAIN "yiquan-offers"

#include "offer-pages.h"

#include "announcement.h"
#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "ids.h"
#include "list-page.h"
#include "party.h"
#include "programme.h"
#include "record-page.h"
#include "register-dialog.h"
#include "review-desk.h"
#include "storefront.h"

/* -- lists with a button for a new one -- */

typedef struct
{
  YqListPage list;
  const char *new_title; /* N_() */
  void (*fill) (YqFrame *frame, YqRecord *record);
} Offer;

typedef struct
{
  YqRecord *organisation, *desk; /* NULL where there is none, or it may not be seen */
} Own;

static Own
own_new (YqFrame *frame, YqRecord *record)
{
  YqStore *store = yq_frame_store (frame);

  return (Own){ yq_store_get (store, &yq_organisation, yq_frame_who (frame)->organisation),
                yq_store_get (store, &yq_desk, yq_record_desk (record)) };
}

static void
own_clear (Own *own)
{
  g_clear_object (&own->organisation);
  g_clear_object (&own->desk);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Own, own_clear)

/* Whom to ask, until said otherwise. */
static void
copy_contact (const Own *own, YqRecord *record, guint name, guint phone)
{
  if (own->desk != NULL)
    {
      yq_record_set_text (record, name, yq_record_text (own->desk, DESK_CONTACT_NAME));
      yq_record_set_text (record, phone, yq_record_text (own->desk, DESK_CONTACT_PHONE));
    }
  else if (own->organisation != NULL)
    {
      yq_record_set_text (record, name,
                          yq_record_text (own->organisation, ORGANISATION_CONTACT_NAME));
      yq_record_set_text (record, phone,
                          yq_record_text (own->organisation, ORGANISATION_CONTACT_PHONE));
    }
}

static void
fill_store (YqFrame *frame, YqRecord *store)
{
  g_auto(Own) own = own_new (frame, store);

  copy_contact (&own, store, STORE_CONTACT_NAME, STORE_CONTACT_PHONE);
  if (own.organisation != NULL)
    yq_record_set_text (store, STORE_ADDRESS,
                        yq_record_text (own.organisation, ORGANISATION_ADDRESS));
  if (own.desk != NULL || own.organisation != NULL)
    yq_record_set_text (store, STORE_NAME,
                        yq_record_title (own.desk != NULL ? own.desk : own.organisation));
}

static void
fill_service (YqFrame *frame, YqRecord *service)
{
  g_auto(Own) own = own_new (frame, service);

  copy_contact (&own, service, SERVICE_CONTACT_NAME, SERVICE_CONTACT_PHONE);
  yq_record_set_text (service, SERVICE_TRACK, "inspection_testing");
  yq_record_set_text (service, SERVICE_PRICE_MODE, "fixed");
}

/* The only programme there is to apply to need not be chosen. */
static void
fill_programme (YqFrame *frame, YqRecord *record, guint field)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) open = NULL;
  YqRecord *only = NULL;
  guint n = 0;

  yq_query_add (query, "state", "open");
  open = yq_store_list (yq_frame_store (frame), query, 0);
  for (guint i = 0; i < open->len; i++)
    if (yq_record_int (open->pdata[i], PROGRAMME_ADMITTED_ONLY))
      {
        only = open->pdata[i];
        n++;
      }
  if (n == 1)
    yq_record_set_text (record, field, yq_record_id (only));
}

static void
fill_institution (YqFrame *frame, YqRecord *institution)
{
  fill_programme (frame, institution, INSTITUTION_PROGRAMME);
}

static void
fill_voucher_service (YqFrame *frame, YqRecord *record)
{
  fill_programme (frame, record, VOUCHER_SERVICE_PROGRAMME);
}

/* For the people of her region, from today. */
static void
fill_announcement (YqFrame *frame, YqRecord *notice)
{
  const YqWho *who = yq_frame_who (frame);
  g_autofree char *today = yq_date_of (yq_clock_now ());

  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER && !yq_record_has (notice, ANNOUNCEMENT_SEAT))
      yq_record_set_text (notice, ANNOUNCEMENT_SEAT, who->grants[i].scope);
  yq_record_set_text (notice, ANNOUNCEMENT_KIND, "notice");
  yq_record_set_text (notice, ANNOUNCEMENT_SHOWN_FROM, today);
}

static const Offer announcements = {
  {
    "announcements",
    N_("Announcements"),
    &yq_announcement,
    NULL,
    "kind|seat",
    NULL,
    "title|kind|seat|shown_from|shown_to",
    "emblem-documents-symbolic",
    N_("No announcements yet"),
    N_("What you publish here stands on the home pages of the people of your region: notices, "
       "policies, downloads. Admission notices come by themselves."),
    N_("New announcement"),
    "page.new",
  },
  N_("New announcement"),
  fill_announcement,
};

static const Offer stores = {
  {
    "stores",
    N_("Store"),
    &yq_store,
    "carrier",
    NULL,
    NULL,
    "name|state|desk_name|contact_name|approved_at|updated_at",
    "yq-organisation-symbolic",
    N_("No store yet"),
    N_("A store is what enterprises see of you. Apply to open one: fill in the form and submit it; "
       "the answer comes as a message and by SMS and says what comes next."),
    N_("Apply to open a store"),
    "page.new",
  },
  N_("Apply to open a store"),
  fill_store,
};

static const Offer services = {
  {
    "services",
    N_("Services"),
    &yq_service,
    "carrier",
    "track|price_mode",
    NULL,
    "name|state|track|category|price_mode|price|unit|for_vouchers|service_count",
    "emblem-documents-symbolic",
    N_("No services yet"),
    N_("Publish an ordinary service: describe what you do and what it costs, and submit it for "
       "review. Services that share instruments need those on the shelf first."),
    N_("New service"),
    "page.new",
  },
  N_("New service"),
  fill_service,
};

static const Offer institutions = {
  {
    "institutions",
    N_("Voucher institutions"),
    &yq_institution,
    "carrier",
    NULL,
    NULL,
    "title|state|programme_name|admitted_on|updated_at",
    "yq-voucher-symbolic",
    N_("Not a voucher institution yet"),
    N_("Whoever has opened a store and listed a service may apply. Once approved, an admission "
       "notice is published and services can be sold for vouchers."),
    N_("Apply as voucher institution"),
    "page.new",
  },
  N_("Apply as voucher institution"),
  fill_institution,
};

static const Offer voucher_services = {
  {
    "voucher-services",
    N_("Voucher services"),
    &yq_voucher_service,
    "carrier",
    NULL,
    NULL,
    "title|state|programme_name|updated_at",
    "yq-voucher-symbolic",
    N_("No voucher services yet"),
    N_("Choose a listed service and submit it: once approved, enterprises can pay for it with "
       "vouchers."),
    N_("Add a voucher service"),
    "page.new",
  },
  N_("Add a voucher service"),
  fill_voucher_service,
};

static const Offer desks = {
  {
    "desks",
    N_("Secondary accounts"),
    &yq_desk,
    "carrier",
    NULL,
    NULL,
    "name|state|people|contact_name|updated_at",
    "system-users-symbolic",
    N_("No departments yet"),
    N_("A legal entity hands out accounts to its schools, laboratories and centres: enter a "
       "department, then assign its accounts. Each opens its own store."),
    N_("New department"),
    "page.new",
  },
  N_("New department"),
  NULL,
};

typedef struct
{
  YqFrame *frame;
  const Offer *offer;
} OfferPage;

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  OfferPage *self = data;
  g_autoptr(YqRecord) record =
    yq_store_new_record (yq_frame_store (self->frame), self->offer->list.entity);

  if (self->offer->fill != NULL)
    self->offer->fill (self->frame, record);
  yq_frame_push (self->frame, yq_record_page_open (self->frame, record));
}

static const GActionEntry new_actions[] = {
  { "new", new_cb },
};

static YqPage *
offer_page_new (YqFrame *frame, const Offer *offer)
{
  YqPage *page = yq_list_page_new (frame, (gpointer) &offer->list);
  OfferPage *self = g_new0 (OfferPage, 1);

  self->frame = frame;
  self->offer = offer;
  yq_page_add_actions (page, new_actions, G_N_ELEMENTS (new_actions), self);
  yq_page_add_button (page, "list-add-symbolic", _(offer->new_title), "page.new");
  yq_page_add_key (page, "<Control>n", _(offer->new_title), "page.new");
  g_object_set_data_full (G_OBJECT (page), "yq-offer", self, g_free);
  return page;
}

YqPage *
yq_stores_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &stores);
}

YqPage *
yq_services_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &services);
}

YqPage *
yq_institutions_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &institutions);
}

YqPage *
yq_voucher_services_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &voucher_services);
}

YqPage *
yq_announcements_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &announcements);
}

YqPage *
yq_desks_page_new (YqFrame *frame, gpointer user_data)
{
  return offer_page_new (frame, &desks);
}

/* -- 仪器共享: the entity's instruments, taken on one's own shelf -- */

static const YqReviewDesk shelf = {
  "shelf",
  N_("Shared instruments"),
  &yq_instrument,
  "draft|pending|returned|listed|stopped",
  "name|model|state|desk_name|asset_number|original_value|bought_on|condition",
  "domain|condition",
  "pick",
  "unpick",
  NULL,
  "yq-instrument-symbolic",
  N_("The instruments of your legal entity stand here as its instrument management system holds "
     "them. None are there yet: ask the manager of your organisation."),
  "carrier",
  .is_wide = TRUE,
};

/* 立即前去添加服务内容 */
static void
add_content_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqFrame *frame = data;
  g_autoptr(YqRecord) service = yq_store_new_record (yq_frame_store (frame), &yq_service);

  fill_service (frame, service);
  yq_record_set_text (service, SERVICE_TRACK, "instrument_sharing");
  yq_frame_push (frame, yq_record_page_open (frame, service));
}

static const GActionEntry shelf_actions[] = {
  { "add-content", add_content_cb },
};

YqPage *
yq_shelf_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page = yq_review_desk_page_new (frame, (gpointer) &shelf);

  yq_page_add_actions (page, shelf_actions, G_N_ELEMENTS (shelf_actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("Add service content"), "page.add-content");
  yq_page_add_key (page, "<Control>n", _("Add service content"), "page.add-content");
  return page;
}

/* -- a department: who works there -- */

typedef struct
{
  YqFrame *frame;
  YqRecordPage *page;
  GtkWidget *people;
} DeskPage;

static void
withdraw_cb (GtkButton *button, DeskPage *self)
{
  const YqStep *step = yq_entity_step (&yq_desk, "withdraw_account");
  g_autoptr(YqValues) args = yq_values_new (step->fields, yq_fields_count (step->fields));

  yq_values_set_text (args, WITHDRAW_ACCOUNT_ACCOUNT,
                      g_object_get_data (G_OBJECT (button), "yq-account"));
  yq_step_run (GTK_WIDGET (self->page), yq_frame_outbox (self->frame),
               yq_record_page_record (self->page), "withdraw_account", args, NULL, NULL);
}

static GtkWidget *
person_row (DeskPage *self, JsonObject *person)
{
  const char *name = json_object_get_string_member_with_default (person, "real_name", "");
  const char *username = json_object_get_string_member_with_default (person, "username", "");
  const char *account = json_object_get_string_member_with_default (person, "account", "");
  GtkWidget *button, *buttons = NULL;

  if (yq_who_manages (yq_frame_who (self->frame),
                      yq_record_carrier (yq_record_page_record (self->page))))
    {
      g_autofree char *words = g_strdup_printf (_("Take the account of %s back"), name);

      button = yq_button_new (_("Take back"), NULL, NULL);
      yq_set_name (button, words);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data_full (G_OBJECT (button), "yq-account", g_strdup (account), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (withdraw_cb), self);
      buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      gtk_box_append (GTK_BOX (buttons), yq_recovery_button_new (account, name));
      gtk_box_append (GTK_BOX (buttons), button);
    }
  return yq_row_new ("avatar-default-symbolic", name, username, buttons, NULL);
}

static void
fill_people (DeskPage *self)
{
  g_autoptr(YqRecord) desk = yq_store_get (yq_frame_store (self->frame), &yq_desk,
                                           yq_record_id (yq_record_page_record (self->page)));
  JsonArray *people = desk ? yq_record_array (desk, DESK_PEOPLE) : NULL;

  yq_remove_children (self->people);
  for (guint i = 0; people != NULL && i < json_array_get_length (people); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->people),
                         person_row (self, json_array_get_object_element (people, i)));
  if (gtk_widget_get_first_child (self->people) == NULL)
    gtk_list_box_append (GTK_LIST_BOX (self->people),
                         yq_row_new ("avatar-default-symbolic", _("Nobody works here yet"),
                                     _("Save the department, then press “Assign an account”"), NULL,
                                     NULL));
}

static void
desk_changed_cb (YqStore *store, const char *entity, const char *id, gpointer page)
{
  DeskPage *self = g_object_get_data (page, "yq-desk-page");

  if (self != NULL)
    fill_people (self);
}

YqPage *
yq_desk_page_open (YqFrame *frame, YqRecord *desk)
{
  YqPage *page = yq_record_page_open (frame, desk);
  DeskPage *self = g_new0 (DeskPage, 1);

  self->frame = frame;
  self->page = yq_record_page_of (page);
  self->people = yq_boxed_list_new ();
  g_object_set_data_full (G_OBJECT (page), "yq-desk-page", self, g_free);
  if (yq_record_page_form (self->page) != NULL)
    yq_record_form_hide (yq_record_page_form (self->page), "people");
  gtk_box_append (GTK_BOX (yq_record_page_bottom (self->page)),
                  yq_section_new (_("Secondary accounts"), self->people));
  g_signal_connect_object (yq_frame_store (frame), "changed::desk", G_CALLBACK (desk_changed_cb),
                           page, 0);
  fill_people (self);
  return page;
}
