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
#include "storefront.h"
#include "voucher.h"

#define FIRST_DIGEST (20 * G_GINT64_CONSTANT (1000))
#define NEXT_DIGEST (3600 * G_GINT64_CONSTANT (1000))

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
  /* {title}, {reason}, {amount}, {number} are filled in. */
  const char *text;
} Row;

/* clang-format off */
static const Row rows[] = {
  { &yq_organisation, "approve", "active", TO_OWNER, "贵单位“{title}”的实名信息已通过审核。" },
  { &yq_organisation, "return",  NULL, TO_OWNER, "贵单位“{title}”的实名信息被退回，请按意见修改后重新提交：{reason}" },
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
  { &yq_name_change, "approve", "done", TO_BUYER, "贵单位名称变更已通过审核，现用名称为“{title}”。" },
  { &yq_name_change, "return",  NULL, TO_BUYER, "贵单位名称变更申请被退回，请按意见修改后重新提交：{reason}" },
  { &yq_qualification, "approve", "approved", TO_CARRIER, "贵单位“{title}”的服务载体资格申请已通过审核。请在“资格”中打开本申请，随时维护公共信息和地理位置，企业在地图上按此位置找到贵单位；对外服务的仪器设备和服务请在“仪器”“服务项目”中填报。" },
  { &yq_qualification, "return", NULL, TO_CARRIER, "贵单位“{title}”的服务载体资格申请被退回，请按意见修改后重新提交：{reason}" },
  { &yq_post, "approve", "published", TO_BUYER, "贵单位发布的供需信息“{title}”已通过审核并发布。" },
  { &yq_post, "return",  NULL, TO_BUYER, "贵单位发布的供需信息“{title}”被退回，请修改后重新提交：{reason}" },
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
  { &yq_claim, "approve", "granted", TO_BUYER, "您的创新券申领已通过审核，额度 {amount} 元。" },
  { &yq_claim, "import",  "granted", TO_BUYER, "贵单位在区域平台申领的创新券已导入，额度 {amount} 元。" },
  { &yq_claim, "return",  NULL, TO_BUYER, "您的创新券申领被退回：{reason}" },
  { &yq_voucher, "expire", NULL, TO_BUYER, "创新券 {title} 已到期，未使用的余额已退回。" },
  { &yq_voucher, "revoke", NULL, TO_BUYER, "创新券 {title} 已被撤销：{reason}" },
  { &yq_voucher_use, "submit",    NULL, TO_CARRIER, "收到新的创新券：“{title}”，券额 {amount} 元，请核对并确认。" },
  { &yq_voucher_use, "confirm",   NULL, TO_BUYER, "载体已确认您使用的创新券：“{title}”，券额 {amount} 元。" },
  { &yq_voucher_use, "terminate", NULL, TO_OTHER, "创新券使用“{title}”已终止：{reason}" },
  { &yq_voucher_use, "add_service_record", NULL, TO_BUYER, "“{title}”已登记服务记录，请对本次服务作出评价。" },
  { &yq_store, "approve", "approved", TO_CARRIER, "店铺“{title}”已通过审核。" },
  { &yq_store, "return",  NULL, TO_CARRIER, "店铺“{title}”被退回，请按意见修改后重新提交：{reason}" },
  { &yq_institution, "approve", "approved", TO_CARRIER, "“{title}”已通过创新券机构审核，入库通知已发布。" },
  { &yq_institution, "return",  NULL, TO_CARRIER, "“{title}”的创新券机构申请被退回，请按意见补充材料后重新提交：{reason}" },
  { &yq_redemption, "submit",  "consenting", TO_OTHER, "您有待兑付的订单：机构提交了兑付申请 {title}（{amount} 元），请审核并同意或者拒绝。" },
  { &yq_redemption, "consent", NULL, TO_OTHER, "兑付申请 {title} 已获对方同意，进入审核。" },
  { &yq_redemption, "decline", NULL, TO_OTHER, "兑付申请 {title} 未获对方同意：{reason}" },
  { &yq_redemption, "approve", "approved|payable", TO_PARTIES, "兑付申请 {title} 已通过审核，核定金额 {amount} 元。" },
  { &yq_redemption, "return",  NULL, TO_PARTIES, "兑付申请 {title} 被退回，请按意见补正：{reason}" },
  { &yq_redemption, "reject",  NULL, TO_PARTIES, "兑付申请 {title} 未通过审核：{reason}" },
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
  const char *text; /* {count} */
} digests[] = {
  { &yq_instrument, "approve", "listed", "贵单位有 {count} 台仪器通过审核，已上架。" },
  { &yq_service, "approve", "listed",   "有 {count} 项服务通过审核，已上架。" },
  { &yq_service, "return",  NULL,       "有 {count} 项服务被退回，请按审核意见修改后重新提交。" },
  { &yq_voucher_service, "approve", "approved", "有 {count} 项创新券服务通过审核，企业可用创新券下单。" },
  { &yq_voucher_service, "return",  NULL, "有 {count} 项创新券服务被退回，请按审核意见修改后重新提交。" },
  { &yq_instrument, "return",  NULL,     "贵单位有 {count} 台仪器被退回，请按审核意见修改后重新提交。" },
};
/* clang-format on */

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
fill_in (const char *text, YqRecord *record, const char *reason)
{
  const char *title = yq_record_title (record), *number = text_of (record, "number");
  g_autofree char *amount = amount_of (record);
  GString *filled = g_string_new (text);

  g_string_replace (filled, "{title}", title ? title : "", 0);
  g_string_replace (filled, "{number}", number ? number : "", 0);
  g_string_replace (filled, "{amount}", amount, 0);
  g_string_replace (filled, "{reason}", reason ? reason : "", 0);
  return g_string_free (filled, FALSE);
}

static gboolean
tell_parties (const YqEffect *e, gboolean not_own, const char *type, const char *text,
              GError **error)
{
  const char *buyer = yq_record_buyer (e->after), *carrier = yq_record_carrier (e->after);
  const char *const parties[] = { buyer, g_strcmp0 (buyer, carrier) == 0 ? NULL : carrier };

  for (guint i = 0; i < G_N_ELEMENTS (parties); i++)
    {
      if (parties[i] == NULL || (not_own && e->tx->who && yq_who_is_in (e->tx->who, parties[i])))
        continue;
      if (!yq_tx_tell_organisation (e->tx, parties[i], type, e->after, text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tell (const YqEffect *e, Whom whom, const char *type, const char *text, GError **error)
{
  const char *organisation = NULL;

  switch (whom)
    {
    case TO_PARTIES:
      return tell_parties (e, FALSE, type, text, error);
    case TO_OTHER:
      return tell_parties (e, TRUE, type, text, error);
    case TO_ACCOUNT:
      return yq_record_account (e->after) == NULL ||
             yq_tx_tell_account (e->tx, yq_record_account (e->after), type, e->after, text, error);
    case TO_OWNER:
      organisation = yq_record_id (e->after);
      break;
    case TO_CARRIER:
      return yq_tx_tell_carrier (e->tx, type, e->after, text, error);
    case TO_BUYER:
    case TO_MANAGERS:
      organisation = yq_record_buyer (e->after);
      break;
    }

  return organisation == NULL ||
         yq_tx_tell_organisation (e->tx, organisation, type, e->after, text, error);
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

/* Counts one more for the desk or organisation; a job tells the sum. */
static gboolean
add_to_digest (YqTx *tx, const char *whom, const char *type, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s %s", whom, type);
  gint64 last = 0;
  GError *failure = NULL;

  if (!sql_get_int (
        tx->conn,
        "INSERT INTO digest (organisation, type, waiting, told_at) VALUES ($1, $2, 1, 0)"
        " ON CONFLICT (organisation, type) DO UPDATE SET waiting = digest.waiting + 1"
        " RETURNING CASE WHEN waiting > 1 THEN -1 ELSE told_at END",
        SQL_ARGS (SQL_TEXT (whom), SQL_TEXT (type)), &last, &failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  return last < 0 || yq_jobs_add (tx->conn, "digest", key,
                                  MAX (tx->now + FIRST_DIGEST, last + NEXT_DIGEST), error);
}

static const char *
digest_text (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    {
      g_autofree char *key = g_strdup_printf ("%s.%s", digests[i].entity->name, digests[i].action);

      if (strcmp (key, type) == 0)
        return digests[i].text;
    }
  return NULL;
}

gboolean
yq_effects_tell_digest (YqTx *tx, const char *key, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (key, " ", 2);
  g_autoptr(YqRecord) desk = yq_world_get (tx->world, &yq_desk, parts[0]);
  g_autoptr(YqRecord) organisation =
    yq_world_get (tx->world, &yq_organisation, desk ? yq_record_carrier (desk) : parts[0]);
  const char *text = digest_text (parts[1]);
  g_autofree char *count = NULL;
  g_autofree char *whole =
    organisation && text ? yq_effect_next_step (tx, yq_record_region (organisation), parts[1], text)
                         : NULL;
  g_autoptr(GString) filled = g_string_new (whole);
  gint64 waiting = 0;
  GError *failure = NULL;

  if (!sql_get_int (tx->conn, "SELECT waiting FROM digest WHERE organisation = $1 AND type = $2",
                    SQL_ARGS (SQL_TEXT (parts[0]), SQL_TEXT (parts[1])), &waiting, &failure) ||
      waiting == 0 || organisation == NULL || text == NULL)
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
            ? yq_tx_tell_carrier (tx, parts[1], desk, filled->str, error)
            : yq_tx_tell_organisation (tx, parts[0], parts[1], organisation, filled->str, error));
}

/* -- the engine -- */

gboolean
yq_effects_tell (const YqEffect *e, GError **error)
{
  const YqEntity *entity = yq_record_entity (e->after);
  g_autofree char *type = g_strdup_printf ("%s.%s", entity->name, e->step->action);
  const char *reason = yq_effect_comment (e);

  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    if (digests[i].entity == entity && strcmp (digests[i].action, e->step->action) == 0 &&
        (digests[i].states == NULL || yq_effect_entered (e, digests[i].states)) &&
        yq_record_carrier (e->after) != NULL)
      return add_to_digest (
        e->tx, yq_record_desk (e->after) ? yq_record_desk (e->after) : yq_record_carrier (e->after),
        type, error);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      g_autofree char *text = NULL;
      g_autofree char *whole = NULL;

      if (row->entity != entity || strcmp (row->action, e->step->action) != 0 ||
          (row->states != NULL && !yq_effect_entered (e, row->states)))
        continue;
      text = fill_in (row->text, e->after, reason);
      whole = yq_effect_next_step (e->tx, yq_record_region (e->after), type, text);
      return tell (e, row->whom, type, whole, error);
    }
  return TRUE;
}
