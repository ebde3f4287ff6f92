/* What a phone shows that has scanned a voucher: is it genuine, is it still good. */
#define G_LOG_DOMAIN "yiquand"

#include "verify-page.h"

#include <string.h>

#include "clock.h"
#include "ledger.h"
#include "money.h"
#include "record-sql.h"
#include "voucher.h"

typedef struct
{
  const char *state;
  const char *tone; /* a class of the style sheet */
  const char *zh, *en;
} Verdict;

/* clang-format off */
static const Verdict of_voucher[] = {
  { "active",  "good", "有效",   "Valid" },
  { "used_up", "used", "已用完", "Used up" },
  { "expired", "bad",  "已过期", "Expired" },
  { "revoked", "bad",  "已撤销", "Revoked" },
};

static const Verdict of_use[] = {
  { "pending",    "wait", "待载体确认", "Waits for the carrier" },
  { "confirmed",  "good", "已确认",     "Confirmed" },
  { "served",     "good", "已服务",     "Served" },
  { "redeeming",  "wait", "兑付审核中", "Redemption in review" },
  { "redeemed",   "used", "已兑付",     "Redeemed" },
  { "terminated", "bad",  "已终止",     "Terminated" },
};

static const Verdict forged = { NULL, "bad", "伪造或无效", "Forged or invalid" };
/* clang-format on */

static const char head[] =
  "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
  "<meta name=\"robots\" content=\"noindex\"><title>创新券验证</title><style>"
  ":root{color-scheme:light dark}*{box-sizing:border-box}"
  "body{margin:0;font:16px/1.5 system-ui,\"Noto Sans CJK SC\",\"PingFang SC\",sans-serif;"
  "background:#f4f5f7;color:#1d1f24}"
  "main{max-width:30rem;margin:0 auto;padding:1rem}"
  "h1{font-size:1.05rem;font-weight:600;margin:.25rem 0 1rem;text-align:center}"
  ".card{background:#fff;border-radius:14px;overflow:hidden;box-shadow:0 1px 3px #0003}"
  ".verdict{padding:1.25rem 1rem;color:#fff;text-align:center}"
  ".verdict b{display:block;font-size:2rem;line-height:1.2}"
  ".good{background:#1b7a43}.used{background:#5b6270}.wait{background:#1a5fb4}"
  ".bad{background:#b3261e}"
  "dl{margin:0;padding:.25rem 1rem 1rem}"
  "dl div{display:flex;justify-content:space-between;gap:1rem;padding:.65rem 0;"
  "border-bottom:1px solid #8884}dl div:last-child{border:0}"
  "dt{color:#626874;flex:none}dt small{display:block;font-size:.75rem}"
  "dd{margin:0;text-align:right;overflow-wrap:anywhere}"
  "p{color:#626874;font-size:.85rem;text-align:center;margin:1rem .5rem}"
  "@media(prefers-color-scheme:dark){body{background:#17191d;color:#eceef2}"
  ".card{background:#23262c}dt,p{color:#a5abb8}}"
  "</style></head><body><main><h1>创新券验证 · Voucher verification</h1><div class=\"card\">";

static void
add_row (GString *page, const char *zh, const char *en, const char *value)
{
  g_autofree char *safe = g_markup_escape_text (value ? value : "", -1);

  g_string_append_printf (page, "<div><dt>%s<small lang=\"en\">%s</small></dt><dd>%s</dd></div>",
                          zh, en, safe);
}

static void
add_money (GString *page, const char *zh, const char *en, gint64 fen)
{
  g_autofree char *amount = yq_money_format (fen);
  g_autofree char *text = g_strdup_printf ("%s 元", amount);

  add_row (page, zh, en, text);
}

static void
add_verdict (GString *page, const Verdict *verdict, const char *detail)
{
  g_string_append_printf (page,
                          "<div class=\"verdict %s\" role=\"status\"><b>%s</b>"
                          "<span lang=\"en\">%s</span></div>",
                          verdict->tone, verdict->zh, verdict->en);
  if (detail != NULL)
    g_string_append_printf (page, "<p>%s</p>", detail);
}

static const Verdict *
verdict_of (const Verdict *verdicts, guint n, const char *state)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (verdicts[i].state, state) == 0)
      return &verdicts[i];
  return &forged;
}

static void
add_voucher (GString *page, SqlConn *conn, YqRecord *voucher, gint64 now)
{
  const char *id = yq_record_id (voucher), *state = yq_record_state (voucher);
  const char *until = yq_record_text (voucher, VOUCHER_VALID_UNTIL);
  g_autofree char *today = yq_date_of (now);

  /* The day counts at once, whenever the job that marks it runs. */
  if (strcmp (state, "active") == 0 && until != NULL && strcmp (until, today) < 0)
    state = "expired";
  add_verdict (page, verdict_of (of_voucher, G_N_ELEMENTS (of_voucher), state), NULL);
  g_string_append (page, "<dl>");
  add_row (page, "券号", "Number", yq_record_text (voucher, VOUCHER_NUMBER));
  add_row (page, "持有单位", "Holder", yq_record_text (voucher, VOUCHER_HOLDER_NAME));
  add_row (page, "创新券计划", "Programme", yq_record_text (voucher, VOUCHER_PROGRAMME_NAME));
  add_money (page, "面额", "Amount", yq_record_int (voucher, VOUCHER_AMOUNT));
  add_money (page, "可用余额", "Available", yq_ledger_balance (conn, YQ_LEDGER_AVAILABLE, id));
  add_money (page, "已冻结", "Held", yq_ledger_balance (conn, YQ_LEDGER_HELD, id));
  add_money (page, "已兑付", "Redeemed", yq_ledger_balance (conn, YQ_LEDGER_REDEEMED, id));
  add_row (page, "有效期至", "Valid until", until);
  g_string_append (page, "</dl>");
}

static void
add_use (GString *page, YqRecord *use)
{
  const char *state = yq_record_state (use);

  add_verdict (page, verdict_of (of_use, G_N_ELEMENTS (of_use), state), NULL);
  g_string_append (page, "<dl>");
  add_row (page, "使用编号", "Use", yq_record_text (use, VOUCHER_USE_NUMBER));
  add_row (page, "券号", "Voucher", yq_record_text (use, VOUCHER_USE_VOUCHER_NUMBER));
  add_row (page, "使用单位", "Enterprise", yq_record_text (use, VOUCHER_USE_BUYER_NAME));
  add_row (page, "服务载体", "Carrier", yq_record_text (use, VOUCHER_USE_CARRIER_NAME));
  add_row (page, "合同名称", "Contract", yq_record_text (use, VOUCHER_USE_CONTRACT_NAME));
  add_money (page, "合同金额", "Contract amount", yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT));
  add_money (page, "券额", "Voucher amount", yq_record_int (use, VOUCHER_USE_AMOUNT));
  if (yq_record_has (use, VOUCHER_USE_REDEEMED_AMOUNT))
    add_money (page, "兑付金额", "Redeemed", yq_record_int (use, VOUCHER_USE_REDEEMED_AMOUNT));
  g_string_append (page, "</dl>");
}

GString *
yq_verify_page_render (SqlConn *conn, const char *token, gint64 now, guint *status)
{
  GString *page = g_string_new (head);
  g_autofree char *local = yq_time_local (now);
  g_autoptr(YqRecord) record = NULL;
  YqTokenFacts facts;

  if (yq_token_read (token, &facts))
    record = yq_record_sql_get (conn, facts.kind == YQ_TOKEN_USE ? &yq_voucher_use : &yq_voucher,
                                facts.id, NULL);
  *status = record != NULL ? 200 : 404;
  if (record == NULL)
    add_verdict (page, &forged,
                 "此二维码的签名无效，或不是本平台发出的创新券，请勿接受。<br>"
                 "<span lang=\"en\">The signature is wrong, or this is no voucher of this server: "
                 "do not accept it.</span>");
  else if (facts.kind == YQ_TOKEN_USE)
    add_use (page, record);
  else
    add_voucher (page, conn, record, now);
  g_string_append_printf (page,
                          "</div><p>查询时间 %s（北京时间）<br>结果以本页面所在平台的实时数据为准。"
                          "</p></main></body></html>",
                          local);
  return page;
}

void
yq_verify_page (YqRequest *request)
{
  guint status;
  GString *page = yq_verify_page_render (yq_request_conn (request), yq_request_part (request, 1),
                                         yq_clock_now (), &status);
  g_autoptr(GBytes) body = g_string_free_to_bytes (page);

  yq_request_add_header (request, "Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                         " form-action 'none'; frame-ancestors 'none'");
  yq_request_add_header (request, "Referrer-Policy", "no-referrer");
  yq_request_reply (request, status, "text/html; charset=utf-8", body);
}
