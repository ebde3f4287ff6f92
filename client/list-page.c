/* Pages that are one list of records. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "list-page.h"

#include "admin-account.h"
#include "announcement-page.h"
#include "announcement.h"
#include "audit-page.h"
#include "booking-page.h"
#include "catalogue.h"
#include "clock.h"
#include "favourites.h"
#include "instrument-page.h"
#include "list-batch.h"
#include "model.h"
#include "offer-pages.h"
#include "office.h"
#include "order.h"
#include "party.h"
#include "payout-page.h"
#include "payout.h"
#include "record-page.h"
#include "record-table.h"
#include "register-dialog.h"
#include "service-page.h"
#include "storefront-page.h"
#include "storefront.h"
#include "voucher.h"
#include "vouchers-page.h"

const YqListPage yq_list_orders_sent = {
  "orders-sent",
  N_("My bookings"),
  &yq_order,
  "buyer",
  "voucher_kind|carrier=carrier_name",
  NULL,
  "number|state|item_title|voucher_kind|carrier_name|confirmed_from|price",
  "yq-calendar-symbolic",
  N_("No bookings yet"),
  N_("Find an instrument and book it; also without a network. The booking waits on this computer "
     "and is sent by itself."),
  N_("Find instruments"),
  "win.page::find",
};

const YqListPage yq_list_orders_received = {
  "orders-received",
  N_("Bookings received"),
  &yq_order,
  "carrier",
  "voucher_kind|buyer=buyer_name",
  NULL,
  "number|state|item_title|voucher_kind|buyer_name|confirmed_from|price",
  "yq-calendar-symbolic",
  N_("No bookings yet"),
  N_("Bookings of your instruments arrive here by themselves."),
  NULL,
  NULL,
};

const YqListPage yq_list_uses_sent = {
  "uses-sent",
  N_("Uses of vouchers"),
  &yq_voucher_use,
  "buyer",
  "category|redeemer",
  NULL,
  "number|state|contract_name|carrier_name|contract_amount|amount|redeemer|submitted_at",
  "yq-voucher-symbolic",
  N_("No uses yet"),
  N_("Use a voucher for an accepted booking, or offline for a service agreed elsewhere."),
  N_("Vouchers"),
  "win.page::vouchers",
};

const YqListPage yq_list_uses_received = {
  "uses-received",
  N_("Vouchers received"),
  &yq_voucher_use,
  "carrier",
  "category|redeemer",
  NULL,
  "number|state|contract_name|buyer_name|contract_amount|amount|redeemer|submitted_at",
  "yq-voucher-symbolic",
  N_("No vouchers received yet"),
  N_("When an enterprise uses a voucher for your service it arrives here, to be confirmed or "
     "terminated."),
  NULL,
  NULL,
};

const YqListPage yq_list_service_records = {
  "service-records",
  N_("Service records"),
  &yq_service_record,
  "carrier",
  NULL,
  NULL,
  "title|number|buyer_name|started_at|ended_at|hours|fee",
  "view-list-symbolic",
  N_("No service records yet"),
  N_("Add a service record to a booking or a confirmed voucher once the service is done."),
  NULL,
  NULL,
};

const YqListPage yq_list_services_used = {
  "services-used",
  N_("Service records"),
  &yq_service_record,
  "buyer",
  NULL,
  NULL,
  "title|number|carrier_name|started_at|ended_at|hours|fee",
  "yq-record-symbolic",
  N_("No service records yet"),
  N_("What carriers record of their services to you stands here: duration and charge."),
  NULL,
  NULL,
};

const YqListPage yq_list_evaluations = {
  "evaluations",
  N_("Evaluations"),
  &yq_evaluation,
  "buyer",
  NULL,
  NULL,
  NULL,
  "starred-symbolic",
  N_("Nothing to evaluate yet"),
  N_("Services can be evaluated once they are done; after 30 days they count as good by "
     "themselves."),
  NULL,
  NULL,
};

const YqListPage yq_list_evaluations_received = {
  "evaluations-received",
  N_("Evaluations"),
  &yq_evaluation,
  "carrier",
  NULL,
  NULL,
  NULL,
  "starred-symbolic",
  N_("No evaluations yet"),
  N_("What enterprises say about your services stands here."),
  NULL,
  NULL,
};

const YqListPage yq_list_messages = {
  "messages",
  N_("Messages"),
  &yq_message,
  NULL,
  "type",
  NULL,
  "state|type:150|text|sent_at",
  "mail-unread-symbolic",
  N_("No messages"),
  N_("Decisions, answers and deadlines are told here."),
  NULL,
  NULL,
  .batch = "read",
};

const YqListPage yq_list_members = {
  "members",
  N_("Members"),
  &yq_membership,
  "buyer",
  NULL,
  NULL,
  "real_name|state|role|updated_at",
  "system-users-symbolic",
  N_("No members yet"),
  N_("Colleagues ask to join on the page of their account; managers accept them here."),
  NULL,
  NULL,
};

/* That level itself: what waits at a level below is decided there. */
void
yq_list_add_level (YqQuery *query, const char *region)
{
  g_autofree char *exact = g_strconcat ("=", region, NULL);

  yq_query_add (query, "reviewed_by", exact);
}

/* A reviewer's own: what waits at the regions of her grants. */
static void
add_my_levels (YqQuery *query, const YqWho *who)
{
  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER)
      yq_list_add_level (query, who->grants[i].scope);
}

void
yq_list_add_mine (YqQuery *query, const char *mine, const YqWho *who)
{
  const YqField *field = yq_entity_field (yq_query_entity (query), mine);

  if (field != NULL && g_strcmp0 (field->refers, "account") == 0)
    {
      yq_query_add (query, mine, who->account);
      return;
    }
  yq_query_add (query, mine, who->organisation);
  if (!yq_who_is_in (who, who->organisation) && yq_who_desk (who) != NULL)
    yq_query_add (query, "desk", yq_who_desk (who));
}

YqQuery *
yq_list_query_new (YqFrame *frame, const YqEntity *entity, const char *mine, const char *states)
{
  YqQuery *query = yq_query_new (entity);
  g_auto(GStrv) names = g_strsplit (states, "|", -1);

  if (mine != NULL)
    yq_list_add_mine (query, mine, yq_frame_who (frame));
  else if (yq_entity_find_field (entity, "reviewed_by") >= 0)
    add_my_levels (query, yq_frame_who (frame));
  for (guint i = 0; names[i] != NULL; i++)
    yq_query_add (query, "state", names[i]);
  return query;
}

guint
yq_list_count (YqFrame *frame, const YqEntity *entity, const char *mine, const char *states)
{
  g_autoptr(YqQuery) query = yq_list_query_new (frame, entity, mine, states);

  return yq_store_count (yq_frame_store (frame), query);
}

/* A message is read by opening it, and leads to what it is about. */
static void
open_message (YqFrame *frame, YqRecord *message)
{
  const char *entity = yq_record_text (message, MESSAGE_ENTITY);
  const char *record = yq_record_text (message, MESSAGE_RECORD);

  if (yq_record_in_state (message, "unread"))
    yq_outbox_submit (yq_frame_outbox (frame), message, yq_entity_step (&yq_message, "read"), NULL,
                      NULL, NULL);
  if (entity != NULL && record != NULL)
    yq_open_record (frame, entity, record);
  else
    yq_frame_push (frame, yq_record_page_open (frame, message));
}

/* Hers to keep, or to take on her desk's shelf. */
static gboolean
is_mine (YqFrame *frame, YqRecord *record)
{
  const YqWho *who = yq_frame_who (frame);

  return yq_access_is_actor (NULL, who, record, YQ_ACTOR_OWNER) ||
         yq_access_is_actor (NULL, who, record, YQ_ACTOR_DESK);
}

static void
open_service (YqFrame *frame, YqRecord *service)
{
  yq_frame_push (frame, yq_frame_kind (frame)->buys ? yq_service_page_new (frame, service)
                                                    : yq_record_page_open (frame, service));
}

/* A carrier is its storefront to those who buy. */
static void
open_organisation (YqFrame *frame, YqRecord *organisation)
{
  gboolean shop = yq_frame_kind (frame)->buys &&
                  yq_record_int (organisation, ORGANISATION_IS_CARRIER) &&
                  !is_mine (frame, organisation);

  yq_frame_push (frame, shop ? yq_storefront_page_new (frame, organisation)
                             : yq_record_page_open (frame, organisation));
}

static void
open_store (YqFrame *frame, YqRecord *store)
{
  gboolean shop = yq_frame_kind (frame)->buys && yq_record_in_state (store, "approved");

  yq_frame_push (frame,
                 shop ? yq_storefront_page_new (frame, store) : yq_record_page_open (frame, store));
}

static void
open_desk (YqFrame *frame, YqRecord *desk)
{
  yq_frame_push (frame, yq_desk_page_open (frame, desk));
}

static void
open_instrument (YqFrame *frame, YqRecord *instrument)
{
  gboolean mine = is_mine (frame, instrument);

  yq_frame_push (frame, mine ? yq_record_page_open (frame, instrument)
                             : yq_instrument_page_new (frame, instrument));
}

static void
open_order (YqFrame *frame, YqRecord *order)
{
  yq_frame_push (frame, yq_booking_page_open (frame, order));
}

static void
open_use (YqFrame *frame, YqRecord *use)
{
  yq_frame_push (frame, yq_voucher_use_page_open (frame, use));
}

static void
open_claim (YqFrame *frame, YqRecord *claim)
{
  yq_frame_push (frame, yq_claim_page_open (frame, claim));
}

static void
open_notice (YqFrame *frame, YqRecord *notice)
{
  yq_frame_push (frame, yq_notice_page_open (frame, notice));
}

static void
open_announcement (YqFrame *frame, YqRecord *announcement)
{
  yq_frame_push (frame, yq_announcement_page_open (frame, announcement));
}

static void
open_disbursement (YqFrame *frame, YqRecord *batch)
{
  yq_frame_push (frame, yq_disbursement_page_open (frame, batch));
}

/* What was decided on says more than that it was. */
static void
open_review (YqFrame *frame, YqRecord *review)
{
  const char *entity = yq_record_text (review, REVIEW_ENTITY);
  const char *record = yq_record_text (review, REVIEW_RECORD);

  if (entity != NULL && record != NULL)
    yq_open_record (frame, entity, record);
}

static void
open_account (YqFrame *frame, YqRecord *account)
{
  gboolean administers = yq_who_has_role (yq_frame_who (frame), YQ_ROLE_ADMINISTRATOR);

  yq_frame_push (frame, administers ? yq_admin_account_page_open (frame, account)
                                    : yq_record_page_open (frame, account));
}

/* Of a colleague, as a manager sees it: whoever has lost password and phone comes to her. */
static void
open_membership (YqFrame *frame, YqRecord *membership)
{
  YqPage *page = yq_record_page_open (frame, membership);
  const char *account = yq_record_text (membership, MEMBERSHIP_ACCOUNT);
  const YqWho *who = yq_frame_who (frame);

  if (account != NULL && yq_record_in_state (membership, "active|leaving") &&
      yq_who_manages (who, yq_record_text (membership, MEMBERSHIP_ORGANISATION)) &&
      g_strcmp0 (account, who->account) != 0)
    yq_record_page_add_button (yq_record_page_of (page),
                               yq_recovery_button_new (account, yq_record_title (membership)));
  yq_frame_push (frame, page);
}

/* Records with a page of their own; all others have the generic one. */
static const struct
{
  const YqEntity *entity;
  void (*open) (YqFrame *frame, YqRecord *record);
} openers[] = {
  { &yq_message, open_message },
  { &yq_instrument, open_instrument },
  { &yq_order, open_order },
  { &yq_voucher_use, open_use },
  { &yq_claim, open_claim },
  { &yq_service, open_service },
  { &yq_organisation, open_organisation },
  { &yq_store, open_store },
  { &yq_desk, open_desk },
  { &yq_favourite, yq_favourite_open },
  { &yq_notice, open_notice },
  { &yq_announcement, open_announcement },
  { &yq_disbursement, open_disbursement },
  { &yq_account, open_account },
  { &yq_review, open_review },
  { &yq_membership, open_membership },
};

static void
open_it (YqFrame *frame, YqRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (openers); i++)
    if (openers[i].entity == yq_record_entity (record))
      {
        openers[i].open (frame, record);
        return;
      }
  yq_frame_push (frame, yq_record_page_open (frame, record));
}

void
yq_open_record (YqFrame *frame, const char *entity, const char *id)
{
  const YqEntity *kind = yq_model_find (entity);
  g_autoptr(YqRecord) record =
    kind != NULL ? yq_store_get (yq_frame_store (frame), kind, id) : NULL;

  if (record == NULL)
    yq_frame_toast (frame, _("This record is no longer here"));
  else
    open_it (frame, record);
}

static void
activated_cb (YqRecordTable *table, YqRecord *record, YqFrame *frame)
{
  open_it (frame, record);
}

static void
focus_search_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_focus_search (table);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_export (table);
}

static const GActionEntry actions[] = {
  { "focus-search", focus_search_cb },
  { "export", export_cb },
};

/* 仅在本机, 正在发送, 需处理; nothing where the server has it. */
static char *
local_status (YqRecord *record, gpointer data)
{
  YqOutbox *outbox = yq_frame_outbox (data);
  YqOutboxStatus status =
    yq_outbox_record_status (outbox, yq_record_entity (record), yq_record_id (record));

  return g_strdup (status == YQ_OUTBOX_DELIVERED ? "" : yq_outbox_status_title (status));
}

/* batch: steps for all that is ticked, or NULL. */
static YqPage *
page_around (YqFrame *frame, const char *title, GtkWidget *table, const char *batch)
{
  GtkWidget *content =
    batch != NULL ? yq_list_batch_new (frame, YQ_RECORD_TABLE (table), batch) : table;
  YqPage *page = yq_page_new (title, content);

  g_signal_connect (table, "activate", G_CALLBACK (activated_cb), frame);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), table);
  yq_page_add_key (page, "<Control>f", _("Search"), "page.focus-search");
  yq_page_add_key (page, "<Control>e", _("Export the list"), "page.export");
  g_signal_connect_swapped (page, "shown", G_CALLBACK (yq_record_table_focus), table);
  if (batch != NULL)
    yq_list_batch_set_page (content, page);
  return page;
}

static YqQuery *
query_of (YqFrame *frame, const YqListPage *spec)
{
  YqQuery *query = yq_query_new (spec->entity);
  g_autofree char *today = yq_date_of (yq_clock_now ());

  if (spec->mine != NULL)
    yq_list_add_mine (query, spec->mine, yq_frame_who (frame));
  if (spec->only != NULL)
    yq_query_add_int (query, spec->only, 1);
  if (spec->mine == NULL && spec->states != NULL && strchr (spec->states, '|') == NULL)
    yq_query_add (query, "state", spec->states);
  if (spec->newest != NULL)
    {
      yq_query_set_sort (query, spec->newest, TRUE);
      yq_query_add_shown (query, today);
    }
  return query;
}

/* Another day may have begun. */
static void
shown_again_cb (YqPage *page, GtkWidget *table)
{
  const YqListPage *spec = g_object_get_data (G_OBJECT (page), "yq-list-page");
  g_autofree char *today = yq_date_of (yq_clock_now ());
  g_autoptr(YqQuery) query = NULL;

  if (g_strcmp0 (g_object_get_data (G_OBJECT (page), "yq-day"), today) == 0)
    return;
  query = query_of (yq_frame_of (table), spec);
  yq_record_table_set_query (YQ_RECORD_TABLE (table), query);
  g_object_set_data_full (G_OBJECT (page), "yq-day", g_steal_pointer (&today), g_free);
}

YqPage *
yq_list_page_new (YqFrame *frame, gpointer user_data)
{
  const YqListPage *spec = user_data;
  g_autoptr(YqQuery) query = query_of (frame, spec);
  g_autoptr(YqRecordList) list = yq_record_list_new (yq_frame_store (frame), query);
  GtkWidget *table;
  YqPage *page;

  table = yq_record_table_new (yq_frame_store (frame), list, spec->name);
  if (spec->columns != NULL)
    yq_record_table_set_columns (YQ_RECORD_TABLE (table), spec->columns);
  if (spec->mine != NULL || spec->made_here)
    yq_record_table_add_column (YQ_RECORD_TABLE (table), "where", _("Delivery"), 90, FALSE,
                                local_status, frame);
  if (spec->filters != NULL)
    yq_record_table_set_filters (YQ_RECORD_TABLE (table), spec->filters);
  if (spec->states != NULL)
    yq_record_table_set_states (YQ_RECORD_TABLE (table), spec->states);
  yq_record_table_set_first_use (YQ_RECORD_TABLE (table), spec->icon, _(spec->first_title),
                                 _(spec->first_text), spec->button != NULL ? _(spec->button) : NULL,
                                 spec->action);
  if (spec->has_map)
    yq_record_table_add_map (YQ_RECORD_TABLE (table));
  page = page_around (frame, _(spec->title), table, spec->batch);
  g_object_set_data (G_OBJECT (page), "yq-list-page", user_data);
  if (spec->newest != NULL)
    g_signal_connect (page, "shown", G_CALLBACK (shown_again_cb), table);
  return page;
}

/* Lists of any query show the columns of their kind; these have more to say. */
static const struct
{
  const YqEntity *entity;
  void (*add) (YqRecordTable *table);
} columns_of[] = {
  { &yq_review, yq_audit_add_times },
};

YqPage *
yq_list_page_new_for_query (YqFrame *frame, const char *title, const YqQuery *query)
{
  const YqEntity *entity = yq_query_entity (query);
  g_autoptr(YqRecordList) list = yq_record_list_new (yq_frame_store (frame), query);
  g_autofree char *key = g_strconcat ("all-", entity->name, NULL);
  GtkWidget *table = yq_record_table_new (yq_frame_store (frame), list, key);
  g_autofree char *states = yq_query_dup_values (query, "state");

  /* No other states than those that are counted. */
  if (states != NULL)
    yq_record_table_set_states (YQ_RECORD_TABLE (table), states);
  yq_record_table_set_first_use (YQ_RECORD_TABLE (table), "view-list-symbolic", _("No records"),
                                 _("No record belongs to this number any more."), NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (columns_of); i++)
    if (columns_of[i].entity == entity)
      columns_of[i].add (YQ_RECORD_TABLE (table));
  return page_around (frame, title, table, NULL);
}
