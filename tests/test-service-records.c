/* What carriers record of a service, with a voucher and without: duration and charge, for both
 * sides, and how often an instrument has served. */
#define G_LOG_DOMAIN "test-service-records"

#include "demo-fixture.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define SEM "场发射扫描电子显微镜"

typedef struct
{
  gint64 nine;
  char *instrument, *order;
} Booking;

static void
booking_clear (Booking *b)
{
  g_free (b->instrument);
  g_free (b->order);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Booking, booking_clear)

/* enterprise1 books two hours of carrier1's microscope. */
static void
book (Demo *d, Booking *b)
{
  g_autofree char *wish = NULL;

  b->nine = yq_demo_time (DEMO_NOW, 3, 9, 0);
  wish = demo_period (b->nine, b->nine + 2 * HOUR);
  b->instrument = demo_instrument (d, "carrier1", SEM);
  b->order = yq_id_new ();
  assert_sent (d, "enterprise1", &yq_order, b->order, "submit", demo_order (b->instrument, wish),
               "applied");
}

static void
accept (Demo *d, Booking *b)
{
  book (d, b);
  assert_sent (d, "carrier1", &yq_order, b->order, "accept",
               demo_accept (b->nine, b->nine + 2 * HOUR), "applied");
}

static void
deliver (Demo *d, Booking *b)
{
  assert_sent (d, "carrier1", &yq_order, b->order, "save",
               g_strdup ("{\"results\":\"完成\",\"fees\":[{\"fee\":80000}]}"), "applied");
  assert_sent (d, "carrier1", &yq_order, b->order, "deliver", NULL, "applied");
}

static char *
service_of (const char *id, gint64 from, gint64 to)
{
  g_autofree char *begin = yq_time_format (from);
  g_autofree char *end = yq_time_format (to);

  return g_strdup_printf ("{\"id\":\"%s\",\"started_at\":\"%s\",\"ended_at\":\"%s\",\"hours\":20,"
                          "\"fee\":80000,\"note\":\"两件样品\"}",
                          id, begin, end);
}

/* By user, of the booking; its id, to be freed. */
static char *
record (Demo *d, const char *user, Booking *b, const char *expected)
{
  char *id = yq_id_new ();

  assert_sent (d, user, &yq_order, b->order, "add_service_record",
               service_of (id, b->nine, b->nine + 2 * HOUR), expected);
  return id;
}

static gint64
service_count (Demo *d, Booking *b)
{
  return demo_int (d, &yq_instrument, b->instrument, INSTRUMENT_SERVICE_COUNT);
}

static gboolean
reads (Demo *d, const char *user, const char *id)
{
  g_autoptr(YqRecord) found = demo_load (d, &yq_service_record, id);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  guint readers = yq_access_readers (world, demo_who (d, user), found);

  yq_world_sql_free (world);
  return (readers & yq_service_record.fields[SERVICE_RECORD_FEE].sees) != 0;
}

static gint64
count_evaluations (Demo *d, Booking *b)
{
  return demo_count (d, "SELECT COUNT (*) FROM \"evaluation\" WHERE \"order\" = $1", b->order);
}

/* -- without a voucher -- */

static void
test_a_booking_without_voucher_has_records (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  g_autofree char *id = NULL;
  g_autoptr(YqRecord) made = NULL;

  accept (d, &b);
  id = record (d, "carrier1", &b, "applied");
  made = demo_load (d, &yq_service_record, id);
  g_assert_cmpstr (yq_record_text (made, SERVICE_RECORD_ORDER), ==, b.order);
  g_assert_null (yq_record_text (made, SERVICE_RECORD_VOUCHER_USE));
  g_assert_cmpint (yq_record_int (made, SERVICE_RECORD_HOURS), ==, 20);
  g_assert_cmpint (yq_record_int (made, SERVICE_RECORD_FEE), ==, 80000);
  g_assert_cmpstr (yq_record_title (made), ==, SEM);
  g_assert_nonnull (yq_record_text (made, SERVICE_RECORD_NUMBER));
  g_assert_nonnull (yq_record_text (made, SERVICE_RECORD_CARRIER_NAME));
  g_assert_true (reads (d, "enterprise1", id));
  g_assert_true (reads (d, "carrier1", id));
  g_assert_false (reads (d, "enterprise2", id));
  g_assert_false (reads (d, "carrier2", id));
  assert_state (d, &yq_order, b.order, "accepted");
  g_assert_cmpint (count_evaluations (d, &b), ==, 1);
  g_assert_cmpint (demo_count (d,
                               "SELECT COUNT (*) FROM \"message\" WHERE record = $1"
                               " AND type = 'order.add_service_record'",
                               b.order),
                   >, 0);
  demo_verify_chain (d);
}

/* -- how often an instrument has served -- */

static void
test_the_count_follows_the_records (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  gint64 before;

  accept (d, &b);
  before = service_count (d, &b);
  g_free (record (d, "carrier1", &b, "applied"));
  g_assert_cmpint (service_count (d, &b), ==, before + 1);
  g_free (record (d, "carrier1", &b, "applied"));
  g_assert_cmpint (service_count (d, &b), ==, before + 2);
  deliver (d, &b); /* these two are what was delivered */
  g_assert_cmpint (service_count (d, &b), ==, before + 2);
  g_free (record (d, "carrier1", &b, "applied"));
  g_assert_cmpint (service_count (d, &b), ==, before + 3);
  g_assert_cmpint (count_evaluations (d, &b), ==, 1);
}

static void
test_what_was_delivered_counts_once (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  gint64 before;

  accept (d, &b);
  before = service_count (d, &b);
  deliver (d, &b);
  g_assert_cmpint (service_count (d, &b), ==, before + 1);
  g_free (record (d, "carrier1", &b, "applied"));
  g_assert_cmpint (service_count (d, &b), ==, before + 1);
  assert_sent (d, "enterprise1", &yq_order, b.order, "settle", NULL, "applied");
  assert_state (d, &yq_order, b.order, "completed");
  g_free (record (d, "carrier1", &b, "applied"));
  g_assert_cmpint (service_count (d, &b), ==, before + 2);
}

/* -- with a voucher -- */

static void
test_a_booking_with_voucher_serves_its_use (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  g_autofree char *voucher = demo_voucher (d, "enterprise1", 1000000);
  g_autofree char *use = yq_id_new ();
  g_autofree char *early = NULL, *id = NULL, *later = yq_id_new ();
  g_autoptr(YqRecord) made = NULL;
  gint64 before;

  accept (d, &b);
  before = service_count (d, &b);
  assert_sent (d, "enterprise1", &yq_voucher_use, use, "submit",
               demo_use (voucher, b.order, "carrier1", 80000, 40000, "enterprise"), "applied");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "confirm", NULL, "applied");
  id = record (d, "carrier1", &b, "applied");
  made = demo_load (d, &yq_service_record, id);
  g_assert_cmpstr (yq_record_text (made, SERVICE_RECORD_ORDER), ==, b.order);
  g_assert_cmpstr (yq_record_text (made, SERVICE_RECORD_VOUCHER_USE), ==, use);
  g_assert_cmpint (yq_record_int (made, SERVICE_RECORD_HOURS), ==, 20);
  g_assert_cmpint (yq_record_int (made, SERVICE_RECORD_FEE), ==, 80000);
  g_assert_cmpint (yq_record_int (made, SERVICE_RECORD_STARTED_AT), ==, b.nine);
  g_assert_cmpstr (yq_record_text (made, SERVICE_RECORD_NOTE), ==, "两件样品");
  assert_state (d, &yq_voucher_use, use, "served");
  g_assert_cmpint (service_count (d, &b), ==, before + 1);
  g_assert_cmpint (count_evaluations (d, &b), ==, 1);
  /* At the use it is the same. */
  assert_sent (d, "carrier1", &yq_voucher_use, use, "add_service_record",
               service_of (later, b.nine, b.nine + HOUR), "applied");
  g_assert_cmpint (service_count (d, &b), ==, before + 2);
  demo_verify (d);
  demo_verify_chain (d);
}

/* -- who, when, what -- */

static void
test_only_the_carrier_records (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  g_autofree char *id = NULL, *fresh = yq_id_new ();

  book (d, &b);
  g_free (record (d, "carrier1", &b, "refused/state"));
  assert_sent (d, "carrier1", &yq_order, b.order, "accept", demo_accept (b.nine, b.nine + 2 * HOUR),
               "applied");
  g_free (record (d, "enterprise1", &b, "refused/forbidden"));
  g_free (record (d, "carrier2", &b, "refused/not_found"));
  id = record (d, "carrier1", &b, "applied");
  assert_sent (d, "carrier1", &yq_order, b.order, "add_service_record",
               service_of (id, b.nine, b.nine + HOUR), "refused/duplicate");
  assert_sent (d, "carrier1", &yq_order, b.order, "add_service_record",
               service_of (fresh, b.nine, b.nine), "refused/invalid");
  assert_sent (d, "carrier1", &yq_order, b.order, "add_service_record",
               service_of ("no uuid", b.nine, b.nine + HOUR), "refused/invalid");
  assert_sent (d, "carrier1", &yq_order, b.order, "add_service_record", NULL, "refused/required");
  assert_sent (d, "carrier1", &yq_order, b.order, "terminate", g_strdup ("{\"comment\":\"停机\"}"),
               "applied");
  g_free (record (d, "carrier1", &b, "refused/state"));
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM \"service_record\" WHERE \"order\" = $1", b.order), ==,
    1);
}

/* -- a desk -- */

static void
test_a_desk_records_its_own (Demo *d, gconstpointer data)
{
  g_auto(Booking) b = { 0 };
  g_autofree char *owner = yq_demo_id ("organisation", "carrierjs");
  g_autofree char *wish = NULL;
  g_autofree char *id = NULL, *other = NULL;
  g_autoptr(YqRecord) made = NULL;

  b.nine = yq_demo_time (DEMO_NOW, 3, 9, 0);
  wish = demo_period (b.nine, b.nine + 2 * HOUR);
  b.instrument =
    demo_text (d, "SELECT id FROM \"instrument\" WHERE carrier = $1 ORDER BY id LIMIT 1", owner);
  b.order = yq_id_new ();
  assert_sent (d, "deskjs", &yq_instrument, b.instrument, "pick", NULL, "applied");
  assert_sent (d, "enterprisejs", &yq_order, b.order, "submit", demo_order (b.instrument, wish),
               "applied");
  assert_sent (d, "deskjs", &yq_order, b.order, "accept", demo_accept (b.nine, b.nine + 2 * HOUR),
               "applied");
  id = record (d, "deskjs", &b, "applied");
  made = demo_load (d, &yq_service_record, id);
  g_assert_nonnull (yq_record_desk (made));
  g_assert_true (reads (d, "deskjs", id));
  g_assert_true (reads (d, "carrierjs", id));
  g_assert_true (reads (d, "enterprisejs", id));
  g_assert_false (reads (d, "testerjs", id));
  other = record (d, "carrierjs", &b, "applied");
  g_assert_true (reads (d, "deskjs", other));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/service-records/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("booking", test_a_booking_without_voucher_has_records);
  ADD ("count", test_the_count_follows_the_records);
  ADD ("delivered", test_what_was_delivered_counts_once);
  ADD ("voucher", test_a_booking_with_voucher_serves_its_use);
  ADD ("refused", test_only_the_carrier_records);
  ADD ("desk", test_a_desk_records_its_own);

  return g_test_run ();
}
