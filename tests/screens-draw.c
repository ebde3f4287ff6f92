/* Draws every page in every look: screens-draw LANGUAGE DIR SERVER [PART], into
 * DIR/LANGUAGE/LOOK/PAGE.png. */
#include "guitest.h"

#include <glib/gstdio.h>
#include <string.h>

#include "clock.h"
#include "screens-pages.h"
#include "screens-windows.h"

static const struct
{
  const char *name;
  YqLook look;
  gboolean chinese_only; /* English differs by its words alone, first use by nothing new */
} looks[] = {
  { "light", { .colour = YQ_LOOK_LIGHT, .text_percent = 100 } },
  { "dark", { .colour = YQ_LOOK_DARK, .text_percent = 100 }, TRUE },
  { "contrast", { .colour = YQ_LOOK_LIGHT, .high_contrast = TRUE, .text_percent = 100 }, TRUE },
  { "large", { .colour = YQ_LOOK_LIGHT, .text_percent = 200 }, TRUE },
};

/* clang-format off */
static const ScreenPerson people[] = {
  { "enterprise", "enterprise1", "enterprise" },
  { "carrier", "carrier1", "carrier" },
  { "reviewer", "reviewer2", "reviewer" },
  { "administrator", "admin", "administrator" },
  { "visitor", NULL, "visitor" },
  { "expert", "expertcsj", "expert" },
  { "person", "personsd", "person" },
  { "delta-buyer", "enterprisecsj2", "enterprise", "home|orders|vouchers|uses|redemption|notices" },
  { "delta-consent", "enterprisecsj", "enterprise", "home|orders|consents|notices" },
  { "delta-quick", "enterprisecsj3", "enterprise", "redemption" },
  { "delta-bureau", "reviewer1", "reviewer", "home|desk-quotas|desk-redemptions|desk-notices|desk-objections|desk-payments|disbursements|notices|statistics" },
  { "qingpu-bureau", "reviewercsj3", "reviewer", "home|desk-external" },
  { "shandong-buyer", "enterprisesd", "enterprise", "home|find|preselection|posts|board|members" },
  { "shandong-bureau", "reviewerjn", "reviewer", "desk-posts" },
  { "jiangsu-tester", "testerjs", "carrier", "home|stores|services|institutions|voucher-services|organisation" },
  { "jiangsu-university", "carrierjs", "carrier", "home|stores|desks|shelf|members" },
  { "jiangsu-desk", "deskjs", "carrier", "home|shelf|service-records|stores|services|account" },
};
/* clang-format on */

static void
draw_page (const ScreenPage *page, const char *dir)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.png", dir, page->name);
  GtkWidget *widget = page->build ();
  g_autoptr(GError) error = NULL;

  if (!GTK_IS_WINDOW (widget))
    widget = gt_window (widget, page->width, page->height);
  else
    {
      gtk_window_set_default_size (GTK_WINDOW (widget), page->width, page->height);
      gtk_window_present (GTK_WINDOW (widget));
    }
  gt_settle (widget);
  gt_run (250);
  if (!gt_shot (widget, path, &error))
    g_error ("%s", error->message);
  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
  gt_close (widget);
}

static guint
draw_widgets (const char *dir, const char *only)
{
  guint n = 0;

  yq_clock_set (yq_date_start ("2026-11-21") + 10 * 3600 * YQ_SECOND);
  for (const ScreenPage *page = screens_widgets; page->name != NULL; page++)
    if (only == NULL || strstr (page->name, only) != NULL)
      {
        draw_page (page, dir);
        n++;
      }
  yq_clock_set (0);
  return n;
}

static gboolean
is_meant (const ScreenPerson *person, const char *only)
{
  return strstr (only, person->tag) != NULL || strstr (person->tag, only) != NULL;
}

/* Who need not sign in: another one is meant, or a widget. */
static gboolean
is_idle (const ScreenPerson *person, const char *only)
{
  gboolean others = FALSE;

  if (only == NULL || is_meant (person, only))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    others = others || is_meant (&people[i], only);
  for (const ScreenPage *page = screens_widgets; page->name != NULL; page++)
    others = others || strstr (page->name, only) != NULL;
  return others;
}

static guint
draw_look (guint i, const char *dir, ScreenDesk **desks, const char *only)
{
  guint n;

  g_mkdir_with_parents (dir, 0755);
  yq_look_apply (&looks[i].look);
  n = draw_widgets (dir, only);
  for (guint j = 0; j < G_N_ELEMENTS (people); j++)
    if (desks[j] != NULL)
      n += screen_desk_draw (desks[j], dir, only, !looks[i].chinese_only);
  return n;
}

int
main (int argc, char **argv)
{
  const char *language = argc > 1 ? argv[1] : "zh";
  const char *out = argc > 2 ? argv[2] : "screens";
  const char *server = argc > 3 ? argv[3] : "";
  const char *world = argc > 4 ? argv[4] : "";
  const char *only = argc > 5 && *argv[5] != '\0' ? argv[5] : NULL;
  const char *look = argc > 6 ? argv[6] : NULL;
  gboolean is_chinese = g_str_equal (language, "zh");
  ScreenDesk *desks[G_N_ELEMENTS (people)] = { NULL };
  guint n = 0;

  gt_init (&argc, &argv, is_chinese);
  for (guint i = 0; *server != '\0' && i < G_N_ELEMENTS (people); i++)
    if (!is_idle (&people[i], only))
      desks[i] = screen_desk_new (server, world, &people[i]);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *dir = g_build_filename (out, language, looks[i].name, NULL);

      if (look != NULL ? g_str_equal (look, looks[i].name) : is_chinese || !looks[i].chinese_only)
        n += draw_look (i, dir, desks, only);
    }
  for (guint j = 0; j < G_N_ELEMENTS (people); j++)
    g_clear_pointer (&desks[j], screen_desk_free);
  g_print ("%u pictures in %s/%s\n", n, out, language);
  return 0;
}
