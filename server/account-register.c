/* POST /v1/accounts: a person, and the organisation she registers, if any. */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include <string.h>

#include "effects.h"
#include "ids.h"
#include "json-text.h"
#include "notify.h"
#include "owners.h"
#include "party.h"
#include "record-check.h"
#include "record-json.h"
#include "region.h"

#define MAX_NAME 32
#define MIN_NAME 4

/* Classes of users (用户类别) and what they register.  natures NULL: no organisation. */
/* clang-format off */
static const struct
{
  const char *name;
  const char *natures; /* the first is taken where none is given and there is no other */
} classes[] = {
  { "enterprise",   "enterprise" },
  { "entrepreneur", "individual" },
  { "carrier",      "enterprise|university|institute|hospital|agency|association" },
  { "legal_person", "enterprise|university|institute|hospital|agency|association" },
  { "person",       NULL },
};
/* clang-format on */

static int
find_class (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (classes[i].name, name) == 0)
      return i;
  return -1;
}

/* -- what was sent -- */

static JsonObject *
object_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
complain (YqErrand *errand, const char *field, const char *title, YqProblemCode code,
          const char *detail)
{
  yq_problem_collect (&errand->problem, field, title, code, detail);
}

/* Small letters, digits and ._- so that nobody can look like somebody else. */
static gboolean
is_good_name (const char *name)
{
  gsize n = strlen (name);

  return n >= MIN_NAME && n <= MAX_NAME && g_ascii_islower (*name) &&
         strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* Only what an applicant may write; everything else is told. */
static YqValues *
read_values (YqErrand *errand, JsonObject *object, const YqEntity *entity)
{
  g_autoptr(YqValues) values = yq_values_new (entity->fields, entity->n_fields);
  g_autoptr(GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!yq_json_read_fields (object, values, touched, &errand->problem))
    return NULL;
  for (guint i = 0; i < touched->len; i++)
    {
      const YqField *field = &entity->fields[g_array_index (touched, guint, i)];

      if (!(field->edit & YQ_EDIT_FORM) || field->type == YQ_FILES)
        complain (errand, field->name, _(field->title), YQ_PROBLEM_INVALID,
                  _("This cannot be given with a registration"));
    }
  if (errand->problem == NULL)
    errand->problem = yq_check_values (values, FALSE);
  return errand->problem == NULL ? g_steal_pointer (&values) : NULL;
}

static void
demand (YqErrand *errand, const YqValues *values, const YqEntity *entity, guint field)
{
  if (!yq_values_has (values, field))
    complain (errand, entity->fields[field].name, _(entity->fields[field].title),
              YQ_PROBLEM_REQUIRED, _("This is needed"));
}

static void
read_person (YqErrand *errand)
{
  JsonObject *sent = object_member (errand->body, "account");
  g_autoptr(JsonObject) object = sent != NULL ? yq_json_copy_object (sent) : json_object_new ();
  const char *username = sent != NULL ? yq_errand_text (sent, "username", 256) : NULL;
  const char *phone = sent != NULL ? yq_errand_text (sent, "phone", 64) : NULL;

  errand->account = g_strdup (username);
  /* These two are no fields of a form: nobody writes them later without proof. */
  json_object_remove_member (object, "username");
  json_object_remove_member (object, "phone");
  if ((errand->person = read_values (errand, object, &yq_account)) == NULL)
    return;
  if (username == NULL || !is_good_name (username))
    complain (errand, "username", _("User name"),
              username != NULL ? YQ_PROBLEM_INVALID : YQ_PROBLEM_REQUIRED,
              _("4 to 32 small letters, digits, dots, dashes; a letter first"));
  demand (errand, errand->person, &yq_account, ACCOUNT_REAL_NAME);
  if (phone != NULL)
    errand->phone = yq_code_read_phone (phone);
  yq_values_set_text (errand->person, ACCOUNT_PHONE, errand->phone);
  if (phone == NULL)
    demand (errand, errand->person, &yq_account, ACCOUNT_PHONE);
  else if (errand->phone == NULL)
    complain (errand, "phone", _("Mobile phone"), YQ_PROBLEM_INVALID,
              _("A mobile phone of the mainland: 11 digits"));
}

static void
check_organisation (YqErrand *errand, int class)
{
  YqValues *values = errand->organisation;
  const char *code, *uscc = yq_values_text (values, ORGANISATION_USCC);
  const YqRegion *region;

  if (!yq_values_has (values, ORGANISATION_NATURE) && strchr (classes[class].natures, '|') == NULL)
    yq_values_set_text (values, ORGANISATION_NATURE, classes[class].natures);
  demand (errand, values, &yq_organisation, ORGANISATION_NAME);
  demand (errand, values, &yq_organisation, ORGANISATION_NATURE);
  demand (errand, values, &yq_organisation, ORGANISATION_REGION);
  if (strcmp (classes[class].natures, "individual") != 0)
    demand (errand, values, &yq_organisation, ORGANISATION_USCC);
  if (errand->problem != NULL)
    return;
  if (!yq_word_in (classes[class].natures, yq_values_text (values, ORGANISATION_NATURE)))
    complain (errand, "nature", _("Nature"), YQ_PROBLEM_INVALID,
              _("It does not fit the kind of user"));
  if (uscc != NULL && !yq_uscc_is_well_formed (uscc))
    complain (errand, "uscc", _("Unified social credit code"), YQ_PROBLEM_INVALID,
              _("18 digits and capital letters (without I, O, S, V, Z), GB 32100"));
  code = yq_values_text (values, ORGANISATION_REGION);
  region = yq_region_find (code);
  if (region == NULL || region->level < 2 || !yq_region_can_choose (code))
    complain (errand, "region", _("Place of registration"), YQ_PROBLEM_INVALID,
              _("Choose a city or county"));
}

static void
prepare_registration (YqErrand *errand, SqlConn *conn)
{
  int class = find_class (yq_errand_text (errand->body, "class", 32));
  JsonObject *organisation = object_member (errand->body, "organisation");

  if (class < 0)
    {
      complain (errand, "class", _("Kind of user"), YQ_PROBLEM_INVALID,
                _("One of enterprise, entrepreneur, carrier, legal_person, person"));
      return;
    }
  read_person (errand);
  if (errand->problem != NULL)
    return;
  if (classes[class].natures != NULL)
    {
      g_autoptr(JsonObject) none = json_object_new ();

      errand->organisation =
        read_values (errand, organisation != NULL ? organisation : none, &yq_organisation);
      if (errand->organisation != NULL)
        check_organisation (errand, class);
    }
  else if (organisation != NULL)
    complain (errand, "organisation", _("Organisation"), YQ_PROBLEM_INVALID,
              _("It does not fit the kind of user"));
  if (errand->problem == NULL)
    yq_errand_hash_password (errand, errand->account);
  /* A code by SMS has had its picture already. */
  errand->is_pictured = !yq_notify_has_sms (conn);
}

/* -- writing -- */

static gboolean
is_taken (YqErrand *errand, YqTx *tx)
{
  gint64 there = 0;
  const char *uscc =
    errand->organisation ? yq_values_text (errand->organisation, ORGANISATION_USCC) : NULL;

  if (sql_get_int (tx->conn, "SELECT 1 FROM \"account\" WHERE \"username\" = $1",
                   SQL_ARGS (SQL_TEXT (errand->account)), &there, NULL))
    complain (errand, "username", _("User name"), YQ_PROBLEM_DUPLICATE,
              _("Somebody else has this name"));
  /* A draft blocks nobody: anyone could have written it. */
  else if (uscc != NULL && sql_get_int (tx->conn,
                                        "SELECT 1 FROM \"organisation\" WHERE \"uscc\" = $1"
                                        " AND \"first_approved_at\" IS NOT NULL LIMIT 1",
                                        SQL_ARGS (SQL_TEXT (uscc)), &there, NULL))
    complain (errand, "uscc", _("Unified social credit code"), YQ_PROBLEM_DUPLICATE,
              _("This organisation is registered: register as a person and ask "
                "to join it"));
  return errand->problem != NULL;
}

static gboolean
write_person (YqTx *tx, const YqNewAccount *new, GError **error)
{
  g_autoptr(YqRecord) account = yq_record_new (&yq_account, new->id);

  for (guint i = 0; i < yq_account.n_fields; i++)
    yq_values_copy_field (yq_record_values (account), new->person, i);
  yq_record_set_text (account, ACCOUNT_USERNAME, new->username);
  yq_record_set_text (account, ACCOUNT_PHONE, new->phone);
  yq_record_set_account (account, new->id);
  return yq_tx_insert (tx, account, "save", error) &&
         (new->phone == NULL || yq_code_index_phone (tx->conn, new->id, new->phone, error)) &&
         (new->hash == NULL || yq_session_store_hash (tx->conn, new->id, new->hash, error));
}

/* A draft with what is known already; her real-name verification goes on from there. */
static YqProblem *
write_organisation (YqTx *tx, const YqNewAccount *new, GError **error)
{
  g_autoptr(YqRecord) organisation = yq_record_new (&yq_organisation, new->organisation_id);
  YqValues *values = yq_record_values (organisation);
  static const struct
  {
    guint from, to;
  } contacts[] = { { ACCOUNT_REAL_NAME, ORGANISATION_CONTACT_NAME },
                   { ACCOUNT_PHONE, ORGANISATION_CONTACT_PHONE },
                   { ACCOUNT_EMAIL, ORGANISATION_CONTACT_EMAIL } };
  YqProblem *problem;
  GError *failure = NULL;

  for (guint i = 0; i < yq_organisation.n_fields; i++)
    yq_values_copy_field (values, new->organisation, i);
  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++)
    if (!yq_values_has (values, contacts[i].to))
      yq_values_set_text (values, contacts[i].to, yq_values_text (new->person, contacts[i].from));
  yq_owners_fill (tx->world, tx->who, organisation);
  problem = yq_effects_before_write (tx, NULL, organisation, NULL, NULL, &failure);
  if (problem == NULL && failure == NULL && yq_tx_insert (tx, organisation, "save", &failure))
    problem = yq_effects_after_write (tx, NULL, organisation, NULL, NULL, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

YqProblem *
yq_account_write (YqTx *tx, const YqNewAccount *new, GError **error)
{
  const YqWho who = { .account = new->id };
  const YqWho *before = tx->who;
  YqProblem *problem = NULL;

  tx->who = &who;
  if (write_person (tx, new, error) && new->organisation != NULL)
    problem = write_organisation (tx, new, error);
  tx->who = before;
  return problem;
}

/* The phone of a code must be the one that is registered. */
static gboolean
check_code (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autofree char *wanted = yq_code_phone_hash (errand->phone);
  g_autofree char *phone = NULL;

  if (!yq_notify_has_sms (tx->conn))
    return TRUE;
  if (!yq_errand_try_code (errand, tx, YQ_CODE_REGISTER, &phone, NULL, error))
    return FALSE;
  if (g_strcmp0 (phone, wanted) == 0)
    return TRUE;
  complain (errand, "phone", _("Mobile phone"), YQ_PROBLEM_INVALID,
            _("The code was sent to another phone"));
  return FALSE;
}

static gboolean
run_registration (YqErrand *errand, YqTx *tx, GError **error)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *organisation = errand->organisation != NULL ? yq_id_new () : NULL;
  const YqNewAccount new = { .id = id,
                             .username = errand->account,
                             .phone = errand->phone,
                             .hash = errand->hash,
                             .person = errand->person,
                             .organisation_id = organisation,
                             .organisation = errand->organisation };
  GError *failure = NULL;

  if (!check_code (errand, tx, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL; /* the try counts */
    }
  if (is_taken (errand, tx))
    return FALSE; /* the code may be used again with another name */
  errand->problem = yq_account_write (tx, &new, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  if (errand->problem != NULL || failure != NULL)
    return FALSE;
  errand->status = 201;
  errand->answer = g_string_new (NULL);
  yq_json_open (errand->answer, NULL, '{');
  yq_json_text (errand->answer, "account", id);
  if (organisation != NULL)
    yq_json_text (errand->answer, "organisation", organisation);
  yq_json_close (errand->answer, '}');
  return TRUE;
}

void
yq_accounts_create (YqRequest *request)
{
  static const YqErrandKind kind = { "register", prepare_registration, NULL, run_registration,
                                     FALSE };

  yq_errand_start (request, &kind);
}
