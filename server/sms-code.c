/* Codes sent to phones. */
#define G_LOG_DOMAIN "yiquand-code"

#include "sms-code.h"

#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "ids.h"
#include "notify.h"
#include "party.h"
#include "record-key.h"
#include "record-sql.h"
#include "sealed.h"

#define LIFE (10 * 60 * YQ_SECOND)
#define PAUSE (60 * YQ_SECOND)
#define MAX_A_DAY 5
#define MAX_TRIES 5
#define ISSUED_LIFE YQ_DAY
#define ISSUED_CHARACTERS 12
#define ISSUED_ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" /* what nobody misreads */

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS code ("
  " id TEXT PRIMARY KEY, purpose TEXT NOT NULL, subject TEXT NOT NULL, phone TEXT, account TEXT,"
  " hash TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,"
  " tries BIGINT NOT NULL, used_at BIGINT);"
  "CREATE INDEX IF NOT EXISTS code_subject ON code (subject, created_at);"
  "CREATE INDEX IF NOT EXISTS code_phone ON code (phone, created_at);"
  "CREATE INDEX IF NOT EXISTS code_account ON code (account, created_at);"
  "CREATE TABLE IF NOT EXISTS account_phone (account TEXT PRIMARY KEY, hash TEXT NOT NULL);"
  "CREATE INDEX IF NOT EXISTS account_phone_hash ON account_phone (hash);";

/* clang-format off */
static const struct
{
  const char *name;
  gboolean can_be_asked_for;
  const char *text; /* with %s */
} purposes[YQ_N_CODES] = {
  [YQ_CODE_REGISTER] = { "register", TRUE, "【一券】您正在注册账号，验证码：%s，10分钟内有效。如非本人操作请忽略。" },
  [YQ_CODE_RECOVER]  = { "recover",  TRUE, "【一券】您正在找回账号或重设密码，验证码：%s，10分钟内有效。请勿告诉他人，如非本人操作请忽略。" },
  [YQ_CODE_BIND]     = { "bind",     TRUE, "【一券】您正在绑定原有账号，验证码：%s，10分钟内有效。请勿告诉他人。" },
  [YQ_CODE_PHONE]    = { "phone",    TRUE, "【一券】您正在把本号码设为账号的手机号，验证码：%s，10分钟内有效。请勿告诉他人，如非本人操作请忽略。" },
  [YQ_CODE_TICKET]   = { "ticket",   FALSE, NULL },
  [YQ_CODE_ISSUED]   = { "issued",   FALSE, NULL },
};
/* clang-format on */

const char *
yq_code_purpose_name (YqCodePurpose purpose)
{
  return purposes[purpose].name;
}

int
yq_code_purpose_from_name (const char *name)
{
  for (guint i = 0; i < YQ_N_CODES; i++)
    if (purposes[i].can_be_asked_for && g_strcmp0 (purposes[i].name, name) == 0)
      return i;
  return -1;
}

gint64
yq_code_life (void)
{
  return LIFE;
}

/* -- phones -- */

char *
yq_code_phone_hash (const char *phone)
{
  return yq_sealed_hash (yq_record_key (), phone);
}

char *
yq_code_read_phone (const char *text)
{
  g_autoptr(GString) digits = g_string_new (NULL);

  if (g_str_has_prefix (text, "+86"))
    text += 3;
  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      g_string_append_c (digits, *text);
    else if (*text != ' ' && *text != '-')
      return NULL;
  if (digits->len != 11 || digits->str[0] != '1' || digits->str[1] < '3')
    return NULL;
  return g_strdup (digits->str);
}

gboolean
yq_code_index_phone (SqlConn *conn, const char *account, const char *phone, GError **error)
{
  g_autofree char *plain = phone != NULL ? yq_code_read_phone (phone) : NULL;
  g_autofree char *hash = plain != NULL ? yq_code_phone_hash (plain) : NULL;

  if (hash == NULL)
    return sql_exec (conn, "DELETE FROM account_phone WHERE account = $1",
                     SQL_ARGS (SQL_TEXT (account)), error) >= 0;
  return sql_exec (conn,
                   "INSERT INTO account_phone (account, hash) VALUES ($1, $2)"
                   " ON CONFLICT (account) DO UPDATE SET hash = excluded.hash",
                   SQL_ARGS (SQL_TEXT (account), SQL_TEXT (hash)), error) >= 0;
}

/* Accounts that were written without effects: demo data, imports, the command line. */
static gboolean
index_the_rest (SqlConn *conn, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn,
               "SELECT id FROM \"account\" WHERE \"phone\" IS NOT NULL AND NOT EXISTS"
               " (SELECT 1 FROM account_phone p WHERE p.account = \"account\".id)",
               SQL_NO_ARGS, error);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) failure = NULL;

  while (rows != NULL && sql_rows_next (rows, &failure))
    g_ptr_array_add (ids, g_strdup (sql_rows_text (rows, 0)));
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (rows == NULL || (error != NULL && *error != NULL))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr(YqRecord) account = yq_record_sql_get (conn, &yq_account, ids->pdata[i], error);

      if (account == NULL || !yq_code_index_phone (conn, ids->pdata[i],
                                                   yq_record_text (account, ACCOUNT_PHONE), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_codes_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

gboolean
yq_codes_prepare (SqlConn *conn, GError **error)
{
  return yq_record_sql_load_key (conn, error) && index_the_rest (conn, error);
}

/* -- codes -- */

static char *
hash_code (const char *id, const char *text)
{
  g_autofree char *both = g_strconcat (id, " ", text, NULL);

  return yq_sealed_hash (yq_record_key (), both);
}

static gint64
wait_by (SqlConn *conn, const char *query, const char *whose, gint64 now, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    conn, query, SQL_ARGS (SQL_TEXT (whose), SQL_INT (now - YQ_DAY), SQL_INT (MAX_A_DAY)), error);
  gint64 last = 0, first = 0;
  guint n = 0;

  for (; rows != NULL && sql_rows_next (rows, error); n++)
    {
      first = sql_rows_int (rows, 0);
      last = n == 0 ? first : last;
    }
  if (n >= MAX_A_DAY)
    return MAX (first + YQ_DAY - now, 1);
  return n > 0 ? MAX (last + PAUSE - now, 0) : 0;
}

gint64
yq_code_wait (SqlConn *conn, const char *subject, gint64 now, GError **error)
{
  return wait_by (conn,
                  "SELECT created_at FROM code WHERE subject = $1 AND created_at > $2"
                  " ORDER BY created_at DESC LIMIT $3",
                  subject, now, error);
}

gint64
yq_code_wait_of_account (SqlConn *conn, const char *account, gint64 now, GError **error)
{
  return wait_by (conn,
                  "SELECT created_at FROM code WHERE account = $1 AND created_at > $2"
                  " AND purpose <> 'issued'"
                  " ORDER BY created_at DESC LIMIT $3",
                  account, now, error);
}

gboolean
yq_code_void (SqlConn *conn, const char *account, gint64 now, GError **error)
{
  return sql_exec (conn, "UPDATE code SET expires_at = $2 WHERE account = $1 AND expires_at > $2",
                   SQL_ARGS (SQL_TEXT (account), SQL_INT (now)), error) >= 0;
}

/* The phone itself gets no more than its share, whatever name was asked for. */
static gboolean
may_send (SqlConn *conn, const char *phone_hash, gint64 now)
{
  gint64 n = 0, last = 0;

  sql_get_int (conn, "SELECT count (*) FROM code WHERE phone = $1 AND created_at > $2",
               SQL_ARGS (SQL_TEXT (phone_hash), SQL_INT (now - YQ_DAY)), &n, NULL);
  sql_get_int (conn, "SELECT count (*) FROM code WHERE phone = $1 AND created_at > $2",
               SQL_ARGS (SQL_TEXT (phone_hash), SQL_INT (now - PAUSE)), &last, NULL);
  return n < 2 * MAX_A_DAY && last == 0;
}

static char *
new_text (YqCodePurpose purpose)
{
  guint8 bytes[24];
  char *text;

  if (purpose != YQ_CODE_TICKET)
    return g_strdup_printf ("%06u", randombytes_uniform (1000000));
  randombytes_buf (bytes, sizeof bytes);
  text = g_malloc (2 * sizeof bytes + 1);
  return sodium_bin2hex (text, 2 * sizeof bytes + 1, bytes, sizeof bytes);
}

static gboolean
send_text (YqTx *tx, YqCodePurpose purpose, const char *phone, const char *account,
           const char *code, GError **error)
{
  g_autoptr(GString) text = g_string_new (purposes[purpose].text);
  g_autoptr(GString) shown = g_string_new (purposes[purpose].text);
  g_autofree char *type = g_strconcat ("code.", purposes[purpose].name, NULL);

  g_string_replace (text, "%s", code, 1);
  g_string_replace (shown, "%s", "******", 1);
  return yq_notify_sms (tx, account, phone, type, text->str, shown->str, NULL, tx->now + LIFE,
                        error);
}

char *
yq_code_new (YqTx *tx, YqCodePurpose purpose, const char *subject, const char *phone,
             const char *account, char **text, GError **error)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *code = new_text (purpose);
  g_autofree char *hash = hash_code (id, code);
  g_autofree char *phone_hash = phone != NULL ? yq_code_phone_hash (phone) : NULL;
  gboolean sends =
    purpose != YQ_CODE_TICKET && phone_hash != NULL && may_send (tx->conn, phone_hash, tx->now);

  if (sql_exec (tx->conn, "DELETE FROM code WHERE created_at < $1",
                SQL_ARGS (SQL_INT (tx->now - 2 * YQ_DAY)), error) < 0 ||
      sql_exec (tx->conn,
                "INSERT INTO code (id, purpose, subject, phone, account, hash, created_at,"
                " expires_at, tries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
                SQL_ARGS (SQL_TEXT (id), SQL_TEXT (purposes[purpose].name), SQL_TEXT (subject),
                          SQL_TEXT (phone_hash), SQL_TEXT (account), SQL_TEXT (hash),
                          SQL_INT (tx->now), SQL_INT (tx->now + LIFE)),
                error) < 0 ||
      (sends && !send_text (tx, purpose, phone, account, code, error)))
    return NULL;
  if (text != NULL)
    *text = g_steal_pointer (&code);
  return g_steal_pointer (&id);
}

YqCodeAnswer
yq_code_try (SqlConn *conn, YqCodePurpose purpose, const char *id, const char *text, gint64 now,
             char **phone_hash, char **account, GError **error)
{
  g_autofree char *typed = g_strstrip (g_strdup (text));
  g_autofree char *hash = hash_code (id, typed);
  g_autoptr(SqlRows) rows = NULL;
  g_autoptr(GError) failure = NULL;
  gint64 n;

  n = sql_exec (conn,
                "UPDATE code SET tries = tries + 1,"
                " used_at = CASE WHEN hash = $3 THEN $4 ELSE NULL END"
                " WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $4"
                " AND tries < $5",
                SQL_ARGS (SQL_TEXT (id), SQL_TEXT (purposes[purpose].name), SQL_TEXT (hash),
                          SQL_INT (now), SQL_INT (MAX_TRIES)),
                error);
  if (n < 0)
    return YQ_CODE_FAILED;
  if (n == 0)
    return YQ_CODE_WRONG;
  rows =
    sql_query (conn, "SELECT phone, account FROM code WHERE id = $1 AND used_at = $2 AND hash = $3",
               SQL_ARGS (SQL_TEXT (id), SQL_INT (now), SQL_TEXT (hash)), &failure);
  if (rows != NULL && sql_rows_next (rows, &failure))
    {
      if (phone_hash != NULL)
        *phone_hash = g_strdup (sql_rows_text (rows, 0));
      if (account != NULL)
        *account = g_strdup (sql_rows_text (rows, 1));
      return YQ_CODE_RIGHT;
    }
  if (failure == NULL)
    return YQ_CODE_WRONG;
  g_propagate_error (error, g_steal_pointer (&failure));
  return YQ_CODE_FAILED;
}

/* -- issued by a person -- */

gint64
yq_recovery_code_life (void)
{
  return ISSUED_LIFE;
}

static char *
issued_subject (const char *account)
{
  g_autofree char *name = g_strconcat ("issued ", account, NULL);

  return yq_sealed_hash (yq_record_key (), name);
}

gint64
yq_recovery_code_wait (SqlConn *conn, const char *account, gint64 now, GError **error)
{
  g_autofree char *subject = issued_subject (account);

  return yq_code_wait (conn, subject, now, error);
}

/* As it is hashed: the characters alone, in capitals. */
static char *
plain_issued (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (; *text != '\0' && plain->len <= ISSUED_CHARACTERS; text++)
    if (g_ascii_isalnum (*text))
      g_string_append_c (plain, g_ascii_toupper (*text));
  return g_string_free (plain, FALSE);
}

char *
yq_recovery_code_new (YqTx *tx, const char *account, GError **error)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *subject = issued_subject (account);
  g_autofree char *hash = NULL;
  char plain[ISSUED_CHARACTERS + 1] = "";

  for (guint i = 0; i < ISSUED_CHARACTERS; i++)
    plain[i] = ISSUED_ALPHABET[randombytes_uniform (strlen (ISSUED_ALPHABET))];
  hash = hash_code (id, plain);
  if (sql_exec (
        tx->conn,
        "UPDATE code SET expires_at = $3"
        " WHERE purpose = $1 AND account = $2 AND expires_at > $3",
        SQL_ARGS (SQL_TEXT (purposes[YQ_CODE_ISSUED].name), SQL_TEXT (account), SQL_INT (tx->now)),
        error) < 0 ||
      sql_exec (tx->conn,
                "INSERT INTO code (id, purpose, subject, account, hash, created_at, expires_at,"
                " tries) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
                SQL_ARGS (SQL_TEXT (id), SQL_TEXT (purposes[YQ_CODE_ISSUED].name),
                          SQL_TEXT (subject), SQL_TEXT (account), SQL_TEXT (hash),
                          SQL_INT (tx->now), SQL_INT (tx->now + ISSUED_LIFE)),
                error) < 0)
    return NULL;
  return g_strdup_printf ("%.4s-%.4s-%.4s", plain, plain + 4, plain + 8);
}

YqCodeAnswer
yq_recovery_code_try (SqlConn *conn, const char *account, const char *text, gint64 now,
                      GError **error)
{
  GError *failure = NULL;
  g_autofree char *plain = plain_issued (text);
  g_autofree char *id = sql_get_text (
    conn,
    "SELECT id FROM code WHERE purpose = $1 AND account = $2 AND used_at IS NULL"
    " AND expires_at > $3 ORDER BY created_at DESC LIMIT 1",
    SQL_ARGS (SQL_TEXT (purposes[YQ_CODE_ISSUED].name), SQL_TEXT (account), SQL_INT (now)),
    &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return YQ_CODE_FAILED;
    }
  return id != NULL ? yq_code_try (conn, YQ_CODE_ISSUED, id, plain, now, NULL, NULL, error)
                    : YQ_CODE_WRONG;
}
