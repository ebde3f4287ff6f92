/* The program: options, who is signed in, looks, and the window that is open. */
#define G_LOG_DOMAIN "yiquan"

#include "application-private.h"

#include <locale.h>

#include "bits.h"
#include "file-strip.h"
#include "map-source.h"
#include "model.h"
#include "prompt.h"
#include "region.h"

#define DEFAULT_SERVER "http://127.0.0.1:8080"

static struct
{
  char *server, *user, *store, *window, *language, *map;
} options;

static const GOptionEntry entries[] = {
  { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, N_("The server's address"), "URL" },
  { "user", 0, 0, G_OPTION_ARG_STRING, &options.user, N_("The account to use"), "NAME" },
  { "store", 0, 0, G_OPTION_ARG_FILENAME, &options.store, N_("Where this computer keeps its data"),
    "DIR" },
  { "window", 0, 0, G_OPTION_ARG_STRING, &options.window, N_("enterprise, carrier or reviewer"),
    "NAME" },
  { "language", 0, 0, G_OPTION_ARG_STRING, &options.language, N_("zh or en"), "CODE" },
  { "map", 0, 0, G_OPTION_ARG_STRING, &options.map,
    N_("What the map is drawn from: a GeoJSON file, a folder of them, or a tile server"),
    "SOURCE" },
  { NULL },
};

G_DEFINE_FINAL_TYPE (YqApplication, yq_application, ADW_TYPE_APPLICATION)

/* -- windows -- */
void
yq_application_replace_window (YqApplication *self, GtkWindow *window)
{
  GtkWindow *old = self->window;

  self->window = window;
  gtk_window_present (window);
  if (old == NULL)
    return;
  /* A text with the focus in it complains where its window goes first. */
  gtk_window_set_focus (old, NULL);
  gtk_window_destroy (old);
}

/* The organisation; for the science bureau the region she decides for. */
static char *
describe_place (YqApplication *self)
{
  const YqWho *who = yq_login_who (self->login);
  char *name = yq_store_title (yq_login_store (self->login), yq_model_find ("organisation"),
                               yq_login_organisation (self->login));

  /* Whoever works at a desk only is there for that desk. */
  if (yq_who_desk (who) != NULL && !yq_who_is_in (who, who->organisation))
    {
      g_free (name);
      name =
        yq_store_title (yq_login_store (self->login), yq_model_find ("desk"), yq_who_desk (who));
    }
  for (guint i = 0; name == NULL && i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER)
      name = yq_region_path (who->grants[i].scope);
  return name ? name : g_strdup (_("Yiquan"));
}

static void
refresh_identity (YqApplication *self)
{
  YqStore *store = self->login ? yq_login_store (self->login) : NULL;
  g_autofree char *place = NULL;
  g_autofree char *person = NULL;
  g_autofree char *line = NULL;
  YqFrame *frame;

  if (store == NULL || self->window == NULL || !YQ_IS_FRAME (self->window))
    return;
  frame = YQ_FRAME (self->window);
  place = describe_place (self);
  if (yq_login_is_visitor (self->login))
    {
      yq_frame_set_identity (frame, place, _(yq_frame_kind (frame)->title));
      return;
    }
  person = yq_store_title (store, yq_model_find ("account"), yq_login_account (self->login));
  line = g_strdup_printf ("%s · %s", _(yq_frame_kind (frame)->title),
                          person ? person : yq_login_username (self->login));
  yq_frame_set_identity (frame, place, line);
}

static void
refresh_sign_in_banner (YqApplication *self)
{
  if (self->window == NULL || !YQ_IS_FRAME (self->window))
    return;
  if (yq_login_is_visitor (self->login))
    yq_frame_set_banner (YQ_FRAME (self->window),
                         _("You look around as a visitor.  Sign in to book and to use vouchers."),
                         _("Sign in"), "app.sign-in");
  else if (yq_login_needs_sign_in (self->login))
    yq_frame_set_banner (YQ_FRAME (self->window),
                         _("The server asks you to sign in again.  You can go on working; what "
                           "you do is sent afterwards."),
                         _("Sign in"), "app.sign-in");
  else
    yq_frame_set_banner (YQ_FRAME (self->window), NULL, NULL, NULL);
}

/* Nothing goes on with a profile that is older than its jurisdiction allows (365 days). */
static void
refresh_stale (YqApplication *self)
{
  YqStore *store = self->login ? yq_login_store (self->login) : NULL;
  const char *id = store != NULL ? yq_login_organisation (self->login) : NULL;
  g_autoptr(YqRecord) own = NULL;
  gboolean is_stale, is_hers;

  if (id == NULL || self->window == NULL || !YQ_IS_FRAME (self->window))
    return;
  own = yq_store_get (store, yq_model_find ("organisation"), id);
  is_stale = own != NULL && yq_record_in_state (own, "stale");
  yq_frame_set_only (YQ_FRAME (self->window), is_stale ? "organisation|messages|account" : NULL);
  is_hers = yq_frame_has_page (YQ_FRAME (self->window), "organisation");
  if (is_stale && !yq_login_needs_sign_in (self->login))
    yq_frame_set_banner (
      YQ_FRAME (self->window),
      is_hers ? _("The profile of your organisation was not refreshed for a year.  Check it and "
                  "save it; everything else waits until then.")
              : _("The profile of your organisation was not refreshed for a year.  Ask whoever "
                  "keeps it up to check it and save it; everything else waits until then."),
      is_hers ? _("Open the profile") : NULL, is_hers ? "win.page::organisation" : NULL);
}

static const YqWindowKind *choose_kind (YqApplication *self);

static gboolean
reopen_cb (gpointer data)
{
  YqApplication *self = data;
  const YqWindowKind *kind;

  self->reopening = 0;
  if (self->login == NULL || !yq_login_is_open (self->login) || !YQ_IS_FRAME (self->window))
    return G_SOURCE_REMOVE;
  kind = choose_kind (self);
  if (kind != yq_frame_kind (YQ_FRAME (self->window)) && kind->is_for (yq_login_who (self->login)))
    {
      yq_application_open (self, kind);
      yq_frame_toast (YQ_FRAME (self->window),
                      _("What you may do has changed: this is your window now"));
    }
  return G_SOURCE_REMOVE;
}

/* Whoever joins an organisation or leaves it gets the window that is hers now; what she was typing
 * is kept as a draft. */
static void
refresh_window (YqApplication *self)
{
  if (self->reopening == 0 && self->window != NULL && YQ_IS_FRAME (self->window) &&
      yq_login_is_open (self->login) &&
      !yq_frame_kind (YQ_FRAME (self->window))->is_for (yq_login_who (self->login)))
    self->reopening = g_idle_add (reopen_cb, self);
}

static void
login_changed_cb (YqApplication *self)
{
  refresh_identity (self);
  refresh_sign_in_banner (self);
  refresh_stale (self);
  refresh_window (self);
}

/* -- closing: decisions that can still be undone -- */
static void
close_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqApplication) self = data;

  if (g_str_equal (response, "cancel"))
    return;
  if (g_str_equal (response, "send"))
    yq_outbox_release_held (yq_login_outbox (self->login), NULL);
  self->may_close = TRUE;
  g_application_quit (G_APPLICATION (self));
}

static gboolean
close_requested_cb (GtkWindow *window, YqApplication *self)
{
  YqOutbox *outbox = self->login ? yq_login_outbox (self->login) : NULL;
  g_autofree char *text = NULL;

  if (self->may_close || outbox == NULL || yq_outbox_n_held (outbox) == 0)
    return FALSE;
  text = g_strdup_printf (_("%u decisions can still be undone.  Send them now, or leave them "
                            "undecided?"),
                          yq_outbox_n_held (outbox));
  yq_prompt (GTK_WIDGET (window), _("Quit Yiquan?"), text, NULL, close_answered_cb,
             g_object_ref (self), "cancel", _("Stay"), "leave", _("Leave undecided"), "send",
             _("Send and quit"), NULL);
  return TRUE;
}

static const YqWindowKind *
choose_kind (YqApplication *self)
{
  const YqWho *who = yq_login_who (self->login);
  g_autofree char *last = yq_settings_get ("window", "last");
  const YqWindowKind *kind = yq_window_kind_find (options.window ? options.window : last);

  if (kind != NULL && kind->is_for (who))
    return kind;
  for (kind = yq_window_kinds; kind->name != NULL; kind++)
    if (kind->is_for (who))
      return kind;
  return yq_window_kinds;
}

void
yq_application_open (YqApplication *self, const YqWindowKind *kind)
{
  YqFrame *frame;

  g_return_if_fail (self->login != NULL && yq_login_is_open (self->login));
  yq_settings_set ("window", "last", kind->name);
  frame = yq_frame_new (GTK_APPLICATION (self), kind, yq_login_store (self->login),
                        yq_login_outbox (self->login), yq_login_sync (self->login));
  g_signal_connect (frame, "close-request", G_CALLBACK (close_requested_cb), self);
  g_signal_handlers_disconnect_by_func (yq_login_store (self->login), refresh_identity, self);
  g_signal_handlers_disconnect_by_func (yq_login_store (self->login), login_changed_cb, self);
  g_signal_connect_object (yq_login_store (self->login), "changed::account",
                           G_CALLBACK (refresh_identity), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yq_login_store (self->login), "changed::organisation",
                           G_CALLBACK (login_changed_cb), self, G_CONNECT_SWAPPED);
  yq_application_replace_window (self, GTK_WINDOW (frame));
  login_changed_cb (self);
}

void
yq_application_open_own (YqApplication *self)
{
  yq_application_open (self, choose_kind (self));
}

/* -- signing in -- */
void
yq_application_take_login (YqApplication *self, const char *server)
{
  if (self->login != NULL && g_str_equal (yq_login_server (self->login), server))
    return;
  if (self->login != NULL)
    yq_login_close (self->login);
  g_clear_object (&self->login);
  self->login = yq_login_new (options.store, server);
  g_signal_connect_object (self->login, "changed", G_CALLBACK (login_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static char *
default_server (void)
{
  g_autofree char *last = yq_settings_get ("sign-in", "server");

  return g_strdup (options.server ? options.server : last ? last : DEFAULT_SERVER);
}

static void
show_sign_in (YqApplication *self)
{
  g_autofree char *server = default_server ();
  g_autofree char *last = yq_settings_get ("sign-in", "user");

  yq_application_show_sign_in (self, server, options.user ? options.user : last);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqApplication) self = data;
  g_autoptr(GError) error = NULL;

  g_application_release (G_APPLICATION (self));
  if (yq_login_restore_finish (YQ_LOGIN (source), result, &error))
    {
      yq_application_open_own (self);
      return;
    }
  show_sign_in (self);
  if (error != NULL)
    yq_application_tell_sign_in_failure (self, error);
}

static void
yq_application_activate (GApplication *application)
{
  YqApplication *self = YQ_APPLICATION (application);
  g_autofree char *server = default_server ();

  if (self->window != NULL)
    {
      gtk_window_present (self->window);
      return;
    }
  yq_application_take_login (self, server);
  g_application_hold (application);
  yq_login_restore_async (self->login, options.user, NULL, restored_cb, g_object_ref (self));
}

/* -- signing out -- */
void
yq_application_sign_out (YqApplication *self, gboolean keep)
{
  g_autoptr(GError) error = NULL;

  show_sign_in (self);
  if (!yq_login_sign_out (self->login, keep, &error))
    yq_application_tell_sign_in_failure (self, error);
  g_clear_object (&self->login);
}

static void
sign_out_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqApplication) self = data;

  if (!g_str_equal (response, "cancel"))
    yq_application_sign_out (self, TRUE);
}

static void
sign_out_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;
  YqOutbox *outbox = self->login ? yq_login_outbox (self->login) : NULL;
  g_autofree char *text = NULL;

  if (outbox == NULL || yq_outbox_is_empty (outbox))
    {
      yq_application_sign_out (self, FALSE);
      return;
    }
  text = g_strdup_printf (_("%u things are not delivered yet.  They stay on this computer, locked "
                            "by your password, and are sent when you sign in here again."),
                          yq_outbox_n_waiting (outbox) + yq_outbox_n_needs_you (outbox));
  yq_prompt (GTK_WIDGET (self->window), _("Sign out all the same?"), text, NULL,
             sign_out_answered_cb, g_object_ref (self), "cancel", _("Stay signed in"), "!keep",
             _("Sign out"), NULL);
}

/* -- looks -- */
static void
keep_look (YqApplication *self)
{
  g_autoptr(GError) error = NULL;

  yq_look_apply (&self->look);
  if (!yq_look_save (&self->look, options.store, &error))
    g_message ("The look could not be kept: %s", error->message);
}

static void
build_again (YqApplication *self)
{
  if (self->window != NULL && YQ_IS_FRAME (self->window))
    yq_application_open (self, yq_frame_kind (YQ_FRAME (self->window)));
  else if (self->window != NULL)
    show_sign_in (self);
}

static void
language_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  YqApplication *self = data;

  g_simple_action_set_state (action, value);
  self->look.chinese = g_str_equal (g_variant_get_string (value, NULL), "zh");
  yq_look_set_language (self->look.chinese);
  keep_look (self);
  build_again (self);
}

static const char *const colours[] = {
  [YQ_LOOK_SYSTEM] = "system",
  [YQ_LOOK_LIGHT] = "light",
  [YQ_LOOK_DARK] = "dark",
};

static void
colour_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  YqApplication *self = data;

  g_simple_action_set_state (action, value);
  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    if (g_str_equal (g_variant_get_string (value, NULL), colours[i]))
      self->look.colour = i;
  keep_look (self);
}

static void
contrast_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  YqApplication *self = data;

  g_simple_action_set_state (action, value);
  self->look.high_contrast = g_variant_get_boolean (value);
  keep_look (self);
}

static void
text_size_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  YqApplication *self = data;

  g_simple_action_set_state (action, value);
  self->look.text_percent = CLAMP ((guint) atoi (g_variant_get_string (value, NULL)), 80, 200);
  keep_look (self);
}

static void
window_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;
  const YqWindowKind *kind = yq_window_kind_find (g_variant_get_string (parameter, NULL));

  if (kind != NULL && self->login != NULL && yq_login_is_open (self->login) &&
      kind->is_for (yq_login_who (self->login)))
    yq_application_open (self, kind);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (YQ_APPLICATION (data)->window, "application-name", _("Yiquan"), "version",
                         YQ_VERSION, "application-icon", YQ_APPLICATION_ID, "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _("Innovation vouchers and shared instruments"), NULL);
}

static void
sign_in_again_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_sign_in (data);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqApplication *self = data;

  if (self->window != NULL)
    gtk_window_close (self->window);
  else
    g_application_quit (data);
}

static void
add_actions (YqApplication *self)
{
  g_autofree char *size = g_strdup_printf ("'%u'", self->look.text_percent);
  g_autofree char *colour = g_strdup_printf ("'%s'", colours[self->look.colour]);
  const GActionEntry actions[] = {
    { "language", NULL, "s", self->look.chinese ? "'zh'" : "'en'", language_cb },
    { "colour", NULL, "s", colour, colour_cb },
    { "high-contrast", NULL, NULL, self->look.high_contrast ? "true" : "false", contrast_cb },
    { "text-size", NULL, "s", size, text_size_cb },
    { "window", window_cb, "s" },
    { "about", about_cb },
    { "sign-in", sign_in_again_cb },
    { "sign-out", sign_out_cb },
    { "quit", quit_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

static void
yq_application_startup (GApplication *application)
{
  YqApplication *self = YQ_APPLICATION (application);
  static const char *const quit[] = { "<Control>q", NULL };
  static const char *const close[] = { "<Control>w", NULL };

  G_APPLICATION_CLASS (yq_application_parent_class)->startup (application);
  yq_look_init ();
  yq_look_apply (&self->look);
  add_actions (self);
  yq_application_add_account_actions (self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "window.close", close);
}

static void
yq_application_shutdown (GApplication *application)
{
  YqApplication *self = YQ_APPLICATION (application);

  g_clear_handle_id (&self->reopening, g_source_remove);
  g_clear_pointer (&self->sign_on, yq_sign_on_free);
  if (self->window != NULL)
    gtk_window_destroy (g_steal_pointer (&self->window));
  if (self->login != NULL)
    yq_login_close (self->login);
  g_clear_object (&self->login);
  yq_file_forget_copies ();
  G_APPLICATION_CLASS (yq_application_parent_class)->shutdown (application);
}

static void
window_removed (GtkApplication *application, GtkWindow *window)
{
  YqApplication *self = YQ_APPLICATION (application);

  if (self->window == window)
    self->window = NULL;
  GTK_APPLICATION_CLASS (yq_application_parent_class)->window_removed (application, window);
}

static void
yq_application_class_init (YqApplicationClass *klass)
{
  G_APPLICATION_CLASS (klass)->startup = yq_application_startup;
  G_APPLICATION_CLASS (klass)->activate = yq_application_activate;
  G_APPLICATION_CLASS (klass)->shutdown = yq_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = window_removed;
}

static void
yq_application_init (YqApplication *self)
{
  self->look = yq_look_load (options.store);
  if (options.language != NULL)
    self->look.chinese = g_str_has_prefix (options.language, "zh");
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

YqApplication *
yq_application_new (void)
{
  return g_object_new (YQ_TYPE_APPLICATION, "application-id", YQ_APPLICATION_ID, "flags",
                       G_APPLICATION_NON_UNIQUE, NULL);
}

const YqLook *
yq_application_look (YqApplication *self)
{
  return &self->look;
}

gboolean
yq_application_start (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_auto(GStrv) copy = g_strdupv (argv);
  g_autoptr(GError) error = NULL;
  gboolean chinese;

  setlocale (LC_CTYPE, ""); /* what is typed on the command line is in the user's encoding */
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, &copy, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (options.store == NULL)
    options.store = g_build_filename (g_get_user_data_dir (), "yiquan", NULL);
  chinese = options.language ? g_str_has_prefix (options.language, "zh")
                             : yq_look_load (options.store).chinese;
  yq_look_start (chinese);
  yq_settings_open (options.store);
  yq_map_source_choose (options.map);
  if (options.window != NULL && yq_window_kind_find (options.window) == NULL)
    {
      g_printerr (_("There is no window “%s”; say enterprise, carrier or reviewer.\n"),
                  options.window);
      return FALSE;
    }
  return TRUE;
}
