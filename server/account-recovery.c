/* POST /v1/recoveries: who has lost password and phone gets a code from the manager of her
 * organisation or from an administrator, who hands it over; with it she sets a password of her own
 * (POST /v1/passwords).  Nobody learns a password by this, and whoever issues one leaves her name
 * in the audit chain and is told on by a message to the account and its phone. */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include "clock.h"
#include "ids.h"
#include "json-text.h"
#include "notify.h"
#include "party.h"
#include "record-sql.h"

#define MAX_PASSWORD 1024
#define MAX_COMMENT 200
#define ISSUED_A_DAY 50 /* by one person */
#define WARNING_LIFE (2 * YQ_DAY)

static void
prepare_recovery (YqErrand *errand, SqlConn *conn)
{
  const char *account = yq_errand_text (errand->body, "account", 64);

  if (errand->session == NULL)
    {
      yq_errand_refuse (errand, YQ_PROBLEM_UNAUTHENTICATED, NULL, _("Please sign in first."));
      return;
    }
  errand->account = g_strdup (yq_session_who (errand->session)->account);
  errand->subject_key = g_strconcat ("password ", errand->account, NULL);
  if (account == NULL || !yq_id_is_valid (account))
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "account", _("Which account has been lost?"));
  else if (g_str_equal (account, errand->account))
    yq_errand_refuse (errand, YQ_PROBLEM_FORBIDDEN, "account",
                      _("Your own password is changed on the account page"));
  else if (yq_errand_text (errand->body, "password", MAX_PASSWORD) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "password", _("Your own password is needed"));
}

static void
verify_own (YqErrand *errand, SqlConn *conn)
{
  yq_errand_verify_password (errand, conn, "password");
}

/* -- whose accounts she may recover -- */

/* The organisation a grant reaches into; NULL where it reaches beyond one.  Free it. */
static char *
organisation_of_grant (YqTx *tx, const YqGrant *grant)
{
  g_autoptr(YqRecord) desk = NULL;

  switch (grant->role)
    {
    case YQ_ROLE_MEMBER:
    case YQ_ROLE_MANAGER:
    case YQ_ROLE_ENTREPRENEUR:
      return g_strdup (grant->scope);
    case YQ_ROLE_DESK:
      desk = yq_world_get (tx->world, &yq_desk, grant->scope);
      return desk != NULL ? g_strdup (yq_record_carrier (desk)) : NULL;
    case YQ_ROLE_REVIEWER:
    case YQ_ROLE_EXPERT:
    case YQ_ROLE_ADMINISTRATOR:
    case YQ_N_ROLES:
    default:
      return NULL;
    }
}

/* A manager: who belongs to her organisation and to nothing else.  What an account may do besides,
 * as a reviewer perhaps, is not hers to hand out. */
static YqProblem *
check_managed (YqTx *tx, const YqWho *who, const YqWho *theirs)
{
  guint inside = 0;

  for (guint i = 0; i < theirs->n_grants; i++)
    {
      g_autofree char *organisation = organisation_of_grant (tx, &theirs->grants[i]);

      inside += organisation != NULL && yq_who_manages (who, organisation);
    }
  if (inside == 0)
    return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("Your organisation has no such account"));
  if (inside == theirs->n_grants)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_FORBIDDEN,
                         _("This account may do more than what your organisation gives it: only "
                           "the administrator of the platform recovers it"));
}

static YqProblem *
check_who (YqTx *tx, const YqWho *who, const char *account)
{
  g_autoptr(GError) error = NULL;
  YqSession *theirs = yq_session_read (tx->conn, account, &error);
  YqProblem *problem = NULL;

  if (theirs == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("Your organisation has no such account"));
  if (!yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR))
    problem = check_managed (tx, who, yq_session_who (theirs));
  yq_session_unref (theirs);
  return problem;
}

/* Her grants as they are now: they may have changed since she signed in. */
static YqProblem *
check_issuer (YqErrand *errand, YqTx *tx, const char *account, GError **error)
{
  GError *failure = NULL;
  gboolean live = yq_session_is_live (tx->conn, errand->session, &failure);
  YqSession *fresh =
    live && failure == NULL ? yq_session_read (tx->conn, errand->account, &failure) : NULL;
  YqProblem *problem;

  if (failure != NULL)
    {
      g_clear_pointer (&fresh, yq_session_unref);
      g_propagate_error (error, failure);
      return NULL;
    }
  if (fresh == NULL)
    return yq_problem_new (YQ_PROBLEM_UNAUTHENTICATED, _("Please sign in first."));
  problem = check_who (tx, yq_session_who (fresh), account);
  yq_session_unref (fresh);
  return problem;
}

/* -- how often -- */

static YqProblem *
check_rate (YqErrand *errand, YqTx *tx, const char *account, GError **error)
{
  GError *failure = NULL;
  gint64 wait = yq_recovery_code_wait (tx->conn, account, errand->now, &failure);
  gint64 issued = 0;

  if (failure == NULL)
    sql_get_int (tx->conn,
                 "SELECT count (*) FROM event WHERE account = $1 AND entity = 'account'"
                 " AND action = 'issue_recovery' AND at > $2",
                 SQL_ARGS (SQL_TEXT (errand->account), SQL_INT (errand->now - YQ_DAY)), &issued,
                 &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (issued >= ISSUED_A_DAY)
    return yq_problem_new (YQ_PROBLEM_THROTTLED,
                           _("You have issued %d recovery codes within a day: go on tomorrow"),
                           ISSUED_A_DAY);
  if (wait > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (wait + 999) / 1000);

      return yq_problem_new (YQ_PROBLEM_THROTTLED,
                             _("One code a minute and five a day: try again in %s seconds."),
                             seconds);
    }
  return NULL;
}

/* -- issuing -- */

static char *
name_of (YqTx *tx, const char *id)
{
  g_autoptr(YqRecord) account = yq_world_get (tx->world, &yq_account, id);
  const char *name = account != NULL ? yq_record_text (account, ACCOUNT_REAL_NAME) : NULL;

  return g_strdup (name != NULL ? name : "");
}

/* She, or whoever has her phone, learns it before the code is used. */
static gboolean
warn (YqErrand *errand, YqTx *tx, YqRecord *account, GError **error)
{
  const char *phone = yq_record_text (account, ACCOUNT_PHONE);
  g_autofree char *issuer = name_of (tx, errand->account);
  g_autofree char *text = g_strdup_printf (
    "%s为您的账号“%"
    "s”签发了一次性找回码，24小时内有效，凭码可重设登录密码。如非您本人要求，请立即联系"
    "本单位管理员或平台管理员。",
    issuer, yq_record_text (account, ACCOUNT_USERNAME));
  g_autofree char *sms = g_strconcat ("【一券】", text, NULL);

  return yq_tx_tell_account (tx, yq_record_id (account), "account.issue_recovery", account, text,
                             error) &&
         (phone == NULL || !yq_notify_has_sms (tx->conn) ||
          yq_notify_sms (tx, yq_record_id (account), phone, "account.issue_recovery", sms, sms,
                         yq_record_id (account), tx->now + WARNING_LIFE, error));
}

static void
reply (YqErrand *errand, YqRecord *account, const char *code)
{
  g_autofree char *expires = yq_time_format (errand->now + yq_recovery_code_life ());

  errand->status = 201;
  errand->answer = g_string_new (NULL);
  yq_json_open (errand->answer, NULL, '{');
  yq_json_text (errand->answer, "username", yq_record_text (account, ACCOUNT_USERNAME));
  yq_json_text (errand->answer, "code", code);
  yq_json_text (errand->answer, "expires_at", expires);
  yq_json_close (errand->answer, '}');
}

static gboolean
issue (YqErrand *errand, YqTx *tx, YqRecord *account, GError **error)
{
  g_autoptr(YqRecord) marked = yq_record_copy (account);
  g_autoptr(JsonObject) args = json_object_new ();
  const char *comment = yq_errand_text (errand->body, "comment", MAX_COMMENT * 4);
  g_autofree char *code = NULL;

  if (comment != NULL && *comment != '\0')
    json_object_set_string_member (args, "comment", comment);
  code = yq_recovery_code_new (tx, yq_record_id (account), error);
  if (code == NULL || !yq_tx_step (tx, marked, "issue_recovery", args, error) ||
      !warn (errand, tx, marked, error))
    return FALSE;
  reply (errand, marked, code);
  return TRUE;
}

static gboolean
run_recovery (YqErrand *errand, YqTx *tx, GError **error)
{
  const char *id = yq_errand_text (errand->body, "account", 64);
  GError *failure = NULL;
  g_autoptr(YqRecord) account = NULL;

  errand->problem = check_issuer (errand, tx, id, &failure);
  if (errand->problem == NULL && failure == NULL)
    errand->problem = check_rate (errand, tx, id, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  if (errand->problem != NULL || failure != NULL)
    return FALSE;
  account = yq_world_get (tx->world, &yq_account, id);
  return account != NULL && issue (errand, tx, account, error);
}

void
yq_recoveries_create (YqRequest *request)
{
  static const YqErrandKind kind = { "recovery", prepare_recovery, verify_own, run_recovery,
                                     FALSE };

  yq_errand_start (request, &kind);
}
