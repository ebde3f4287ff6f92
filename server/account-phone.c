/* POST /v1/phones: another mobile phone for who is signed in.  The phone recovers the account, so
 * that a session alone does not change it: the password shows that it is her, a code that the phone
 * is hers. */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include <string.h>

#include "clock.h"
#include "notify.h"
#include "party.h"
#include "record-json.h"
#include "record-sql.h"

#define MAX_PASSWORD 1024
#define WARNING_LIFE (2 * YQ_DAY)

static gboolean
is_present (YqRecord *account, const char *phone)
{
  const char *text = account != NULL ? yq_record_text (account, ACCOUNT_PHONE) : NULL;
  g_autofree char *present = text != NULL ? yq_code_read_phone (text) : NULL;

  return g_strcmp0 (present, phone) == 0;
}

static void
prepare_phone (YqErrand *errand, SqlConn *conn)
{
  const char *phone = yq_errand_text (errand->body, "phone", 64);
  g_autoptr(YqRecord) account = NULL;

  if (errand->session == NULL)
    {
      yq_errand_refuse (errand, YQ_PROBLEM_UNAUTHENTICATED, NULL, _("Please sign in first."));
      return;
    }
  errand->account = g_strdup (yq_session_who (errand->session)->account);
  errand->subject_key = g_strconcat ("password ", errand->account, NULL);
  account = yq_record_sql_get (conn, &yq_account, errand->account, NULL);
  if (phone == NULL || (errand->phone = yq_code_read_phone (phone)) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "phone",
                      _("A mobile phone of the mainland: 11 digits"));
  else if (is_present (account, errand->phone))
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "phone",
                      _("This is the mobile phone of the account already"));
  else if (yq_errand_text (errand->body, "password", MAX_PASSWORD) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "password", _("The present password is needed"));
  else if (yq_notify_has_sms (conn) && !json_object_has_member (errand->body, "code"))
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "code", _("A code by SMS is needed"));
  /* As at registration: where no codes are sent, none recovers an account either. */
  errand->is_pictured = !yq_notify_has_sms (conn);
}

static void
verify_present (YqErrand *errand, SqlConn *conn)
{
  yq_errand_verify_password (errand, conn, "password");
}

/* The code must have been sent to this phone, and at the wish of this account. */
static gboolean
check_code (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autofree char *wanted = yq_code_phone_hash (errand->phone);
  g_autofree char *phone = NULL;
  g_autofree char *account = NULL;

  if (!yq_notify_has_sms (tx->conn))
    return TRUE;
  if (!yq_errand_try_code (errand, tx, YQ_CODE_PHONE, &phone, &account, error))
    return FALSE;
  if (g_strcmp0 (account, errand->account) != 0)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "code",
                      _("The code was sent to another account"));
  else if (g_strcmp0 (phone, wanted) != 0)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "phone", _("The code was sent to another phone"));
  errand->is_wrong = errand->problem != NULL;
  return errand->problem == NULL;
}

/* Whoever loses the account by this learns it where she still reads it. */
static gboolean
warn (YqErrand *errand, YqTx *tx, YqRecord *account, const char *old, GError **error)
{
  g_autofree char *shown = yq_mask (&yq_account.fields[ACCOUNT_PHONE], errand->phone);
  g_autofree char *text = g_strdup_printf (
    "您的账号“%s”绑定的手机号已更换为%s，其他已登录的设备已退出。如非本人操作，请立即修改登录密码并"
    "联系管理员。",
    yq_record_text (account, ACCOUNT_USERNAME), shown);
  g_autofree char *sms = g_strconcat ("【一券】", text, NULL);

  return yq_tx_tell_account (tx, errand->account, "account.phone", account, text, error) &&
         yq_notify_sms (tx, errand->account, old, "account.phone", sms, sms, errand->account,
                        tx->now + WARNING_LIFE, error);
}

static gboolean
store_phone (YqErrand *errand, YqTx *tx, YqRecord *account, GError **error)
{
  g_autoptr(YqRecord) changed = yq_record_copy (account);

  yq_record_set_text (changed, ACCOUNT_PHONE, errand->phone);
  g_free (errand->touched[0]);
  errand->touched[0] = g_strdup (errand->account);
  return yq_tx_step (tx, changed, "change_phone", NULL, error) &&
         yq_session_end_others (tx->conn, errand->session, error) &&
         yq_code_void (tx->conn, errand->account, errand->now, error) &&
         warn (errand, tx, changed, yq_record_text (account, ACCOUNT_PHONE), error);
}

/* What ended the session since the password was checked, another password perhaps, ends this too.
 */
static gboolean
run_phone (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autoptr(YqRecord) account = yq_world_get (tx->world, &yq_account, errand->account);
  GError *failure = NULL;

  if (!yq_session_is_live (tx->conn, errand->session, &failure) || account == NULL ||
      !yq_record_in_state (account, "active"))
    {
      if (failure == NULL)
        yq_errand_refuse (errand, YQ_PROBLEM_UNAUTHENTICATED, NULL, _("Please sign in first."));
      else
        g_propagate_error (error, failure);
      return FALSE;
    }
  if (check_code (errand, tx, &failure))
    return store_phone (errand, tx, account, error);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL; /* the try counts */
}

void
yq_phones_create (YqRequest *request)
{
  static const YqErrandKind kind = { "phone", prepare_phone, verify_present, run_phone, FALSE };

  yq_errand_start (request, &kind);
}
