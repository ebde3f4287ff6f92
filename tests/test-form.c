/* The generic form: live checks, autosave, locked fields, comments, rows, references, files, steps.
 */
#include "client-fixture.h"
#include "guitest.h"

#include "bits.h"
#include "field-kinds.h"
#include "record-facts.h"
#include "record-form.h"
#include "step-bar.h"

#define A "018f3c00-0000-7000-8000-00000000a001"
#define ORDER "018f3c00-0000-7000-8000-00000000b001"

typedef struct
{
  Place place;
  YqRecord *order;
  GtkWidget *form, *window;
} Fixture;

static void
show_form (Fixture *f)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  f->form = yq_record_form_new (f->place.store, f->order);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), f->form);
  f->window = gt_window (scroller, 800, 2000);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  open_place (&f->place);
  receive_instrument (f->place.store, A, 1, "场发射扫描电镜", "\"unit_price\":80000");
  f->order = yq_store_new_record (f->place.store, &yq_order);
  show_form (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gt_close (f->window);
  g_clear_object (&f->order);
  settle ();
  close_place (&f->place);
}

static YqFieldEditor *
editor (Fixture *f, const char *name)
{
  YqFieldEditor *found = yq_record_form_editor (YQ_RECORD_FORM (f->form), name);

  g_assert_nonnull (found);
  return found;
}

static GtkWidget *
entry_of (Fixture *f, const char *name)
{
  return gt_find_type (GTK_WIDGET (editor (f, name)), GTK_TYPE_ENTRY);
}

static void
kept_cb (YqRecordForm *form, gboolean *kept)
{
  *kept = TRUE;
}

static gboolean
is_set (gpointer flag)
{
  return *(gboolean *) flag;
}

static void
test_typing_is_kept (Fixture *f, gconstpointer data)
{
  g_autoptr(YqRecord) again = NULL;
  gboolean kept = FALSE;

  g_signal_connect (f->form, "kept", G_CALLBACK (kept_cb), &kept);
  gt_type (entry_of (f, "contact_name"), "王晓燕");
  g_assert_true (yq_record_form_is_dirty (YQ_RECORD_FORM (f->form)));
  g_assert_true (gt_until (is_set, &kept, 5000));
  again = yq_store_get (f->place.store, &yq_order, yq_record_id (f->order));
  g_assert_nonnull (again);
  g_assert_cmpstr (yq_record_text (again, ORDER_CONTACT_NAME), ==, "王晓燕");
}

static void
test_leaving_keeps_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr(YqRecord) again = NULL;

  gt_type (entry_of (f, "project_name"), "高导热膜");
  gtk_widget_set_visible (f->form, FALSE);
  again = yq_store_get (f->place.store, &yq_order, yq_record_id (f->order));
  g_assert_nonnull (again);
  g_assert_cmpstr (yq_record_text (again, ORDER_PROJECT_NAME), ==, "高导热膜");
}

static void
test_missing_fields_are_marked (Fixture *f, gconstpointer data)
{
  g_autoptr(GPtrArray) missing = yq_record_form_missing (YQ_RECORD_FORM (f->form));

  g_assert_cmpuint (missing->len, >, 2);
  g_assert_null (yq_field_editor_error (editor (f, "contact_name")));
  g_assert_false (yq_record_form_check (YQ_RECORD_FORM (f->form), TRUE));
  g_assert_nonnull (yq_field_editor_error (editor (f, "contact_name")));
  g_assert_nonnull (yq_field_editor_error (editor (f, "purpose")));
  g_assert_null (yq_field_editor_error (editor (f, "project_name")));
  gt_type (entry_of (f, "contact_name"), "王晓燕");
  g_assert_null (yq_field_editor_error (editor (f, "contact_name")));
}

static void
test_wrong_phone_says_so_when_left (Fixture *f, gconstpointer data)
{
  GtkWidget *phone = entry_of (f, "contact_phone");

  gtk_widget_grab_focus (phone);
  gt_type (phone, "12");
  g_assert_null (yq_field_editor_error (editor (f, "contact_phone")));
  gtk_widget_grab_focus (entry_of (f, "contact_name"));
  gt_settle (f->window);
  g_assert_nonnull (yq_field_editor_error (editor (f, "contact_phone")));
  gt_type (phone, "13812345678");
  g_assert_null (yq_field_editor_error (editor (f, "contact_phone")));
}

static void
test_refusal_stands_at_its_field (Fixture *f, gconstpointer data)
{
  g_autoptr(YqProblem) problem =
    yq_problem_add_error (yq_problem_new (YQ_PROBLEM_INVALID, "%s", "no"), "project_name",
                          YQ_PROBLEM_INVALID, "%s", "not this project");

  yq_record_form_show_problem (YQ_RECORD_FORM (f->form), problem);
  g_assert_cmpstr (yq_field_editor_error (editor (f, "project_name")), ==, "not this project");
  yq_record_form_show_problem (YQ_RECORD_FORM (f->form), NULL);
  g_assert_null (yq_field_editor_error (editor (f, "project_name")));
}

static void
test_reviewer_is_read_at_the_field (Fixture *f, gconstpointer data)
{
  g_autoptr(JsonNode) comments =
    json_from_string ("[{\"field\":\"purpose\",\"comment\":\"请写明放大倍数\"}]", NULL);

  yq_record_form_show_comments (YQ_RECORD_FORM (f->form), json_node_get_array (comments));
  gt_settle (f->window);
  g_assert_nonnull (gt_find_label (GTK_WIDGET (editor (f, "purpose")), "请写明放大倍数"));
  g_assert_null (gt_find_label (GTK_WIDGET (editor (f, "project_name")), "请写明放大倍数"));
}

static void
test_rows_come_and_go (Fixture *f, gconstpointer data)
{
  GtkWidget *samples = GTK_WIDGET (editor (f, "samples"));
  JsonArray *rows;

  gt_click (gt_find_button (samples, _("Add a row")));
  gt_settle (f->window);
  gt_type (gt_find_type (samples, GTK_TYPE_ENTRY), "石墨烯分散液");
  rows = yq_record_array (f->order, ORDER_SAMPLES);
  g_assert_nonnull (rows);
  g_assert_cmpuint (json_array_get_length (rows), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (rows, 0), "name"),
                   ==, "石墨烯分散液");
  gt_click (gt_find_named (samples, "删除第 1 行"));
  g_assert_null (yq_record_array (f->order, ORDER_SAMPLES));
}

static void
test_choice_is_its_code (Fixture *f, gconstpointer data)
{
  GtkWidget *choice = gt_find_type (GTK_WIDGET (editor (f, "project_source")), GTK_TYPE_DROP_DOWN);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), 2);
  g_assert_cmpstr (yq_record_text (f->order, ORDER_PROJECT_SOURCE), ==, "national");
  gtk_widget_activate_action (choice, "dropdown.next", NULL);
  g_assert_cmpstr (yq_record_text (f->order, ORDER_PROJECT_SOURCE), ==, "provincial");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), 0);
  g_assert_false (yq_record_has (f->order, ORDER_PROJECT_SOURCE));
}

static void
test_others_change_what_is_not_edited (Fixture *f, gconstpointer data)
{
  g_autofree char *json = NULL;

  gt_type (entry_of (f, "contact_name"), "我");
  yq_record_form_flush (YQ_RECORD_FORM (f->form));
  json = order_json (yq_record_id (f->order), 1, "draft", "\"project_name\":\"别人写的\"");
  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
  settle ();
  gt_settle (f->window);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry_of (f, "project_name"))), ==,
                   "别人写的");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry_of (f, "contact_name"))), ==, "我");
}

static void
test_a_file_too_large_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->place.dir, "big.pdf", NULL);
  g_autofree char *small = g_build_filename (f->place.dir, "small.pdf", NULL);
  g_autofree char *bytes = g_malloc0 (6 * 1024 * 1024);
  g_autoptr(GFile) big = g_file_new_for_path (path);
  g_autoptr(GFile) fits = g_file_new_for_path (small);

  g_assert_true (g_file_set_contents (path, bytes, 6 * 1024 * 1024, NULL));
  g_assert_true (g_file_set_contents (small, "%PDF-1.4 x", -1, NULL));
  yq_field_editor_attach (editor (f, "papers"), big);
  while (yq_field_editor_error (editor (f, "papers")) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (yq_record_array (f->order, ORDER_PAPERS));
  yq_field_editor_attach (editor (f, "papers"), fits);
  while (yq_record_array (f->order, ORDER_PAPERS) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (yq_field_editor_error (editor (f, "papers")));
  gt_settle (f->window);
  g_assert_nonnull (gt_find_label (GTK_WIDGET (editor (f, "papers")), "small.pdf"));
}

static void
test_what_cannot_be_written_is_text (Fixture *f, gconstpointer data)
{
  g_autofree char *json =
    order_json (ORDER, 4, "completed", "\"purpose\":\"断口\",\"project_name\":\"膜\"");
  GtkWidget *row;

  gt_close (f->window);
  g_clear_object (&f->order);
  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
  f->order = yq_store_get (f->place.store, &yq_order, ORDER);
  show_form (f);
  row = GTK_WIDGET (editor (f, "project_name"));
  g_assert_nonnull (gt_find_label (row, "膜"));
  g_assert_null (gt_find_type (row, GTK_TYPE_ENTRY));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (editor (f, "contact_name"))));
}

static void
test_greyed_steps_say_why (Fixture *f, gconstpointer data)
{
  GtkWidget *buttons = yq_step_buttons_new ();
  GtkWidget *window = gt_window (buttons, 600, 200);
  GtkWidget *submit;

  yq_step_buttons_show (YQ_STEP_BUTTONS (buttons), yq_store_world (f->place.store),
                        yq_store_who (f->place.store), f->order);
  gt_settle (window);
  submit = yq_step_buttons_button (YQ_STEP_BUTTONS (buttons), "submit");
  g_assert_nonnull (submit);
  g_assert_false (gtk_widget_get_sensitive (submit));
  g_assert_nonnull (yq_widget_why (submit));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (submit), ==, yq_widget_why (submit));
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (submit),
                                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));

  /* Somebody may be pressing it while the record changes: it is the same button all the time. */
  yq_record_set_text (f->order, ORDER_PURPOSE, "断口形貌");
  yq_step_buttons_show (YQ_STEP_BUTTONS (buttons), yq_store_world (f->place.store),
                        yq_store_who (f->place.store), f->order);
  g_assert_true (yq_step_buttons_button (YQ_STEP_BUTTONS (buttons), "submit") == submit);
  gt_close (window);
}

static void
test_facts_mark_what_changed (Fixture *f, gconstpointer data)
{
  GtkWidget *facts = yq_record_facts_new (f->place.store);
  GtkWidget *window = gt_window (facts, 700, 600);
  g_autoptr(YqValues) before = NULL;
  g_autofree char *json = order_json (ORDER, 4, "submitted", "\"project_name\":\"新名\"");
  g_autoptr(YqRecord) order = NULL;

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
  order = yq_store_get (f->place.store, &yq_order, ORDER);
  before = yq_values_copy (yq_record_values (order));
  yq_values_set_text (before, ORDER_PROJECT_NAME, "旧名");
  yq_record_facts_show (YQ_RECORD_FACTS (facts), order, before);
  gt_settle (window);
  g_assert_nonnull (gt_find_label (facts, "新名"));
  g_assert_nonnull (gt_find_label (facts, "原：旧名"));
  g_assert_true (gtk_widget_has_css_class (gt_find_id (facts, "project_name"), "changed"));
  gt_close (window);
}

static void
test_numbers_are_read_as_people_write_them (void)
{
  static const YqField fields[] = {
    { "sum", "Sum", YQ_MONEY, .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .max = 100000000 },
    { "day", "Day", YQ_DATE, .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM },
    { "at", "At", YQ_TIME, .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM },
    { "place", "Place", YQ_INTEGER, .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .decimals = 2,
      .max = 100000 },
    { NULL },
  };
  g_autoptr(YqValues) values = yq_values_new (fields, 4);
  GtkWidget *form = yq_record_form_new_for_values (NULL, values);
  GtkWidget *window = gt_window (form, 600, 500);
  GtkWidget *entries[4];

  for (guint i = 0; i < 4; i++)
    entries[i] = gt_find_type (
      GTK_WIDGET (yq_record_form_editor (YQ_RECORD_FORM (form), fields[i].name)), GTK_TYPE_ENTRY);
  gt_type (entries[0], "１２，３４５.6");
  g_assert_cmpint (yq_values_int (values, 0), ==, 1234560);
  gt_type (entries[0], "12,34");
  g_assert_false (yq_values_has (values, 0));
  g_assert_false (yq_record_form_check (YQ_RECORD_FORM (form), FALSE));
  gt_type (entries[0], "5");
  gt_type (entries[1], "2026年3月1日");
  g_assert_cmpstr (yq_values_text (values, 1), ==, "2026-03-01");
  gt_type (entries[1], "20260230");
  g_assert_false (yq_values_has (values, 1));
  gt_type (entries[1], "2026/12/5");
  g_assert_cmpstr (yq_values_text (values, 1), ==, "2026-12-05");
  gt_type (entries[2], "2026-03-01 09:30");
  g_assert_cmpint (yq_values_int (values, 2), ==,
                   yq_date_start ("2026-03-01") + (9 * 60 + 30) * 60 * YQ_SECOND);
  gt_type (entries[3], "3.1");
  g_assert_cmpint (yq_values_int (values, 3), ==, 310);
  gt_type (entries[3], "3.123");
  g_assert_false (yq_values_has (values, 3));
  gt_close (window);
}

int
main (int argc, char **argv)
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/form/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("typing-is-kept", test_typing_is_kept);
  ADD ("leaving-keeps-at-once", test_leaving_keeps_at_once);
  ADD ("missing-fields-are-marked", test_missing_fields_are_marked);
  ADD ("wrong-phone", test_wrong_phone_says_so_when_left);
  ADD ("refusal-at-its-field", test_refusal_stands_at_its_field);
  ADD ("reviewer-at-the-field", test_reviewer_is_read_at_the_field);
  ADD ("rows", test_rows_come_and_go);
  ADD ("choice", test_choice_is_its_code);
  ADD ("others-change", test_others_change_what_is_not_edited);
  ADD ("file-too-large", test_a_file_too_large_is_refused);
  ADD ("locked-is-text", test_what_cannot_be_written_is_text);
  ADD ("greyed-steps-say-why", test_greyed_steps_say_why);
  ADD ("facts-mark-changes", test_facts_mark_what_changed);
  g_test_add_func ("/form/numbers", test_numbers_are_read_as_people_write_them);
  return g_test_run ();
}
