/* The demo's world for tests: copied for each test; commands of its people without
 * HTTP, and what became of them. */
#pragma once

#include "fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "audit.h"
#include "catalogue.h"
#include "clock.h"
#include "commands.h"
#include "demo-private.h"
#include "effects.h"
#include "ids.h"
#include "jobs.h"
#include "ledger.h"
#include "load-data.h"
#include "order.h"
#include "party.h"
#include "programme.h"
#include "record-sql.h"
#include "redemption.h"
#include "session.h"
#include "verify-page.h"
#include "voucher.h"
#include "world-sql.h"

#define DEMO_NOW YQ_WORLDS_NOW
#define JIASHAN "zhejiang-2026-330421"

typedef struct
{
  YqFixture *server; /* not started by itself */
  SqlConn *conn;     /* NULL while the server runs */
  GHashTable *sessions;
  JsonNode *answer; /* of the last command */
} Demo;

/* A verb as on the command line; out: the file it writes to. */
static inline int
demo_run_verb (const YqVerb *verb, const YqConfig *config, char **args, const char *out)
{
  int file = open (out, O_WRONLY | O_CREAT | O_TRUNC, 0600), before, code;

  fflush (stdout);
  before = dup (STDOUT_FILENO);
  g_assert_cmpint (dup2 (file, STDOUT_FILENO), ==, STDOUT_FILENO);
  code = verb->run (config, args);
  fflush (stdout);
  g_assert_cmpint (dup2 (before, STDOUT_FILENO), ==, STDOUT_FILENO);
  close (before);
  close (file);
  return code;
}

static inline void
demo_open (Demo *demo)
{
  g_autoptr(GError) error = NULL;

  demo->conn = yq_admin_open (demo->server->config, &error);
  g_assert_no_error (error);
  /* Nobody cuts the power here. */
  sql_script (demo->conn, "PRAGMA synchronous = OFF", &error);
  g_assert_no_error (error);
}

static inline void
demo_set_up (Demo *demo, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (DEMO_NOW);
  demo->server = yq_fixture_new ();
  yq_worlds_copy ("demo", demo->server->config->data);
  yq_token_init (demo->server->config->data, &error);
  g_assert_no_error (error);
  demo->sessions =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) yq_session_unref);
  demo_open (demo);
}

static inline void
demo_tear_down (Demo *demo, gconstpointer data)
{
  g_clear_pointer (&demo->conn, sql_close);
  g_clear_pointer (&demo->server, yq_fixture_free);
  g_clear_pointer (&demo->sessions, g_hash_table_unref);
  g_clear_pointer (&demo->answer, json_node_unref);
  yq_clock_set (0);
}

/* -- people -- */

/* user NULL is a visitor.  Grants are read again after demo_forget_people(). */
static inline const YqWho *
demo_who (Demo *demo, const char *user)
{
  YqSession *session = g_hash_table_lookup (demo->sessions, user);
  g_autofree char *account = yq_demo_id ("account", user);

  if (session == NULL)
    {
      session = yq_session_read (demo->conn, account, NULL);
      g_assert_nonnull (session);
      g_hash_table_insert (demo->sessions, g_strdup (user), session);
    }
  return yq_session_who (session);
}

static inline void
demo_forget_people (Demo *demo)
{
  g_hash_table_remove_all (demo->sessions);
}

/* -- records -- */

static inline YqRecord *
demo_load (Demo *demo, const YqEntity *entity, const char *id)
{
  g_autoptr(GError) error = NULL;
  YqRecord *record = yq_record_sql_get (demo->conn, entity, id, &error);

  g_assert_no_error (error);
  return record;
}

static inline char *
demo_state (Demo *demo, const YqEntity *entity, const char *id)
{
  g_autoptr(YqRecord) record = demo_load (demo, entity, id);

  return g_strdup (record ? yq_record_state (record) : "gone");
}

#define assert_state(demo, entity, id, expected)             \
  G_STMT_START                                               \
  {                                                          \
    g_autofree char *_state = demo_state (demo, entity, id); \
    g_assert_cmpstr (_state, ==, expected);                  \
  }                                                          \
  G_STMT_END

/* argument NULL: the statement has none. */
static inline gint64
demo_count (Demo *demo, const char *sql, const char *argument)
{
  gint64 n = 0;
  g_autoptr(GError) error = NULL;

  sql_get_int (demo->conn, sql, &SQL_TEXT (argument), argument ? 1 : 0, &n, &error);
  g_assert_no_error (error);
  return n;
}

static inline char *
demo_text (Demo *demo, const char *sql, const char *argument)
{
  g_autoptr(GError) error = NULL;
  char *text = sql_get_text (demo->conn, sql, &SQL_TEXT (argument), argument ? 1 : 0, &error);

  g_assert_no_error (error);
  return text;
}

static inline gint64
demo_int (Demo *demo, const YqEntity *entity, const char *id, guint field)
{
  g_autoptr(YqRecord) record = demo_load (demo, entity, id);

  return yq_record_int (record, field);
}

/* -- commands -- */

static inline JsonObject *
demo_result (Demo *demo)
{
  return json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (demo->answer), "results"), 0);
}

/* "applied", or "refused/CODE", "conflict/changed". */
static inline char *
demo_send (Demo *demo, const char *user, const YqEntity *entity, const char *id, const char *action,
           const char *fields)
{
  g_autoptr(YqRecord) stored = demo_load (demo, entity, id);
  g_autofree char *command = yq_id_new ();
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
    command, entity->name, id, action, stored ? yq_record_revision (stored) : 0,
    fields ? fields : "{}");
  g_autofree char *answer = NULL;
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(GError) error = NULL;
  JsonObject *result;

  g_assert_true (sql_begin (demo->conn, TRUE, &error));
  answer = yq_commands_run (demo->conn, demo_who (demo, user), body, -1, &problem, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_assert_true (sql_commit (demo->conn, &error));
  g_clear_pointer (&demo->answer, json_node_unref);
  demo->answer = json_from_string (answer, NULL);
  result = demo_result (demo);
  if (!json_object_has_member (result, "problem"))
    return g_strdup (json_object_get_string_member (result, "outcome"));
  return g_strdup_printf (
    "%s/%s", json_object_get_string_member (result, "outcome"),
    json_object_get_string_member (json_object_get_object_member (result, "problem"), "code"));
}

/* Takes fields. */
#define assert_sent(demo, user, entity, id, action, fields, expected)                \
  G_STMT_START                                                                       \
  {                                                                                  \
    g_autofree char *_fields = fields;                                               \
    g_autofree char *_outcome = demo_send (demo, user, entity, id, action, _fields); \
    if (strcmp (_outcome, expected) != 0)                                            \
      g_test_message ("%s", json_to_string ((demo)->answer, FALSE));                 \
    g_assert_cmpstr (_outcome, ==, expected);                                        \
  }                                                                                  \
  G_STMT_END

static inline JsonArray *
demo_alternatives (Demo *demo)
{
  JsonObject *problem = json_object_get_object_member (demo_result (demo), "problem");

  return json_object_has_member (problem, "alternatives")
           ? json_object_get_array_member (problem, "alternatives")
           : NULL;
}

static inline const char *
demo_detail (Demo *demo)
{
  return json_object_get_string_member (
    json_object_get_object_member (demo_result (demo), "problem"), "detail");
}

/* -- the usual fields -- */

static inline char *
demo_instrument (Demo *demo, const char *carrier, const char *name)
{
  g_autofree char *owner = yq_demo_id ("organisation", carrier);
  char *id = sql_get_text (demo->conn,
                           "SELECT id FROM \"instrument\" WHERE carrier = $1 AND name = $2"
                           " AND state = 'listed' ORDER BY asset_number LIMIT 1",
                           SQL_ARGS (SQL_TEXT (owner), SQL_TEXT (name)), NULL);

  g_assert_nonnull (id);
  return id;
}

static inline char *
demo_period (gint64 from, gint64 to)
{
  g_autofree char *begin = yq_time_format (from);
  g_autofree char *end = yq_time_format (to);

  return g_strdup_printf ("{\"from\":\"%s\",\"to\":\"%s\"}", begin, end);
}

/* wishes: periods with commas between. */
static inline char *
demo_order (const char *instrument, const char *wishes)
{
  return g_strdup_printf ("{\"instruments\":[\"%s\"],\"wished\":[%s],\"purpose\":\"测试\","
                          "\"contact_name\":\"王工\",\"contact_phone\":\"13905730101\"}",
                          instrument, wishes);
}

static inline char *
demo_accept (gint64 from, gint64 to)
{
  g_autofree char *begin = yq_time_format (from);
  g_autofree char *end = yq_time_format (to);

  return g_strdup_printf ("{\"confirmed_from\":\"%s\",\"confirmed_to\":\"%s\"}", begin, end);
}

static inline char *
demo_claim (gint64 amount)
{
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);

  return g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%" G_GINT64_FORMAT ",\"pledge\":true}",
                          programme, amount);
}

/* order may be NULL. */
static inline char *
demo_use (const char *voucher, const char *order, const char *carrier, gint64 contract,
          gint64 amount, const char *redeemer)
{
  g_autofree char *owner = yq_demo_id ("organisation", carrier);
  g_autofree char *files = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *results = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *of = order ? g_strdup_printf ("\"order\":\"%s\",", order) : g_strdup ("");

  return g_strdup_printf ("{\"voucher\":\"%s\",%s\"carrier\":\"%s\",\"category\":\"testing\","
                          "\"contract_name\":\"检测合同\",\"contract_amount\":%" G_GINT64_FORMAT
                          ",\"contract_date\":\"2026-11-02\",\"amount\":%" G_GINT64_FORMAT
                          ",\"redeemer\":\"%s\",\"contract_files\":%s,\"result_files\":%s,"
                          "\"pledge\":true}",
                          voucher, of, owner, contract, amount, redeemer, files, results);
}

static inline char *
demo_invoice (const char *number, gint64 amount, const char *redeemer, const char *use)
{
  return g_strdup_printf ("{\"number\":\"%s\",\"date\":\"2026-11-10\",\"amount\":%" G_GINT64_FORMAT
                          ",\"redeemer\":\"%s\",\"uses\":[\"%s\"]}",
                          number, amount, redeemer, use);
}

/* lines and invoices: JSON without the brackets. */
static inline char *
demo_redemption (const char *redeemer, const char *lines, const char *invoices)
{
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);

  return g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"%s\","
                          "\"place\":\"330421\",\"lines\":[%s],\"invoices\":[%s]}",
                          programme, redeemer, lines, invoices);
}

/* The voucher a claim of the user made. */
static inline char *
demo_voucher (Demo *demo, const char *user, gint64 amount)
{
  g_autofree char *claim = yq_id_new ();

  assert_sent (demo, user, &yq_claim, claim, "submit", demo_claim (amount), "applied");
  return demo_text (demo, "SELECT voucher FROM \"claim\" WHERE id = $1", claim);
}

/* The bureau lowers the programme's budget until so much is free. */
static inline void
demo_leave_budget (Demo *demo, const char *programme, gint64 left)
{
  gint64 granted = demo_int (demo, &yq_programme, programme, PROGRAMME_BUDGET) -
                   yq_ledger_balance (demo->conn, YQ_LEDGER_BUDGET, programme);

  assert_sent (demo, "admin", &yq_programme, programme, "save",
               g_strdup_printf ("{\"budget\":%" G_GINT64_FORMAT "}", granted + left), "applied");
}

/* -- what must always be true -- */

static inline void
demo_print (const char *line, gpointer user_data)
{
  g_test_message ("%s", line);
}

static const struct
{
  const char *what, *sql;
} demo_rules[] = {
  { "a voucher says what the ledger says",
    "SELECT COUNT (*) FROM \"voucher\" v WHERE v.available <> (SELECT balance FROM ledger_account"
    "  WHERE kind = 2 AND owner = v.id)"
    " OR v.held <> COALESCE ((SELECT balance FROM ledger_account WHERE kind = 3 AND owner = "
    "v.id), 0)"
    " OR v.redeemed <> COALESCE ((SELECT balance FROM ledger_account WHERE kind = 4"
    "  AND owner = v.id), 0)" },
  { "a budget is what is free and what is granted of it",
    "SELECT COUNT (*) FROM \"programme\" p WHERE"
    " (CASE p.state WHEN 'draft' THEN 0 ELSE p.budget END) <> COALESCE ((SELECT -balance"
    "  FROM ledger_account WHERE kind = 0 AND owner = p.id), 0) OR"
    " (CASE p.state WHEN 'draft' THEN 0 ELSE p.budget END) <> COALESCE ((SELECT balance"
    "  FROM ledger_account WHERE kind = 1 AND owner = p.id), 0)"
    " + COALESCE ((SELECT SUM (a.balance) FROM \"voucher\" v JOIN ledger_account a"
    "  ON a.owner = v.id AND a.kind IN (2, 3, 4) WHERE v.programme = p.id), 0)" },
  { "a hold lives as long as its use",
    "SELECT COUNT (*) FROM ledger_hold h JOIN \"voucher_use\" u ON u.id = h.hold"
    " WHERE h.state = 'pending' AND u.state NOT IN ('pending', 'confirmed', 'served', "
    "'redeeming')" },
  { "a live use is held",
    "SELECT COUNT (*) FROM \"voucher_use\" u JOIN \"programme\" p ON p.id = u.programme WHERE"
    " p.hold_at <> 'redemption.submit' AND u.state IN"
    " ('pending', 'confirmed', 'served', 'redeeming') AND NOT EXISTS (SELECT 1 FROM ledger_hold h"
    "  WHERE h.hold = u.id AND h.state = 'pending' AND h.amount = u.amount)" },
  { "a use is held from its redemption on, where its programme holds then",
    "SELECT COUNT (*) FROM \"voucher_use\" u JOIN \"programme\" p ON p.id = u.programme WHERE"
    " p.hold_at = 'redemption.submit' AND (u.state = 'redeeming') <> EXISTS (SELECT 1"
    "  FROM ledger_hold h WHERE h.hold = u.id AND h.state = 'pending' AND h.amount <= "
    "u.amount)" },
  { "what is paid is paid once",
    "SELECT COUNT (*) FROM (SELECT 1 FROM event WHERE entity = 'redemption' AND action = 'pay'"
    " GROUP BY record HAVING COUNT (*) > 1) AS twice" },
  { "a redemption under notice stands in a notice",
    "SELECT COUNT (*) FROM \"redemption\" r LEFT JOIN \"notice\" n ON n.id = r.notice"
    " WHERE r.state = 'noticed' AND n.id IS NULL" },
  { "a live booking has its cells",
    "SELECT COUNT (*) FROM \"order\" o WHERE o.state IN ('accepted', 'delivered') AND"
    " o.confirmed_to > 1795230000000 AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.holder = "
    "o.id)" },
  { "an ended booking has none",
    "SELECT COUNT (*) FROM slot s JOIN \"order\" o ON o.id = s.holder"
    " WHERE o.state IN ('submitted', 'refused', 'cancelled', 'terminated', 'draft')" },
  { "a redeemed use is in a redemption that is to be paid",
    "SELECT COUNT (*) FROM \"voucher_use\" u LEFT JOIN \"redemption\" r ON r.id = u.redemption"
    " WHERE u.state = 'redeemed' AND (r.id IS NULL OR r.state NOT IN ('payable', 'paid'))" },
  { "a use is redeeming while its redemption is under way",
    "SELECT COUNT (*) FROM \"voucher_use\" u LEFT JOIN \"redemption\" r ON r.id = u.redemption"
    " WHERE u.state = 'redeeming' AND (r.id IS NULL OR r.state NOT IN"
    "  ('consenting', 'reviewing', 'approved', 'noticed', 'returned'))" },
};

static inline void
demo_verify (Demo *demo)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_ledger_verify (demo->conn, demo_print, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (demo_rules); i++)
    {
      gint64 n = -1;

      sql_get_int (demo->conn, demo_rules[i].sql, SQL_NO_ARGS, &n, &error);
      g_assert_no_error (error);
      if (n != 0)
        g_error ("%s: %d times not", demo_rules[i].what, (int) n);
    }
}

static inline void
demo_verify_chain (Demo *demo)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_audit_verify (demo->conn, demo_print, NULL, &error));
  g_assert_no_error (error);
}
