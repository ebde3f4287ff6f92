/* Who is told what by each step.  Decisions that come by the hundred are told as one digest an
 * hour. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "board.h"
#include "catalogue.h"
#include "jobs.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "payout.h"
#include "policy.h"
#include "programme.h"
#include "qualification.h"
#include "redemption.h"
#include "region.h"
#include "storefront.h"
#include "voucher.h"
#include "workflow.h"

#define FIRST_DIGEST (20 * G_GINT64_CONSTANT (1000))
#define NEXT_DIGEST (3600 * G_GINT64_CONSTANT (1000))
/* What follows one that was told by itself so soon is one of many. */
#define BURST (60 * G_GINT64_CONSTANT (1000))

typedef enum
{
  TO_BUYER,
  TO_CARRIER,
  TO_OTHER, /* buyer and carrier, but not the side that acted */
  TO_OWNER, /* the organisation itself */
  TO_ACCOUNT,
  TO_PARTIES,
  TO_MANAGERS, /* of the organisation a person wants to join */
} Whom;

typedef struct
{
  const YqEntity *entity;
  const char *action;
  const char *states; /* only on entering one of them; NULL: always */
  Whom whom;
  /* {title}, {reason}, {amount}, {number} are filled in, and {by}: who decided. */
  const char *text;
  /* What it is about, where one level may approve and the record goes on to the next; in the
   * plural, with {count}, where many of one applicant are decided at once: then the first is told
   * by itself, the others as one digest. */
  const char *subject, *subjects;
} Row;

/* clang-format off */
static const Row rows[] = {
  { &yq_organisation, "approve", "active", TO_OWNER, "贵单位“{title}”的实名信息已通过{by}审核。", .subject = "贵单位“{title}”的实名信息" },
  { &yq_organisation, "return",  NULL, TO_OWNER, "贵单位“{title}”的实名信息被{by}退回，请按意见修改后重新提交：{reason}" },
  { &yq_organisation, "expire",  NULL, TO_OWNER, "贵单位“{title}”的资料已满一年未更新，请核对并保存，之后方可继续办理业务。" },
  { &yq_organisation, "suspend", NULL, TO_OWNER, "贵单位“{title}”已被暂停使用：{reason}" },
  { &yq_organisation, "resume",  NULL, TO_OWNER, "贵单位“{title}”已恢复使用。" },
  { &yq_membership, "ask",     NULL, TO_MANAGERS, "{title}申请加入贵单位，请审核。" },
  { &yq_membership, "accept",  NULL, TO_ACCOUNT, "您加入单位的申请已通过。" },
  { &yq_membership, "refuse",  NULL, TO_ACCOUNT, "您加入单位的申请未通过：{reason}" },
  { &yq_membership, "leave",   NULL, TO_MANAGERS, "{title}申请退出贵单位，请处理。" },
  { &yq_membership, "release", NULL, TO_ACCOUNT, "您退出单位的申请已通过。" },
  { &yq_membership, "keep",    NULL, TO_ACCOUNT, "您退出单位的申请未通过：{reason}" },
  { &yq_membership, "appoint", NULL, TO_ACCOUNT, "您已被指定为单位管理员。" },
  { &yq_membership, "dismiss", NULL, TO_ACCOUNT, "您已不再担任单位管理员。" },
  { &yq_name_change, "approve", "done", TO_BUYER, "贵单位名称变更已通过{by}审核，现用名称为“{title}”。", .subject = "贵单位名称变更申请" },
  { &yq_name_change, "return",  NULL, TO_BUYER, "贵单位名称变更申请被{by}退回，请按意见修改后重新提交：{reason}" },
  { &yq_qualification, "approve", "approved", TO_CARRIER, "贵单位“{title}”的服务载体资格申请已通过{by}审核。请在“资格”中打开本申请，随时维护公共信息和地理位置，企业在地图上按此位置找到贵单位；对外服务的仪器设备和服务请在“仪器”“服务项目”中填报。", .subject = "贵单位“{title}”的服务载体资格申请" },
  { &yq_qualification, "return", NULL, TO_CARRIER, "贵单位“{title}”的服务载体资格申请被{by}退回，请按意见修改后重新提交：{reason}" },
  { &yq_post, "approve", "published", TO_BUYER, "贵单位发布的供需信息“{title}”已通过{by}审核并发布。", .subject = "贵单位发布的供需信息“{title}”", .subjects = "贵单位另有 {count} 条供需信息" },
  { &yq_post, "return",  NULL, TO_BUYER, "贵单位发布的供需信息“{title}”被{by}退回，请修改后重新提交：{reason}", .subjects = "贵单位另有 {count} 条供需信息" },
  { &yq_post, "expire",  NULL, TO_BUYER, "贵单位发布的供需信息“{title}”已到期下架。" },
  { &yq_order, "submit",       NULL, TO_CARRIER, "收到新预约 {number}：{title}，请及时答复。" },
  { &yq_order, "cancel",       NULL, TO_CARRIER, "预约 {number}（{title}）已由企业取消。" },
  { &yq_order, "accept",       "confirming", TO_BUYER, "您的订单：{number} 机构已经接单，区域管理员正在确认额度。" },
  { &yq_order, "accept",       NULL, TO_BUYER, "您的预约 {number}（{title}）已受理。" },
  { &yq_order, "agree",        "confirming", TO_PARTIES, "订单 {number}（{title}）的时间已经确定，区域管理员正在确认额度。" },
  { &yq_order, "serve_offline", NULL, TO_CARRIER, "企业已登记订单 {number}（{title}）线下完成服务，将据此申请兑付。" },
  { &yq_order, "propose_time", NULL, TO_BUYER, "载体为预约 {number}（{title}）建议了新的时间，请确认。" },
  { &yq_order, "agree",        NULL, TO_CARRIER, "企业已同意预约 {number}（{title}）的建议时间。" },
  { &yq_order, "refuse",       NULL, TO_BUYER, "您的预约 {number}（{title}）未被受理：{reason}" },
  { &yq_order, "confirm_quota", NULL, TO_PARTIES, "预约 {number}（{title}）的创新券额度已确认。" },
  { &yq_order, "reject_quota", NULL, TO_PARTIES, "预约 {number}（{title}）的创新券额度未获确认：{reason}" },
  { &yq_order, "deliver",      NULL, TO_BUYER, "预约 {number}（{title}）的测试结果已交付，请查看并评价。" },
  { &yq_order, "settle",       NULL, TO_CARRIER, "预约 {number}（{title}）已结算。" },
  { &yq_order, "terminate",    NULL, TO_OTHER, "预约 {number}（{title}）已终止：{reason}" },
  { &yq_evaluation, "evaluate", NULL, TO_CARRIER, "企业对“{title}”作出了评价。" },
  { &yq_claim, "submit",  "granted", TO_BUYER, "创新券申领成功，额度 {amount} 元。" },
  { &yq_claim, "approve", "granted", TO_BUYER, "您的创新券申领已通过{by}审核，额度 {amount} 元。", .subject = "您的创新券申领（{title}）", .subjects = "贵单位另有 {count} 项创新券申领" },
  { &yq_claim, "import",  "granted", TO_BUYER, "贵单位在区域平台申领的创新券已导入，额度 {amount} 元。" },
  { &yq_claim, "return",  NULL, TO_BUYER, "您的创新券申领被{by}退回：{reason}", .subjects = "贵单位另有 {count} 项创新券申领" },
  { &yq_voucher, "expire", NULL, TO_BUYER, "创新券 {title} 已到期，未使用的余额已退回。" },
  { &yq_voucher, "revoke", NULL, TO_BUYER, "创新券 {title} 已被撤销：{reason}" },
  { &yq_voucher_use, "submit",    NULL, TO_CARRIER, "收到新的创新券：“{title}”，券额 {amount} 元，请核对并确认。" },
  { &yq_voucher_use, "confirm",   NULL, TO_BUYER, "载体已确认您使用的创新券：“{title}”，券额 {amount} 元。" },
  { &yq_voucher_use, "terminate", NULL, TO_OTHER, "创新券使用“{title}”已终止：{reason}" },
  { &yq_voucher_use, "add_service_record", NULL, TO_BUYER, "“{title}”已登记服务记录，请对本次服务作出评价。" },
  { &yq_store, "approve", "approved", TO_CARRIER, "店铺“{title}”已通过{by}审核。", .subject = "店铺“{title}”" },
  { &yq_store, "return",  NULL, TO_CARRIER, "店铺“{title}”被{by}退回，请按意见修改后重新提交：{reason}" },
  { &yq_institution, "approve", "approved", TO_CARRIER, "“{title}”已通过{by}的创新券机构审核，入库通知已发布。", .subject = "“{title}”的创新券机构申请" },
  { &yq_institution, "return",  NULL, TO_CARRIER, "“{title}”的创新券机构申请被{by}退回，请按意见补充材料后重新提交：{reason}" },
  { &yq_redemption, "submit",  "consenting", TO_OTHER, "您有待兑付的订单：机构提交了兑付申请 {title}（{amount} 元），请审核并同意或者拒绝。" },
  { &yq_redemption, "consent", NULL, TO_OTHER, "兑付申请 {title} 已获对方同意，进入审核。" },
  { &yq_redemption, "decline", NULL, TO_OTHER, "兑付申请 {title} 未获对方同意：{reason}" },
  { &yq_redemption, "approve", "approved|payable", TO_PARTIES, "兑付申请 {title} 已通过{by}审核，核定金额 {amount} 元。", .subject = "兑付申请 {title} ", .subjects = "另有 {count} 项兑付申请" },
  { &yq_redemption, "return",  NULL, TO_PARTIES, "兑付申请 {title} 被{by}退回，请按意见补正：{reason}", .subjects = "另有 {count} 项兑付申请" },
  { &yq_redemption, "reject",  NULL, TO_PARTIES, "兑付申请 {title} 未通过{by}审核：{reason}", .subjects = "另有 {count} 项兑付申请" },
  { &yq_redemption, "publish_notice", NULL, TO_PARTIES, "兑付申请 {title} 已进入公示，公示期满无异议即等待拨付。" },
  { &yq_redemption, "close_notice", NULL, TO_PARTIES, "兑付申请 {title} 公示期满，等待拨付，金额 {amount} 元。" },
  { &yq_redemption, "reopen",  NULL, TO_PARTIES, "兑付申请 {title} 在公示期间收到异议，已退回区域管理员重新核定。" },
  { &yq_objection,  "uphold",  NULL, TO_ACCOUNT, "您对兑付申请 {number} 提出的异议成立，已重新审核：{reason}" },
  { &yq_objection,  "dismiss", NULL, TO_ACCOUNT, "您对兑付申请 {number} 提出的异议不成立：{reason}" },
  { &yq_redemption, "pay",     NULL, TO_PARTIES, "兑付申请 {title} 已拨付，金额 {amount} 元。" },
};

static const struct
{
  const YqEntity *entity;
  const char *action, *states;
  const char *text;     /* {count} */
  const char *subjects; /* the same of those that go on to the next level */
} digests[] = {
  { &yq_instrument, "approve", "listed", "贵单位有 {count} 台仪器通过审核，已上架。", "贵单位有 {count} 台仪器" },
  { &yq_service, "approve", "listed",   "有 {count} 项服务通过审核，已上架。", "有 {count} 项服务" },
  { &yq_service, "return",  NULL,       "有 {count} 项服务被退回，请按审核意见修改后重新提交。" },
  { &yq_voucher_service, "approve", "approved", "有 {count} 项创新券服务通过审核，企业可用创新券下单。", "有 {count} 项创新券服务" },
  { &yq_voucher_service, "return",  NULL, "有 {count} 项创新券服务被退回，请按审核意见修改后重新提交。" },
  { &yq_instrument, "return",  NULL,     "贵单位有 {count} 台仪器被退回，请按审核意见修改后重新提交。" },
};

/* Of several at once. */
static const struct
{
  const char *action, *text;
} verbs[] = {
  { "approve", "已通过审核。" },
  { "return",  "被退回，请按审核意见修改后重新提交。" },
  { "reject",  "未通过审核。" },
};
/* clang-format on */

/* -- who decided, what comes next -- */

/* "浙江省嘉兴市科技部门"; "" where no region is known.  Free it. */
static char *
office_of (const char *region)
{
  g_autofree char *path = region != NULL ? yq_region_path (region) : NULL;

  return path != NULL ? g_strconcat (path, "科技部门", NULL) : g_strdup ("");
}

static gint64
stage_of (YqRecord *record)
{
  int field = record != NULL ? yq_entity_find_field (yq_record_entity (record), "stage") : -1;

  return field >= 0 ? yq_record_int (record, field) : 0;
}

static gboolean
waits (YqRecord *record)
{
  const YqState *state =
    record != NULL ? yq_entity_state (yq_record_entity (record), yq_record_state (record)) : NULL;

  return state != NULL && (state->flags & YQ_STATE_WAITS);
}

/* Did one level end, and the next begin? */
static gboolean
goes_on (const YqEffect *e)
{
  return waits (e->before) && waits (e->after) && stage_of (e->before) > 0 &&
         stage_of (e->after) > stage_of (e->before);
}

static char *
office_of_level (YqTx *tx, YqRecord *record)
{
  g_auto(GStrv) levels = yq_workflow_levels (tx->world, record);
  gint64 stage = stage_of (record);
  int field = yq_entity_find_field (yq_record_entity (record), "reviewed_by");

  if (stage >= 1 && stage <= (gint64) g_strv_length (levels) &&
      g_str_equal (levels[stage - 1], YQ_LEVEL_EXPERTS))
    return g_strdup (YQ_LEVEL_EXPERTS);
  return g_strdup (field >= 0 && yq_record_has (record, field) ? yq_record_text (record, field)
                                                               : "");
}

/* by and next are codes of regions, or the experts. */
static char *
level_text (const char *subject, const char *by, const char *next)
{
  g_autofree char *office = office_of (by);
  g_autofree char *then = office_of (next);
  g_autofree char *result = g_str_equal (by, YQ_LEVEL_EXPERTS)
                              ? g_strdup ("的专家评审已完成")
                              : g_strdup_printf ("已由%s审核通过", office);

  return g_str_equal (next, YQ_LEVEL_EXPERTS)
           ? g_strdup_printf ("%s%s，接下来由专家评审。", subject, result)
           : g_strdup_printf ("%s%s，接下来由%s审核。", subject, result, then);
}

/* -- one message -- */

static const char *
text_of (YqRecord *record, const char *name)
{
  int field = yq_entity_find_field (yq_record_entity (record), name);

  return field < 0 ? NULL : yq_record_text (record, field);
}

static char *
amount_of (YqRecord *record)
{
  static const char *const names[] = { "approved_amount", "amount" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int field = yq_entity_find_field (yq_record_entity (record), names[i]);

      if (field >= 0 && yq_record_has (record, field))
        return yq_money_format (yq_record_int (record, field));
    }
  return g_strdup ("");
}

static char *
fill_in (const YqEffect *e, const char *text, const char *reason)
{
  YqRecord *record = e->after;
  int by = e->before != NULL && waits (e->before)
             ? yq_entity_find_field (yq_record_entity (record), "reviewed_by")
             : -1;
  g_autofree char *office = office_of (by >= 0 ? yq_record_text (e->before, by) : NULL);
  const char *title = yq_record_title (record), *number = text_of (record, "number");
  g_autofree char *amount = amount_of (record);
  GString *filled = g_string_new (text);

  g_string_replace (filled, "{title}", title ? title : "", 0);
  g_string_replace (filled, "{number}", number ? number : "", 0);
  g_string_replace (filled, "{amount}", amount, 0);
  g_string_replace (filled, "{by}", office, 0);
  g_string_replace (filled, "{reason}", reason ? reason : "", 0);
  return g_string_free (filled, FALSE);
}

/* What is told: key is the type, and the levels where it is told of them. */
typedef struct
{
  const Row *row;
  const char *type, *key, *text;
} Note;

static gboolean add_to_digest (YqTx *tx, const char *whom, const char *type, GError **error);

/* The first is told at once, by itself; TRUE where this one waits with others for a digest. */
static gboolean
is_one_of_many (YqTx *tx, const char *whom, const char *key, GError **error)
{
  gint64 told = 0;
  GError *failure = NULL;

  if (sql_get_int (tx->conn,
                   "SELECT CASE WHEN waiting > 0 THEN $3 ELSE told_at END FROM digest"
                   " WHERE organisation = $1 AND type = $2",
                   SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (key), SQL_INT (tx->now)), &told,
                   &failure) &&
      told > 0 && told + NEXT_DIGEST > tx->now)
    return TRUE;
  if (failure == NULL)
    sql_exec (tx->conn,
              "INSERT INTO digest (organisation, type, waiting, told_at) VALUES ($1, $2, 0, $3)"
              " ON CONFLICT (organisation, type) DO UPDATE SET told_at = $3",
              SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (key), SQL_INT (tx->now - NEXT_DIGEST + BURST)),
              &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
tell_side (const YqEffect *e, const char *organisation, const Note *note, GError **error)
{
  GError *failure = NULL;

  if (note->row->subjects != NULL && is_one_of_many (e->tx, organisation, note->key, &failure))
    return add_to_digest (e->tx, organisation, note->key, error);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  return yq_tx_tell_organisation (e->tx, organisation, note->type, e->after, note->text, error);
}

static gboolean
tell_parties (const YqEffect *e, gboolean not_own, const Note *note, GError **error)
{
  const char *buyer = yq_record_buyer (e->after), *carrier = yq_record_carrier (e->after);
  const char *const parties[] = { buyer, g_strcmp0 (buyer, carrier) == 0 ? NULL : carrier };

  for (guint i = 0; i < G_N_ELEMENTS (parties); i++)
    {
      if (parties[i] == NULL || (not_own && e->tx->who && yq_who_is_in (e->tx->who, parties[i])))
        continue;
      if (!tell_side (e, parties[i], note, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tell (const YqEffect *e, const Note *note, GError **error)
{
  const char *organisation = NULL, *account = yq_record_account (e->after);

  switch (note->row->whom)
    {
    case TO_PARTIES:
      return tell_parties (e, FALSE, note, error);
    case TO_OTHER:
      return tell_parties (e, TRUE, note, error);
    case TO_ACCOUNT:
      return account == NULL ||
             yq_tx_tell_account (e->tx, account, note->type, e->after, note->text, error);
    case TO_OWNER:
      organisation = yq_record_id (e->after);
      break;
    case TO_CARRIER:
      return yq_tx_tell_carrier (e->tx, note->type, e->after, note->text, error);
    case TO_BUYER:
    case TO_MANAGERS:
      organisation = yq_record_buyer (e->after);
      break;
    }

  return organisation == NULL || tell_side (e, organisation, note, error);
}

char *
yq_effect_next_step (YqTx *tx, const char *region, const char *type, const char *text)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (tx->world, region);
  JsonArray *texts = jurisdiction ? yq_record_array (jurisdiction, JURISDICTION_TEXTS) : NULL;
  g_autofree char *kind = g_strconcat ("next.", type, NULL);

  for (guint i = 0; texts != NULL && i < json_array_get_length (texts); i++)
    {
      JsonObject *row = json_array_get_object_element (texts, i);

      if (strcmp (json_object_get_string_member_with_default (row, "kind", ""), kind) == 0)
        return g_strconcat (text, json_object_get_string_member (row, "text"), NULL);
    }
  return g_strdup (text);
}

/* -- digests -- */

/* Counts one more for the desk or organisation; a job tells the sum.  The usual statement changes
 * one row and nothing else: one with RETURNING or a conflict makes SQLite flush the full-text
 * index, a third of all work on many decisions. */
static gboolean
add_to_digest (YqTx *tx, const char *whom, const char *type, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s %s", whom, type);
  g_autoptr(GError) failure = NULL;
  gint64 last = 0, n;

  n = sql_exec (tx->conn,
                "UPDATE digest SET waiting = waiting + 1"
                " WHERE organisation = $1 AND type = $2 AND waiting > 0",
                SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (type)), error);
  if (n != 0)
    return n > 0;
  sql_get_int (tx->conn, "SELECT told_at FROM digest WHERE organisation = $1 AND type = $2",
               SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (type)), &last, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return sql_exec (tx->conn,
                   "INSERT INTO digest (organisation, type, waiting, told_at) VALUES ($1, $2, 1, 0)"
                   " ON CONFLICT (organisation, type) DO UPDATE SET waiting = 1",
                   SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (type)), error) >= 0 &&
         yq_jobs_add (tx->conn, "digest", key, MAX (tx->now + FIRST_DIGEST, last + NEXT_DIGEST),
                      error);
}

/* "claim.approve" */
static gboolean
is_type (const char *type, const YqEntity *entity, const char *action)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", entity->name, action);

  return g_str_equal (name, type);
}

static const char *
subjects_of (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    if (is_type (type, digests[i].entity, digests[i].action))
      return digests[i].subjects;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (is_type (type, rows[i].entity, rows[i].action) && rows[i].subjects != NULL)
      return rows[i].subjects;
  return NULL;
}

static char *
final_text (const char *type)
{
  const char *subjects = subjects_of (type), *action = strchr (type, '.');

  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    if (is_type (type, digests[i].entity, digests[i].action))
      return g_strdup (digests[i].text);
  for (guint i = 0; subjects != NULL && action != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].action, action + 1))
      return g_strconcat (subjects, verbs[i].text, NULL);
  return NULL;
}

/* The text for a key, TYPE or TYPE>BY>NEXT, which is cut down to its type; NULL: not a digest. */
static char *
digest_text (YqTx *tx, YqRecord *organisation, char *key)
{
  g_auto(GStrv) parts = g_strsplit (key, ">", 3);
  g_autofree char *text = NULL;
  gboolean of_level = g_strv_length (parts) == 3;

  g_strlcpy (key, parts[0], strlen (key) + 1);
  if (of_level)
    return subjects_of (key) != NULL ? level_text (subjects_of (key), parts[1], parts[2]) : NULL;
  text = final_text (key);
  return text != NULL ? yq_effect_next_step (tx, yq_record_region (organisation), key, text) : NULL;
}

gboolean
yq_effects_tell_digest (YqTx *tx, const char *key, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (key, " ", 2);
  g_autoptr(YqRecord) desk = yq_world_get (tx->world, &yq_desk, parts[0]);
  g_autoptr(YqRecord) organisation =
    yq_world_get (tx->world, &yq_organisation, desk ? yq_record_carrier (desk) : parts[0]);
  g_autofree char *type = g_strdup (parts[1]);
  g_autofree char *count = NULL;
  g_autofree char *whole = organisation ? digest_text (tx, organisation, type) : NULL;
  g_autoptr(GString) filled = g_string_new (whole);
  gint64 waiting = 0;
  GError *failure = NULL;

  if (!sql_get_int (tx->conn, "SELECT waiting FROM digest WHERE organisation = $1 AND type = $2",
                    SQL_ARGS (SQL_TEXT (parts[0]), SQL_TEXT (parts[1])), &waiting, &failure) ||
      waiting == 0 || whole == NULL)
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL;
    }
  count = g_strdup_printf ("%" G_GINT64_FORMAT, waiting);
  g_string_replace (filled, "{count}", count, 0);
  return sql_exec (tx->conn,
                   "UPDATE digest SET waiting = 0, told_at = $3"
                   " WHERE organisation = $1 AND type = $2",
                   SQL_ARGS (SQL_TEXT (parts[0]), SQL_TEXT (parts[1]), SQL_INT (tx->now)),
                   error) >= 0 &&
         (desk != NULL
            ? yq_tx_tell_carrier (tx, type, desk, filled->str, error)
            : yq_tx_tell_organisation (tx, parts[0], type, organisation, filled->str, error));
}

/* -- the engine -- */

/* Gathers, and tells nothing by itself. */
static gboolean
gather (const YqEffect *e, const char *key, GError **error)
{
  const char *desk = yq_record_desk (e->after);

  return add_to_digest (e->tx, desk != NULL ? desk : yq_record_carrier (e->after), key, error);
}

/* One level has ended, by a decision or by the last expert's advice. */
static gboolean
tell_level (const YqEffect *e, GError **error)
{
  const YqEntity *entity = yq_record_entity (e->after);
  g_autofree char *type = g_strdup_printf ("%s.approve", entity->name);
  g_autofree char *by = office_of_level (e->tx, e->before);
  g_autofree char *next = office_of_level (e->tx, e->after);
  g_autofree char *key = g_strdup_printf ("%s>%s>%s", type, by, next);

  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    if (is_type (type, digests[i].entity, digests[i].action) && digests[i].subjects != NULL &&
        yq_record_carrier (e->after) != NULL)
      return gather (e, key, error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (is_type (type, rows[i].entity, rows[i].action) && rows[i].subject != NULL)
      {
        g_autofree char *subject = fill_in (e, rows[i].subject, NULL);
        g_autofree char *text = level_text (subject, by, next);

        return tell (e, &(Note){ &rows[i], type, key, text }, error);
      }
  return TRUE;
}

static gboolean
fits (const YqEffect *e, const YqEntity *entity, const char *action, const char *states)
{
  return entity == yq_record_entity (e->after) && strcmp (action, e->step->action) == 0 &&
         (states == NULL || yq_effect_entered (e, states));
}

gboolean
yq_effects_tell (const YqEffect *e, GError **error)
{
  const YqEntity *entity = yq_record_entity (e->after);
  g_autofree char *type = g_strdup_printf ("%s.%s", entity->name, e->step->action);

  if (goes_on (e))
    return tell_level (e, error);
  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    if (fits (e, digests[i].entity, digests[i].action, digests[i].states) &&
        yq_record_carrier (e->after) != NULL)
      return gather (e, type, error);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      g_autofree char *text = NULL;
      g_autofree char *whole = NULL;

      if (!fits (e, row->entity, row->action, row->states))
        continue;
      text = fill_in (e, row->text, yq_effect_comment (e));
      whole = yq_effect_next_step (e->tx, yq_record_region (e->after), type, text);
      return tell (e, &(Note){ row, type, type, whole }, error);
    }
  return TRUE;
}
