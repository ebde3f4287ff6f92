/* Voucher money: conditional updates of balances, append-only lines chained by hash. */
#define G_LOG_DOMAIN "yiquand"

#include "ledger.h"

#include <sodium.h>

#include "money.h"

/* Far above any budget, far below where sums of balances could overflow. */
#define MOST G_GINT64_CONSTANT (1000000000000000)
#define HASH_BYTES 32

typedef struct
{
  YqLedgerKind kind;
  const char *owner;
  gint64 amount; /* what the account gains; negative where it gives */
} Line;

typedef struct
{
  const char *phase; /* move, hold, post, void */
  const char *hold;  /* or NULL */
  const char *reason;
  const char *record;
  gint64 now;
} Head;

/* ledger_line.balance is the balance after the line, so that a wrong line shows by itself. */
static const char tables[] =
  "CREATE TABLE IF NOT EXISTS ledger_account ("
  " kind BIGINT NOT NULL, owner TEXT NOT NULL, balance BIGINT NOT NULL,"
  " PRIMARY KEY (kind, owner), CHECK (balance >= 0 OR kind = 0));"
  "CREATE TABLE IF NOT EXISTS ledger_transfer ("
  " id BIGINT PRIMARY KEY, phase TEXT NOT NULL, hold TEXT, reason TEXT NOT NULL, record TEXT,"
  " at BIGINT NOT NULL, hash TEXT NOT NULL);"
  "CREATE TABLE IF NOT EXISTS ledger_line ("
  " transfer BIGINT NOT NULL REFERENCES ledger_transfer (id), line BIGINT NOT NULL,"
  " kind BIGINT NOT NULL, owner TEXT NOT NULL, amount BIGINT NOT NULL, balance BIGINT NOT NULL,"
  " PRIMARY KEY (transfer, line), FOREIGN KEY (kind, owner) REFERENCES ledger_account);"
  "CREATE INDEX IF NOT EXISTS ledger_line_owner ON ledger_line (owner, kind);"
  "CREATE TABLE IF NOT EXISTS ledger_hold ("
  " transfer BIGINT PRIMARY KEY REFERENCES ledger_transfer (id), hold TEXT NOT NULL,"
  " voucher TEXT NOT NULL, amount BIGINT NOT NULL, state TEXT NOT NULL, posted BIGINT NOT NULL,"
  " CHECK (amount > 0 AND posted BETWEEN 0 AND amount),"
  " CHECK (state IN ('pending', 'done')));"
  "CREATE UNIQUE INDEX IF NOT EXISTS ledger_hold_pending ON ledger_hold (hold)"
  " WHERE state = 'pending';";

gboolean
yq_ledger_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

gint64
yq_ledger_balance (SqlConn *conn, YqLedgerKind kind, const char *owner)
{
  gint64 balance = 0;
  g_autoptr(GError) error = NULL;

  if (!sql_get_int (conn, "SELECT balance FROM ledger_account WHERE kind = $1 AND owner = $2",
                    SQL_ARGS (SQL_INT (kind), SQL_TEXT (owner)), &balance, &error) &&
      error != NULL)
    g_warning ("cannot read a balance: %s", error->message);

  return balance;
}

/* -- the chain -- */

static void
add_line (GString *text, int kind, const char *owner, gint64 amount, gint64 balance)
{
  g_string_append_printf (text, "%d\x1f%s\x1f%" G_GINT64_FORMAT "\x1f%" G_GINT64_FORMAT "\n", kind,
                          owner, amount, balance);
}

/* lines is what add_line() wrote. */
static char *
hash_transfer (const char *previous, gint64 id, const Head *head, const GString *lines)
{
  g_autoptr(GString) text = g_string_new (NULL);
  guint8 hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1];

  g_string_append_printf (
    text, "%s\x1f%" G_GINT64_FORMAT "\x1f%s\x1f%s\x1f%s\x1f%s\x1f%" G_GINT64_FORMAT "\n", previous,
    id, head->phase, head->hold ? head->hold : "", head->reason, head->record ? head->record : "",
    head->now);
  g_string_append_len (text, lines->str, lines->len);
  crypto_generichash (hash, sizeof hash, (const guint8 *) text->str, text->len, NULL, 0);

  return g_strdup (sodium_bin2hex (hex, sizeof hex, hash, sizeof hash));
}

/* -- transfers -- */

static YqProblem *
too_little (SqlConn *conn, const Line *line)
{
  g_autofree char *have = yq_money_format (yq_ledger_balance (conn, line->kind, line->owner));
  g_autofree char *need = yq_money_format (-line->amount);

  if (line->kind == YQ_LEDGER_BUDGET)
    return yq_problem_new (YQ_PROBLEM_BUDGET,
                           _("The programme has %s left in its budget; %s is needed"), have, need);

  return yq_problem_new (YQ_PROBLEM_BALANCE, _("The voucher has %s left; %s is needed"), have,
                         need);
}

/* FALSE without error: there is too little. */
static gboolean
change_balance (SqlConn *conn, const Line *line, gint64 *balance, GError **error)
{
  if (line->amount >= 0 || line->kind == YQ_LEDGER_APPROPRIATION)
    return sql_get_int (
      conn,
      "INSERT INTO ledger_account (kind, owner, balance) VALUES ($1, $2, $3)"
      " ON CONFLICT (kind, owner) DO UPDATE"
      " SET balance = ledger_account.balance + excluded.balance"
      " RETURNING balance",
      SQL_ARGS (SQL_INT (line->kind), SQL_TEXT (line->owner), SQL_INT (line->amount)), balance,
      error);

  return sql_get_int (
    conn,
    "UPDATE ledger_account SET balance = balance - $1"
    " WHERE kind = $2 AND owner = $3 AND balance >= $1 RETURNING balance",
    SQL_ARGS (SQL_INT (-line->amount), SQL_INT (line->kind), SQL_TEXT (line->owner)), balance,
    error);
}

static gboolean
read_last (SqlConn *conn, gint64 *id, char **hash, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    conn, "SELECT id, hash FROM ledger_transfer ORDER BY id DESC LIMIT 1", SQL_NO_ARGS, error);
  GError *failure = NULL;

  if (rows == NULL)
    return FALSE;
  if (sql_rows_next (rows, &failure))
    {
      *id = sql_rows_int (rows, 0);
      *hash = g_strdup (sql_rows_text (rows, 1));
      return TRUE;
    }
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  *id = 0;
  *hash = g_strdup ("");
  return TRUE;
}

static gboolean
write_transfer (SqlConn *conn, gint64 id, const Head *head, const char *hash, const Line *lines,
                const gint64 *balances, guint n_lines, GError **error)
{
  if (sql_exec (conn,
                "INSERT INTO ledger_transfer (id, phase, hold, reason, record, at, hash)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                SQL_ARGS (SQL_INT (id), SQL_TEXT (head->phase), SQL_TEXT (head->hold),
                          SQL_TEXT (head->reason), SQL_TEXT (head->record), SQL_INT (head->now),
                          SQL_TEXT (hash)),
                error) < 0)
    return FALSE;

  for (guint i = 0; i < n_lines; i++)
    if (sql_exec (conn,
                  "INSERT INTO ledger_line (transfer, line, kind, owner, amount, balance)"
                  " VALUES ($1, $2, $3, $4, $5, $6)",
                  SQL_ARGS (SQL_INT (id), SQL_INT (i), SQL_INT (lines[i].kind),
                            SQL_TEXT (lines[i].owner), SQL_INT (lines[i].amount),
                            SQL_INT (balances[i])),
                  error) < 0)
      return FALSE;

  return TRUE;
}

/* Lines that give come first; their amounts sum to zero.  *id is the transfer's number. */
static YqProblem *
transfer (SqlConn *conn, const Head *head, const Line *lines, guint n_lines, gint64 *id,
          GError **error)
{
  g_autofree char *previous = NULL;
  g_autofree char *hash = NULL;
  g_autoptr(GString) text = g_string_new (NULL);
  gint64 balances[4], sum = 0;
  GError *failure = NULL;

  g_assert (n_lines <= G_N_ELEMENTS (balances));
  for (guint i = 0; i < n_lines; i++)
    sum += lines[i].amount;
  g_assert (sum == 0);

  if (!read_last (conn, id, &previous, error))
    return NULL;
  for (guint i = 0; i < n_lines; i++)
    {
      if (!change_balance (conn, &lines[i], &balances[i], &failure))
        {
          if (failure == NULL)
            return too_little (conn, &lines[i]);
          g_propagate_error (error, failure);
          return NULL;
        }
      add_line (text, lines[i].kind, lines[i].owner, lines[i].amount, balances[i]);
    }

  *id += 1;
  hash = hash_transfer (previous, *id, head, text);
  write_transfer (conn, *id, head, hash, lines, balances, n_lines, error);
  return NULL;
}

static YqProblem *
check_amount (gint64 amount)
{
  if (amount >= 0 && amount <= MOST)
    return NULL;

  return yq_problem_new (YQ_PROBLEM_INVALID, _("This is not an amount that can be moved"));
}

YqProblem *
yq_ledger_move (SqlConn *conn, YqLedgerKind from, const char *from_owner, YqLedgerKind to,
                const char *to_owner, gint64 amount, const char *reason, const char *record,
                gint64 now, GError **error)
{
  const Line lines[] = { { from, from_owner, -amount }, { to, to_owner, amount } };
  const Head head = { .phase = "move", .reason = reason, .record = record, .now = now };
  YqProblem *problem = check_amount (amount);
  gint64 id;

  if (problem != NULL || amount == 0)
    return problem;

  return transfer (conn, &head, lines, G_N_ELEMENTS (lines), &id, error);
}

YqProblem *
yq_ledger_hold (SqlConn *conn, const char *hold, const char *voucher, gint64 amount, gint64 now,
                GError **error)
{
  const Line lines[] = { { YQ_LEDGER_AVAILABLE, voucher, -amount },
                         { YQ_LEDGER_HELD, voucher, amount } };
  const Head head = { .phase = "hold", .hold = hold, .reason = "hold", .record = hold, .now = now };
  YqProblem *problem = check_amount (amount);
  GError *failure = NULL;
  gint64 id;

  if (problem != NULL)
    return problem;
  if (amount == 0)
    return yq_problem_new (YQ_PROBLEM_INVALID, _("Nothing to hold: the amount is zero"));
  if ((problem = transfer (conn, &head, lines, G_N_ELEMENTS (lines), &id, &failure)) != NULL)
    return problem;
  if (failure == NULL &&
      sql_exec (conn,
                "INSERT INTO ledger_hold (transfer, hold, voucher, amount, state, posted)"
                " VALUES ($1, $2, $3, $4, 'pending', 0)",
                SQL_ARGS (SQL_INT (id), SQL_TEXT (hold), SQL_TEXT (voucher), SQL_INT (amount)),
                &failure) >= 0)
    return NULL;

  if (g_error_matches (failure, SQL_ERROR, SQL_ERROR_CONSTRAINT))
    {
      g_clear_error (&failure);
      return yq_problem_new (YQ_PROBLEM_STATE, _("Money is already held for this record"));
    }
  g_propagate_error (error, failure);
  return NULL;
}

gint64
yq_ledger_hold_amount (SqlConn *conn, const char *hold)
{
  gint64 amount = 0;

  sql_get_int (conn, "SELECT amount FROM ledger_hold WHERE hold = $1 AND state = 'pending'",
               SQL_ARGS (SQL_TEXT (hold)), &amount, NULL);
  return amount;
}

/* Closes the pending hold: amount becomes redeemed, the rest goes back. */
static YqProblem *
finish (SqlConn *conn, const char *phase, const char *hold, gint64 amount, const char *to_budget,
        gint64 now, GError **error)
{
  const Head head = { .phase = phase, .hold = hold, .reason = phase, .record = hold, .now = now };
  GError *failure = NULL;
  g_autofree char *voucher =
    sql_get_text (conn, "SELECT voucher FROM ledger_hold WHERE hold = $1 AND state = 'pending'",
                  SQL_ARGS (SQL_TEXT (hold)), &failure);
  gint64 held, id;
  Line lines[3];
  guint n_lines = 1;

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (voucher == NULL)
    return yq_problem_new (YQ_PROBLEM_STATE, _("No money is held for this record"));
  held = yq_ledger_hold_amount (conn, hold);
  if (amount > held)
    {
      g_autofree char *have = yq_money_format (held);
      g_autofree char *need = yq_money_format (amount);

      return yq_problem_new (YQ_PROBLEM_BALANCE, _("%s is held for this use; %s is more"), have,
                             need);
    }

  lines[0] = (Line){ YQ_LEDGER_HELD, voucher, -held };
  if (amount > 0)
    lines[n_lines++] = (Line){ YQ_LEDGER_REDEEMED, voucher, amount };
  if (amount < held && to_budget != NULL)
    lines[n_lines++] = (Line){ YQ_LEDGER_BUDGET, to_budget, held - amount };
  else if (amount < held)
    lines[n_lines++] = (Line){ YQ_LEDGER_AVAILABLE, voucher, held - amount };
  if (sql_exec (conn,
                "UPDATE ledger_hold SET state = 'done', posted = $1"
                " WHERE hold = $2 AND state = 'pending' AND amount >= $1",
                SQL_ARGS (SQL_INT (amount), SQL_TEXT (hold)), error) < 0)
    return NULL;

  return transfer (conn, &head, lines, n_lines, &id, error);
}

YqProblem *
yq_ledger_post (SqlConn *conn, const char *hold, gint64 amount, const char *to_budget, gint64 now,
                GError **error)
{
  YqProblem *problem = check_amount (amount);

  return problem ? problem : finish (conn, "post", hold, amount, to_budget, now, error);
}

YqProblem *
yq_ledger_void (SqlConn *conn, const char *hold, const char *to_budget, gint64 now, GError **error)
{
  return finish (conn, "void", hold, 0, to_budget, now, error);
}

/* -- verify -- */

typedef struct
{
  SqlConn *conn;
  void (*report) (const char *line, gpointer user_data);
  gpointer user_data;
  gboolean good;
} Audit;

static void G_GNUC_PRINTF (2, 3) complain (Audit *audit, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  audit->good = FALSE;
  if (audit->report != NULL)
    audit->report (line, audit->user_data);
}

/* One transfer being read: its lines so far. */
typedef struct
{
  gint64 id;
  char *phase, *hold, *reason, *record, *hash;
  gint64 at;
  GString *lines;
  gint64 sum;
} Reading;

static void
close_reading (Audit *audit, Reading *reading, char **previous)
{
  const Head head = { reading->phase, reading->hold, reading->reason, reading->record,
                      reading->at };
  g_autofree char *hash = NULL;

  if (reading->id > 0)
    {
      hash = hash_transfer (*previous, reading->id, &head, reading->lines);
      if (reading->sum != 0)
        complain (audit, "ledger transfer %" G_GINT64_FORMAT ": lines sum to %" G_GINT64_FORMAT,
                  reading->id, reading->sum);
      if (g_strcmp0 (hash, reading->hash) != 0)
        complain (audit, "ledger transfer %" G_GINT64_FORMAT ": does not match its hash",
                  reading->id);
      g_free (*previous);
      *previous = g_strdup (reading->hash);
    }
  g_clear_pointer (&reading->phase, g_free);
  g_clear_pointer (&reading->hold, g_free);
  g_clear_pointer (&reading->reason, g_free);
  g_clear_pointer (&reading->record, g_free);
  g_clear_pointer (&reading->hash, g_free);
  g_string_truncate (reading->lines, 0);
  reading->sum = 0;
}

static void
open_reading (Reading *reading, SqlRows *rows)
{
  reading->id = sql_rows_int (rows, 0);
  reading->phase = g_strdup (sql_rows_text (rows, 1));
  reading->hold = g_strdup (sql_rows_text (rows, 2));
  reading->reason = g_strdup (sql_rows_text (rows, 3));
  reading->record = g_strdup (sql_rows_text (rows, 4));
  reading->at = sql_rows_int (rows, 5);
  reading->hash = g_strdup (sql_rows_text (rows, 6));
}

static void
check_line (Audit *audit, Reading *reading, SqlRows *rows, GHashTable *balances)
{
  int kind = sql_rows_int (rows, 8);
  const char *owner = sql_rows_text (rows, 9);
  gint64 amount = sql_rows_int (rows, 10), written = sql_rows_int (rows, 11);
  char *key = g_strdup_printf ("%d:%s", kind, owner);
  gint64 *balance = g_hash_table_lookup (balances, key);

  if (balance == NULL)
    g_hash_table_insert (balances, g_strdup (key), balance = g_new0 (gint64, 1));
  *balance += amount;
  reading->sum += amount;
  add_line (reading->lines, kind, owner, amount, written);
  if (*balance != written || (written < 0 && kind != YQ_LEDGER_APPROPRIATION))
    complain (audit,
              "ledger transfer %" G_GINT64_FORMAT " line %" G_GINT64_FORMAT
              ": account %s should stand at %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT,
              reading->id, sql_rows_int (rows, 7), key, *balance, written);
  /* Go on from what is written: one wrong line is named once. */
  *balance = written;
  g_free (key);
}

static gboolean
verify_lines (Audit *audit, GHashTable *balances, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (audit->conn,
               "SELECT t.id, t.phase, t.hold, t.reason, t.record, t.at, t.hash,"
               " l.line, l.kind, l.owner, l.amount, l.balance"
               " FROM ledger_transfer t LEFT JOIN ledger_line l ON l.transfer = t.id"
               " ORDER BY t.id, l.line",
               SQL_NO_ARGS, error);
  g_autoptr(GString) lines = g_string_new (NULL);
  Reading reading = { .lines = lines };
  g_autofree char *previous = g_strdup ("");
  GError *failure = NULL;

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      if (sql_rows_int (rows, 0) != reading.id)
        {
          gint64 before = reading.id;

          close_reading (audit, &reading, &previous);
          open_reading (&reading, rows);
          if (reading.id != before + 1)
            complain (audit, "ledger transfer %" G_GINT64_FORMAT ": missing", before + 1);
        }
      if (sql_rows_is_null (rows, 7))
        complain (audit, "ledger transfer %" G_GINT64_FORMAT ": has no lines", reading.id);
      else
        check_line (audit, &reading, rows, balances);
    }
  close_reading (audit, &reading, &previous);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
verify_accounts (Audit *audit, GHashTable *balances, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (audit->conn, "SELECT kind, owner, balance FROM ledger_account ORDER BY kind, owner",
               SQL_NO_ARGS, error);
  GError *failure = NULL;
  gint64 sum = 0;

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      g_autofree char *key =
        g_strdup_printf ("%d:%s", (int) sql_rows_int (rows, 0), sql_rows_text (rows, 1));
      gint64 *folded = g_hash_table_lookup (balances, key);
      gint64 balance = sql_rows_int (rows, 2);

      sum += balance;
      if (balance != (folded ? *folded : 0))
        complain (audit,
                  "ledger account %s: balance is %" G_GINT64_FORMAT
                  ", its lines make %" G_GINT64_FORMAT,
                  key, balance, folded ? *folded : 0);
      g_hash_table_remove (balances, key);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (sum != 0)
    complain (audit, "ledger: all balances sum to %" G_GINT64_FORMAT ", not 0", sum);
  if (g_hash_table_size (balances) > 0)
    complain (audit, "ledger: %u accounts that lines name are missing",
              g_hash_table_size (balances));
  return TRUE;
}

/* The pending holds of a voucher are what its held account has; each agrees with its transfer. */
static gboolean
verify_holds (Audit *audit, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    audit->conn,
    "SELECT a.owner, a.balance, COALESCE (h.pending, 0) FROM ledger_account a"
    " LEFT JOIN (SELECT voucher, SUM (amount) AS pending FROM ledger_hold WHERE state = 'pending'"
    "            GROUP BY voucher) h ON h.voucher = a.owner"
    " WHERE a.kind = 3 AND a.balance <> COALESCE (h.pending, 0)"
    " UNION ALL "
    "SELECT h.hold, h.amount, l.amount FROM ledger_hold h"
    " JOIN ledger_line l ON l.transfer = h.transfer AND l.kind = 3"
    " WHERE l.amount <> h.amount OR l.owner <> h.voucher"
    " UNION ALL "
    "SELECT h.hold, SUM (h.posted), SUM (h.lined) FROM"
    " (SELECT hold, posted, 0 AS lined FROM ledger_hold UNION ALL"
    "  SELECT t.hold, 0, l.amount FROM ledger_transfer t JOIN ledger_line l ON l.transfer = t.id"
    "  WHERE t.phase = 'post' AND l.kind = 4) h"
    " GROUP BY h.hold HAVING SUM (h.posted) <> SUM (h.lined)",
    SQL_NO_ARGS, error);
  GError *failure = NULL;

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    complain (audit,
              "ledger hold %s: %" G_GINT64_FORMAT " against %" G_GINT64_FORMAT " in its lines",
              sql_rows_text (rows, 0), sql_rows_int (rows, 1), sql_rows_int (rows, 2));
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
yq_ledger_verify (SqlConn *conn, void (*report) (const char *line, gpointer user_data),
                  gpointer user_data, GError **error)
{
  Audit audit = { conn, report, user_data, TRUE };
  g_autoptr(GHashTable) balances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return verify_lines (&audit, balances, error) && verify_accounts (&audit, balances, error) &&
         verify_holds (&audit, error) && audit.good;
}
