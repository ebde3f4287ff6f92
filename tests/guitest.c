/* Windows in a test. */
#include "guitest.h"

#include <string.h>

void
gt_init (int *argc, char ***argv, gboolean chinese)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_set_prgname ("cn.yiquan.Yiquan");
  yq_look_start (chinese);
  gtk_init ();
  adw_init ();
  yq_look_init ();
}

gboolean
gt_until (GtCondition condition, gpointer user_data, guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  while (!condition (user_data))
    {
      if (g_get_monotonic_time () > end)
        return FALSE;
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
  return TRUE;
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

void
gt_run (guint ms)
{
  gt_until (never, NULL, ms);
}

static void
painted_cb (GdkFrameClock *clock, int *frames)
{
  ++*frames;
}

void
gt_settle (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  int frames = 0;
  gulong id;

  g_assert_nonnull (clock);
  id = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &frames);
  while (frames < 3 && g_get_monotonic_time () < end)
    {
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (clock, id);
}

GtkWidget *
gt_window (GtkWidget *content, int width, int height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_present (GTK_WINDOW (window));
  gt_settle (window);
  return window;
}

void
gt_close (GtkWidget *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* -- finding -- */
typedef gboolean (*Matches) (GtkWidget *widget, gconstpointer wanted);

static GtkWidget *
find (GtkWidget *root, Matches matches, gconstpointer wanted)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (matches (root, wanted))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, matches, wanted);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_of_type (GtkWidget *widget, gconstpointer type)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *(const GType *) type);
}

static gboolean
is_label (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

static gboolean
is_label_with (GtkWidget *widget, gconstpointer part)
{
  return (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part)) ||
         (GTK_IS_INSCRIPTION (widget) &&
          gtk_inscription_get_text (GTK_INSCRIPTION (widget)) != NULL &&
          strstr (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), part) != NULL);
}

static gboolean
has_accessible_name (GtkWidget *widget, gconstpointer name)
{
  g_autofree char *different = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;
  different = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  return different == NULL;
}

static gboolean
is_button (GtkWidget *widget, gconstpointer text)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0)
    return TRUE;
  if (GTK_IS_MENU_BUTTON (widget) &&
      g_strcmp0 (gtk_menu_button_get_label (GTK_MENU_BUTTON (widget)), text) == 0)
    return TRUE;
  return (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget)) &&
         has_accessible_name (widget, text);
}

static gboolean
has_id (GtkWidget *widget, gconstpointer name)
{
  return g_strcmp0 (gtk_widget_get_name (widget), name) == 0;
}

GtkWidget *
gt_find_type (GtkWidget *root, GType type)
{
  return find (root, is_of_type, &type);
}

GtkWidget *
gt_find_label (GtkWidget *root, const char *text)
{
  return find (root, is_label, text);
}

GtkWidget *
gt_find_button (GtkWidget *root, const char *text)
{
  return find (root, is_button, text);
}

GtkWidget *
gt_find_named (GtkWidget *root, const char *name)
{
  return find (root, has_accessible_name, name);
}

GtkWidget *
gt_find_id (GtkWidget *root, const char *widget_name)
{
  return find (root, has_id, widget_name);
}

GtkWidget *
gt_find_text (GtkWidget *root, const char *part)
{
  return find (root, is_label_with, part);
}

gboolean
gt_has_text (GtkWidget *root, const char *part)
{
  return gt_find_text (root, part) != NULL;
}

GtkWidget *
gt_find_dialog (GtkWidget *window)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) one = g_list_model_get_item (windows, i);

      if (one != window && gtk_widget_get_mapped (one))
        found = one;
    }
  return found;
}

typedef struct
{
  GtkWidget *root;
  const char *part;
} Awaited;

static gboolean
has_awaited (gpointer data)
{
  Awaited *awaited = data;

  return gt_has_text (awaited->root, awaited->part);
}

gboolean
gt_comes (GtkWidget *root, const char *part)
{
  Awaited awaited = { root, part };

  return gt_until (has_awaited, &awaited, 10000);
}

/* -- doing -- */
void
gt_click (GtkWidget *button)
{
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  if (GTK_IS_SWITCH (button))
    gtk_switch_set_active (GTK_SWITCH (button), !gtk_switch_get_active (GTK_SWITCH (button)));
  else if (GTK_IS_MENU_BUTTON (button))
    gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  else if (GTK_IS_CHECK_BUTTON (button))
    g_signal_emit_by_name (button, "activate");
  else
    g_signal_emit_by_name (button, "clicked");
}

void
gt_type (GtkWidget *editable, const char *text)
{
  g_assert_nonnull (editable);
  g_assert_true (gtk_widget_get_mapped (editable));
  g_assert_true (gtk_widget_is_sensitive (editable));
  if (GTK_IS_TEXT_VIEW (editable))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (editable)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (editable), text);
}

/* -- pictures -- */
static GskRenderNode *
draw (GtkWidget *widget, int width, int height)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GdkRGBA ground = { 1, 1, 1, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color",
                                  &ground);
  gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  return gtk_snapshot_free_to_node (snapshot);
}

gboolean
gt_shot (GtkWidget *widget, const char *path, GError **error)
{
  int width, height;
  g_autoptr(GskRenderer) renderer = gsk_cairo_renderer_new ();
  g_autoptr(GdkTexture) texture = NULL;
  GskRenderNode *node;
  gboolean ok;

  /* A widget whose render node is stale gives an empty paintable: let it be painted first. */
  gt_settle (widget);
  width = gtk_widget_get_width (widget);
  height = gtk_widget_get_height (widget);
  g_assert_cmpint (width, >, 0);
  g_assert_cmpint (height, >, 0);
  if (!gsk_renderer_realize (renderer, gtk_native_get_surface (gtk_widget_get_native (widget)),
                             error))
    return FALSE;
  node = draw (widget, width, height);
  texture = gsk_renderer_render_texture (renderer, node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  ok = gdk_texture_save_to_png (texture, path);
  gsk_render_node_unref (node);
  gsk_renderer_unrealize (renderer);
  if (!ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be written", path);
  return ok;
}
