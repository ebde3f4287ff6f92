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
} looks[] = {
  { "light", { .colour = YQ_LOOK_LIGHT, .text_percent = 100 } },
  { "dark", { .colour = YQ_LOOK_DARK, .text_percent = 100 } },
  { "contrast", { .colour = YQ_LOOK_LIGHT, .high_contrast = TRUE, .text_percent = 100 } },
  { "large", { .colour = YQ_LOOK_LIGHT, .text_percent = 200 } },
};

static const struct
{
  const char *user, *window;
} people[] = {
  { "enterprise1", "enterprise" },
  { "carrier1", "carrier" },
  { "reviewer2", "reviewer" },
  { "admin", "administrator" },
};

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

int
main (int argc, char **argv)
{
  const char *language = argc > 1 ? argv[1] : "zh";
  const char *out = argc > 2 ? argv[2] : "screens";
  const char *server = argc > 3 ? argv[3] : "";
  const char *only = argc > 4 ? argv[4] : NULL;
  ScreenDesk *desks[G_N_ELEMENTS (people)] = { NULL };
  guint n = 0;

  gt_init (&argc, &argv, g_str_equal (language, "zh"));
  for (guint i = 0; *server != '\0' && i < G_N_ELEMENTS (people); i++)
    desks[i] = screen_desk_new (server, people[i].user, people[i].window);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *dir = g_build_filename (out, language, looks[i].name, NULL);

      g_mkdir_with_parents (dir, 0755);
      yq_look_apply (&looks[i].look);
      n += draw_widgets (dir, only);
      for (guint j = 0; j < G_N_ELEMENTS (people); j++)
        if (desks[j] != NULL)
          n += screen_desk_draw (desks[j], dir, only);
    }
  for (guint j = 0; j < G_N_ELEMENTS (people); j++)
    g_clear_pointer (&desks[j], screen_desk_free);
  g_print ("%u pictures in %s/%s\n", n, out, language);
  return 0;
}
