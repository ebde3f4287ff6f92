/* What one comes to by a click or two. */
#include "screens-windows.h"

#include <string.h>

#include "board.h"
#include "catalogue.h"
#include "find-page.h"
#include "guitest.h"
#include "order.h"
#include "party.h"
#include "qualification.h"
#include "record-page.h"
#include "record-table.h"
#include "redemption.h"
#include "register-dialog.h"
#include "settle-page.h"
#include "storefront-page.h"
#include "storefront.h"
#include "voucher.h"

/* -- doing -- */

static void
take (YqFrame *frame, const char *action)
{
  if (!gtk_widget_activate_action (GTK_WIDGET (yq_frame_top (frame)), action, NULL))
    gtk_widget_activate_action (GTK_WIDGET (frame), action, NULL);
  gt_settle (GTK_WIDGET (frame));
}

static void
press (YqFrame *frame, const char *text)
{
  GtkWidget *button = gt_find_button (GTK_WIDGET (frame), text);

  if (button != NULL)
    gt_click (button);
  else
    g_printerr ("no button %s\n", text);
  gt_settle (GTK_WIDGET (frame));
}

/* Sees the foot of a long page. */
static void
scroll_down (YqFrame *frame)
{
  GtkWidget *top = GTK_WIDGET (yq_frame_top (frame));
  GtkWidget *scroller = gt_find_type (top, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *down;

  if (scroller == NULL)
    return;
  gt_settle (top);
  down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (down, gtk_adjustment_get_upper (down));
}

static YqRecord *
first_of (YqFrame *frame, const YqEntity *entity, const char *filter, const char *value)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);
  g_autoptr(GPtrArray) all = NULL;

  yq_query_add (query, filter, value);
  all = yq_store_list (yq_frame_store (frame), query, 1);
  return all->len > 0 ? g_object_ref (all->pdata[0]) : NULL;
}

static void
make_new (YqFrame *frame, const char *world)
{
  take (frame, "page.new");
}

static void
new_to_the_foot (YqFrame *frame, const char *world)
{
  take (frame, "page.new");
  scroll_down (frame);
}

static void
to_the_foot (YqFrame *frame, const char *world)
{
  scroll_down (frame);
}

/* -- the service hall and the dialogs about accounts -- */

static void
hall (YqFrame *frame, const char *world)
{
  yq_frame_open_palette (frame, NULL);
}

static void
hall_searched (YqFrame *frame, const char *world)
{
  yq_frame_open_palette (frame, _("Voucher"));
}

static void
account_done (const char *username, const char *password, gpointer user_data)
{
}

typedef void (*AccountDialog) (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                               gpointer user_data);

/* Its picture comes from the server. */
static void
open_account_dialog (YqFrame *frame, AccountDialog open)
{
  open (GTK_WIDGET (frame), g_object_get_data (G_OBJECT (frame), "yq-api"), account_done, NULL);
  gt_run (600);
}

static void
register_account (YqFrame *frame, const char *world)
{
  open_account_dialog (frame, yq_register_dialog_open);
}

static void
recover_account (YqFrame *frame, const char *world)
{
  open_account_dialog (frame, yq_recover_dialog_open);
}

static void
change_phone (YqFrame *frame, const char *world)
{
  open_account_dialog (frame, yq_phone_dialog_open);
}

static void
bind_account (YqFrame *frame, const char *world)
{
  open_account_dialog (frame, yq_bind_dialog_open);
}

static void
change_password (YqFrame *frame, const char *world)
{
  yq_password_dialog_open (GTK_WIDGET (frame), g_object_get_data (G_OBJECT (frame), "yq-api"),
                           "personsd", account_done, NULL);
}

/* -- spreadsheets -- */

static void
import (YqFrame *frame, const char *world)
{
  take (frame, "page.import");
}

static void
import_columns (YqFrame *frame, const char *world)
{
  g_autofree char *path = g_build_filename (world, "granted.csv", NULL);
  GtkWidget *inside;

  import (frame, world);
  inside = gt_find_button (GTK_WIDGET (frame), _("Choose a file"));
  gtk_widget_activate_action (inside, "page.open", "s", path);
  gt_settle (GTK_WIDGET (frame));
}

static void
import_dry_run (YqFrame *frame, const char *world)
{
  import_columns (frame, world);
  press (frame, _("Start the dry run"));
  gt_run (800);
}

/* -- buyers -- */

static void
book (YqFrame *frame, const char *world)
{
  g_autoptr(YqRecord) instrument = first_of (frame, &yq_instrument, "state", "listed");
  const char *ids[] = { yq_record_id (instrument), NULL };

  yq_booking_start (frame, ids);
}

static void
book_to_the_foot (YqFrame *frame, const char *world)
{
  book (frame, world);
  scroll_down (frame);
}

static void
supplement (YqFrame *frame, const char *world)
{
  g_autoptr(YqRecord) order = first_of (frame, &yq_order, "state", "completed");

  yq_booking_start_supplement (frame, order);
}

static void
supplement_to_the_foot (YqFrame *frame, const char *world)
{
  supplement (frame, world);
  scroll_down (frame);
}

static void
gather_uses (YqFrame *frame, const char *world)
{
  take (frame, "page.submit-all");
}

static void
redeem_quickly (YqFrame *frame, const char *world)
{
  take (frame, "page.quick");
}

static void
redeem_quickly_foot (YqFrame *frame, const char *world)
{
  take (frame, "page.quick");
  scroll_down (frame);
}

static void
settle (YqFrame *frame, const char *world)
{
  g_autoptr(YqRecord) order = first_of (frame, &yq_order, "state", "delivered");

  yq_frame_push (frame, yq_settle_page_new (frame, order));
}

/* With a voucher of the province: its papers are asked for. */
static void
settle_with_voucher (YqFrame *frame, const char *world)
{
  GtkWidget *label, *row, *check;

  settle (frame, world);
  gt_settle (GTK_WIDGET (frame));
  label = gt_find_label (GTK_WIDGET (yq_frame_top (frame)), "山东省2026年省级科技创新券");
  row = label != NULL ? gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW) : NULL;
  check = row != NULL ? gt_find_type (row, GTK_TYPE_CHECK_BUTTON) : NULL;
  if (check != NULL)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
}

static void
settle_to_the_foot (YqFrame *frame, const char *world)
{
  settle_with_voucher (frame, world);
  scroll_down (frame);
}

static void
tick_all (YqFrame *frame, const char *world)
{
  take (frame, "page.tick-all");
}

static void
show_map (YqFrame *frame, const char *world)
{
  press (frame, _("Map"));
  gt_run (1200);
}

static void
by_organisation (YqFrame *frame, const char *world)
{
  press (frame, _("By organisation"));
}

/* The carrier of the first record of that kind in that state, as buyers see it. */
static void
open_carrier_of (YqFrame *frame, const YqEntity *entity, const char *state)
{
  g_autoptr(YqRecord) record = first_of (frame, entity, "state", state);

  if (record != NULL)
    yq_storefront_open (frame, yq_record_carrier (record));
  else
    g_printerr ("no carrier to show\n");
}

static void
storefront (YqFrame *frame, const char *world)
{
  open_carrier_of (frame, &yq_qualification, "approved");
}

static void
storefront_with_stores (YqFrame *frame, const char *world)
{
  open_carrier_of (frame, &yq_store, "approved");
}

/* An invoice whose image says something else. */
static void
invoice (YqFrame *frame, const char *scanned, gboolean differs)
{
  g_autoptr(YqRecord) record = yq_store_new_record (yq_frame_store (frame), &yq_invoice);

  yq_record_set_text (record, INVOICE_NUMBER, "26332000000012345678");
  yq_record_set_text (record, INVOICE_DATE, differs ? "2026-11-12" : "2026-11-10");
  yq_record_set_int (record, INVOICE_AMOUNT, differs ? 650000 : 600000);
  yq_record_set_text (record, INVOICE_REDEEMER, "enterprise");
  yq_record_set_text (record, INVOICE_SCANNED, scanned);
  yq_frame_push (frame, yq_record_page_open (frame, record));
}

static void
invoice_differs (YqFrame *frame, const char *world)
{
  invoice (frame, "01,32,,26332000000012345679,6000.00,20261110,,8F2A", TRUE);
}

static void
invoice_fits (YqFrame *frame, const char *world)
{
  invoice (frame, "01,32,,26332000000012345678,6000.00,20261110,,8F2A", FALSE);
}

static void
choose_place (YqFrame *frame, const char *world)
{
  press (frame, _("On the map…"));
  gt_run (1200);
}

/* One person more: what saving that leads to stands over the button. */
static void
one_more_employee (YqFrame *frame, const char *world)
{
  GtkWidget *page = gt_find_type (GTK_WIDGET (yq_frame_top (frame)), YQ_TYPE_RECORD_PAGE);
  YqRecordForm *form = page != NULL ? yq_record_page_form (YQ_RECORD_PAGE (page)) : NULL;
  YqValues *values = form != NULL ? yq_record_form_values (form) : NULL;

  if (values == NULL)
    {
      g_printerr ("no form to change\n");
      return;
    }
  yq_values_set_int (values, ORGANISATION_EMPLOYEES,
                     yq_values_int (values, ORGANISATION_EMPLOYEES) + 1);
  yq_record_form_reload (form);
  yq_record_form_touched (form, "employees");
}

static void
object (YqFrame *frame, const char *world)
{
  press (frame, _("Object"));
}

/* -- carriers -- */

static void
verify (YqFrame *frame, const char *world, guint nth)
{
  g_autofree char *path = g_build_filename (world, "codes", NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  gt_type (gt_find_named (GTK_WIDGET (yq_frame_top (frame)), _("Text of the QR code")), lines[nth]);
}

static void
verify_good (YqFrame *frame, const char *world)
{
  verify (frame, world, 0);
}

static void
verify_expired (YqFrame *frame, const char *world)
{
  verify (frame, world, 1);
}

static void
verify_altered (YqFrame *frame, const char *world)
{
  verify (frame, world, 2);
}

static void
verify_other (YqFrame *frame, const char *world)
{
  verify (frame, world, 3);
}

static void
verify_used_up (YqFrame *frame, const char *world)
{
  verify (frame, world, 4);
}

/* -- the bureau -- */

static void
gather_payments (YqFrame *frame, const char *world)
{
  take (frame, "page.gather");
}

static void
choose_first (YqFrame *frame, const char *world)
{
  GtkWidget *table = gt_find_type (GTK_WIDGET (yq_frame_top (frame)), YQ_TYPE_RECORD_TABLE);

  yq_record_table_select (YQ_RECORD_TABLE (table), 0);
}

/* clang-format off */
static const ScreenScene enterprise[] = {
  { "map", .page = "find", .go = show_map },
  { "map-services", .page = "services", .go = show_map },
  { "map-carriers", .page = "carriers", .go = show_map },
  { "find-ticked", .page = "find", .go = tick_all },
  { "find-organisations", .page = "find", .go = by_organisation },
  { "invoice-differs", .go = invoice_differs },
  { "invoice-fits", .go = invoice_fits },
  { "place", .page = "organisation", .go = choose_place },
  { "reviewed-again", .page = "organisation", .go = one_more_employee },
  { "announcement", "announcement", "published" },
  { "storefront", .go = storefront },
  { "storefront-stores", .go = storefront_with_stores },
  { "storefront-one", "store", "approved" },
  { "messages-ticked", .page = "messages", .go = tick_all },
  { "hall", .page = "home", .go = hall },
  { "hall-searched", .page = "home", .go = hall_searched },
  { NULL },
};

static const ScreenScene visitor[] = {
  { "home-foot", .page = "home", .go = to_the_foot },
  { "storefront", .go = storefront },
  { "storefront-one", "store", "approved" },
  { "service", "service", "listed" },
  { "instrument", "instrument", "listed" },
  { "register", .page = "home", .go = register_account },
  { "recover", .page = "home", .go = recover_account },
  { NULL },
};

static const ScreenScene person[] = {
  { "hall", .page = "account", .go = hall },
  { "password", .page = "account", .go = change_password },
  { "phone", .page = "account", .go = change_phone },
  { "bind", .page = "account", .go = bind_account },
  { NULL },
};

static const ScreenScene carrier[] = {
  { "verify-good", .page = "verify", .go = verify_good },
  { "verify-expired", .page = "verify", .go = verify_expired },
  { "verify-altered", .page = "verify", .go = verify_altered },
  { "verify-other", .page = "verify", .go = verify_other },
  { "verify-used-up", .page = "verify", .go = verify_used_up },
  { "accept", "order", "submitted", "accept" },
  { "confirm", "voucher_use", "pending", "confirm" },
  { "import", .page = "catalogue", .go = import },
  { "hall", .page = "home", .go = hall },
  { NULL },
};

static const ScreenScene administrator[] = {
  { "grant", .page = "grants", .go = make_new },
  { "announce", .page = "announcements", .go = make_new },
  { "programme-foot", "programme", "open", .go = to_the_foot },
  { "system", "instrument_system", "active" },
  { "system-foot", "instrument_system", "active", .go = to_the_foot },
  { "system-failing", "instrument_system", "failing" },
  { "programme-close", "programme", "open", "close" },
  { NULL },
};

static const ScreenScene expert[] = {
  { "opinion", "redemption", "reviewing", "opinion" },
  { "opinion-desk", .page = "desk-opinions", .go = choose_first },
  { NULL },
};

static const ScreenScene delta_buyer[] = {
  { "order", .go = book },
  { "order-foot", .go = book_to_the_foot },
  { "confirming", "order", "confirming" },
  { "completed", "order", "completed" },
  { "supplement", .go = supplement },
  { "supplement-foot", .go = supplement_to_the_foot },
  { "gather", .page = "redemption", .go = gather_uses },
  { "noticed", "redemption", "noticed" },
  { "used-up", "voucher", "used_up" },
  { NULL },
};

static const ScreenScene delta_consent[] = {
  { "decline", "redemption", "consenting", "decline" },
  { "consent", "redemption", "consenting" },
  { "notice", "notice", "published" },
  { "object", "notice", "published", .go = object },
  { NULL },
};

static const ScreenScene delta_quick[] = {
  { "ticket-foot", .page = "vouchers", .go = to_the_foot },
  { "form", .page = "redemption", .go = redeem_quickly },
  { "form-foot", .page = "redemption", .go = redeem_quickly_foot },
  { NULL },
};

static const ScreenScene delta_bureau[] = {
  { "quota", "order", "confirming", "confirm_quota" },
  { "quota-refused", "order", "confirming", "reject_quota" },
  { "assign", "redemption", "reviewing", "assign" },
  { "objection", "objection", "open", "dismiss" },
  { "batch", .page = "disbursements", .go = gather_payments },
  { "batch-paid", "disbursement", "paid" },
  { "figures", .page = "statistics", .go = to_the_foot },
  { NULL },
};

static const ScreenScene qingpu_bureau[] = {
  { "external", "external_claim", "draft" },
  { "external-new", .page = "desk-external", .go = make_new },
  { "external-issue", "external_claim", "draft", "issue" },
  { "external-take-back", "external_claim", "issued", "take_back" },
  { "external-import", .page = "desk-external", .go = import },
  { "external-columns", .page = "desk-external", .go = import_columns },
  { "external-dry-run", .page = "desk-external", .go = import_dry_run },
  { NULL },
};

static const ScreenScene reviewer[] = {
  { "programme-foot", "programme", "open", .go = to_the_foot },
  { "programme-import", "programme", "open", "import_claim" },
  { "statistics-foot", .page = "statistics", .go = to_the_foot },
  { "hall", .page = "home", .go = hall },
  { NULL },
};

static const ScreenScene shandong_buyer[] = {
  { "settle", .go = settle },
  { "settle-voucher", .go = settle_with_voucher },
  { "settle-foot", .go = settle_to_the_foot },
  { "batch", .page = "preselection", .go = tick_all },
  { "post", .page = "posts", .go = make_new },
  { "member", "membership", "asked" },
  { NULL },
};

static const ScreenScene jiangsu_tester[] = {
  { "store", "store", "approved" },
  { "service", .page = "services", .go = make_new },
  { "service-foot", .page = "services", .go = new_to_the_foot },
  { "institution", "institution", "approved" },
  { "voucher-service", .page = "voucher-services", .go = make_new },
  { NULL },
};

static const ScreenScene jiangsu_university[] = {
  { "store", .page = "stores", .go = make_new },
  { "desk", "desk", NULL },
  { "desk-new", .page = "desks", .go = make_new },
  { NULL },
};

const ScreenScenes screen_scenes[] = {
  { "enterprise", enterprise },
  { "carrier", carrier },
  { "visitor", visitor },
  { "administrator", administrator },
  { "expert", expert },
  { "person", person },
  { "reviewer", reviewer },
  { "delta-buyer", delta_buyer },
  { "delta-consent", delta_consent },
  { "delta-quick", delta_quick },
  { "delta-bureau", delta_bureau },
  { "qingpu-bureau", qingpu_bureau },
  { "shandong-buyer", shandong_buyer },
  { "jiangsu-tester", jiangsu_tester },
  { "jiangsu-university", jiangsu_university },
  { NULL },
};
/* clang-format on */
