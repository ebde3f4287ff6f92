/* What saves and steps of organisations and memberships do: computed facts, grants. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "clock.h"
#include "ids.h"
#include "jobs.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "qualification.h"
#include "record-key.h"
#include "redemption.h"
#include "region.h"
#include "risk.h"
#include "sealed.h"
#include "sms-code.h"

/* -- organisations -- */

static void
fill_size (YqRecord *organisation)
{
  g_autofree char *rule = NULL;
  YqLanguage asked = yq_text_swap_language (YQ_LANGUAGE_DEFAULT);
  const char *size =
    yq_organisation_size (yq_record_text (organisation, ORGANISATION_INDUSTRY),
                          yq_record_int (organisation, ORGANISATION_EMPLOYEES),
                          yq_record_int (organisation, ORGANISATION_REVENUE),
                          yq_record_int (organisation, ORGANISATION_TOTAL_ASSETS), &rule);

  yq_text_swap_language (asked);
  yq_record_set_text (organisation, ORGANISATION_SIZE, size);
  yq_record_set_text (organisation, ORGANISATION_SIZE_RULE, rule);
}

static gboolean
is_individual (YqRecord *organisation)
{
  return g_strcmp0 (yq_record_text (organisation, ORGANISATION_NATURE), "individual") == 0;
}

/* "12345678-9" of the credit code; an individual gets nine digits, never from the ID number. */
static gboolean
fill_code (YqTx *tx, YqRecord *organisation, GError **error)
{
  const char *uscc = yq_record_text (organisation, ORGANISATION_USCC);
  g_autofree char *code = uscc ? yq_organisation_code (uscc) : NULL;
  gint64 n;

  if (!is_individual (organisation))
    {
      yq_record_set_text (organisation, ORGANISATION_ORGANISATION_CODE, code);
      return TRUE;
    }
  if (yq_record_has (organisation, ORGANISATION_ORGANISATION_CODE))
    return TRUE;
  if ((n = yq_effect_count (tx->conn, "individual", error)) == 0)
    return FALSE;
  code = g_strdup_printf ("%08d-%d", (int) (90000000 + n), (int) (n % 10));
  yq_record_set_text (organisation, ORGANISATION_ORGANISATION_CODE, code);
  return TRUE;
}

/* Another jurisdiction has another text: what was accepted elsewhere says nothing about it. */
static gboolean
has_other_text (const YqEffect *e)
{
  g_autoptr(YqRecord) before = NULL;
  g_autoptr(YqRecord) after = NULL;

  if (e->before == NULL)
    return FALSE;
  before = yq_policy_jurisdiction (e->tx->world, yq_record_text (e->before, ORGANISATION_REGION));
  after = yq_policy_jurisdiction (e->tx->world, yq_record_text (e->after, ORGANISATION_REGION));
  return before != NULL && after != NULL &&
         strcmp (yq_record_id (before), yq_record_id (after)) != 0;
}

static void
set_version (YqRecord *organisation, gint64 version, gint64 now)
{
  if (version > 0)
    yq_record_set_int (organisation, ORGANISATION_COMMITMENT_VERSION, version);
  else
    yq_values_clear (yq_record_values (organisation), ORGANISATION_COMMITMENT_VERSION);
  if (version > 0)
    yq_record_set_int (organisation, ORGANISATION_COMMITMENT_ACCEPTED_AT, now);
  else
    yq_values_clear (yq_record_values (organisation), ORGANISATION_COMMITMENT_ACCEPTED_AT);
}

/* The version accepted is the one the person read, which the command names.  Who names none, as
 * older clients do, can only mean the first, while there is no other; else it stays open, and the
 * page asks again. */
static YqProblem *
fill_commitment (const YqEffect *e)
{
  gboolean accepted = yq_record_int (e->after, ORGANISATION_COMMITMENT_ACCEPTED) != 0;
  gboolean accepted_before =
    e->before != NULL && yq_record_int (e->before, ORGANISATION_COMMITMENT_ACCEPTED) != 0;
  gint64 had = accepted_before ? yq_record_int (e->before, ORGANISATION_COMMITMENT_VERSION) : 0;
  gint64 named = yq_record_int (e->after, ORGANISATION_COMMITMENT_VERSION);
  gint64 newest = 0;
  g_autofree char *text = yq_policy_text (
    e->tx->world, yq_record_text (e->after, ORGANISATION_REGION), "commitment", &newest);

  if (named > newest && named != had)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, _("There is no version %d of the commitment here"),
                      (int) named),
      "commitment_version", YQ_PROBLEM_INVALID,
      _("The newest is version %d: synchronise, read it and tick it again"), (int) newest);
  if (!accepted || text == NULL || (has_other_text (e) && named == had))
    {
      set_version (e->after, 0, 0);
      return NULL;
    }
  if (named == 0 && !accepted_before && newest == 1)
    named = 1;
  named = MAX (named, had); /* an older text does not take the place of a newer one */
  if (named != had)
    set_version (e->after, named, e->tx->now);
  else if (named > 0)
    yq_record_set_int (e->after, ORGANISATION_COMMITMENT_VERSION, named);
  return NULL;
}

static gboolean
is_in_province (YqRecord *jurisdiction, const char *region)
{
  const char *seat = jurisdiction ? yq_record_text (jurisdiction, JURISDICTION_REGION) : NULL;
  const char *province = seat ? yq_region_ancestor (seat, 1) : NULL;

  return province != NULL && region != NULL && yq_region_holds (province, region);
}

/* Equal for equal accounts, and useless to whoever has not the server's key. */
static void
mark_bank_account (YqRecord *organisation)
{
  const char *account = yq_record_text (organisation, ORGANISATION_BANK_ACCOUNT);
  g_autofree char *digits = yq_risk_digits (account);
  g_autofree char *text = g_strconcat ("bank account ", digits, NULL);
  g_autofree char *mark = *digits != '\0' ? yq_sealed_hash (yq_record_key (), text) : NULL;

  yq_record_set_text (organisation, ORGANISATION_BANK_MARK, mark);
}

static YqProblem *
fill_organisation (const YqEffect *e, GError **error)
{
  const char *region = yq_record_text (e->after, ORGANISATION_REGION);
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (e->tx->world, region);
  YqProblem *problem = fill_commitment (e);

  if (problem != NULL)
    return problem;
  fill_size (e->after);
  mark_bank_account (e->after);
  if (!fill_code (e->tx, e->after, error))
    return NULL;
  yq_record_set_int (e->after, ORGANISATION_IN_PROVINCE, is_in_province (jurisdiction, region));
  yq_record_set_int (e->after, ORGANISATION_IS_CARRIER,
                     yq_organisation_may_carry (e->tx->world, e->after));
  return NULL;
}

void
yq_effect_verify (YqRecord *organisation, gint64 now)
{
  g_autofree char *mark = yq_organisation_commitment_mark (organisation);

  if (!yq_record_has (organisation, ORGANISATION_FIRST_APPROVED_AT))
    yq_record_set_int (organisation, ORGANISATION_FIRST_APPROVED_AT, now);
  yq_record_set_int (organisation, ORGANISATION_APPROVED_EMPLOYEES,
                     yq_record_int (organisation, ORGANISATION_EMPLOYEES));
  yq_record_set_int (organisation, ORGANISATION_APPROVED_REVENUE,
                     yq_record_int (organisation, ORGANISATION_REVENUE));
  yq_record_set_text (organisation, ORGANISATION_APPROVED_COMMITMENT, *mark != '\0' ? mark : NULL);
  yq_record_set_int (organisation, ORGANISATION_REFRESHED_AT, now);
}

/* What was approved rules until the next approval. */
static YqProblem *
verified (const YqEffect *e, GError **error)
{
  if (!yq_effect_entered (e, "active"))
    return NULL;
  if (e->step != NULL && strcmp (e->step->action, "resume") != 0)
    yq_effect_verify (e->after, e->tx->now);
  yq_record_set_int (e->after, ORGANISATION_REFRESHED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
refreshed (const YqEffect *e, GError **error)
{
  if (e->step == NULL && yq_record_has (e->after, ORGANISATION_FIRST_APPROVED_AT))
    yq_record_set_int (e->after, ORGANISATION_REFRESHED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
plan_refresh (const YqEffect *e, GError **error)
{
  int days = yq_policy_refresh_days (e->tx->world, yq_record_region (e->after));
  gint64 last = yq_record_int (e->after, ORGANISATION_REFRESHED_AT);

  if (days > 0 && last > 0 && yq_record_in_state (e->after, "active"))
    yq_jobs_add (e->tx->conn, "organisation_stale", yq_record_id (e->after), last + days * YQ_DAY,
                 error);
  return NULL;
}

/* Rule 10: bank data that change while money is on its way are a risk flag. */
static YqProblem *
flag_bank_change (const YqEffect *e, GError **error)
{
  static const guint fields[] = { ORGANISATION_BANK_NAME, ORGANISATION_BANK_ACCOUNT,
                                  ORGANISATION_BANK_HOLDER };
  static const char *const owners[] = { "buyer", "carrier" };
  gboolean changed = FALSE;

  for (guint i = 0; e->before != NULL && i < G_N_ELEMENTS (fields); i++)
    changed |=
      !yq_values_equal (yq_record_values (e->before), yq_record_values (e->after), fields[i]);
  for (guint o = 0; changed && o < G_N_ELEMENTS (owners); o++)
    {
      g_autoptr(GPtrArray) live =
        yq_world_list (e->tx->world, &yq_redemption, owners[o], yq_record_id (e->after));

      for (guint i = 0; i < live->len; i++)
        {
          g_autoptr(YqRecord) redemption = yq_record_copy (live->pdata[i]);
          const char *redeemer = yq_record_text (redemption, REDEMPTION_REDEEMER);

          if (!yq_record_in_state (redemption, "consenting|reviewing|approved|noticed|payable") ||
              (g_strcmp0 (redeemer, "carrier") == 0) != (o == 1))
            continue;
          yq_record_set_int (redemption, REDEMPTION_BANK_CHANGED, TRUE);
          if (!yq_tx_touch (e->tx, redemption, error))
            return NULL;
        }
    }
  return NULL;
}

/* -- grants -- */

static gboolean
add_grant (YqTx *tx, const char *account, const char *organisation, const char *role,
           GError **error)
{
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

  yq_record_set_account (grant, account);
  yq_record_set_text (grant, GRANT_ACCOUNT, account);
  yq_record_set_text (grant, GRANT_ROLE, role);
  yq_record_set_text (grant, GRANT_ORGANISATION, organisation);
  return yq_tx_insert (tx, grant, "derive", error);
}

/* Reviewers choose among the experts of their region, so they have to see who they are. */
static YqProblem *
show_expert (const YqEffect *e, GError **error)
{
  const char *region = yq_record_text (e->after, GRANT_REGION);
  g_autoptr(YqRecord) account =
    yq_effect_get (e->tx, &yq_account, yq_record_text (e->after, GRANT_ACCOUNT));

  if (account == NULL || region == NULL ||
      g_strcmp0 (yq_record_text (e->after, GRANT_ROLE), "expert") != 0)
    return NULL;
  yq_record_set_region (account, region);
  yq_effect_update (e->tx, account, error);
  return NULL;
}

/* The member or manager grant of an account in an organisation. */
static gboolean
drop_grants (YqTx *tx, const char *account, const char *organisation, GError **error)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "organisation", organisation);

  for (guint i = 0; i < grants->len; i++)
    {
      g_autoptr(YqRecord) grant = yq_record_copy (grants->pdata[i]);

      if (g_strcmp0 (yq_record_text (grant, GRANT_ACCOUNT), account) == 0 &&
          !yq_tx_delete (tx, grant, error))
        return FALSE;
    }
  return TRUE;
}

static guint
count_managers (YqTx *tx, const char *organisation)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "organisation", organisation);
  guint n = 0;

  for (guint i = 0; i < grants->len; i++)
    n += g_strcmp0 (yq_record_text (grants->pdata[i], GRANT_ROLE), "manager") == 0;
  return n;
}

static YqProblem *
keep_last_manager (YqTx *tx, const char *organisation)
{
  if (count_managers (tx, organisation) > 1)
    return NULL;

  return yq_problem_new (
    YQ_PROBLEM_STATE, _("An organisation keeps at least one manager: appoint another one first"));
}

YqProblem *
yq_effect_delete_grant (YqTx *tx, YqRecord *grant, GError **error)
{
  if (g_strcmp0 (yq_record_text (grant, GRANT_ROLE), "manager") != 0)
    return NULL;

  return keep_last_manager (tx, yq_record_text (grant, GRANT_ORGANISATION));
}

/* Codes by SMS find an account by its phone. */
static YqProblem *
index_phone (const YqEffect *e, GError **error)
{
  yq_code_index_phone (e->tx->conn, yq_record_id (e->after),
                       yq_record_text (e->after, ACCOUNT_PHONE), error);
  return NULL;
}

/* Whoever registers an organisation is its first manager. */
static YqProblem *
registered (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) membership = NULL;
  const char *account = e->tx->who ? e->tx->who->account : NULL;
  g_autofree char *name = NULL;

  if (e->before != NULL || account == NULL || yq_who_has_role (e->tx->who, YQ_ROLE_ADMINISTRATOR))
    return NULL;
  membership = yq_record_new (&yq_membership, NULL);
  name = yq_effect_title (e->tx, &yq_account, account);
  yq_record_set_state (membership, "active");
  yq_record_set_account (membership, account);
  yq_record_set_buyer (membership, yq_record_id (e->after));
  yq_record_set_region (membership, yq_record_region (e->after));
  yq_record_set_text (membership, MEMBERSHIP_ACCOUNT, account);
  yq_record_set_text (membership, MEMBERSHIP_ORGANISATION, yq_record_id (e->after));
  yq_record_set_text (membership, MEMBERSHIP_ROLE, "manager");
  yq_record_set_text (membership, MEMBERSHIP_REAL_NAME, name);
  yq_record_set_text (membership, MEMBERSHIP_ORGANISATION_NAME, yq_record_title (e->after));
  if (yq_tx_insert (e->tx, membership, "derive", error))
    add_grant (e->tx, account, yq_record_id (e->after),
               is_individual (e->after) ? "entrepreneur" : "manager", error);
  return NULL;
}

/* -- memberships -- */

static const char *
account_of (YqRecord *membership)
{
  return yq_record_text (membership, MEMBERSHIP_ACCOUNT);
}

static const char *
organisation_of (YqRecord *membership)
{
  return yq_record_text (membership, MEMBERSHIP_ORGANISATION);
}

/* The organisation of a name or a code that an asker wrote: whole, since the names of organisations
 * are not for everybody to leaf through. */
static YqProblem *
find_wanted (const YqEffect *e, GError **error)
{
  const char *wanted = yq_record_text (e->after, MEMBERSHIP_WANTED);
  g_autofree char *id = NULL;
  gint64 n = 0;
  static const char where[] =
    " FROM \"organisation\" WHERE (\"uscc\" = $1 OR \"name\" = $1) AND \"state\" <> 'draft'";
  g_autofree char *count = g_strconcat ("SELECT COUNT (*)", where, NULL);
  g_autofree char *select = g_strconcat ("SELECT id", where, NULL);
  g_autoptr(YqRecord) found = NULL;

  if (!sql_get_int (e->tx->conn, count, SQL_ARGS (SQL_TEXT (wanted)), &n, error))
    return NULL;
  if (n != 1)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_NOT_FOUND,
                      n == 0 ? _("No organisation of this name or code is registered here")
                             : _("Several organisations have this name: write the credit code")),
      "wanted", YQ_PROBLEM_NOT_FOUND,
      _("Its full name as on the licence, or its unified social credit code; an organisation has "
        "to register before its people can join it"));
  if ((id = sql_get_text (e->tx->conn, select, SQL_ARGS (SQL_TEXT (wanted)), error)) == NULL)
    return NULL;
  found = yq_world_get (e->tx->world, &yq_organisation, id);
  yq_record_set_text (e->after, MEMBERSHIP_ORGANISATION, id);
  yq_record_set_buyer (e->after, id);
  yq_record_set_region (e->after, found != NULL ? yq_record_region (found) : NULL);
  return NULL;
}

/* Who has asked already waits for the answer. */
static YqProblem *
check_asked_once (const YqEffect *e)
{
  g_autoptr(GPtrArray) all =
    yq_world_list (e->tx->world, &yq_membership, "account", account_of (e->after));

  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "asked") &&
        g_strcmp0 (organisation_of (all->pdata[i]), organisation_of (e->after)) == 0)
      return yq_problem_new (YQ_PROBLEM_DUPLICATE,
                             _("You have asked to join “%s” already: it has not answered yet"),
                             yq_record_text (all->pdata[i], MEMBERSHIP_ORGANISATION_NAME));
  return NULL;
}

static YqProblem *
ask (const YqEffect *e, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem = NULL;

  if (e->before != NULL)
    return NULL;
  if (!yq_record_has (e->after, MEMBERSHIP_ORGANISATION))
    problem = find_wanted (e, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  if (problem != NULL || failure != NULL)
    return problem;
  yq_record_set_text (e->after, MEMBERSHIP_ACCOUNT, yq_record_account (e->after));
  return check_asked_once (e);
}

static YqProblem *
fill_membership (const YqEffect *e, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *organisation =
    yq_effect_title (e->tx, &yq_organisation, organisation_of (e->after));

  if (account_of (e->after) == NULL)
    yq_record_set_text (e->after, MEMBERSHIP_ACCOUNT, yq_record_account (e->after));
  name = yq_effect_title (e->tx, &yq_account, account_of (e->after));
  if (!yq_record_has (e->after, MEMBERSHIP_ROLE))
    yq_record_set_text (e->after, MEMBERSHIP_ROLE, "member");
  yq_record_set_text (e->after, MEMBERSHIP_REAL_NAME, name);
  yq_record_set_text (e->after, MEMBERSHIP_ORGANISATION_NAME, organisation);
  return NULL;
}

/* An account belongs to at most one organisation. */
static YqProblem *
accept (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) all =
    yq_world_list (e->tx->world, &yq_membership, "account", account_of (e->after));

  for (guint i = 0; i < all->len; i++)
    if (strcmp (yq_record_id (all->pdata[i]), yq_record_id (e->after)) != 0 &&
        yq_record_in_state (all->pdata[i], "active|leaving"))
      return yq_problem_new (YQ_PROBLEM_STATE,
                             _("This person already belongs to another organisation"));
  return NULL;
}

/* One grant that says what the membership says. */
static YqProblem *
regrant (const YqEffect *e, GError **error)
{
  const char *account = account_of (e->after), *organisation = organisation_of (e->after);

  if (!drop_grants (e->tx, account, organisation, error) ||
      !yq_record_in_state (e->after, "active|leaving"))
    return NULL;
  add_grant (e->tx, account, organisation, yq_record_text (e->after, MEMBERSHIP_ROLE), error);
  return NULL;
}

static YqProblem *
appoint (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, MEMBERSHIP_ROLE, "manager");
  return NULL;
}

static gboolean
is_manager (YqRecord *membership)
{
  return g_strcmp0 (yq_record_text (membership, MEMBERSHIP_ROLE), "manager") == 0;
}

static YqProblem *
dismiss (const YqEffect *e, GError **error)
{
  YqProblem *problem =
    is_manager (e->after) ? keep_last_manager (e->tx, organisation_of (e->after)) : NULL;

  yq_record_set_text (e->after, MEMBERSHIP_ROLE, "member");
  return problem;
}

static YqProblem *
release (const YqEffect *e, GError **error)
{
  return is_manager (e->after) ? keep_last_manager (e->tx, organisation_of (e->after)) : NULL;
}

/* -- desks -- */

/* Who works there, by name: their accounts themselves are seen by nobody else. */
static JsonArray *
describe_people (YqTx *tx, JsonArray *accounts)
{
  JsonArray *people = json_array_new ();

  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    {
      const char *id = json_array_get_string_element (accounts, i);
      g_autoptr(YqRecord) account = yq_world_get (tx->world, &yq_account, id);
      JsonObject *row;

      if (account == NULL)
        continue;
      row = json_object_new ();
      json_object_set_string_member (row, "account", id);
      json_object_set_string_member (row, "username", yq_record_text (account, ACCOUNT_USERNAME));
      json_object_set_string_member (row, "real_name", yq_record_title (account));
      json_array_add_object_element (people, row);
    }
  return people;
}

/* Whoever works at a desk sees it. */
static YqProblem *
fill_desk (const YqEffect *e, GError **error)
{
  yq_record_set_desk (e->after, yq_record_id (e->after));
  yq_record_take_array (e->after, DESK_PEOPLE,
                        describe_people (e->tx, yq_record_array (e->after, DESK_ACCOUNTS)));
  return NULL;
}

static YqProblem *
refuse_account (const char *field, YqProblemCode code, const char *detail)
{
  return yq_problem_add_error (yq_problem_new (code, "%s", detail), field, code, "%s", detail);
}

/* A new account, which its person takes over with a code sent to her phone. */
static YqProblem *
make_account (const YqEffect *e, const char *id, GError **error)
{
  const char *username = yq_values_text (e->args, ASSIGN_ACCOUNT_USERNAME);
  g_autoptr(YqRecord) account = NULL;
  gint64 taken = 0;
  GError *failure = NULL;

  if (sql_get_int (e->tx->conn, "SELECT 1 FROM \"account\" WHERE \"username\" = $1",
                   SQL_ARGS (SQL_TEXT (username)), &taken, &failure))
    return refuse_account ("username", YQ_PROBLEM_DUPLICATE, _("This user name is taken"));
  if (failure == NULL && sql_get_int (e->tx->conn, "SELECT 1 FROM event WHERE record = $1 LIMIT 1",
                                      SQL_ARGS (SQL_TEXT (id)), &taken, &failure))
    return refuse_account ("id", YQ_PROBLEM_DUPLICATE, _("It exists already"));
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  account = yq_record_new (&yq_account, id);
  yq_record_set_account (account, id);
  yq_record_set_text (account, ACCOUNT_USERNAME, username);
  yq_record_set_text (account, ACCOUNT_REAL_NAME,
                      yq_values_text (e->args, ASSIGN_ACCOUNT_REAL_NAME));
  yq_record_set_text (account, ACCOUNT_PHONE, yq_values_text (e->args, ASSIGN_ACCOUNT_PHONE));
  return yq_tx_insert (e->tx, account, "derive", error)
           ? yq_effects_after_write (e->tx, NULL, account, NULL, NULL, error)
           : NULL;
}

static JsonArray *
copy_accounts (YqRecord *desk, const char *without)
{
  JsonArray *now = yq_record_array (desk, DESK_ACCOUNTS);
  JsonArray *copy = json_array_new ();

  for (guint i = 0; now != NULL && i < json_array_get_length (now); i++)
    if (g_strcmp0 (json_array_get_string_element (now, i), without) != 0)
      json_array_add_string_element (copy, json_array_get_string_element (now, i));
  return copy;
}

static YqProblem *
assign_account (const YqEffect *e, GError **error)
{
  const char *id = yq_values_text (e->args, ASSIGN_ACCOUNT_ID);
  YqProblem *problem = make_account (e, id, error);
  JsonArray *accounts;

  if (problem != NULL || (error != NULL && *error != NULL))
    return problem;
  accounts = copy_accounts (e->after, NULL);
  json_array_add_string_element (accounts, id);
  yq_record_take_array (e->after, DESK_ACCOUNTS, accounts);
  return fill_desk (e, error);
}

static YqProblem *
account_assigned (const YqEffect *e, GError **error)
{
  const char *id = yq_values_text (e->args, ASSIGN_ACCOUNT_ID);
  g_autofree char *organisation =
    yq_effect_title (e->tx, &yq_organisation, yq_record_carrier (e->after));
  g_autofree char *text = g_strdup_printf (
    "%s已为您分配“%s”的二级账号，用户名：%s。请在登录页用本手机号码找回账号并设置密码。",
    organisation, yq_record_title (e->after), yq_values_text (e->args, ASSIGN_ACCOUNT_USERNAME));
  g_autofree char *whole =
    yq_effect_next_step (e->tx, yq_record_region (e->after), "desk.assign_account", text);

  yq_tx_tell_account (e->tx, id, "desk.assign_account", e->after, whole, error);
  return NULL;
}

static YqProblem *
withdraw_account (const YqEffect *e, GError **error)
{
  const char *id = yq_values_text (e->args, WITHDRAW_ACCOUNT_ACCOUNT);
  JsonArray *left = copy_accounts (e->after, id);
  JsonArray *now = yq_record_array (e->after, DESK_ACCOUNTS);

  if (now == NULL || json_array_get_length (left) == json_array_get_length (now))
    {
      json_array_unref (left);
      return refuse_account ("account", YQ_PROBLEM_NOT_FOUND,
                             _("This account does not work at the department"));
    }
  yq_record_take_array (e->after, DESK_ACCOUNTS, left);
  return fill_desk (e, error);
}

static gboolean
is_listed (JsonArray *accounts, const char *account)
{
  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    if (g_strcmp0 (json_array_get_string_element (accounts, i), account) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_colleague (YqTx *tx, const char *account, const char *organisation)
{
  g_autoptr(GPtrArray) memberships = yq_world_list (tx->world, &yq_membership, "account", account);

  for (guint i = 0; i < memberships->len; i++)
    if (yq_record_in_state (memberships->pdata[i], "active|leaving") &&
        g_strcmp0 (yq_record_text (memberships->pdata[i], MEMBERSHIP_ORGANISATION), organisation) ==
          0)
      return TRUE;
  return FALSE;
}

/* Nobody is taken into a department, and so into the hands of its organisation's managers, who has
 * not joined the organisation or been assigned an account by it.  What the operator imports has
 * been judged where it came from. */
static YqProblem *
check_colleagues (const YqEffect *e, GError **error)
{
  JsonArray *accounts = yq_record_array (e->after, DESK_ACCOUNTS);
  JsonArray *before = e->before != NULL ? yq_record_array (e->before, DESK_ACCOUNTS) : NULL;

  for (guint i = 0; e->tx->who != NULL && accounts != NULL && i < json_array_get_length (accounts);
       i++)
    {
      const char *account = json_array_get_string_element (accounts, i);

      if (!is_listed (before, account) &&
          !is_colleague (e->tx, account, yq_record_carrier (e->after)))
        return refuse_account ("accounts", YQ_PROBLEM_FORBIDDEN,
                               _("Only people of the organisation work at its departments; for "
                                 "others assign an account"));
    }
  return NULL;
}

static gboolean
add_desk_grant (YqTx *tx, const char *account, const char *desk, GError **error)
{
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

  yq_record_set_account (grant, account);
  yq_record_set_desk (grant, desk);
  yq_record_set_text (grant, GRANT_ACCOUNT, account);
  yq_record_set_text (grant, GRANT_ROLE, "desk");
  yq_record_set_text (grant, GRANT_DESK, desk);
  return yq_tx_insert (tx, grant, "derive", error);
}

/* The accounts an open desk lists, and nobody else, act for it. */
static YqProblem *
regrant_desk (const YqEffect *e, GError **error)
{
  const char *desk = yq_record_id (e->after);
  JsonArray *accounts =
    yq_record_in_state (e->after, "active") ? yq_record_array (e->after, DESK_ACCOUNTS) : NULL;
  g_autoptr(GPtrArray) grants = yq_world_list (e->tx->world, &yq_grant, "desk", desk);
  g_autoptr(GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < grants->len; i++)
    {
      const char *account = yq_record_text (grants->pdata[i], GRANT_ACCOUNT);

      if (is_listed (accounts, account))
        g_hash_table_add (there, (gpointer) account);
      else if (!yq_tx_delete (e->tx, grants->pdata[i], error))
        return NULL;
    }
  for (guint i = 0; accounts != NULL && i < json_array_get_length (accounts); i++)
    {
      const char *account = json_array_get_string_element (accounts, i);

      if (g_hash_table_add (there, (gpointer) account) &&
          !add_desk_grant (e->tx, account, desk, error))
        return NULL;
    }
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_party[] = {
  { &yq_organisation, "*",     verified, NULL },
  { &yq_organisation, "*",     fill_organisation, NULL },
  { &yq_organisation, "save",  refreshed, NULL },
  { &yq_organisation, "*",     NULL, registered },
  { &yq_organisation, "*",     NULL, plan_refresh },
  { &yq_organisation, "save",  NULL, flag_bank_change },
  { &yq_account, "*",          NULL, index_phone },
  { &yq_membership, "ask",     ask, NULL },
  { &yq_membership, "save",    ask, NULL },
  { &yq_membership, "*",       fill_membership, NULL },
  { &yq_membership, "accept",  accept, regrant },
  { &yq_membership, "release", release, regrant },
  { &yq_membership, "appoint", appoint, regrant },
  { &yq_membership, "dismiss", dismiss, regrant },
  { &yq_desk, "save",          check_colleagues, NULL },
  { &yq_desk, "*",             fill_desk, regrant_desk },
  { &yq_desk, "assign_account", assign_account, account_assigned },
  { &yq_desk, "withdraw_account", withdraw_account, NULL },
  { &yq_grant, "save",         yq_effect_derive, show_expert },
  { NULL },
};
/* clang-format on */
