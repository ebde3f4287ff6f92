/* A table of services, in the words of the manuals, and the page each begins on. */
#define G_LOG_DOMAIN "yiquan-service-hall"

#include "service-hall.h"

#include <string.h>

#include "schema.h"
#include "text.h"

#define PAGE "win.page::"

/* clang-format off */
static const struct
{
  const char *windows; /* "a|b"; "*": all but the visitor's */
  const char *action;  /* a page of the window, or an action of the program */
  const char *icon, *title;
  const char *keywords; /* other words people type, in Chinese */
} services[] = {
  { "enterprise", PAGE "vouchers", "yq-voucher-symbolic", N_("Claim a voucher"), "申领创新券 领券 通用券 通兑券" },
  { "enterprise", PAGE "vouchers", "yq-voucher-symbolic", N_("Look up the quota of vouchers"), "额度 余额 已领 剩余 上限 创新券查询" },
  { "enterprise", PAGE "uses", "yq-record-symbolic", N_("Use a voucher"), "合同 用券 支付" },
  { "enterprise|person|visitor", PAGE "find", "yq-instrument-symbolic", N_("Book an instrument"), "在线预约 共享 设备" },
  { "enterprise", PAGE "preselection", "yq-calendar-symbolic", N_("Book several instruments at once"), "批量预约 预选" },
  { "enterprise", PAGE "services", "yq-service-symbolic", N_("Order a service"), "委托 下单 检验检测 需求" },
  { "enterprise", PAGE "redemption", "yq-redeem-symbolic", N_("Ask for redemption"), "兑付申请 兑现 报销 发票" },
  { "enterprise", PAGE "redemption", "yq-redeem-symbolic", N_("Quick redemption without an order"), "快速兑付 无订单" },
  { "enterprise", PAGE "consents", "yq-handshake-symbolic", N_("Consent to a carrier's redemption"), "同意 兑付确认" },
  { "enterprise", PAGE "evaluations", "yq-evaluate-symbolic", N_("Evaluate a service"), "评价 评分 打分" },
  { "enterprise|carrier", PAGE "qualifications", "yq-seal-symbolic", N_("Apply to offer services"), "服务载体资格 资质 入驻 提供方 卖方" },
  { "carrier", PAGE "orders", "yq-calendar-symbolic", N_("Answer bookings"), "受理 接单 回复预约 拒绝" },
  { "carrier", PAGE "uses", "yq-voucher-symbolic", N_("Confirm or terminate vouchers"), "确认 终止 用券" },
  { "carrier", PAGE "verify", "yq-verify-symbolic", N_("Check a voucher's code"), "验券 核验 扫码 二维码" },
  { "carrier", PAGE "service-records", "yq-record-symbolic", N_("Fill in a service record"), "服务记录 填报" },
  { "carrier", PAGE "catalogue", "yq-instrument-symbolic", N_("Publish an instrument"), "新增仪器 发布 入网" },
  { "carrier", PAGE "catalogue", "yq-instrument-symbolic", N_("Import instruments from a table"), "批量导入 表格 模板 Excel" },
  { "carrier", PAGE "catalogue", "yq-instrument-symbolic", N_("Note when an instrument is stopped or taken"), "停机 占用 维修" },
  { "carrier", PAGE "shelf", "yq-instrument-symbolic", N_("Choose instruments for the store"), "选择仪器 上架 下架" },
  { "carrier", PAGE "services", "yq-service-symbolic", N_("Publish a service"), "发布服务 检验检测 上架" },
  { "carrier", PAGE "redemption", "yq-redeem-symbolic", N_("Ask for redemption"), "兑付申请 兑现" },
  { "carrier", PAGE "stores", "yq-store-symbolic", N_("Apply for a store"), "开店申请 店铺" },
  { "carrier", PAGE "institutions", "yq-certificate-symbolic", N_("Apply as voucher institution"), "创新券机构 入库" },
  { "carrier", PAGE "voucher-services", "yq-handshake-symbolic", N_("Publish a voucher service"), "创新券服务" },
  { "carrier", PAGE "desks", "system-users-symbolic", N_("Hand out secondary accounts"), "分配账号 二级账号" },
  { "enterprise|carrier", PAGE "posts", "yq-inbox-symbolic", N_("Publish supply or demand"), "供需 需求 成果" },
  { "enterprise|carrier", PAGE "organisation", "yq-organisation-symbolic", N_("Verify the organisation"), "实名认证 单位信息 营业执照" },
  { "enterprise|carrier", PAGE "organisation", "yq-organisation-symbolic", N_("Change the organisation's name"), "更名 名称变更 曾用名" },
  { "enterprise", PAGE "organisation", "yq-organisation-symbolic", N_("Work out the size of the enterprise"), "企业规模 划型 中小微" },
  { "enterprise|carrier", PAGE "members", "system-users-symbolic", N_("Accept members or let them go"), "绑定单位 解除绑定 管理员" },
  { "person", PAGE "account", "yq-organisation-symbolic", N_("Ask to join an organisation"), "绑定单位 加入单位" },
  { "enterprise|carrier|expert|visitor", PAGE "notices", "yq-notice-symbolic", N_("Object to a public notice"), "公示 异议" },
  { "reviewer", PAGE "programmes", "yq-calendar-symbolic", N_("Set windows and caps of a programme"), "申领时间 预算 额度 计划" },
  { "reviewer", PAGE "disbursements", "yq-payout-symbolic", N_("Pay out in batches"), "拨付 批次 付款清单" },
  { "reviewer", PAGE "announcements", "yq-board-symbolic", N_("Publish an announcement"), "公告 政策 下载" },
  { "*", "app.change-password", "avatar-default-symbolic", N_("Change the password"), "修改密码" },
  { "*", "app.change-phone", "avatar-default-symbolic", N_("Change the mobile phone"), "更换手机号" },
  { "*", "app.bind-account", "avatar-default-symbolic", N_("Bind an older account"), "绑定原有账号 老用户" },
};
/* clang-format on */

static gboolean
is_offered (YqFrame *frame, const char *windows, const char *action)
{
  const char *window = yq_frame_kind (frame)->name;

  if (!yq_word_in (windows, window) || (*windows == '*' && strcmp (window, "visitor") == 0))
    return FALSE;
  return !g_str_has_prefix (action, PAGE) || yq_frame_has_page (frame, action + strlen (PAGE));
}

void
yq_service_hall_add (YqFrame *frame)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    if (is_offered (frame, services[i].windows, services[i].action))
      yq_frame_add_command (frame, services[i].icon, _(services[i].title), services[i].keywords,
                            services[i].action);
}
