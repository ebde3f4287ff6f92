/* QR codes in pictures: what is read, the invoice form they fill in, the voucher they verify. */
#include "client-fixture.h"
#include "guitest.h"

#include <qrencode.h>
#include <sodium.h>

#include "code-scan.h"
#include "form-aids.h"
#include "frame.h"
#include "programme.h"
#include "redemption.h"
#include "voucher-check-page.h"
#include "voucher-token.h"

#define INVOICE_TEXT "01,32,,26332000000012345678,6000.00,20260302,,8A1B"

/* A code as it is printed, on white, scale pixels a module; shade is the black of it. */
static GBytes *
picture_of (const char *text, int scale, guint8 shade)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  int side = (code->width + 8) * scale;
  g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, side, side);
  guint8 *pixels = gdk_pixbuf_get_pixels (pixbuf);
  char *buffer;
  gsize size;

  gdk_pixbuf_fill (pixbuf, 0xffffffff);
  for (int y = 0; y < code->width * scale; y++)
    for (int x = 0; x < code->width * scale; x++)
      if (code->data[y / scale * code->width + x / scale] & 1)
        memset (pixels + (y + 4 * scale) * gdk_pixbuf_get_rowstride (pixbuf) + 3 * (x + 4 * scale),
                shade, 3);
  QRcode_free (code);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, "png", NULL, NULL));
  return g_bytes_new_take (buffer, size);
}

static void
test_codes_are_read_from_pictures (void)
{
  static const struct
  {
    int scale;
    guint8 shade;
  } prints[] = { { 1, 0 }, { 2, 0 }, { 3, 90 }, { 8, 0 }, { 40, 60 } };

  for (guint i = 0; i < G_N_ELEMENTS (prints); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) picture = picture_of (INVOICE_TEXT, prints[i].scale, prints[i].shade);
      g_auto(GStrv) texts = yq_code_scan (picture, &error);

      g_assert_no_error (error);
      g_assert_nonnull (texts[0]);
      g_assert_cmpstr (texts[0], ==, INVOICE_TEXT);
      g_assert_null (texts[1]);
    }
}

static void
test_what_holds_no_code (void)
{
  g_autoptr(GBytes) good = picture_of (INVOICE_TEXT, 3, 0);
  g_autoptr(GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) text = g_bytes_new_static ("%PDF-1.7 is no picture", 22);
  g_autoptr(GBytes) cut = g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) / 2);
  g_autoptr(GBytes) huge =
    g_bytes_new_take (g_malloc0 (YQ_CODE_SCAN_MAX_BYTES + 1), YQ_CODE_SCAN_MAX_BYTES + 1);
  GBytes *const bad[] = { nothing, text, huge };
  g_autoptr(GdkPixbuf) white = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 300, 200);
  g_autoptr(GBytes) blank = NULL;
  g_auto(GStrv) none = NULL;
  g_auto(GStrv) half = NULL;
  char *buffer;
  gsize size;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (yq_code_scan (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  /* Of half a picture the upper half is looked at: the code in it is not whole. */
  half = yq_code_scan (cut, NULL);
  g_assert_true (half == NULL || half[0] == NULL);
  gdk_pixbuf_fill (white, 0);
  g_assert_true (gdk_pixbuf_save_to_buffer (white, &buffer, &size, "png", NULL, NULL));
  blank = g_bytes_new_take (buffer, size);
  none = yq_code_scan (blank, NULL);
  g_assert_nonnull (none);
  g_assert_null (none[0]);
}

/* -- the invoice -- */

static GFile *
file_of (Place *place, const char *name, GBytes *content)
{
  g_autofree char *path = g_build_filename (place->dir, name, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (content, NULL),
                                      (gssize) g_bytes_get_size (content), &error));
  return g_file_new_for_path (path);
}

static gboolean
is_scanned (gpointer record)
{
  return yq_record_has (record, INVOICE_SCANNED);
}

static void
test_an_image_fills_the_invoice (void)
{
  Place place = { NULL };
  g_autoptr(YqRecord) invoice = NULL;
  g_autoptr(GBytes) picture = picture_of (INVOICE_TEXT, 4, 0);
  g_autoptr(GFile) file = NULL;
  GtkWidget *form, *window;

  open_place (&place);
  invoice = yq_store_new_record (place.store, &yq_invoice);
  yq_record_set_text (invoice, INVOICE_REDEEMER, "enterprise");
  /* What was typed stays, and its difference is said. */
  yq_record_set_text (invoice, INVOICE_DATE, "2026-03-05");
  form = yq_record_form_new (place.store, invoice);
  window = gt_window (form, 800, 900);
  file = file_of (&place, "发票.png", picture);
  yq_field_editor_attach (yq_record_form_editor (YQ_RECORD_FORM (form), "image"), file);
  g_assert_true (gt_until (is_scanned, invoice, 20000));
  g_assert_cmpstr (yq_record_text (invoice, INVOICE_SCANNED), ==, INVOICE_TEXT);
  g_assert_cmpstr (yq_record_text (invoice, INVOICE_NUMBER), ==, "26332000000012345678");
  g_assert_false (yq_record_has (invoice, INVOICE_CODE));
  g_assert_cmpint (yq_record_int (invoice, INVOICE_AMOUNT), ==, 600000);
  g_assert_cmpstr (yq_record_text (invoice, INVOICE_DATE), ==, "2026-03-05");
  gt_settle (window);
  g_assert_true (gt_comes (form, "2026-03-02"));
  /* Mended: nothing is said any more. */
  yq_record_set_text (invoice, INVOICE_DATE, "2026-03-02");
  yq_record_form_touched (YQ_RECORD_FORM (form), "date");
  gt_settle (window);
  g_assert_false (gt_has_text (form, "2026-03-02"));
  gt_close (window);
  g_clear_object (&invoice);
  close_place (&place);
}

static gboolean
settle_is_scanned (gpointer args)
{
  return yq_values_has (args, ORDER_SETTLE_INVOICE_SCANNED);
}

/* The same in the settlement that grants a voucher: what the program put in gives way, what a
 * person typed stays and its difference is said. */
static void
test_an_image_fills_the_settlement (void)
{
  Place place = { NULL };
  const YqStep *step = yq_entity_step (&yq_order, "settle");
  YqValues *args = yq_values_new (step->fields, yq_fields_count (step->fields));
  g_autoptr(GBytes) picture = picture_of (INVOICE_TEXT, 4, 0);
  g_autoptr(GFile) file = NULL;
  GtkWidget *form, *window;

  open_place (&place);
  yq_values_set_text (args, ORDER_SETTLE_PROGRAMME, "018f3c00-0000-7000-8000-0000000000b1");
  yq_values_set_text (args, ORDER_SETTLE_INVOICE_DATE, "2026-11-21");
  yq_values_set_int (args, ORDER_SETTLE_INVOICE_AMOUNT, 590000);
  form = yq_record_form_new_for_values (place.store, args);
  yq_form_aids_set_preset (YQ_RECORD_FORM (form), "invoice_date");
  yq_form_aids_set_preset (YQ_RECORD_FORM (form), "invoice_amount");
  yq_values_set_int (args, ORDER_SETTLE_INVOICE_AMOUNT, 595000);
  yq_record_form_touched (YQ_RECORD_FORM (form), "invoice_amount"); /* typed now */
  window = gt_window (form, 800, 1400);
  file = file_of (&place, "发票.png", picture);
  yq_field_editor_attach (yq_record_form_editor (YQ_RECORD_FORM (form), "invoice_image"), file);
  g_assert_true (gt_until (settle_is_scanned, args, 20000));
  g_assert_cmpstr (yq_values_text (args, ORDER_SETTLE_INVOICE_SCANNED), ==, INVOICE_TEXT);
  g_assert_cmpstr (yq_values_text (args, ORDER_SETTLE_INVOICE_NUMBER), ==, "26332000000012345678");
  g_assert_cmpstr (yq_values_text (args, ORDER_SETTLE_INVOICE_DATE), ==, "2026-03-02");
  g_assert_cmpint (yq_values_int (args, ORDER_SETTLE_INVOICE_AMOUNT), ==, 595000);
  gt_settle (window);
  g_assert_true (gt_comes (form, "6,000.00"));
  gt_close (window);
  yq_values_free (args);
  close_place (&place);
}

/* -- the voucher -- */

static char *
signed_voucher (guint8 secret[64], const char *until)
{
  YqTokenFacts facts = { .kind = YQ_TOKEN_VOUCHER,
                         .id = "018f3c00-0000-7000-8000-000000000077",
                         .amount = 5000000,
                         .number = "2026TMA2CX7E9301" };
  g_autofree char *token = NULL;

  g_strlcpy (facts.day, until, sizeof facts.day);
  token = yq_voucher_token_sign (&facts, "嘉善云帆新材料有限公司", secret);
  return g_strconcat ("https://voucher.example.cn/v/", token, NULL);
}

static void
receive_key (YqStore *store, guint8 secret[64])
{
  guint8 public[crypto_sign_PUBLICKEYBYTES];
  char key[64];
  g_autofree char *json = NULL;

  crypto_sign_keypair (public, secret);
  sodium_bin2base64 (key, sizeof key, public, sizeof public,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  json = g_strdup_printf (
    "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-000000000099\","
    "\"revision\":1,\"state\":\"active\",\"fields\":{\"name\":\"浙江\",\"token_key\":\"%s\"}}",
    key);
  receive (store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
assert_verdict (GtkWidget *page, const char *text, const char *verdict, gboolean has_facts)
{
  gt_type (gt_find_named (page, _("Text of the QR code")), text);
  gt_settle (page);
  g_assert_nonnull (gt_find_label (page, verdict));
  g_assert_cmpint (gt_has_text (page, "2026TMA2CX7E9301"), ==, has_facts);
  g_assert_cmpint (gt_has_text (page, "50,000.00"), ==, has_facts);
  g_assert_cmpint (gt_has_text (page, "嘉善云帆新材料有限公司"), ==, has_facts);
}

static gboolean
is_for_all (const YqWho *who)
{
  return TRUE;
}

static void
add_check_page (YqFrame *frame)
{
  yq_frame_add_page (frame, "verify", "emblem-ok-symbolic", "verify", yq_voucher_check_page_new,
                     NULL);
}

static void
test_a_voucher_is_verified_without_a_network (void)
{
  static const YqWindowKind kind = { "test", N_("Verify vouchers"), is_for_all, add_check_page };
  Place place = { NULL };
  guint8 secret[64], other[64], unused[32];
  g_autoptr(YqOutbox) outbox = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *good = NULL, *late = NULL, *foreign = NULL, *forged = NULL;
  YqFrame *frame;
  GtkWidget *page;

  open_place (&place);
  receive_key (place.store, secret);
  crypto_sign_keypair (unused, other);
  good = signed_voucher (secret, "2999-12-31");
  late = signed_voucher (secret, "2020-12-31");
  foreign = signed_voucher (other, "2999-12-31");
  forged = g_strdup (good);
  forged[strlen (forged) - 20] = forged[strlen (forged) - 20] == 'A' ? 'B' : 'A';
  outbox = yq_outbox_new (place.store, &error);
  g_assert_no_error (error);
  frame = yq_frame_new (NULL, &kind, place.store, outbox, NULL);
  page = GTK_WIDGET (yq_frame_show_page (frame, "verify"));
  gtk_window_present (GTK_WINDOW (frame));
  gt_settle (GTK_WIDGET (frame));
  assert_verdict (page, good, _("Genuine"), TRUE);
  assert_verdict (page, late, _("Expired"), TRUE);
  assert_verdict (page, forged, _("Altered"), FALSE);
  assert_verdict (page, foreign, _("Unknown issuer"), FALSE);
  assert_verdict (page, "https://voucher.example.cn/v/", _("Not a voucher"), FALSE);
  gtk_window_destroy (GTK_WINDOW (frame));
  settle ();
  g_clear_object (&outbox);
  close_place (&place);
}

int
main (int argc, char **argv)
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/scan/read", test_codes_are_read_from_pictures);
  g_test_add_func ("/scan/none", test_what_holds_no_code);
  g_test_add_func ("/scan/invoice", test_an_image_fills_the_invoice);
  g_test_add_func ("/scan/settlement", test_an_image_fills_the_settlement);
  g_test_add_func ("/scan/voucher", test_a_voucher_is_verified_without_a_network);
  return g_test_run ();
}
