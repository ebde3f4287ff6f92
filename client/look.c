/* Language, colours, contrast and text size, and the small settings kept beside the store. */
#define G_LOG_DOMAIN "yiquan-look"

#include "look.h"

#include <adwaita.h>
#include <libintl.h>
#include <locale.h>

#include "text.h"
#include "yiquan-resources.h"

#define RESOURCE_DIR "/cn/yiquan/Yiquan"
#define BASE_DPI (96 * 1024)

/* glibc looks LANGUAGE up again when this counter moves; it is the documented way. */
extern int _nl_msg_cat_cntr;

static GtkCssProvider *contrast_base, *contrast_own;
static char *settings_dir;
static GKeyFile *settings;

static GKeyFile *
read_settings (const char *dir)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = g_build_filename (dir ? dir : ".", "settings.ini", NULL);

  if (dir != NULL)
    g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static gboolean
desktop_is_english (void)
{
  static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = g_getenv (names[i]);

      if (value != NULL && *value != '\0')
        return g_str_has_prefix (value, "en");
    }
  return FALSE;
}

YqLook
yq_look_load (const char *dir)
{
  g_autoptr(GKeyFile) file = read_settings (dir);
  g_autofree char *language = g_key_file_get_string (file, "look", "language", NULL);
  int percent = g_key_file_get_integer (file, "look", "text", NULL);
  YqLook look = { .chinese = !desktop_is_english () };

  if (language != NULL)
    look.chinese = !g_str_equal (language, "en");
  look.colour = CLAMP (g_key_file_get_integer (file, "look", "colour", NULL), 0, YQ_LOOK_DARK);
  look.high_contrast = g_key_file_get_boolean (file, "look", "high-contrast", NULL);
  look.text_percent = percent == 0 ? 100 : CLAMP (percent, 80, 200);
  return look;
}

gboolean
yq_look_save (const YqLook *look, const char *dir, GError **error)
{
  g_autoptr(GKeyFile) file = settings ? g_key_file_ref (settings) : read_settings (dir);
  g_autofree char *path = g_build_filename (dir, "settings.ini", NULL);

  g_key_file_set_string (file, "look", "language", look->chinese ? "zh" : "en");
  g_key_file_set_integer (file, "look", "colour", look->colour);
  g_key_file_set_boolean (file, "look", "high-contrast", look->high_contrast);
  g_key_file_set_integer (file, "look", "text", look->text_percent);
  g_mkdir_with_parents (dir, 0700);
  return g_key_file_save_to_file (file, path, error);
}

void
yq_look_start (gboolean chinese)
{
  gtk_disable_setlocale ();
  if (!chinese)
    g_setenv ("LANGUAGE", "en", TRUE);
  /* Chinese text is shown in both languages: fontconfig then picks the mainland's glyph shapes. */
  g_setenv ("FC_LANG", "zh-cn", TRUE);
  yq_text_init (chinese);
}

void
yq_look_set_language (gboolean chinese)
{
  g_setenv ("LANGUAGE", chinese ? "zh_CN" : "en", TRUE);
  ++_nl_msg_cat_cntr;
}

static void
use_contrast (gboolean high)
{
  GdkDisplay *display = gdk_display_get_default ();

  if (high == (contrast_own != NULL))
    return;
  if (!high)
    {
      gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (contrast_base));
      gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (contrast_own));
      g_clear_object (&contrast_base);
      g_clear_object (&contrast_own);
      return;
    }
  contrast_base = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (contrast_base, "/org/gnome/Adwaita/styles/base-hc.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (contrast_base),
                                              GTK_STYLE_PROVIDER_PRIORITY_THEME + 1);
  contrast_own = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (contrast_own, RESOURCE_DIR "/style-hc.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (contrast_own),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

void
yq_look_apply (const YqLook *look)
{
  static const AdwColorScheme schemes[] = {
    [YQ_LOOK_SYSTEM] = ADW_COLOR_SCHEME_DEFAULT,
    [YQ_LOOK_LIGHT] = ADW_COLOR_SCHEME_FORCE_LIGHT,
    [YQ_LOOK_DARK] = ADW_COLOR_SCHEME_FORCE_DARK,
  };
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, schemes[look->colour]);
  use_contrast (look->high_contrast || adw_style_manager_get_high_contrast (manager));
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi",
                (int) (BASE_DPI * (gint64) look->text_percent / 100), NULL);
}

/* GTK 4.8 gives these widgets no action a screen reader could call. */
static void
toggle_check (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_widget_is_sensitive (widget))
    g_signal_emit_by_name (widget, "activate");
}

static void
choose_next (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkDropDown *choice = GTK_DROP_DOWN (widget);
  guint n = g_list_model_get_n_items (gtk_drop_down_get_model (choice));
  guint now = gtk_drop_down_get_selected (choice);
  gboolean back = g_str_has_suffix (name, "previous");

  if (gtk_widget_is_sensitive (widget) && n > 0)
    gtk_drop_down_set_selected (choice, (now + (back ? n - 1 : 1)) % n);
}

void
yq_look_init (void)
{
  static gboolean done;
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  if (done)
    return;
  done = TRUE;
  g_resources_register (yq_get_resource ());
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    RESOURCE_DIR "/icons");
  gtk_css_provider_load_from_resource (provider, RESOURCE_DIR "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  /* Facts can be copied, but nothing is to look selected because a page opened. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  gtk_widget_class_install_action (g_type_class_ref (GTK_TYPE_CHECK_BUTTON), "check.toggle", NULL,
                                   toggle_check);
  gtk_widget_class_install_action (g_type_class_ref (GTK_TYPE_DROP_DOWN), "dropdown.next", NULL,
                                   choose_next);
  gtk_widget_class_install_action (g_type_class_ref (GTK_TYPE_DROP_DOWN), "dropdown.previous", NULL,
                                   choose_next);
}

void
yq_settings_open (const char *dir)
{
  g_clear_pointer (&settings, g_key_file_unref);
  g_free (settings_dir);
  settings_dir = g_strdup (dir);
  settings = read_settings (dir);
}

char *
yq_settings_get (const char *group, const char *key)
{
  return settings ? g_key_file_get_string (settings, group, key, NULL) : NULL;
}

void
yq_settings_set (const char *group, const char *key, const char *value)
{
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;

  if (settings == NULL)
    return;
  if (value != NULL)
    g_key_file_set_string (settings, group, key, value);
  else
    g_key_file_remove_key (settings, group, key, NULL);
  path = g_build_filename (settings_dir, "settings.ini", NULL);
  if (!g_key_file_save_to_file (settings, path, &error))
    g_message ("Settings could not be kept: %s", error->message);
}
