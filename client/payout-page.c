/* Public notices with their objections, and batches of payments with their lists. */
#define G_LOG_DOMAIN "yiquan-payout"

#include "payout-page.h"

#include "bits.h"
#include "money.h"
#include "payout-batch.h"
#include "payout.h"
#include "prompt.h"
#include "record-page.h"
#include "redemption.h"
#include "sheet-file.h"

/* clang-format off */
const YqListPage yq_list_notices = {
  "notices", N_("Public notices"), &yq_notice, NULL, NULL, NULL, "title|state|seat|from|to|count|amount", "yq-notice-symbolic",
  N_("No public notices"), N_("Approved redemptions are published here before they are paid; anybody may object."), NULL, NULL,
};

static const YqListPage batches = {
  "disbursements", N_("Disbursements"), &yq_disbursement, NULL, NULL, NULL, "number|state|programme_name|count|amount|paid_on", "yq-payout-symbolic",
  N_("No disbursements"), N_("Redemptions to be paid are gathered into batches, paid together."), N_("Gather what is to be paid"), "page.gather",
  .made_here = TRUE,
};
/* clang-format on */

/* Opens a draft that only this computer knows. */
static void
open_draft (YqFrame *frame, YqRecord *draft)
{
  g_autoptr(GError) error = NULL;

  if (yq_store_save_draft (yq_frame_store (frame), draft, &error))
    yq_frame_open_record (frame, yq_record_entity (draft)->name, yq_record_id (draft));
  else
    yq_frame_toast (frame, error->message);
}

/* -- notices -- */

static void
object_cb (GtkButton *button, YqFrame *frame)
{
  YqRecord *notice = g_object_get_data (G_OBJECT (button), "yq-notice");
  g_autoptr(YqRecord) objection = yq_store_new_record (yq_frame_store (frame), &yq_objection);

  JsonArray *lines = yq_record_array (notice, NOTICE_LINES);

  yq_record_set_text (objection, OBJECTION_NOTICE, yq_record_id (notice));
  /* The only one there is need not be typed. */
  if (lines != NULL && json_array_get_length (lines) == 1)
    yq_record_set_text (objection, OBJECTION_NUMBER,
                        json_object_get_string_member_with_default (
                          json_array_get_object_element (lines, 0), "number", NULL));
  open_draft (frame, objection);
}

YqPage *
yq_notice_page_open (YqFrame *frame, YqRecord *notice)
{
  YqPage *page = yq_record_page_open (frame, notice);
  GtkWidget *button = yq_button_new (_("Object"), NULL, NULL);

  g_object_set_data_full (G_OBJECT (button), "yq-notice", g_object_ref (notice), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (object_cb), frame);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_visible (button, yq_record_in_state (notice, "published") &&
                                    yq_frame_who (frame)->account != NULL);
  gtk_box_append (GTK_BOX (yq_record_page_bottom (yq_record_page_of (page))), button);
  return page;
}

/* -- batches -- */

/* One batch opens; where several programmes pay, each has its own and the list shows them. */
static void
gather_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqFrame *frame = data;
  YqStore *store = yq_frame_store (frame);
  g_autoptr(GPtrArray) gathered = yq_payout_batches (store, yq_frame_who (frame));
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  if (gathered->len == 0)
    yq_frame_toast (frame, _("Nothing waits to be paid that is not in a batch already"));
  else if (gathered->len == 1)
    open_draft (frame, gathered->pdata[0]);
  else
    {
      for (guint i = 0; error == NULL && i < gathered->len; i++)
        yq_store_save_draft (store, gathered->pdata[i], &error);
      text =
        error != NULL
          ? g_strdup (error->message)
          : g_strdup_printf (
              yq_ngettext ("%u batch gathered, one for each programme: open it and save it",
                           "%u batches gathered, one for each programme: open each and save it",
                           gathered->len),
              gathered->len);
      yq_frame_toast (frame, text);
    }
}

static const GActionEntry actions[] = {
  { "gather", gather_cb },
};

YqPage *
yq_disbursements_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page = yq_list_page_new (frame, (gpointer) &batches);

  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("Gather what is to be paid"), "page.gather");
  yq_page_add_key (page, "<Control>n", _("Gather what is to be paid"), "page.gather");
  return page;
}

/* -- the payment list -- */

static gboolean
write_row (YqSheetWriter *writer, guint number, YqRecord *redemption, GError **error)
{
  gint64 amount = yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT);
  g_autofree char *nth = g_strdup_printf ("%u", number);
  g_autofree char *plain = yq_money_plain (amount);
  g_autofree char *words = yq_money_chinese (amount);
  const char *const cells[] = { nth,
                                yq_record_text (redemption, REDEMPTION_NUMBER),
                                yq_record_text (redemption, REDEMPTION_APPLICANT_NAME),
                                yq_record_text (redemption, REDEMPTION_BANK_HOLDER),
                                yq_record_text (redemption, REDEMPTION_BANK_NAME),
                                yq_record_text (redemption, REDEMPTION_BANK_ACCOUNT),
                                plain,
                                words };

  return yq_sheet_writer_add_row (writer, cells, error);
}

static gboolean
write_total (YqSheetWriter *writer, gint64 total, GError **error)
{
  g_autofree char *plain = yq_money_plain (total);
  g_autofree char *words = yq_money_chinese (total);
  const char *const cells[] = { NULL, _("Total"), NULL, NULL, NULL, NULL, plain, words };

  return yq_sheet_writer_add_row (writer, cells, error);
}

static gboolean
write_list (YqStore *store, YqRecord *batch, const char *path, GError **error)
{
  static const struct
  {
    const char *title;
    YqSheetKind kind;
    guint width;
  } columns[] = {
    { N_("No."), YQ_SHEET_NUMBER, 6 },      { N_("Redemption number"), YQ_SHEET_TEXT, 24 },
    { N_("Applicant"), YQ_SHEET_TEXT, 32 }, { N_("Account holder"), YQ_SHEET_TEXT, 32 },
    { N_("Bank"), YQ_SHEET_TEXT, 30 },      { N_("Bank account"), YQ_SHEET_TEXT, 26 },
    { N_("Amount"), YQ_SHEET_MONEY, 16 },   { N_("Amount in words"), YQ_SHEET_TEXT, 34 },
  };
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);
  JsonArray *ids = yq_record_array (batch, DISBURSEMENT_REDEMPTIONS);
  gint64 total = 0;

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    yq_sheet_writer_add_column (writer, _(columns[i].title), columns[i].kind, columns[i].width);
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) redemption =
        yq_store_get (store, &yq_redemption, json_array_get_string_element (ids, i));

      if (redemption == NULL)
        continue;
      total += yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT);
      if (!write_row (writer, i + 1, redemption, error))
        return FALSE;
    }
  return write_total (writer, total, error) && yq_sheet_writer_finish (writer, error);
}

static void
export_cb (GtkButton *button, YqFrame *frame)
{
  YqRecord *batch = g_object_get_data (G_OBJECT (button), "yq-batch");
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  const char *number = yq_record_text (batch, DISBURSEMENT_NUMBER);
  g_autofree char *name = g_strdup_printf ("%s %s.xlsx", _("Payment list"),
                                           number != NULL ? number : yq_record_id (batch));
  g_autofree char *path =
    g_build_filename (folder != NULL ? folder : g_get_home_dir (), name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  if (write_list (yq_frame_store (frame), batch, path, &error))
    text = g_strdup_printf (_("The payment list was written to %s"), path);
  else
    text = g_strdup_printf (_("The payment list could not be written: %s"), error->message);
  yq_frame_toast (frame, text);
}

/* Who gets how much on which account, as the list that goes to the bank has it. */
static void
fill_payees (GtkWidget *list, YqFrame *frame, YqRecord *batch)
{
  JsonArray *ids = yq_record_array (batch, DISBURSEMENT_REDEMPTIONS);
  gint64 total = 0;
  g_autofree char *money = NULL, *words = NULL;

  yq_remove_children (list);
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) redemption = yq_store_get (yq_frame_store (frame), &yq_redemption,
                                                     json_array_get_string_element (ids, i));
      const char *bank, *account;
      gint64 amount;
      g_autofree char *line = NULL;

      if (redemption == NULL)
        continue;
      bank = yq_record_text (redemption, REDEMPTION_BANK_NAME);
      account = yq_record_text (redemption, REDEMPTION_BANK_ACCOUNT);
      amount = yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT);
      line = g_strdup_printf ("%s · %s · %s", yq_record_title (redemption), bank ? bank : "—",
                              account ? account : "—");
      gtk_list_box_append (GTK_LIST_BOX (list),
                           yq_row_new (NULL, yq_record_text (redemption, REDEMPTION_APPLICANT_NAME),
                                       line, yq_money_label_new (amount), NULL));
      total += amount;
    }
  money = yq_money_text (total);
  words = yq_money_chinese (total);
  gtk_list_box_append (
    GTK_LIST_BOX (list),
    yq_row_new (NULL, _("Total"), words, yq_label_new (money, "heading number"), NULL));
}

static void
refill_payees_cb (YqRecordPage *page, GtkWidget *list)
{
  fill_payees (list, yq_frame_of (GTK_WIDGET (page)), yq_record_page_record (page));
}

static void
payees_changed_cb (YqRecordForm *form, const char *field, GtkWidget *list)
{
  if (g_str_equal (field, "redemptions"))
    fill_payees (list, yq_frame_of (list), yq_record_form_record (form));
}

YqPage *
yq_disbursement_page_open (YqFrame *frame, YqRecord *batch)
{
  YqPage *page = yq_record_page_open (frame, batch);
  YqRecordPage *record_page = yq_record_page_of (page);
  GtkWidget *button = yq_button_new (_("Export the payment list"), NULL, NULL);
  GtkWidget *list = yq_boxed_list_new ();
  GtkWidget *bottom = yq_record_page_bottom (record_page);

  fill_payees (list, frame, batch);
  if (yq_record_page_form (record_page) != NULL)
    g_signal_connect_object (yq_record_page_form (record_page), "changed",
                             G_CALLBACK (payees_changed_cb), list, 0);
  g_signal_connect_object (record_page, "reloaded", G_CALLBACK (refill_payees_cb), list, 0);
  g_object_set_data_full (G_OBJECT (button), "yq-batch", g_object_ref (batch), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (export_cb), frame);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (bottom), yq_section_new (_("Payment list"), list));
  gtk_box_append (GTK_BOX (bottom), button);
  return page;
}
