/* POST /v1/bindings: what an older account may do goes over to the one that is signed in. */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include <sodium.h>
#include <string.h>

#include "effects.h"
#include "json-text.h"
#include "notify.h"
#include "party.h"
#include "record-sql.h"

#define MAX_NAME 128
#define MAX_PASSWORD 1024

static void
prepare_binding (YqErrand *errand, SqlConn *conn)
{
  const char *username = yq_errand_text (errand->body, "username", MAX_NAME);

  if (username == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "username", _("A user name is needed"));
  else if (yq_errand_text (errand->body, "password", MAX_PASSWORD) == NULL)
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "password", _("A password is needed"));
  else if (!json_object_has_member (errand->body, "code"))
    yq_errand_refuse (errand, YQ_PROBLEM_REQUIRED, "code", _("A code by SMS is needed"));
  else
    errand->subject_key = g_strconcat ("name ", username, NULL);
}

/* An unknown name costs as much as a known one. */
static void
verify_older (YqErrand *errand, SqlConn *conn)
{
  const char *username = yq_errand_text (errand->body, "username", MAX_NAME);
  const char *password = yq_errand_text (errand->body, "password", MAX_PASSWORD);
  g_autofree char *hash = NULL;
  g_autofree char *spent = NULL;

  if (yq_session_find_account (conn, username, &errand->account, &hash, NULL) && hash != NULL)
    {
      if (crypto_pwhash_str_verify (hash, password, strlen (password)) == 0)
        return;
    }
  else
    spent = yq_session_hash (password, NULL);
  errand->is_wrong = TRUE;
  yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "password",
                    _("The name or the password of the older account is wrong"));
}

/* -- what goes over -- */

static YqRecord *
find_membership (YqTx *tx, const char *account)
{
  g_autoptr(GPtrArray) all = yq_world_list (tx->world, &yq_membership, "account", account);

  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "active|leaving"))
      return g_object_ref (all->pdata[i]);
  return NULL;
}

/* Registered, never submitted: nothing hangs on it. */
static gboolean
is_bare_draft (YqTx *tx, const char *organisation)
{
  g_autoptr(YqRecord) record = yq_world_get (tx->world, &yq_organisation, organisation);

  return record != NULL && yq_record_in_state (record, "draft") &&
         !yq_record_has (record, ORGANISATION_SUBMITTED_AT) &&
         !yq_record_has (record, ORGANISATION_DECIDED_AT);
}

static gboolean
end_membership (YqTx *tx, YqRecord *membership, GError **error)
{
  g_autoptr(YqRecord) ended = yq_record_copy (membership);
  g_autoptr(GPtrArray) grants = yq_world_list (
    tx->world, &yq_grant, "organisation", yq_record_text (membership, MEMBERSHIP_ORGANISATION));

  yq_record_set_state (ended, "left");
  if (!yq_tx_update (tx, membership, ended, "bind", NULL, error))
    return FALSE;
  for (guint i = 0; i < grants->len; i++)
    if (g_strcmp0 (yq_record_text (grants->pdata[i], GRANT_ACCOUNT),
                   yq_record_text (membership, MEMBERSHIP_ACCOUNT)) == 0 &&
        !yq_tx_delete (tx, grants->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* The draft an account registered with gives way to the organisation of the older one. */
static gboolean
give_up_draft (YqTx *tx, YqRecord *membership, GError **error)
{
  const char *organisation = yq_record_text (membership, MEMBERSHIP_ORGANISATION);
  g_autoptr(YqRecord) draft = yq_world_get (tx->world, &yq_organisation, organisation);

  return end_membership (tx, membership, error) && yq_tx_delete (tx, draft, error);
}

static gboolean
take_membership (YqTx *tx, YqRecord *older, const char *account, GError **error)
{
  g_autoptr(YqRecord) membership = yq_record_new (&yq_membership, NULL);
  g_autoptr(YqRecord) person = yq_world_get (tx->world, &yq_account, account);

  for (guint i = 0; i < yq_membership.n_fields; i++)
    yq_values_copy_field (yq_record_values (membership), yq_record_values (older), i);
  yq_record_set_state (membership, "active");
  yq_record_set_account (membership, account);
  yq_record_set_buyer (membership, yq_record_buyer (older));
  yq_record_set_region (membership, yq_record_region (older));
  yq_record_set_text (membership, MEMBERSHIP_ACCOUNT, account);
  yq_record_set_text (membership, MEMBERSHIP_REAL_NAME, yq_record_text (person, ACCOUNT_REAL_NAME));
  return yq_tx_insert (tx, membership, "bind", error);
}

static gboolean
move_grants (YqTx *tx, const char *from, const char *to, GError **error)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "account", from);

  for (guint i = 0; i < grants->len; i++)
    {
      g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

      for (guint f = 0; f < yq_grant.n_fields; f++)
        yq_values_copy_field (yq_record_values (grant), yq_record_values (grants->pdata[i]), f);
      yq_record_set_account (grant, to);
      yq_record_set_desk (grant, yq_record_desk (grants->pdata[i]));
      yq_record_set_text (grant, GRANT_ACCOUNT, to);
      if (!yq_tx_insert (tx, grant, "bind", error) || !yq_tx_delete (tx, grants->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

/* A desk lists its accounts: the new one stands in the place of the older. */
static gboolean
move_desks (YqTx *tx, const char *from, const char *to, GError **error)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "account", from);

  for (guint i = 0; i < grants->len; i++)
    {
      const char *id = yq_record_text (grants->pdata[i], GRANT_DESK);
      g_autoptr(YqRecord) desk = yq_world_get (tx->world, &yq_desk, id);
      g_autoptr(YqRecord) changed = desk != NULL ? yq_record_copy (desk) : NULL;
      JsonArray *old = desk != NULL ? yq_record_array (desk, DESK_ACCOUNTS) : NULL;
      JsonArray *accounts = json_array_new ();

      for (guint k = 0; old != NULL && k < json_array_get_length (old); k++)
        json_array_add_string_element (accounts,
                                       g_strcmp0 (json_array_get_string_element (old, k), from) == 0
                                         ? to
                                         : json_array_get_string_element (old, k));
      if (changed == NULL || old == NULL)
        {
          json_array_unref (accounts);
          continue;
        }
      yq_record_take_array (changed, DESK_ACCOUNTS, accounts);
      if (!yq_tx_update (tx, desk, changed, "bind", NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
close_account (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) account = yq_world_get (tx->world, &yq_account, id);
  g_autoptr(YqRecord) closed = yq_record_copy (account);

  yq_record_set_state (closed, "closed");
  return yq_tx_update (tx, account, closed, "bind", NULL, error) &&
         yq_code_index_phone (tx->conn, id, NULL, error) &&
         sql_exec (tx->conn, "DELETE FROM session WHERE account = $1", SQL_ARGS (SQL_TEXT (id)),
                   error) >= 0;
}

/* -- may it? -- */

static gboolean
has_office (YqTx *tx, const char *account)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "account", account);

  for (guint i = 0; i < grants->len; i++)
    if (yq_word_in ("reviewer|expert|administrator", yq_record_text (grants->pdata[i], GRANT_ROLE)))
      return TRUE;
  return FALSE;
}

static void
check_parties (YqErrand *errand, YqTx *tx, YqRecord *own, YqRecord *older)
{
  if (strcmp (errand->account, tx->who->account) == 0)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "username",
                      _("This is the account you are signed in with"));
  else if (has_office (tx, errand->account) || has_office (tx, tx->who->account))
    yq_errand_refuse (errand, YQ_PROBLEM_FORBIDDEN, NULL,
                      _("Accounts of reviewers, experts and administrators cannot be bound"));
  else if (older == NULL)
    yq_errand_refuse (
      errand, YQ_PROBLEM_STATE, "username",
      _("The older account belongs to no organisation: there is nothing to take over"));
  else if (own != NULL && !is_bare_draft (tx, yq_record_text (own, MEMBERSHIP_ORGANISATION)))
    yq_errand_refuse (
      errand, YQ_PROBLEM_STATE, NULL,
      _("You belong to an organisation already, and an account belongs to one only: leave it "
        "first"));
}

static gboolean
bind_accounts (YqErrand *errand, YqTx *tx, YqRecord *own, YqRecord *older, GError **error)
{
  const char *from = errand->account, *to = tx->who->account;

  return (own == NULL || give_up_draft (tx, own, error)) &&
         take_membership (tx, older, to, error) && move_desks (tx, from, to, error) &&
         move_grants (tx, from, to, error) && end_membership (tx, older, error) &&
         close_account (tx, from, error) &&
         yq_tx_tell_account (tx, to, "account.bind", NULL,
                             "原有账号已绑定，今后使用本账号办理即可，原账号不能再登录。", error);
}

static gboolean
run_binding (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autofree char *account = NULL;
  g_autoptr(YqRecord) own = find_membership (tx, tx->who->account);
  g_autoptr(YqRecord) older = find_membership (tx, errand->account);
  g_autofree char *organisation = NULL;
  GError *failure = NULL;

  if (!yq_errand_try_code (errand, tx, YQ_CODE_BIND, NULL, &account, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL; /* the try counts */
    }
  if (g_strcmp0 (account, tx->who->account) != 0)
    yq_errand_refuse (errand, YQ_PROBLEM_INVALID, "code",
                      _("The code was sent to another account"));
  else
    check_parties (errand, tx, own, older);
  if (errand->problem != NULL)
    return FALSE;
  organisation = g_strdup (yq_record_text (older, MEMBERSHIP_ORGANISATION));
  if (!bind_accounts (errand, tx, own, older, error))
    return FALSE;
  g_free (errand->touched[0]);
  g_free (errand->touched[1]);
  errand->touched[0] = g_strdup (errand->account);
  errand->touched[1] = g_strdup (tx->who->account);
  errand->status = 201;
  errand->answer = g_string_new (NULL);
  yq_json_open (errand->answer, NULL, '{');
  yq_json_text (errand->answer, "account", tx->who->account);
  yq_json_text (errand->answer, "organisation", organisation);
  yq_json_close (errand->answer, '}');
  return TRUE;
}

void
yq_bindings_create (YqRequest *request)
{
  static const YqErrandKind kind = { "bind", prepare_binding, verify_older, run_binding, FALSE };

  yq_errand_start (request, &kind);
}
