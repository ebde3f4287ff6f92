/* POST /v1/codes and /v1/passwords: a code by SMS; a new password for the old one, or for a code.
 */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "json-text.h"
#include "notify.h"
#include "party.h"
#include "record-key.h"
#include "record-sql.h"
#include "sealed.h"

#define MAX_NAME 128
#define MAX_PASSWORD 1024
#define CODE_DIGITS 6

/* -- codes -- */

/* The phone of an account, or NULL; not even an error tells which. */
static char *
phone_of_account (SqlConn *conn, const char *id)
{
  g_autoptr(YqRecord) account = id ? yq_record_sql_get (conn, &yq_account, id, NULL) : NULL;
  const char *phone = account != NULL ? yq_record_text (account, ACCOUNT_PHONE) : NULL;

  return phone != NULL ? yq_code_read_phone (phone) : NULL;
}

static char *
find_account (SqlConn *conn, const char *username)
{
  return sql_get_text (
    conn, "SELECT \"id\" FROM \"account\" WHERE \"username\" = $1 AND \"state\" = 'active'",
    SQL_ARGS (SQL_TEXT (username)), NULL);
}

static void
prepare_own_code (YqErrand *errand, SqlConn *conn)
{
  const char *account = errand->session ? yq_session_who (errand->session)->account : NULL;

  if (account == NULL)
    {
      yq_errand_refuse (errand, YQ_PROBLEM_UNAUTHENTICATED, NULL, _("Please sign in first."));
      return;
    }
  errand->account = g_strdup (account);
  if ((errand->phone = phone_of_account (conn, account)) == NULL)
    yq_errand_refuse (
      errand, YQ_PROBLEM_STATE, "phone",
      _("Your account has no mobile phone yet: enter it on the account page first"));
  else
    errand->subject = yq_code_phone_hash (errand->phone);
}

/* To the phone she wants to have. */
static void
prepare_phone_code (YqErrand *errand)
{
  const char *phone = yq_errand_text (errand->body, "phone", 64);

  if (errand->session == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_UNAUTHENTICATED, NULL, _("Please sign in first."));
  else if (phone == NULL || (errand->phone = yq_code_read_phone (phone)) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "phone",
                      _("A mobile phone of the mainland: 11 digits"));
  else
    {
      errand->account = g_strdup (yq_session_who (errand->session)->account);
      errand->subject = yq_code_phone_hash (errand->phone);
    }
}

/* A name that nobody has is asked about as often, and answered as one that somebody has. */
static void
prepare_code (YqErrand *errand, SqlConn *conn)
{
  int purpose = yq_code_purpose_from_name (yq_errand_text (errand->body, "purpose", 32));
  const char *phone = yq_errand_text (errand->body, "phone", 64);
  const char *username = yq_errand_text (errand->body, "username", MAX_NAME);

  /* Whoever is signed in is known; everybody else shows that no script asks. */
  errand->is_pictured = purpose != YQ_CODE_BIND && purpose != YQ_CODE_PHONE;
  if (purpose < 0)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "purpose",
                      _("One of register, recover, bind, phone"));
  else if (purpose == YQ_CODE_BIND)
    prepare_own_code (errand, conn);
  else if (purpose == YQ_CODE_PHONE)
    prepare_phone_code (errand);
  else if (phone != NULL)
    {
      if ((errand->phone = yq_code_read_phone (phone)) == NULL)
        yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "phone",
                          _("A mobile phone of the mainland: 11 digits"));
      else
        errand->subject = yq_code_phone_hash (errand->phone);
    }
  else if (username != NULL && purpose == YQ_CODE_RECOVER)
    {
      g_autofree char *name = g_strconcat ("name ", username, NULL);
      g_autofree char *id = find_account (conn, username);

      errand->subject = yq_sealed_hash (yq_record_key (), name);
      errand->phone = phone_of_account (conn, id);
    }
  else
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "phone", _("A phone number is needed"));
  if (errand->problem == NULL && !yq_notify_has_sms (conn))
    yq_errand_refuse (errand, YQ_PROBLEM_UNAVAILABLE, NULL,
                      _("This server sends no text messages; ask its operator or the help line"));
}

static gboolean
is_known_phone (SqlConn *conn, const char *phone)
{
  g_autofree char *hash = yq_code_phone_hash (phone);
  gint64 there = 0;

  return sql_get_int (conn,
                      "SELECT 1 FROM account_phone p JOIN \"account\" a ON a.id = p.account"
                      " WHERE p.hash = $1 AND a.state = 'active' LIMIT 1",
                      SQL_ARGS (SQL_TEXT (hash)), &there, NULL);
}

static void
append_code (GString *out, const char *id, const char *text, gint64 now)
{
  g_autofree char *expires = yq_time_format (now + yq_code_life ());

  yq_json_text (out, "id", id);
  if (text != NULL)
    yq_json_text (out, "text", text);
  yq_json_text (out, "expires_at", expires);
}

static gboolean
run_code (YqErrand *errand, YqTx *tx, GError **error)
{
  YqCodePurpose purpose = yq_code_purpose_from_name (yq_errand_text (errand->body, "purpose", 32));
  GError *failure = NULL;
  gint64 wait = yq_code_wait (tx->conn, errand->subject, errand->now, &failure);
  gint64 own = errand->account == NULL || failure != NULL
                 ? 0
                 : yq_code_wait_of_account (tx->conn, errand->account, errand->now, &failure);
  g_autofree char *id = NULL;
  const char *phone = errand->phone;

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (MAX (wait, own) > 0)
    {
      g_autofree char *seconds =
        g_strdup_printf ("%" G_GINT64_FORMAT, (MAX (wait, own) + 999) / 1000);

      errand->problem =
        yq_problem_new (YQ_PROBLEM_THROTTLED,
                        _("One code a minute and five a day: try again in %s seconds."), seconds);
      return FALSE;
    }
  if (purpose == YQ_CODE_RECOVER && phone != NULL && !is_known_phone (tx->conn, phone))
    phone = NULL;
  id = yq_code_new (tx, purpose, errand->subject, phone, errand->account, NULL, error);
  if (id == NULL)
    return FALSE;
  errand->status = 201;
  errand->answer = g_string_new (NULL);
  yq_json_open (errand->answer, NULL, '{');
  append_code (errand->answer, id, NULL, errand->now);
  yq_json_close (errand->answer, '}');
  return TRUE;
}

void
yq_codes_create (YqRequest *request)
{
  static const YqErrandKind kind = { "code", prepare_code, NULL, run_code, FALSE };

  yq_errand_start (request, &kind);
}

/* -- the old password -- */

static void
prepare_change (YqErrand *errand, SqlConn *conn)
{
  const char *account = yq_session_who (errand->session)->account;
  g_autoptr(YqRecord) record = yq_record_sql_get (conn, &yq_account, account, NULL);

  errand->account = g_strdup (account);
  errand->subject_key = g_strconcat ("password ", account, NULL);
  if (yq_errand_text (errand->body, "old_password", MAX_PASSWORD) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "old_password",
                      _("The present password is needed"));
  else
    yq_errand_hash_password (errand,
                             record != NULL ? yq_record_text (record, ACCOUNT_USERNAME) : NULL);
}

static void
verify_old (YqErrand *errand, SqlConn *conn)
{
  yq_errand_verify_password (errand, conn, "old_password");
}

/* All sessions end, and no code is good any more: whoever knew the old password is out. */
static gboolean
store_password (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autoptr(YqRecord) account = yq_world_get (tx->world, &yq_account, errand->account);

  g_free (errand->touched[0]);
  errand->touched[0] = g_strdup (errand->account);
  return account != NULL &&
         yq_session_store_hash (tx->conn, errand->account, errand->hash, error) &&
         yq_code_void (tx->conn, errand->account, errand->now, error) &&
         yq_tx_tell_account (tx, errand->account, "account.password", account,
                             "您的登录密码已修改。如非本人操作，请立即找回密码并联系管理员。",
                             error);
}

static gboolean
run_change (YqErrand *errand, YqTx *tx, GError **error)
{
  return store_password (errand, tx, error);
}

/* -- a code -- */

/* Issued by a person (account-recovery.c): it has no id, and is for one account. */
static const char *
issued_code (YqErrand *errand)
{
  JsonNode *node = json_object_get_member (errand->body, "code");
  JsonObject *code =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  return code != NULL && !json_object_has_member (code, "id") ? yq_errand_text (code, "text", 64)
                                                              : NULL;
}

static void
prepare_recovery (YqErrand *errand, SqlConn *conn)
{
  const char *username = yq_errand_text (errand->body, "username", MAX_NAME);

  if (!json_object_has_member (errand->body, "code"))
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "code", _("A code by SMS is needed"));
  else if (json_object_has_member (errand->body, "password") || issued_code (errand) != NULL)
    {
      if (username == NULL)
        yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "username", _("A user name is needed"));
      else
        yq_errand_hash_password (errand, username);
    }
}

/* A recovery code, or the long ticket it was exchanged for. */
static YqCodePurpose
purpose_of (YqErrand *errand)
{
  JsonNode *node = json_object_get_member (errand->body, "code");
  const char *text = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                       ? yq_errand_text (json_node_get_object (node), "text", 64)
                       : NULL;

  return text != NULL && strlen (text) > 2 * CODE_DIGITS ? YQ_CODE_TICKET : YQ_CODE_RECOVER;
}

/* Whoever holds the phone may know which accounts it opens; the code is exchanged for a ticket. */
static gboolean
list_accounts (YqErrand *errand, YqTx *tx, const char *phone_hash, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (tx->conn,
               "SELECT a.\"username\", a.\"real_name\" FROM account_phone p"
               " JOIN \"account\" a ON a.id = p.account"
               " WHERE p.hash = $1 AND a.state = 'active' ORDER BY a.\"username\"",
               SQL_ARGS (SQL_TEXT (phone_hash)), error);
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;

  if (rows == NULL)
    return FALSE;
  errand->status = 200;
  errand->answer = g_string_new (NULL);
  yq_json_open (errand->answer, NULL, '{');
  yq_json_open (errand->answer, "accounts", '[');
  while (sql_rows_next (rows, error))
    {
      yq_json_open (errand->answer, NULL, '{');
      yq_json_text (errand->answer, "username", sql_rows_text (rows, 0));
      yq_json_text (errand->answer, "real_name",
                    sql_rows_is_null (rows, 1) ? "" : sql_rows_text (rows, 1));
      yq_json_close (errand->answer, '}');
    }
  yq_json_close (errand->answer, ']');
  g_clear_pointer (&rows, sql_rows_free);
  if (!(id = yq_code_new (tx, YQ_CODE_TICKET, phone_hash, NULL, NULL, &text, error)) ||
      sql_exec (tx->conn, "UPDATE code SET phone = $2 WHERE id = $1",
                SQL_ARGS (SQL_TEXT (id), SQL_TEXT (phone_hash)), error) < 0)
    return FALSE;
  yq_json_open (errand->answer, "code", '{');
  append_code (errand->answer, id, text, errand->now);
  yq_json_close (errand->answer, '}');
  yq_json_close (errand->answer, '}');
  return TRUE;
}

/* The named account, if the phone of the code opens it. */
static gboolean
is_opened_by (YqErrand *errand, YqTx *tx, const char *phone_hash)
{
  const char *username = yq_errand_text (errand->body, "username", MAX_NAME);
  gint64 there = 0;

  g_free (errand->account);
  errand->account = find_account (tx->conn, username);
  return errand->account != NULL &&
         sql_get_int (tx->conn, "SELECT 1 FROM account_phone WHERE account = $1 AND hash = $2",
                      SQL_ARGS (SQL_TEXT (errand->account), SQL_TEXT (phone_hash)), &there, NULL);
}

/* A name that nobody has is refused like a wrong code. */
static gboolean
run_issued (YqErrand *errand, YqTx *tx, GError **error)
{
  YqCodeAnswer right = YQ_CODE_WRONG;

  g_free (errand->account);
  errand->account = find_account (tx->conn, yq_errand_text (errand->body, "username", MAX_NAME));
  if (errand->account != NULL)
    right =
      yq_recovery_code_try (tx->conn, errand->account, issued_code (errand), errand->now, error);
  if (right == YQ_CODE_RIGHT)
    return store_password (errand, tx, error);
  if (right == YQ_CODE_FAILED)
    return FALSE;
  errand->is_wrong = TRUE;
  yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "code",
                    _("The recovery code is wrong, used up or no longer valid"));
  return TRUE; /* the try counts */
}

static gboolean
run_recovery (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autofree char *phone_hash = NULL;
  GError *failure = NULL;

  if (issued_code (errand) != NULL)
    return run_issued (errand, tx, error);
  if (!yq_errand_try_code (errand, tx, purpose_of (errand), &phone_hash, NULL, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL; /* the try counts */
    }
  if (phone_hash == NULL)
    phone_hash = g_strdup ("");
  if (errand->hash == NULL)
    return list_accounts (errand, tx, phone_hash, error);
  if (is_opened_by (errand, tx, phone_hash))
    return store_password (errand, tx, error);
  errand->is_wrong = TRUE;
  yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "username",
                    _("This phone opens no account of that name"));
  return TRUE;
}

void
yq_passwords_create (YqRequest *request)
{
  static const YqErrandKind change = { "password", prepare_change, verify_old, run_change, FALSE };
  static const YqErrandKind recovery = { "recover", prepare_recovery, NULL, run_recovery, FALSE };

  yq_errand_start (request, yq_request_who (request)->account != NULL ? &change : &recovery);
}
