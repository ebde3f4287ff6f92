/* Plays both Zhejiang manuals over HTTP against the shipped profile, from the first line to the
 * last: zhejiang-carrier (载体) and zhejiang-enterprise (企业).  The comments name the sections. */
#define G_LOG_DOMAIN "test-manual"

#include "manual-play.h"

#include "qualification.h"
#include "schedule.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define YUAN(n) ((n) *G_GINT64_CONSTANT (100))

/* What every organisation fills in besides what it registered with. */
static char *
profile (Play *p, const char *token)
{
  g_autofree char *licence = upload (p, token, "营业执照.pdf");

  return g_strdup_printf (
    "{'address':'嘉善县惠民街道1号','legal_person':'赵一','industry':'M','employees':35,"
    "'revenue':150000000,'contact_name':'赵一','contact_phone':'0573-84000000',"
    "'wants_vouchers':true,'sme_number':'202633042100009999','bank_name':'嘉善农商银行',"
    "'bank_account':'201000128846000','bank_holder':'本单位','licences':%s,"
    "'commitment_accepted':true}",
    licence);
}

static void
verify_organisation (Play *p, const char *token, const char *reviewer, const char *id)
{
  assert_done (p, token, &yq_organisation, id, "save", profile (p, token), "applied");
  assert_done (p, token, &yq_organisation, id, "submit", NULL, "applied");
  assert_is (p, token, &yq_organisation, id, "pending");
  assert_done (p, reviewer, &yq_organisation, id, "approve", NULL, "applied");
  assert_is (p, token, &yq_organisation, id, "active");
}

/* -- the carrier's manual -- */

static char *
application (Play *p, const char *token, const char *region)
{
  g_autofree char *letter = upload (p, token, "承诺书.pdf");

  return g_strdup_printf (
    "{'kind':'carrier','to_region':'%s','commitment_letter':%s,"
    "'service_scope':'材料测试分析、发明专利代理','phone':'0573-84000001',"
    "'hours':'周一至周五 8:30—17:00','website':'https://carrier.example',"
    "'address':'嘉善县惠民街道1号','latitude':30839800,'longitude':120967600}",
    region, letter);
}

/* 1.1 The site with its notices and rules, before any sign-in. */
static void
test_carrier_1_1_the_site (Play *p, gconstpointer data)
{
  g_assert_cmpint (find (p, NULL, "/v1/jurisdictions?sort=name"), >=, 1);
  g_assert_cmpint (find (p, NULL, "/v1/programmes?sort=name"), >=, 3);
  g_assert_cmpint (find (p, NULL, "/v1/instruments?q=电镜"), >=, 1);
  g_assert_cmpuint (call (p, "GET", "/v1/changes?scope=catalogue&after=0", NULL, NULL), ==, 200);
}

/* 设备共享: 扫描电镜, reviewed at its first listing, then found by enterprises. */
static void
share_an_instrument (Play *p, const char *carrier, const char *city)
{
  g_autofree char *instrument = yq_id_new ();
  g_autofree char *category = NULL;

  g_assert_cmpint (find (p, carrier, "/v1/categories?limit=1&sort=name&kind=instrument&level=2"), >,
                   0);
  category = g_strdup (json_object_get_string_member (
    json_array_get_object_element (json_object_get_array_member (body_of (p), "items"), 0), "id"));
  assert_done (
    p, carrier, &yq_instrument, instrument, "submit",
    g_strdup_printf ("{'name':'钨灯丝扫描电镜','category':'%s','domain':'materials',"
                     "'model':'SU1510','original_value':180000000,'bought_on':'2022-03-01',"
                     "'place':'330421','indicators':'分辨率3.0nm','functions':'形貌观察',"
                     "'fee_standard':'300元/小时','contact_name':'赵一',"
                     "'contact_phone':'0573-84000001'}",
                     category),
    "applied");
  assert_done (p, city, &yq_instrument, instrument, "approve", NULL, "applied");
  g_assert_cmpint (find (p, NULL, "/v1/instruments?q=钨灯丝扫描电镜"), ==, 1);
}

/* The public sees it: where, when, what. */
static void
assert_public (Play *p, const char *qualification)
{
  JsonObject *fields = fields_of (p, NULL, &yq_qualification, qualification);

  g_assert_cmpstr (json_object_get_string_member (fields, "phone"), ==, "0573-84000001");
  g_assert_false (json_object_has_member (fields, "commitment_letter"));
  g_assert_cmpint (find (p, NULL, "/v1/qualifications?q=发明专利代理"), ==, 1);
}

/* 地理位置维护: where a record of the carrier stands, as the public sees it. */
static void
assert_stands (Play *p, const YqEntity *entity, const char *id, gint64 latitude, gint64 longitude)
{
  JsonObject *fields = fields_of (p, NULL, entity, id);

  g_assert_cmpint (json_object_get_int_member (fields, "latitude"), ==, latitude);
  g_assert_cmpint (json_object_get_int_member (fields, "longitude"), ==, longitude);
}

/* 信息维护: the place of the qualification and that on the map are one, whichever is kept up, and
 * stay where they are when something else is. */
static void
keep_up_the_place (Play *p, const char *carrier, const char *organisation,
                   const char *qualification)
{
  assert_stands (p, &yq_organisation, organisation, 30839900, 120967700);
  assert_done (p, carrier, &yq_organisation, organisation, "save",
               g_strdup ("{'latitude':30840100,'longitude':120968000}"), "applied");
  assert_stands (p, &yq_qualification, qualification, 30840100, 120968000);
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'phone':'0573-84000003'}"), "applied");
  assert_stands (p, &yq_organisation, organisation, 30840100, 120968000);
}

/* 1.2 省内: registers, applies with a letter of its own, chooses city and county, is reviewed;
 * then its instruments are found. */
static void
test_carrier_1_2_inside_the_province (Play *p, gconstpointer data)
{
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);
  g_autofree char *city = sign_in (p, "reviewer2", YQ_DEMO_PASSWORD);
  g_autofree char *organisation = NULL;
  g_autofree char *carrier = register_user (
    p, "carrier", "newcarrier", "13911110001",
    "{\"name\":\"嘉善检测技术研究院\",\"nature\":\"institute\",\"uscc\":\"12330421MB1A2C3E0P\","
    "\"region\":\"330421\"}",
    &organisation);
  g_autofree char *qualification = yq_id_new ();
  g_autofree char *second = yq_id_new ();
  JsonObject *fields = fields_of (p, carrier, &yq_organisation, organisation);

  g_assert_true (json_object_get_boolean_member (fields, "in_province"));
  g_assert_cmpstr (json_object_get_string_member (fields, "organisation_code"), ==, "MB1A2C3E-0");
  /* A letter is demanded, and a profile under review. */
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'kind':'carrier','to_region':'330421'}"), "applied");
  assert_done (p, carrier, &yq_qualification, qualification, "submit", NULL, "refused/required");
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               application (p, carrier, "330000"), "applied");
  assert_done (p, carrier, &yq_qualification, qualification, "submit", NULL, "refused/invalid");
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'to_region':'330421'}"), "applied");
  assert_done (p, carrier, &yq_qualification, qualification, "submit", NULL, "refused/state");
  verify_organisation (p, carrier, county, organisation);
  assert_done (p, carrier, &yq_qualification, qualification, "submit", NULL, "applied");
  assert_is (p, carrier, &yq_qualification, qualification, "pending");
  g_assert_null (look (p, NULL, &yq_qualification, qualification));

  /* 选择好对应的市及县区: that bureau reviews, sends back, and approves. */
  assert_done (p, county, &yq_qualification, qualification, "return",
               g_strdup ("{'comment':'请补充服务时间',"
                         "'field_comments':[{'field':'hours','comment':'写明节假日'}]}"),
               "applied");
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'hours':'工作日 8:30—17:00，节假日预约'}"), "applied");
  assert_done (p, carrier, &yq_qualification, qualification, "submit", NULL, "applied");
  fields = fields_of (p, carrier, &yq_organisation, organisation);
  g_assert_false (json_object_get_boolean_member_with_default (fields, "is_carrier", FALSE));
  assert_done (p, county, &yq_qualification, qualification, "approve", NULL, "applied");
  fields = fields_of (p, carrier, &yq_organisation, organisation);
  g_assert_true (json_object_get_boolean_member (fields, "is_carrier"));
  assert_stands (p, &yq_organisation, organisation, 30839800, 120967600);
  assert_done (p, carrier, &yq_qualification, second, "submit", application (p, carrier, "330421"),
               "refused/duplicate");

  assert_public (p, qualification);
  /* 信息维护: public information and location are kept up to date without a review. */
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'phone':'0573-84000002','latitude':30839900,'longitude':120967700}"),
               "applied");
  assert_is (p, carrier, &yq_qualification, qualification, "approved");
  assert_done (p, carrier, &yq_qualification, qualification, "save",
               g_strdup ("{'to_region':'330402'}"), "refused/forbidden");
  keep_up_the_place (p, carrier, organisation, qualification);

  share_an_instrument (p, carrier, city);
}

/* 注册所在地不得擅自更改 (长三角 2.3): only the bureau it was submitted to gives it back. */
static void
test_carrier_1_2_a_wrong_region (Play *p, gconstpointer data)
{
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);
  g_autofree char *organisation = NULL;
  g_autofree char *carrier = register_user (
    p, "carrier", "movedcarrier", "13911110009",
    "{\"name\":\"南湖检测技术研究院\",\"nature\":\"institute\",\"uscc\":\"12330421MB1A2C3E0P\","
    "\"region\":\"330421\"}",
    &organisation);
  g_autofree char *refusal = NULL;

  assert_done (p, carrier, &yq_organisation, organisation, "save", g_strdup ("{'region':'330402'}"),
               "refused/forbidden");
  refusal = json_to_string (p->answer, FALSE);
  g_assert_nonnull (strstr (refusal, "退回后可重新选择"));
  assert_done (p, carrier, &yq_organisation, organisation, "save", profile (p, carrier), "applied");
  assert_done (p, carrier, &yq_organisation, organisation, "submit", NULL, "applied");
  assert_done (p, county, &yq_organisation, organisation, "return",
               g_strdup ("{'comment':'注册地应为南湖区',"
                         "'field_comments':[{'field':'region','comment':'请选择南湖区'}]}"),
               "applied");
  assert_done (p, carrier, &yq_organisation, organisation, "save", g_strdup ("{'region':'330402'}"),
               "applied");
  assert_done (p, carrier, &yq_organisation, organisation, "submit", NULL, "applied");
  /* It is another county's now. */
  assert_done (p, county, &yq_organisation, organisation, "approve", NULL, "refused/not_found");
}

/* The refusal says where the schemes are in force and whom to call. */
static void
assert_names_who_serves (Play *p)
{
  static const char *const named[] = { "浙江省", "0571-12345", "江苏省", "025-12345", "青浦区" };
  JsonObject *result =
    json_array_get_object_element (json_object_get_array_member (body_of (p), "results"), 0);
  const char *detail =
    json_object_get_string_member (json_object_get_object_member (result, "problem"), "detail");

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (strstr (detail, named[i]) == NULL)
      g_error ("%s is not named: %s", named[i], detail);
}

/* 1.2 省外: nobody reviews it at home; the bureau it applies to does both. */
static void
test_carrier_1_2_outside_the_province (Play *p, gconstpointer data)
{
  g_autofree char *city = sign_in (p, "reviewer2", YQ_DEMO_PASSWORD);
  g_autofree char *organisation = NULL;
  g_autofree char *carrier = register_user (
    p, "carrier", "shcarrier", "13911110002",
    "{\"name\":\"上海测试中心\",\"nature\":\"institute\",\"uscc\":\"12650104MB1A2C3E0P\","
    "\"region\":\"650104\"}",
    &organisation);
  g_autofree char *qualification = yq_id_new ();
  JsonObject *fields = fields_of (p, carrier, &yq_organisation, organisation);

  g_assert_false (json_object_get_boolean_member_with_default (fields, "in_province", FALSE));
  assert_done (p, carrier, &yq_organisation, organisation, "save", profile (p, carrier), "applied");
  assert_done (p, carrier, &yq_organisation, organisation, "submit", NULL, "refused/state");
  assert_names_who_serves (p);
  assert_done (p, carrier, &yq_qualification, qualification, "submit",
               application (p, carrier, "330400"), "applied");
  assert_done (p, city, &yq_qualification, qualification, "approve", NULL, "applied");
  assert_is (p, carrier, &yq_organisation, organisation, "active");
  fields = fields_of (p, carrier, &yq_organisation, organisation);
  g_assert_true (json_object_get_boolean_member (fields, "is_carrier"));
}

/* 1.3 非省级服务载体认定·在线填报: beside the qualification as a carrier, one of each kind; either
 * of them is recognised by its bureau and given back apart. */
static void
test_carrier_1_3_recognised_below_the_province (Play *p, gconstpointer data)
{
  g_autofree char *carrier = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  g_autofree char *city = sign_in (p, "reviewer2", YQ_DEMO_PASSWORD);
  g_autofree char *organisation = yq_demo_id ("organisation", "carrier1");
  g_autofree char *as_carrier = yq_demo_id ("qualification", "carrier1");
  g_autofree char *recognition = yq_id_new ();
  g_autofree char *second = yq_id_new ();
  g_autofree char *third = yq_id_new ();

  assert_is (p, NULL, &yq_qualification, as_carrier, "approved");
  assert_done (p, carrier, &yq_qualification, second, "submit", application (p, carrier, "330400"),
               "refused/duplicate");
  assert_done (p, carrier, &yq_qualification, recognition, "save",
               application (p, carrier, "330400"), "applied");
  assert_done (p, carrier, &yq_qualification, recognition, "save",
               g_strdup ("{'kind':'non_provincial'}"), "applied");
  assert_done (p, carrier, &yq_qualification, recognition, "submit", NULL, "applied");
  assert_is (p, carrier, &yq_qualification, recognition, "pending");
  assert_done (p, city, &yq_qualification, recognition, "approve", NULL, "applied");
  g_assert_cmpstr (
    json_object_get_string_member (fields_of (p, NULL, &yq_qualification, recognition), "kind"), ==,
    "non_provincial");
  assert_done (p, carrier, &yq_qualification, third, "save", application (p, carrier, "330400"),
               "applied");
  assert_done (p, carrier, &yq_qualification, third, "save", g_strdup ("{'kind':'non_provincial'}"),
               "applied");
  assert_done (p, carrier, &yq_qualification, third, "submit", NULL, "refused/duplicate");
  assert_done (p, carrier, &yq_qualification, as_carrier, "withdraw", NULL, "applied");
  assert_is (p, NULL, &yq_qualification, recognition, "approved");
  g_assert_true (json_object_get_boolean_member (
    fields_of (p, carrier, &yq_organisation, organisation), "is_carrier"));
  assert_done (p, carrier, &yq_qualification, recognition, "withdraw", NULL, "applied");
  g_assert_false (json_object_get_boolean_member (
    fields_of (p, carrier, &yq_organisation, organisation), "is_carrier"));
}

/* 1.3 绑定原有账号: the older account, its password, a code to the phone of this one. */
static void
test_carrier_1_3_an_older_account (Play *p, gconstpointer data)
{
  g_autofree char *body = NULL;
  g_autofree char *code = code_for (p, "register", "13911110003", NULL);
  g_autofree char *token = NULL;
  g_autofree char *bind = NULL;
  g_autofree char *organisation = NULL;
  g_autofree char *carrier1 = yq_demo_id ("organisation", "carrier1");

  body = g_strdup_printf ("{\"class\":\"person\",\"account\":{\"username\":\"legalone\","
                          "\"real_name\":\"李文博\",\"phone\":\"13911110003\"},"
                          "\"password\":\"" PASSWORD "\",\"code\":%s}",
                          code);
  g_assert_cmpuint (call (p, "POST", "/v1/accounts", NULL, body), ==, 201);
  token = sign_in (p, "legalone", PASSWORD);
  pass (p, 61000);
  bind = code_for (p, "bind", NULL, token);
  g_free (g_steal_pointer (&body));
  body = g_strdup_printf (
    "{\"username\":\"carrier1\",\"password\":\"" YQ_DEMO_PASSWORD "\",\"code\":%s}", bind);
  g_assert_cmpuint (call (p, "POST", "/v1/bindings", token, body), ==, 201);
  organisation = member (p, "organisation");
  g_assert_cmpstr (organisation, ==, carrier1);
  g_assert_cmpint (find (p, token, "/v1/orders?sort=-updated_at"), >, 0);
}

/* -- an enterprise that has money -- */

typedef struct
{
  char *token, *organisation, *voucher;
} Enterprise;

static void
enterprise_clear (Enterprise *e)
{
  g_free (e->token);
  g_free (e->organisation);
  g_free (e->voucher);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Enterprise, enterprise_clear)

static char *
claim_voucher (Play *p, const char *token, gint64 amount)
{
  g_autofree char *claim = yq_id_new ();

  assert_done (p, token, &yq_claim, claim, "submit", demo_claim (amount), "applied");
  assert_is (p, token, &yq_claim, claim, "granted");
  return g_strdup (
    json_object_get_string_member (fields_of (p, token, &yq_claim, claim), "voucher"));
}

static void
start_enterprise (Play *p, Enterprise *e)
{
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);

  e->token = register_user (p, "enterprise", "newenterprise", "13911110004",
                            "{\"name\":\"嘉善新材有限公司\",\"uscc\":\"91330421MA2BC9X14K\","
                            "\"region\":\"330421\"}",
                            &e->organisation);
  verify_organisation (p, e->token, county, e->organisation);
  e->voucher = claim_voucher (p, e->token, YUAN (20000));
}

/* A use of the voucher; result files and invoice come later where has_papers is FALSE. */
static char *
submit_use (Play *p, Enterprise *e, const char *order, const char *redeemer, gint64 amount,
            gboolean has_papers)
{
  g_autofree char *contract = upload (p, e->token, "合同.pdf");
  g_autofree char *result = upload (p, e->token, "服务结果.pdf");
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autofree char *of = order != NULL ? g_strdup_printf ("'order':'%s',", order) : g_strdup ("");
  char *use = yq_id_new ();

  assert_done (p, e->token, &yq_voucher_use, use, "submit",
               g_strdup_printf ("{'voucher':'%s',%s'carrier':'%s','category':'testing',"
                                "'contract_name':'检测合同','contract_amount':%" G_GINT64_FORMAT
                                ",'contract_date':'2026-11-02','amount':%" G_GINT64_FORMAT
                                ",'redeemer':'%s','contract_files':%s%s%s,'pledge':true}",
                                e->voucher, of, carrier, 2 * amount, amount, redeemer, contract,
                                has_papers ? ",'result_files':" : "", has_papers ? result : ""),
               "applied");
  assert_is (p, e->token, &yq_voucher_use, use, "pending");
  return use;
}

static char *
add_invoice (Play *p, const char *token, const char *number, gint64 amount, const char *redeemer,
             const char *use)
{
  char *invoice = yq_id_new ();

  assert_done (p, token, &yq_invoice, invoice, "save", demo_invoice (number, amount, redeemer, use),
               "applied");
  return invoice;
}

static char *
redeem (Play *p, const char *token, const char *redeemer, const char *const *uses,
        const char *const *invoices, gint64 amount, const char *expected)
{
  g_autoptr(GString) lines = g_string_new (NULL);
  g_autoptr(GString) list = g_string_new (NULL);
  char *redemption = yq_id_new ();

  for (guint i = 0; uses[i] != NULL; i++)
    {
      g_string_append_printf (
        lines, "%s{\"use\":\"%s\",\"fee\":%" G_GINT64_FORMAT ",\"asked\":%" G_GINT64_FORMAT "}",
        i > 0 ? "," : "", uses[i], 2 * amount, amount);
      g_string_append_printf (list, "%s\"%s\"", i > 0 ? "," : "", invoices[i]);
    }
  assert_done (p, token, &yq_redemption, redemption, "submit",
               demo_redemption (redeemer, lines->str, list->str), expected);
  return redemption;
}

static void
approve_and_pay (Play *p, const char *redemption)
{
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);

  assert_done (p, county, &yq_redemption, redemption, "approve", NULL, "applied");
  assert_is (p, county, &yq_redemption, redemption, "payable");
  assert_done (p, county, &yq_redemption, redemption, "pay",
               g_strdup ("{'paid_on':'2026-11-21','payment_reference':'2026-1'}"), "applied");
  assert_is (p, county, &yq_redemption, redemption, "paid");
}

/* 添加服务记录: how long it took and what was charged. */
static void
record_service (Play *p, const char *carrier, const char *one)
{
  g_autofree char *record = yq_id_new ();

  assert_done (p, carrier, &yq_voucher_use, one, "add_service_record",
               g_strdup_printf ("{'id':'%s','started_at':'2026-11-03T01:00:00Z',"
                                "'ended_at':'2026-11-03T05:00:00Z','hours':40,'fee':200000}",
                                record),
               "applied");
  assert_is (p, carrier, &yq_voucher_use, one, "served");
  g_assert_cmpint (find (p, carrier, "/v1/service_records?sort=-updated_at"), >, 0);
}

/* 预约回复, 创新券确认, 添加服务记录, 创新券兑付 (载体券): one, then all at once. */
static void
test_carrier_from_booking_to_redemption (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *carrier = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  g_autofree char *bad = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;
  g_autofree char *i1 = NULL;
  g_autofree char *i2 = NULL;
  g_autofree char *i3 = NULL;
  g_autofree char *four = NULL;
  g_autofree char *i4 = NULL;
  g_autofree char *single = NULL;
  g_autofree char *all = NULL;

  start_enterprise (p, &e);
  /* 若创新券使用信息有误，可点击“终止”: the money is free again. */
  bad = submit_use (p, &e, NULL, "carrier", YUAN (5000), TRUE);
  assert_done (p, carrier, &yq_voucher_use, bad, "terminate",
               g_strdup ("{'comment':'合同金额有误'}"), "applied");
  g_assert_cmpint (
    json_object_get_int_member (fields_of (p, e.token, &yq_voucher, e.voucher), "available"), ==,
    YUAN (20000));
  one = submit_use (p, &e, NULL, "carrier", YUAN (1000), TRUE);
  two = submit_use (p, &e, NULL, "carrier", YUAN (2000), TRUE);
  three = submit_use (p, &e, NULL, "carrier", YUAN (2000), TRUE);
  assert_done (p, carrier, &yq_voucher_use, one, "confirm", NULL, "applied");
  assert_done (p, carrier, &yq_voucher_use, two, "confirm", NULL, "applied");
  assert_done (p, carrier, &yq_voucher_use, three, "confirm", NULL, "applied");
  record_service (p, carrier, one);
  /* “请填写发票号”: without an invoice nothing is submitted; with it, one. */
  {
    const char *const uses[] = { one, NULL };
    g_autofree char *refused = NULL;
    g_autofree char *id = yq_id_new ();
    g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);

    assert_done (
      p, carrier, &yq_redemption, id, "submit",
      g_strdup_printf ("{'programme':'%s','mode':'uses','redeemer':'carrier','place':'330421',"
                       "'lines':[{'use':'%s','fee':200000,'asked':100000}]}",
                       programme, one),
      "refused/papers_missing");
    i1 = add_invoice (p, carrier, "26332000000012345671", YUAN (2000), "carrier", one);
    single = redeem (p, carrier, "carrier", uses, (const char *const[]){ i1, NULL }, YUAN (1000),
                     "applied");
  }
  approve_and_pay (p, single);
  assert_is (p, carrier, &yq_voucher_use, one, "redeemed");
  /* 将所有可兑付的创新券一次性提交审批. */
  i2 = add_invoice (p, carrier, "26332000000012345672", YUAN (4000), "carrier", two);
  i3 = add_invoice (p, carrier, "26332000000012345673", YUAN (4000), "carrier", three);
  all = redeem (p, carrier, "carrier", (const char *const[]){ two, three, NULL },
                (const char *const[]){ i2, i3, NULL }, YUAN (2000), "applied");
  approve_and_pay (p, all);
  /* An invoice pays once. */
  four = submit_use (p, &e, NULL, "carrier", YUAN (1000), TRUE);
  assert_done (p, carrier, &yq_voucher_use, four, "confirm", NULL, "applied");
  i4 = add_invoice (p, carrier, "26332000000012345671", YUAN (2000), "carrier", four);
  g_free (redeem (p, carrier, "carrier", (const char *const[]){ four, NULL },
                  (const char *const[]){ i4, NULL }, YUAN (1000), "refused/invoice_used"));
}

/* -- the enterprise's manual -- */

/* The rule is kept for whoever reviews it, in Chinese, also where it was an English client that
 * saved last. */
static void
save_in_english (Play *p, const char *token, const char *organisation)
{
  g_autofree char *path = g_strconcat ("/v1/organisations/", organisation, NULL);
  g_autofree char *command = yq_id_new ();
  g_autofree char *body = NULL;
  g_autoptr(YqAnswer) answer = NULL;

  g_assert_cmpuint (call (p, "GET", path, token, NULL), ==, 200);
  body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"organisation\",\"record\":\"%s\",\"action\":"
    "\"save\",\"revision\":%" G_GINT64_FORMAT ",\"fields\":{\"employees\":35}}]}",
    command, organisation, json_object_get_int_member (body_of (p), "revision"));
  answer = yq_fixture_send_full (p->demo.server, "POST", "/v1/commands", token,
                                 "Accept-Language: en\r\n", body, -1);
  g_assert_nonnull (strstr (answer->body->str, "\"applied\""));
  g_assert_nonnull (strstr (json_object_get_string_member (
                              fields_of (p, token, &yq_organisation, organisation), "size_rule"),
                            "从业人员"));
}

/* 1.2, 2.1: registering by class, real-name verification with papers, size, organisation code. */
static void
test_enterprise_2_1_real_name (Play *p, gconstpointer data)
{
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);
  g_autofree char *organisation = NULL;
  g_autofree char *person = NULL;
  g_autofree char *token = register_user (p, "enterprise", "realname", "13911110005",
                                          "{\"name\":\"嘉善实名有限公司\","
                                          "\"uscc\":\"91330421MA2BC9X14K\",\"region\":\"330421\"}",
                                          &organisation);
  g_autofree char *entrepreneur = NULL;
  g_autofree char *claim = yq_id_new ();
  JsonObject *fields;

  /* Without verification there is no quota. */
  assert_done (p, token, &yq_claim, claim, "submit", demo_claim (YUAN (1000)),
               "refused/not_eligible");
  /* 上传证明材料, 勾选同意服务条款. */
  assert_done (p, token, &yq_organisation, organisation, "save",
               g_strdup ("{'legal_person':'赵一','industry':'M','employees':34,"
                         "'revenue':150000000,'contact_name':'赵一','contact_phone':"
                         "'0573-84000000'}"),
               "applied");
  save_in_english (p, token, organisation);
  assert_done (p, token, &yq_organisation, organisation, "submit", NULL, "refused/required");
  verify_organisation (p, token, county, organisation);
  fields = fields_of (p, token, &yq_organisation, organisation);
  g_assert_cmpstr (json_object_get_string_member (fields, "organisation_code"), ==, "MA2BC9X1-4");
  g_assert_cmpstr (json_object_get_string_member (fields, "size"), ==, "small");
  g_assert_nonnull (strstr (json_object_get_string_member (fields, "size_rule"), "35"));
  /* 个人创业者上传身份证. */
  pass (p, 61000);
  entrepreneur = register_user (p, "entrepreneur", "founder", "13911110006",
                                "{\"name\":\"钱二\",\"region\":\"330421\"}", &person);
  {
    g_autofree char *card = upload (p, entrepreneur, "身份证.pdf");

    assert_done (p, entrepreneur, &yq_organisation, person, "save",
                 g_strdup_printf ("{'id_number':'11010519491231002X','contact_name':'钱二',"
                                  "'contact_phone':'13911110006','licences':%s,"
                                  "'commitment_accepted':true}",
                                  card),
                 "applied");
  }
  assert_done (p, entrepreneur, &yq_organisation, person, "submit", NULL, "applied");
  assert_done (p, county, &yq_organisation, person, "approve", NULL, "applied");
  fields = fields_of (p, entrepreneur, &yq_organisation, person);
  g_assert_null (strstr (json_object_get_string_member (fields, "organisation_code"), "110105"));
}

/* 修改名称: with papers, reviewed; the old name stays readable. */
static void
test_enterprise_2_1_2_a_new_name (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *county = sign_in (p, "reviewer1", YQ_DEMO_PASSWORD);
  g_autofree char *change = yq_id_new ();
  g_autofree char *second = yq_id_new ();
  g_autofree char *path = NULL;
  g_autofree char *papers = NULL;
  JsonObject *fields;

  start_enterprise (p, &e);
  assert_done (p, e.token, &yq_organisation, e.organisation, "save",
               g_strdup ("{'name':'嘉善改名有限公司'}"), "refused/forbidden");
  papers = upload (p, e.token, "变更通知书.pdf");
  assert_done (p, e.token, &yq_name_change, change, "submit",
               g_strdup ("{'new_name':'嘉善改名有限公司'}"), "refused/required");
  assert_done (p, e.token, &yq_name_change, change, "submit",
               g_strdup_printf ("{'new_name':'嘉善改名有限公司','changed_on':'2026-11-01',"
                                "'papers':%s}",
                                papers),
               "applied");
  assert_done (p, e.token, &yq_name_change, second, "submit",
               g_strdup_printf ("{'new_name':'嘉善再改有限公司','papers':%s}", papers),
               "refused/duplicate");
  assert_is (p, e.token, &yq_name_change, change, "pending");
  g_assert_cmpstr (json_object_get_string_member (
                     fields_of (p, e.token, &yq_organisation, e.organisation), "name"),
                   ==, "嘉善新材有限公司");
  assert_done (p, county, &yq_name_change, change, "approve", NULL, "applied");
  fields = fields_of (p, e.token, &yq_organisation, e.organisation);
  g_assert_cmpstr (json_object_get_string_member (fields, "name"), ==, "嘉善改名有限公司");
  fields = fields_of (p, e.token, &yq_name_change, change);
  g_assert_cmpstr (json_object_get_string_member (fields, "old_name"), ==, "嘉善新材有限公司");
  path = g_strdup_printf ("/v1/organisations/%s/history", e.organisation);
  g_assert_cmpuint (call (p, "GET", path, e.token, NULL), ==, 200);
  {
    g_autofree char *text = json_to_string (p->answer, FALSE);

    g_assert_nonnull (strstr (text, "嘉善新材有限公司"));
  }
  g_assert_cmpint (find (p, e.token, "/v1/memberships?organisation_name=嘉善改名有限公司"), ==, 1);
}

/* 2.2 即点即得, inside the caps; cap, claimed, claimable and the log are there to see. */
static void
test_enterprise_2_2_a_quota_at_once (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *above = yq_id_new ();
  g_autofree char *more = NULL;

  start_enterprise (p, &e);
  assert_done (p, e.token, &yq_claim, above, "submit", demo_claim (YUAN (100001)),
               "refused/cap_claim");
  more = claim_voucher (p, e.token, YUAN (5000));
  g_assert_cmpstr (more, !=, e.voucher);
  g_assert_cmpint (find (p, e.token, "/v1/claims?state=granted&sort=-updated_at"), ==, 2);
}

/* 3.1 ① 在线预约服务: search, book, the carrier accepts, then 申请使用创新券. */
static void
test_enterprise_3_1_online (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *carrier = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  g_autofree char *instrument = NULL;
  g_autofree char *order = yq_id_new ();
  g_autofree char *wish = NULL;
  g_autofree char *early = yq_id_new ();
  g_autofree char *use = NULL;
  gint64 ten = yq_demo_time (DEMO_NOW, 20, 10, 0);

  start_enterprise (p, &e);
  g_assert_cmpint (find (p, e.token, "/v1/instruments?q=场发射扫描电子显微镜&state=listed"), >, 0);
  {
    g_autoptr(SqlConn) conn = yq_fixture_read (p->demo.server);

    p->demo.conn = conn;
    instrument = demo_instrument (&p->demo, "carrier1", "场发射扫描电子显微镜");
    p->demo.conn = NULL;
  }
  wish = demo_period (ten, ten + 2 * HOUR);
  assert_done (p, e.token, &yq_order, order, "submit", demo_order (instrument, wish), "applied");
  /* Before the carrier's answer the voucher cannot be used for it. */
  {
    g_autofree char *contract = upload (p, e.token, "合同.pdf");
    g_autofree char *owner = yq_demo_id ("organisation", "carrier1");

    assert_done (
      p, e.token, &yq_voucher_use, early, "submit",
      g_strdup_printf ("{'voucher':'%s','order':'%s','carrier':'%s','category':'testing',"
                       "'contract_name':'检测合同','contract_amount':200000,"
                       "'contract_date':'2026-11-02','amount':100000,"
                       "'redeemer':'enterprise','contract_files':%s,'pledge':true}",
                       e.voucher, order, owner, contract),
      "refused/state");
  }
  assert_done (p, carrier, &yq_order, order, "accept", demo_accept (ten, ten + 2 * HOUR),
               "applied");
  use = submit_use (p, &e, order, "enterprise", YUAN (1000), TRUE);
  assert_done (p, carrier, &yq_voucher_use, use, "confirm", NULL, "applied");
}

/* 3.1 ②, 3.2, 3.3, 兑付, 评价: offline use, the ticket with its QR code, redemption by the
 * enterprise after the carrier's confirmation, evaluation by default after thirty days. */
static void
test_enterprise_from_use_to_evaluation (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *carrier = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  g_autofree char *use = NULL;
  g_autofree char *invoice = NULL;
  g_autofree char *early = NULL;
  g_autofree char *redemption = NULL;
  g_autofree char *page = NULL;
  g_autofree char *record = yq_id_new ();
  g_autoptr(YqAnswer) shown = NULL;
  GError *error = NULL;

  start_enterprise (p, &e);
  use = submit_use (p, &e, NULL, "enterprise", YUAN (3000), TRUE);
  /* 扫描二维码，在手机上也能查看. */
  page = g_strdup_printf ("/v/%s", json_object_get_string_member (
                                     fields_of (p, e.token, &yq_voucher, e.voucher), "token"));
  shown = yq_fixture_send (p->demo.server, "GET", page, NULL, NULL);
  g_assert_cmpuint (shown->status, ==, 200);
  g_assert_nonnull (strstr (shown->body->str, "创新券"));
  invoice = add_invoice (p, e.token, "26332000000012345674", YUAN (6000), "enterprise", use);
  /* 企业券，需服务方点击确认该券方可进行兑付. */
  early = redeem (p, e.token, "enterprise", (const char *const[]){ use, NULL },
                  (const char *const[]){ invoice, NULL }, YUAN (3000), "refused/state");
  assert_done (p, carrier, &yq_voucher_use, use, "confirm", NULL, "applied");
  redemption = redeem (p, e.token, "enterprise", (const char *const[]){ use, NULL },
                       (const char *const[]){ invoice, NULL }, YUAN (3000), "applied");
  assert_done (p, e.token, &yq_redemption, redemption, "withdraw", NULL, "applied");
  assert_is (p, e.token, &yq_voucher_use, use, "confirmed");
  assert_done (p, carrier, &yq_voucher_use, use, "add_service_record",
               g_strdup_printf ("{'id':'%s','started_at':'2026-11-03T01:00:00Z',"
                                "'ended_at':'2026-11-03T05:00:00Z','hours':40,'fee':600000}",
                                record),
               "applied");
  g_clear_pointer (&redemption, g_free);
  redemption = redeem (p, e.token, "enterprise", (const char *const[]){ use, NULL },
                       (const char *const[]){ invoice, NULL }, YUAN (3000), "applied");
  approve_and_pay (p, redemption);
  /* 若没对服务进行评价，则三十天之后系统会默认给予好评. */
  g_assert_cmpint (find (p, e.token, "/v1/evaluations?state=open"), ==, 1);
  pass (p, 30 * YQ_DAY + 1000);
  {
    int n = yq_schedule_run (p->demo.server->server, &error);

    g_assert_no_error (error);
    g_assert_cmpint (n, >, 0);
  }
  g_assert_cmpint (find (p, e.token, "/v1/evaluations?state=defaulted"), ==, 1);
}

/* 兑付期: outside the window nothing is sent. */
static void
test_outside_the_window (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *carrier = NULL;
  g_autofree char *use = NULL;
  g_autofree char *invoice = NULL;
  g_autofree char *late = NULL;

  start_enterprise (p, &e);
  pass (p, 60 * YQ_DAY);
  carrier = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  use = submit_use (p, &e, NULL, "carrier", YUAN (1000), TRUE);
  assert_done (p, carrier, &yq_voucher_use, use, "confirm", NULL, "applied");
  invoice = add_invoice (p, carrier, "26332000000012345675", YUAN (2000), "carrier", use);
  late = redeem (p, carrier, "carrier", (const char *const[]){ use, NULL },
                 (const char *const[]){ invoice, NULL }, YUAN (1000), "refused/window_closed");
}

/* 365 days: nothing but the profile, and then everything again. */
static void
test_a_stale_profile_blocks_everything_else (Play *p, gconstpointer data)
{
  g_auto(Enterprise) e = { NULL };
  g_autofree char *claim = yq_id_new ();
  g_autofree char *order = yq_id_new ();
  g_autofree char *token = NULL;
  GError *error = NULL;

  start_enterprise (p, &e);
  pass (p, 366 * YQ_DAY);
  g_assert_cmpint (yq_schedule_run (p->demo.server->server, &error), >, 0);
  g_assert_no_error (error);
  token = sign_in (p, "newenterprise", PASSWORD);
  assert_is (p, token, &yq_organisation, e.organisation, "stale");
  assert_done (p, token, &yq_claim, claim, "save", demo_claim (YUAN (1000)), "refused/state");
  assert_done (p, token, &yq_order, order, "save", g_strdup ("{'purpose':'测试'}"),
               "refused/state");
  assert_done (p, token, &yq_organisation, e.organisation, "save",
               g_strdup ("{'website':'https://new.example'}"), "applied");
  assert_is (p, token, &yq_organisation, e.organisation, "active");
  assert_done (p, token, &yq_order, order, "save", g_strdup ("{'purpose':'测试'}"), "applied");
}

#define ADD(name, func) g_test_add ("/manual-zhejiang/" name, Play, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("carrier/1.1", test_carrier_1_1_the_site);
  ADD ("carrier/1.2-inside", test_carrier_1_2_inside_the_province);
  ADD ("carrier/1.2-region", test_carrier_1_2_a_wrong_region);
  ADD ("carrier/1.2-outside", test_carrier_1_2_outside_the_province);
  ADD ("carrier/1.3-recognition", test_carrier_1_3_recognised_below_the_province);
  ADD ("carrier/1.3", test_carrier_1_3_an_older_account);
  ADD ("carrier/booking-to-redemption", test_carrier_from_booking_to_redemption);
  ADD ("enterprise/2.1", test_enterprise_2_1_real_name);
  ADD ("enterprise/2.1.2", test_enterprise_2_1_2_a_new_name);
  ADD ("enterprise/2.2", test_enterprise_2_2_a_quota_at_once);
  ADD ("enterprise/3.1", test_enterprise_3_1_online);
  ADD ("enterprise/use-to-evaluation", test_enterprise_from_use_to_evaluation);
  ADD ("window", test_outside_the_window);
  ADD ("stale", test_a_stale_profile_blocks_everything_else);
  return g_test_run ();
}
