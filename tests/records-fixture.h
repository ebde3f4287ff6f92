/* A records database in a folder of its own with a few people: for tests of the server's records.
 */
#pragma once

#include <glib/gstdio.h>

#include "catalogue.h"
#include "clock.h"
#include "commands.h"
#include "effects.h"
#include "ids.h"
#include "model.h"
#include "party.h"
#include "programme.h"
#include "record-json.h"
#include "record-sql.h"
#include "tx.h"
#include "world-sql.h"

#define START G_GINT64_CONSTANT (1795000000000) /* November 2026 */

/* Accounts are numbers: account N has an id that ends in N; so do organisations. */
enum
{
  BUYER = 1,
  BUYER2,
  CARRIER,
  CARRIER2,
  REVIEWER,
  REVIEWER2,
  ADMINISTRATOR,
  COLLEAGUE, /* of BUYER, a member */
  N_PEOPLE
};

typedef struct
{
  char *folder;
  char *uri;
  SqlConn *conn;
  YqWho who[N_PEOPLE];
  YqGrant grants[N_PEOPLE];
  char account[N_PEOPLE][YQ_ID_SIZE];
  char organisation[N_PEOPLE][YQ_ID_SIZE];
} Fixture;

static inline void
number_id (char *id, int kind, int n)
{
  g_snprintf (id, YQ_ID_SIZE, "%08d-0000-4000-8000-%012d", kind, n);
}

typedef gboolean (*Write) (YqTx *tx, gpointer data, GError **error);

/* Inside a transaction of conn, as the administrator. */
static inline void
write_in (Fixture *f, SqlConn *conn, Write func, gpointer data)
{
  g_autoptr(YqWorld) world = yq_world_sql_new (conn, yq_clock_now ());
  g_autoptr(GError) error = NULL;
  YqTx tx;

  yq_tx_init (&tx, conn, world, &f->who[ADMINISTRATOR], yq_clock_now ());
  func (&tx, data, &error);
  g_assert_no_error (error);
}

static inline void
fixture_write (Fixture *f, Write func, gpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (sql_begin (f->conn, TRUE, &error));
  write_in (f, f->conn, func, data);
  g_assert_true (sql_commit (f->conn, &error));
}

static inline gboolean
add_membership (YqTx *tx, Fixture *f, int n, YqRole role, GError **error)
{
  g_autoptr(YqRecord) membership = yq_record_new (&yq_membership, NULL);

  yq_record_set_text (membership, MEMBERSHIP_ACCOUNT, f->account[n]);
  yq_record_set_text (membership, MEMBERSHIP_ORGANISATION, f->organisation[n]);
  yq_record_set_text (membership, MEMBERSHIP_ROLE, yq_role_name (role));
  yq_record_set_account (membership, f->account[n]);
  yq_record_set_buyer (membership, f->organisation[n]);
  yq_record_set_state (membership, "active");
  return yq_tx_insert (tx, membership, "derive", error);
}

static inline gboolean
add_person (YqTx *tx, Fixture *f, int n, YqRole role, const char *region, gboolean is_carrier,
            GError **error)
{
  g_autoptr(YqRecord) account = yq_record_new (&yq_account, f->account[n]);
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);
  g_autofree char *name = g_strdup_printf ("person%d", n);

  yq_record_set_text (account, ACCOUNT_USERNAME, name);
  yq_record_set_text (account, ACCOUNT_REAL_NAME, name);
  yq_record_set_account (account, f->account[n]);
  yq_record_set_text (grant, GRANT_ACCOUNT, f->account[n]);
  yq_record_set_text (grant, GRANT_ROLE, yq_role_name (role));
  yq_record_set_account (grant, f->account[n]);
  if (role == YQ_ROLE_REVIEWER)
    yq_record_set_text (grant, GRANT_REGION, region);
  if (role == YQ_ROLE_MANAGER || role == YQ_ROLE_MEMBER)
    {
      yq_record_set_text (grant, GRANT_ORGANISATION, f->organisation[n]);
      yq_record_set_text (account, ACCOUNT_REAL_NAME, name);
    }
  if (role == YQ_ROLE_MANAGER)
    {
      g_autoptr(YqRecord) organisation = yq_record_new (&yq_organisation, f->organisation[n]);
      g_autofree char *title = g_strdup_printf ("嘉兴单位%d", n);

      yq_record_set_text (organisation, ORGANISATION_NAME, title);
      yq_record_set_text (organisation, ORGANISATION_NATURE, "enterprise");
      yq_record_set_text (organisation, ORGANISATION_REGION, region);
      yq_record_set_text (organisation, ORGANISATION_CONTACT_PHONE, "13800001234");
      yq_record_set_int (organisation, ORGANISATION_IS_CARRIER, is_carrier);
      yq_record_set_region (organisation, region);
      yq_record_set_state (organisation, "active");
      if (!yq_tx_insert (tx, organisation, "derive", error))
        return FALSE;
    }
  f->grants[n].role = role;
  g_strlcpy (f->grants[n].scope,
             role == YQ_ROLE_REVIEWER                            ? region
             : role == YQ_ROLE_MANAGER || role == YQ_ROLE_MEMBER ? f->organisation[n]
                                                                 : "",
             sizeof f->grants[n].scope);
  f->who[n] = (YqWho){
    .account = f->account[n],
    .organisation = role == YQ_ROLE_MANAGER || role == YQ_ROLE_MEMBER ? f->organisation[n] : NULL,
    .grants = &f->grants[n],
    .n_grants = 1,
  };
  return yq_tx_insert (tx, account, "derive", error) && yq_tx_insert (tx, grant, "derive", error) &&
         (f->who[n].organisation == NULL || add_membership (tx, f, n, role, error));
}

static inline gboolean
add_people (YqTx *tx, gpointer data, GError **error)
{
  Fixture *f = data;

  strcpy (f->organisation[COLLEAGUE], f->organisation[BUYER]);
  return add_person (tx, f, BUYER, YQ_ROLE_MANAGER, "330421", FALSE, error) &&
         add_person (tx, f, BUYER2, YQ_ROLE_MANAGER, "330421", FALSE, error) &&
         add_person (tx, f, CARRIER, YQ_ROLE_MANAGER, "330400", TRUE, error) &&
         add_person (tx, f, CARRIER2, YQ_ROLE_MANAGER, "330100", TRUE, error) &&
         add_person (tx, f, REVIEWER, YQ_ROLE_REVIEWER, "330400", FALSE, error) &&
         add_person (tx, f, REVIEWER2, YQ_ROLE_REVIEWER, "330100", FALSE, error) &&
         add_person (tx, f, ADMINISTRATOR, YQ_ROLE_ADMINISTRATOR, NULL, FALSE, error) &&
         add_person (tx, f, COLLEAGUE, YQ_ROLE_MEMBER, NULL, FALSE, error);
}

static inline JsonArray *
array_of (const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  return json_node_dup_array (node);
}

/* Zhejiang, where cities review instruments. */
static inline gboolean
add_jurisdiction (YqTx *tx, gpointer data, GError **error)
{
  g_autoptr(YqRecord) jurisdiction = yq_record_new (&yq_jurisdiction, NULL);

  yq_record_set_text (jurisdiction, JURISDICTION_NAME, "浙江");
  yq_record_take_array (jurisdiction, JURISDICTION_REVIEWS,
                        array_of ("[{\"kind\":\"instrument\",\"levels\":\"city\",\"days\":5}]"));
  yq_record_take_array (jurisdiction, JURISDICTION_REGIONS, array_of ("[{\"region\":\"330000\"}]"));
  yq_record_set_region (jurisdiction, "330000");
  return yq_tx_insert (tx, jurisdiction, "derive", error);
}

static inline void
number_people (Fixture *f)
{
  for (int i = 1; i < N_PEOPLE; i++)
    {
      number_id (f->account[i], 1, i);
      number_id (f->organisation[i], 2, i);
    }
  f->who[ADMINISTRATOR] = (YqWho){ .account = f->account[ADMINISTRATOR] };
}

static inline void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (START);
  f->folder = g_dir_make_tmp ("yiquan-XXXXXX", &error);
  g_assert_no_error (error);
  f->uri = g_strdup_printf ("sqlite:%s/yiquan.db", f->folder);
  f->conn = sql_open (f->uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (yq_effects_create_tables (f->conn, &error));
  g_assert_true (yq_records_create_tables (f->conn, &error));
  g_assert_no_error (error);
  number_people (f);
  fixture_write (f, add_people, f);
  fixture_write (f, add_jurisdiction, f);
}

static inline void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static inline void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  yq_clock_set (0);
  g_clear_pointer (&f->conn, sql_close);
  remove_folder (f->folder);
  g_free (f->folder);
  g_free (f->uri);
}

/* -- commands -- */

static inline char *
command_text (const char *id, const char *entity, const char *record, const char *action,
              gint64 revision, const char *fields)
{
  return g_strdup_printf ("{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
                          "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}",
                          id, entity, record, action, revision, fields);
}

/* Sends {"commands":[…]} of the texts given and commits; answers the whole body. */
static inline char *
send_body (Fixture *f, int who, const char *body)
{
  g_autoptr(GError) error = NULL;
  YqProblem *problem = NULL;
  char *answer;

  g_assert_true (sql_begin (f->conn, TRUE, &error));
  answer = yq_commands_run (f->conn, &f->who[who], body, -1, &problem, &error);
  g_assert_no_error (error);
  g_assert_null (problem);
  g_assert_true (sql_commit (f->conn, &error));
  return answer;
}

static inline JsonNode *
send_commands (Fixture *f, int who, const char *commands)
{
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s]}", commands);
  g_autofree char *answer = send_body (f, who, body);
  JsonNode *node = json_from_string (answer, NULL);

  g_assert_nonnull (node);
  return node;
}

static inline JsonObject *
nth_result (JsonNode *answer, guint i)
{
  JsonArray *results = json_object_get_array_member (json_node_get_object (answer), "results");

  g_assert_cmpuint (json_array_get_length (results), >, i);
  return json_array_get_object_element (results, i);
}

static inline const char *
nth_outcome (JsonNode *answer, guint i)
{
  return json_object_get_string_member (nth_result (answer, i), "outcome");
}

static inline const char *
nth_code (JsonNode *answer, guint i)
{
  JsonObject *result = nth_result (answer, i);

  if (!json_object_has_member (result, "problem"))
    return "";
  return json_object_get_string_member (json_object_get_object_member (result, "problem"), "code");
}

/* One command; answers its outcome, or "refused/code". */
static inline char *
send_one (Fixture *f, int who, const char *entity, const char *record, const char *action,
          gint64 revision, const char *fields)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *text = command_text (id, entity, record, action, revision, fields);
  g_autoptr(JsonNode) answer = send_commands (f, who, text);
  const char *code = nth_code (answer, 0);

  return *code == '\0' ? g_strdup (nth_outcome (answer, 0))
                       : g_strdup_printf ("%s/%s", nth_outcome (answer, 0), code);
}

#define assert_sent(f, who, entity, record, action, revision, fields, expected)              \
  G_STMT_START                                                                               \
  {                                                                                          \
    g_autofree char *_outcome = send_one (f, who, entity, record, action, revision, fields); \
    g_assert_cmpstr (_outcome, ==, expected);                                                \
  }                                                                                          \
  G_STMT_END

static inline YqRecord *
load (Fixture *f, const YqEntity *entity, const char *id)
{
  g_autoptr(GError) error = NULL;
  YqRecord *record = yq_record_sql_get (f->conn, entity, id, &error);

  g_assert_no_error (error);
  return record;
}

/* A category that instruments may name. */
static inline void
number_category (char *id)
{
  number_id (id, 3, 1);
}

static inline gboolean
add_category (YqTx *tx, gpointer data, GError **error)
{
  g_autoptr(YqRecord) category = NULL;
  char id[YQ_ID_SIZE];

  number_category (id);
  category = yq_record_new (&yq_category, id);
  yq_record_set_text (category, CATEGORY_NAME, "电子显微镜");
  yq_record_set_text (category, CATEGORY_CODE, "030101");
  yq_record_set_text (category, CATEGORY_KIND, "instrument");
  return yq_tx_insert (tx, category, "derive", error);
}

#define INSTRUMENT_FIELDS                                                                                 \
  "{\"name\":\"场发射扫描电镜\",\"model\":\"S-4800\",\"category\":"                                \
  "\"00000003-0000-4000-8000-000000000001\",\"original_value\":350000000,\"bought_on\":"                  \
  "\"2019-05-01\",\"place\":\"330402\",\"indicators\":\"分辨率 1 nm\",\"functions\":\"形貌观察\"," \
  "\"fee_standard\":\"500 元/小时\",\"contact_name\":\"王工\",\"contact_phone\":\"13812345678\"}"
