/* The rows of a table: whatever the list below does, each shows the record that stands in its
 * place, and those in view stay the same objects while another answer takes the place of one. */
#include "client-fixture.h"

#include "record-rows.h"

#define N 90 /* more than a list shows at first, and more than one change of it */
#define IN_VIEW 20
#define ROUNDS 120

typedef struct
{
  Place place;
  YqRecordList *list;
  YqRecordRows *rows;
  guint n; /* by what was told */
  gint64 revisions[N];
} Fixture;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  g_assert_cmpuint (position + removed, <=, f->n);
  f->n += added - removed;
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, f->n);
}

static void
change_one (Fixture *f, guint i, GRand *chance)
{
  g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", i);
  g_autofree char *name = g_strdup_printf ("仪器 %03d", g_rand_int_range (chance, 0, 999));

  receive_instrument (f->place.store, id, ++f->revisions[i], name,
                      g_rand_boolean (chance) ? "\"condition\":\"repair\""
                                              : "\"condition\":\"normal\"");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GRand) chance = g_rand_new_with_seed (1);

  open_place (&f->place);
  for (guint i = 0; i < N / 2; i++)
    change_one (f, i, chance);
  settle ();
  f->list = yq_record_list_new (f->place.store, query);
  f->rows = yq_record_rows_new (f->list);
  g_signal_connect (f->rows, "items-changed", G_CALLBACK (items_changed_cb), f);
  g_signal_connect_swapped (f->list, "replaced", G_CALLBACK (yq_record_rows_take_over), f->rows);
  yq_record_list_wait (f->list);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->rows);
  yq_record_list_wait (f->list); /* a reading under way keeps it */
  g_assert_finalize_object (f->list);
  settle ();
  close_place (&f->place);
}

static YqRecordRow *
nth_row (Fixture *f, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (f->rows), i);
}

static void
assert_shows (Fixture *f)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (f->list));

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->rows)), ==, n);
  g_assert_cmpuint (f->n, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(YqRecordRow) row = nth_row (f, i);

      g_assert_cmpstr (yq_record_id (yq_record_row_record (row)), ==,
                       yq_record_list_id (f->list, i));
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->rows), n));
}

static void
ask (Fixture *f, GRand *chance)
{
  static const char *const sorts[] = { NULL, "name", "updated_at" };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  const char *sort = sorts[g_rand_int_range (chance, 0, G_N_ELEMENTS (sorts))];

  if (sort != NULL)
    yq_query_set_sort (query, sort, g_rand_boolean (chance));
  if (g_rand_boolean (chance))
    yq_query_add (query, "condition", g_rand_boolean (chance) ? "repair" : "normal");
  if (g_rand_int_range (chance, 0, 5) == 0)
    yq_query_set_text (query, "没有这样的仪器");
  yq_record_list_set_query (f->list, query);
}

static void
hold_some (Fixture *f, GPtrArray *held, GRand *chance)
{
  guint n = MIN (IN_VIEW, f->n);

  g_ptr_array_set_size (held, 0);
  for (guint i = g_rand_boolean (chance) ? n : 0; i < n; i++)
    g_ptr_array_add (held, nth_row (f, i));
}

/* Answers, small changes and large ones, one after another and on top of each other. */
static void
test_rows_show_what_stands_there (Fixture *f, gconstpointer data)
{
  g_autoptr(GRand) chance = g_rand_new_with_seed (g_test_rand_int ());
  g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);

  assert_shows (f);
  for (guint round = 0; round < ROUNDS; round++)
    {
      guint n = (guint[]){ 0, 1, 3, N }[g_rand_int_range (chance, 0, 4)];

      hold_some (f, held, chance);
      if (g_rand_boolean (chance))
        ask (f, chance);
      for (guint i = 0; i < n; i++)
        change_one (f, g_rand_int_range (chance, 0, N), chance);
      if (g_rand_boolean (chance))
        settle ();
      if (g_rand_int_range (chance, 0, 4) == 0)
        yq_record_list_complete (f->list);
      settle ();
      yq_record_list_wait (f->list);
      assert_shows (f);
    }
}

static void
note_cb (YqRecordRow *row, guint *n)
{
  ++*n;
}

/* Widgets hang on the rows: of another answer none is made anew. */
static void
test_another_answer_keeps_the_rows (Fixture *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordRow) first = nth_row (f, 0);
  g_autoptr(YqRecordRow) second = nth_row (f, 1);
  g_autofree char *was = g_strdup (yq_record_id (yq_record_row_record (first)));
  guint n_changed = 0, n = f->n;

  g_signal_connect (first, "changed", G_CALLBACK (note_cb), &n_changed);
  yq_query_set_sort (query, "name", TRUE);
  yq_record_list_set_query (f->list, query);
  yq_record_list_wait (f->list);
  g_assert_cmpuint (f->n, ==, n);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(YqRecordRow) row = nth_row (f, i);

      g_assert_true (row == (i == 0 ? first : second));
    }
  g_assert_cmpstr (yq_record_id (yq_record_row_record (first)), !=, was);
  g_assert_cmpuint (n_changed, ==, 1);
  assert_shows (f);
}

/* Until the rest of a long answer is here its rows are blank: nobody acts on the old ones. */
static void
test_rows_that_are_still_read_are_blank (Fixture *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordRow) last = nth_row (f, N / 2 - 1);

  yq_query_set_sort (query, "name", TRUE);
  yq_record_list_set_query (f->list, query);
  while (!yq_record_list_is_cut (f->list))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n, ==, N / 2);
  g_assert_null (yq_record_row_record (last));
  yq_record_list_wait (f->list);
  g_assert_nonnull (yq_record_row_record (last));
  assert_shows (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/rows/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("show", test_rows_show_what_stands_there);
  ADD ("kept", test_another_answer_keeps_the_rows);
  ADD ("blank", test_rows_that_are_still_read_are_blank);
  return g_test_run ();
}
