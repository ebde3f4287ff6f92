/* Whose account an identity opens; the first time it is made. */
#define G_LOG_DOMAIN "yiquand-sign-on"

#include "account-desk.h"
#include "clock.h"
#include "ids.h"
#include "party.h"
#include "record-check.h"
#include "sign-on.h"
#include "world-sql.h"

#define SHORT_CODE 12 /* characters of a digest in a user name */

typedef struct
{
  YqJob job;
  YqRequest *request;
  YqIdentity *identity;
  const char *provider; /* its name in the configuration */
  gint64 now;
  /* what comes of it */
  char *username, *token;
  YqSession *session;
  YqProblem *problem;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_pointer (&opening->identity, yq_identity_free);
  g_clear_pointer (&opening->session, yq_session_unref);
  g_clear_pointer (&opening->problem, yq_problem_free);
  g_free (opening->username);
  g_free (opening->token);
  g_free (opening);
}

/* -- the first time -- */

static gboolean
is_taken (SqlConn *conn, const char *username, GError **error)
{
  gint64 there = 0;

  return sql_get_int (conn, "SELECT 1 FROM \"account\" WHERE \"username\" = $1",
                      SQL_ARGS (SQL_TEXT (username)), &there, error);
}

/* The provider and the organisation's code, or a piece of a digest of what the provider calls her;
 * with a number behind where somebody has taken that. */
static char *
free_username (Opening *opening, SqlConn *conn, const char *uscc, GError **error)
{
  g_autofree char *digest =
    g_compute_checksum_for_string (G_CHECKSUM_SHA256, opening->identity->subject, -1);
  g_autofree char *code =
    uscc != NULL ? g_ascii_strdown (uscc, -1) : g_strndup (digest, SHORT_CODE);
  g_autofree char *base = g_strconcat (opening->provider, "-", code, NULL);
  g_autofree char *name = g_strdup (base);
  GError *failure = NULL;

  for (guint i = 2; is_taken (conn, name, &failure); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%u", base, i);
    }
  if (failure == NULL)
    return g_steal_pointer (&name);
  g_propagate_error (error, failure);
  return NULL;
}

/* What a provider says is no form: too long is cut, anything that is not so is left out. */
static void
take_text (YqValues *values, const YqEntity *entity, guint field, const char *text)
{
  const YqField *kind = &entity->fields[field];
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  g_autofree char *cut = NULL;

  if (valid == NULL)
    return;
  g_strstrip (valid);
  cut = g_utf8_strlen (valid, -1) > kind->max ? g_utf8_substring (valid, 0, kind->max)
                                              : g_strdup (valid);
  if (*cut != '\0')
    yq_values_set_text (values, field, cut);
}

static gboolean
is_registered (SqlConn *conn, const char *uscc)
{
  gint64 there = 0;

  return sql_get_int (conn,
                      "SELECT 1 FROM \"organisation\" WHERE \"uscc\" = $1"
                      " AND \"first_approved_at\" IS NOT NULL LIMIT 1",
                      SQL_ARGS (SQL_TEXT (uscc)), &there, NULL);
}

/* Whether that organisation is hers is no longer asked when it stands: she joins it, or binds the
 * account that manages it. */
static gboolean
tell_of_older (YqTx *tx, const char *account, const char *organisation, GError **error)
{
  g_autofree char *text = g_strdup_printf ("“%"
                                           "s”已在本平台登记。单位有原平台账号的，请在“我的账号”中"
                                           "绑定原有账号；没有的，请申请加入该单位。",
                                           organisation != NULL ? organisation : "贵单位");

  return yq_tx_tell_account (tx, account, "account.sign_on", NULL, text, error);
}

static gboolean
make_account (Opening *opening, YqTx *tx, const char *id, GError **error)
{
  const YqIdentity *identity = opening->identity;
  g_autoptr(YqValues) person = yq_values_new (yq_account.fields, yq_account.n_fields);
  g_autoptr(YqValues) organisation =
    yq_values_new (yq_organisation.fields, yq_organisation.n_fields);
  g_autofree char *phone = identity->phone ? yq_code_read_phone (identity->phone) : NULL;
  g_autofree char *uscc = identity->uscc ? g_ascii_strup (identity->uscc, -1) : NULL;
  gboolean has_code = uscc != NULL && yq_uscc_is_well_formed (uscc);
  gboolean stands = has_code && is_registered (tx->conn, uscc);
  g_autofree char *username = free_username (opening, tx->conn, has_code ? uscc : NULL, error);
  g_autofree char *organisation_id = yq_id_new ();
  GError *failure = NULL;

  if (username == NULL)
    return FALSE;
  take_text (person, &yq_account, ACCOUNT_REAL_NAME,
             identity->person != NULL ? identity->person : identity->organisation);
  if (!yq_values_has (person, ACCOUNT_REAL_NAME))
    yq_values_set_text (person, ACCOUNT_REAL_NAME, username);
  take_text (organisation, &yq_organisation, ORGANISATION_NAME, identity->organisation);
  if (has_code)
    yq_values_set_text (organisation, ORGANISATION_USCC, uscc);
  opening->problem =
    yq_account_write (tx,
                      &(YqNewAccount){ .id = id,
                                       .username = username,
                                       .phone = phone,
                                       .person = person,
                                       .organisation_id = organisation_id,
                                       .organisation = has_code && !stands ? organisation : NULL },
                      &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL && opening->problem == NULL &&
         sql_exec (
           tx->conn, "INSERT INTO identity (issuer, subject, account) VALUES ($1, $2, $3)",
           SQL_ARGS (SQL_TEXT (identity->issuer), SQL_TEXT (identity->subject), SQL_TEXT (id)),
           error) >= 0 &&
         (!stands || tell_of_older (tx, id, identity->organisation, error));
}

/* -- every time -- */

static char *
find_account (Opening *opening, SqlConn *conn, GError **error)
{
  return sql_get_text (
    conn, "SELECT account FROM identity WHERE issuer = $1 AND subject = $2",
    SQL_ARGS (SQL_TEXT (opening->identity->issuer), SQL_TEXT (opening->identity->subject)), error);
}

static gboolean
open_session (Opening *opening, SqlConn *conn, const char *account, GError **error)
{
  GError *failure = NULL;

  opening->session = yq_session_read (conn, account, &failure);
  if (opening->session == NULL && failure == NULL)
    opening->problem = yq_problem_new (
      YQ_PROBLEM_FORBIDDEN, "%s",
      _("The account is closed.  Where it was bound, sign in with the account it was bound to."));
  else if (failure == NULL)
    opening->username = sql_get_text (conn, "SELECT username FROM account WHERE id = $1",
                                      SQL_ARGS (SQL_TEXT (account)), &failure);
  if (failure == NULL && opening->session != NULL)
    opening->token = yq_session_write (conn, account, opening->now, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL && opening->problem == NULL;
}

static gboolean
run_opening (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  Opening *opening = (Opening *) job;
  g_autofree char *account = NULL;
  GError *failure = NULL;
  gboolean made = TRUE;

  g_clear_pointer (&opening->token, g_free);
  g_clear_pointer (&opening->username, g_free);
  g_clear_pointer (&opening->session, yq_session_unref);
  g_clear_pointer (&opening->problem, yq_problem_free);
  yq_text_set_language (yq_request_language (opening->request));
  account = find_account (opening, conn, &failure);
  if (account == NULL && failure == NULL)
    {
      YqWorld *world = yq_world_sql_new (conn, opening->now);
      YqTx tx;

      account = yq_id_new ();
      yq_tx_init (&tx, conn, world, NULL, opening->now);
      made = make_account (opening, &tx, account, &failure);
      yq_world_sql_free (world);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  return made && open_session (opening, conn, account, error);
}

static void
opening_done (YqJob *job, const GError *error)
{
  Opening *opening = (Opening *) job;
  YqRequest *request = opening->request;

  yq_text_set_language (yq_request_language (request));
  if (error == NULL && opening->problem != NULL)
    yq_request_refuse (request, g_steal_pointer (&opening->problem));
  else if (error == NULL && opening->token != NULL)
    {
      yq_metrics_add (yq_server_metrics (yq_request_server (request)), YQ_METRIC_SIGN_INS, 1);
      yq_session_reply (request, opening->session, opening->username, opening->token, opening->now);
    }
  else
    {
      yq_request_add_header (request, "Retry-After", "5");
      yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s",
                                                  _("The server cannot write at the moment.")));
    }
  yq_request_resume (request);
}

static const char *
name_of (YqServer *server, const char *issuer)
{
  GPtrArray *providers = yq_server_config (server)->providers;

  for (guint i = 0; i < providers->len; i++)
    {
      const YqProvider *provider = providers->pdata[i];

      if (g_str_equal (provider->issuer, issuer))
        return provider->name;
    }
  g_assert_not_reached ();
}

void
yq_sign_on_open (YqRequest *request, YqIdentity *identity)
{
  YqServer *server = yq_request_server (request);
  Opening *opening = g_new0 (Opening, 1);

  opening->job = (YqJob){ .n_units = 1, .run = run_opening, .done = opening_done };
  opening->request = request;
  opening->identity = identity;
  opening->provider = name_of (server, identity->issuer);
  opening->now = yq_clock_now ();
  yq_request_set_data (request, opening, opening_free);
  yq_server_write (request, &opening->job);
}
