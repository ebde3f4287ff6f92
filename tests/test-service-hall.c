/* What one can start is found by its name with Ctrl+K, in every window. */
#define G_LOG_DOMAIN "test-service-hall"

#include "frame-fixture.h"

#include "palette.h"

static const YqGrant manager[] = { { YQ_ROLE_MANAGER, BUYER } };
static const YqGrant desk[] = { { YQ_ROLE_DESK, BUYER } };
static const YqGrant reviewer[] = { { YQ_ROLE_REVIEWER, "330421" } };
static const YqWho people[] = {
  { ACCOUNT, BUYER, (YqGrant *) manager, 1, FALSE },
  { ACCOUNT, BUYER, (YqGrant *) desk, 1, FALSE },
  { ACCOUNT, NULL, (YqGrant *) reviewer, 1, FALSE },
};

typedef struct
{
  guint person;
  const char *window, *typed, *found; /* found NULL: nothing is */
  const char *page;                   /* where it leads */
} Case;

static const Case cases[] = {
  { 0, "enterprise", "领券", "申领创新券", "vouchers" },
  { 0, "enterprise", "slcxq", "申领创新券", "vouchers" },
  { 0, "enterprise", "快速兑付", "快速兑付（无订单）", "redemption" },
  { 0, "enterprise", "更名", "单位更名", "organisation" },
  { 0, "enterprise", "开店", NULL, NULL },
  { 0, "carrier", "开店", "开店申请", "stores" },
  { 0, "carrier", "发布仪器", "发布仪器", "catalogue" },
  { 0, "carrier", "入库", "申请成为创新券机构", "institutions" },
  { 1, "carrier", "选择仪器", "选择仪器上架", "shelf" },
  { 1, "carrier", "分配账号", NULL, NULL },
  { 2, "reviewer", "拨付清单", NULL, NULL },
  { 2, "reviewer", "付款清单", "分批拨付", "disbursements" },
};

static void
test_services_are_found (gconstpointer data)
{
  const Case *one = data;
  Desk f = { 0 };
  GtkWidget *palette, *entry, *row;

  open_desk (&f, &people[one->person], NULL);
  f.kind = *yq_window_kind_find (one->window);
  show_desk (&f, 1200, 800);
  yq_frame_open_palette (f.frame, NULL);
  gt_settle (GTK_WIDGET (f.frame));
  palette = gt_find_type (GTK_WIDGET (f.frame), YQ_TYPE_PALETTE);
  entry = gt_find_type (palette, GTK_TYPE_ENTRY);
  gt_type (entry, one->typed);
  gt_settle (GTK_WIDGET (f.frame));
  row = one->found != NULL ? gt_find_named (palette, one->found) : NULL;
  g_assert_true ((row != NULL) == (one->found != NULL));
  if (one->page != NULL)
    {
      g_signal_emit_by_name (entry, "activate");
      g_assert_cmpstr (yq_frame_current (f.frame), ==, one->page);
    }
  close_desk (&f);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/service-hall/%u", i);

      g_test_add_data_func (path, &cases[i], test_services_are_found);
    }
  return g_test_run ();
}
