/* Pictures of the generic widgets. */
#include "screens-pages.h"

#include "client-fixture.h"

#include "bits.h"
#include "face.h"
#include "page.h"
#include "record-form.h"
#include "sign-in-window.h"
#include "step-bar.h"

static Place place;

#define MICROSCOPE "018f3c00-0000-7000-8000-00000000a001"

static YqStore *
example_store (void)
{
  if (place.store != NULL)
    return place.store;
  open_place (&place);
  receive_instrument (place.store, MICROSCOPE, 1, "场发射扫描电镜 SU8010", "\"unit_price\":80000");
  return place.store;
}

/* -- small things -- */
static GtkWidget *
build_pills (void)
{
  static const struct
  {
    const char *text;
    YqTone tone;
  } examples[] = {
    { N_("To be submitted"), YQ_TONE_NEUTRAL },
    { N_("To be accepted"), YQ_TONE_WAITING },
    { N_("To be settled"), YQ_TONE_YOURS },
    { N_("Completed"), YQ_TONE_DONE },
    { N_("Refused"), YQ_TONE_BAD },
  };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    gtk_box_append (GTK_BOX (row), yq_pill_new (_(examples[i].text), examples[i].tone));
  return row;
}

static GtkWidget *
build_bits (void)
{
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *figures = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 36);
  GtkWidget *list = yq_boxed_list_new ();
  GtkWidget *facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gint64 now = yq_clock_now ();

  gtk_box_append (GTK_BOX (figures),
                  yq_figure_new (_("Available"), "¥ 180,000.00", YQ_TONE_NEUTRAL));
  gtk_box_append (GTK_BOX (figures), yq_figure_new (_("Held"), "¥ 20,000.00", YQ_TONE_WAITING));
  gtk_list_box_append (GTK_LIST_BOX (list),
                       yq_row_new ("yq-instrument-symbolic", "场发射扫描电镜 SU8010",
                                   "嘉兴检测中心", yq_time_label_new (now - 3 * YQ_DAY),
                                   "app.quit"));
  gtk_list_box_append (GTK_LIST_BOX (list),
                       yq_row_new ("yq-voucher-symbolic", "2026T91330421MA2B", NULL,
                                   yq_pill_new (_("Completed"), YQ_TONE_DONE), NULL));
  gtk_box_append (GTK_BOX (facts), yq_fact_new (_("Price"), yq_money_label_new (32000000)));
  gtk_box_append (GTK_BOX (facts), yq_fact_new (_("Submitted"), yq_time_label_new (now - 7200000)));
  gtk_box_append (GTK_BOX (box),
                  yq_card_new (_("Innovation vouchers and shared instruments"), NULL, figures));
  gtk_box_append (GTK_BOX (box), build_pills ());
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), yq_card_new (NULL, NULL, facts));
  return box;
}

static GtkWidget *
build_face (YqFaceKind kind)
{
  GtkWidget *face = yq_face_new (NULL);

  yq_face_set_first (YQ_FACE (face), "yq-calendar-symbolic", _("Orders"),
                     _("Bookings of instruments stand here."), _("Search"), "app.quit");
  yq_face_show (YQ_FACE (face), kind);
  if (kind == YQ_FACE_FAILED)
    yq_face_fail (YQ_FACE (face), _("That did not work"), _("The server cannot be reached"),
                  "app.quit");
  return face;
}

static GtkWidget *
build_first (void)
{
  return build_face (YQ_FACE_FIRST);
}

static GtkWidget *
build_loading (void)
{
  return build_face (YQ_FACE_LOADING);
}

static GtkWidget *
build_failed (void)
{
  return build_face (YQ_FACE_FAILED);
}

/* -- forms -- */
static void
fill_order (YqRecord *order)
{
  JsonArray *instruments = json_array_new ();
  g_autoptr(JsonNode) samples = json_from_string (
    "[{\"name\":\"高温合金试样\",\"quantity\":12,\"form\":\"块状\",\"return\":true}]", NULL);
  g_autoptr(JsonNode) papers =
    json_from_string ("[{\"sha256\":\"00\",\"name\":\"测试方案与样品清单 2026-11-20.pdf\"}]", NULL);

  json_array_add_string_element (instruments, MICROSCOPE);
  yq_record_take_array (order, ORDER_INSTRUMENTS, instruments);
  yq_record_take_array (order, ORDER_SAMPLES, json_node_dup_array (samples));
  yq_record_take_array (order, ORDER_PAPERS, json_node_dup_array (papers));
  yq_record_set_text (order, ORDER_PURPOSE, "观察高温合金断口形貌，判断断裂方式。");
  yq_record_set_text (order, ORDER_PROJECT_SOURCE, "own");
  yq_record_set_text (order, ORDER_CONTACT_PHONE, "138");
}

static GtkWidget *
scrolled_form (GtkWidget *form)
{
  YqPage *page = yq_page_new ("", NULL);
  GtkWidget *box = yq_page_box_new ();

  gtk_box_append (GTK_BOX (box), form);
  yq_page_set_content_clamped (page, box, 768);
  return GTK_WIDGET (page);
}

static GtkWidget *
build_order_form (void)
{
  YqStore *store = example_store ();
  g_autoptr(YqRecord) order = yq_store_new_record (store, &yq_order);
  g_autoptr(JsonNode) comments = json_from_string (
    "[{\"field\":\"purpose\",\"comment\":\"请写明放大倍数和需要的照片数量。\"}]", NULL);
  GtkWidget *form;

  fill_order (order);
  form = yq_record_form_new (store, order);
  yq_record_form_check (YQ_RECORD_FORM (form), TRUE);
  yq_record_form_show_comments (YQ_RECORD_FORM (form), json_node_get_array (comments));
  return scrolled_form (form);
}

static GtkWidget *
build_instrument_form (void)
{
  YqStore *store = example_store ();
  g_autoptr(YqRecord) instrument = yq_store_get (store, &yq_instrument, MICROSCOPE);

  g_autoptr(YqRecord) fresh = yq_store_new_record (store, &yq_instrument);

  yq_record_set_text (fresh, INSTRUMENT_NAME, yq_record_text (instrument, INSTRUMENT_NAME));
  yq_record_set_carrier (fresh, BUYER);
  return scrolled_form (yq_record_form_new (store, fresh));
}

static GtkWidget *
build_steps (void)
{
  static const char *const states[] = { "draft", "accepted", "completed", "refused", "cancelled" };
  YqStore *store = example_store ();
  GtkWidget *box = yq_page_box_new ();

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr(YqRecord) order = yq_store_new_record (store, &yq_order);
      GtkWidget *bar = yq_step_bar_new ();
      GtkWidget *buttons = yq_step_buttons_new ();

      yq_record_set_state (order, states[i]);
      yq_step_bar_show (YQ_STEP_BAR (bar), order);
      yq_step_buttons_show (YQ_STEP_BUTTONS (buttons), yq_store_world (store), yq_store_who (store),
                            order);
      gtk_box_append (GTK_BOX (box), bar);
      gtk_box_append (GTK_BOX (box), buttons);
    }
  return box;
}

static GtkWidget *
build_sign_in (void)
{
  return yq_sign_in_window_new (NULL, "https://quan.jiaxing.gov.cn", "enterprise1");
}

static GtkWidget *
build_sign_in_failed (void)
{
  GtkWidget *window = build_sign_in ();

  yq_sign_in_window_fail (YQ_SIGN_IN_WINDOW (window), _("The server cannot be reached"),
                          _("Signing in did not work"));
  return window;
}

const ScreenPage screens_widgets[] = {
  { "bits", build_bits, 720, 560 },
  { "face-first", build_first, 720, 480 },
  { "face-loading", build_loading, 720, 480 },
  { "face-failed", build_failed, 720, 480 },
  { "form-order", build_order_form, 860, 1500 },
  { "form-instrument", build_instrument_form, 860, 1900 },
  { "steps", build_steps, 860, 700 },
  { "sign-in", build_sign_in, 480, 700 },
  { "sign-in-failed", build_sign_in_failed, 480, 760 },
  { NULL },
};
