/* Bookings of Shandong up to their settlement, for tests on the demo's world. */
#pragma once

#include "demo-fixture.h"

#include "programme.h"

#define SD_HOUR (3600 * G_GINT64_CONSTANT (1000))
#define PROVINCIAL "shandong-provincial-2026"
#define MUNICIPAL "shandong-municipal-2026-370100"

/* Turns a number or a text of a programme. */
static inline void
sd_turn (Demo *d, const char *name, guint field, gint64 number)
{
  g_autofree char *key = g_strconcat ("programme ", name, NULL);
  g_autofree char *id = yq_id_of_name (key);
  g_autoptr(YqRecord) stored = demo_load (d, &yq_programme, id);
  g_autoptr(YqRecord) programme = yq_record_copy (stored);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  g_autoptr(GError) error = NULL;
  YqTx tx;

  yq_record_set_int (programme, field, number);
  yq_tx_init (&tx, d->conn, world, NULL, DEMO_NOW);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  yq_tx_update (&tx, stored, programme, "save", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sql_commit (d->conn, NULL));
  yq_world_sql_free (world);
}

static inline char *
sd_programme (const char *name)
{
  g_autofree char *key = g_strconcat ("programme ", name, NULL);

  return yq_id_of_name (key);
}

/* A booking the carrier has delivered; nth chooses a time of its own.  extra: more members, each
 * with its comma, or "". */
static inline char *
sd_delivered (Demo *d, const char *user, guint nth, gint64 fee, const char *extra)
{
  g_autofree char *instrument = demo_instrument (d, "carriersd", "场发射扫描电子显微镜");
  gint64 from = yq_demo_time (DEMO_NOW, 3 + nth / 6, 9 + nth % 6, 0);
  g_autofree char *wish = demo_period (from, from + SD_HOUR);
  g_autofree char *plain = demo_order (instrument, wish);
  char *id = yq_id_new ();

  assert_sent (d, user, &yq_order, id, "submit",
               g_strdup_printf ("%.*s%s}", (int) strlen (plain) - 1, plain, extra), "applied");
  assert_sent (d, "carriersd", &yq_order, id, "accept", demo_accept (from, from + SD_HOUR),
               "applied");
  assert_sent (
    d, "carriersd", &yq_order, id, "save",
    g_strdup_printf ("{\"results\":\"完成\",\"fees\":[{\"fee\":%" G_GINT64_FORMAT "}]}", fee),
    "applied");
  assert_sent (d, "carriersd", &yq_order, id, "deliver", NULL, "applied");
  return id;
}

/* Everything a settlement asks for; papers: which of "contract", "result", "relevance" are there.
 */
static inline char *
sd_settlement (const char *programme, gint64 amount, gint64 invoiced, guint number,
               const char *papers)
{
  g_autofree char *id = sd_programme (programme);
  g_autofree char *contract = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);

  return g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%" G_GINT64_FORMAT
                          ",\"category\":\"testing\","
                          "\"contract_files\":%s,\"settlement_files\":%s,\"relevance_files\":%s,"
                          "\"invoice_number\":\"26372000000%09u\",\"invoice_date\":\"2026-11-20\","
                          "\"invoice_amount\":%" G_GINT64_FORMAT ",\"pledge\":true}",
                          id, amount, yq_word_in (papers, "contract") ? contract : "[]",
                          yq_word_in (papers, "result") ? report : "[]",
                          yq_word_in (papers, "relevance") ? report : "[]", number, invoiced);
}

#define SD_PAPERS "contract|result|relevance"

/* One text of the one record of an entity that names the booking. */
static inline char *
sd_use_of (Demo *d, const char *order)
{
  return demo_text (d, "SELECT id FROM \"voucher_use\" WHERE \"order\" = $1", order);
}

static inline char *
sd_redemption_of (Demo *d, const char *order)
{
  return demo_text (d, "SELECT redemption FROM \"voucher_use\" WHERE \"order\" = $1", order);
}
