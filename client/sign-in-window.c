/* Server, name, password. */
#define G_LOG_DOMAIN "yiquan-sign-in"

#include "sign-in-window.h"

#include "bits.h"
#include "text.h"
#include "tooltip.h"

struct _YqSignInWindow
{
  AdwApplicationWindow parent_instance;
  GtkWidget *server, *server_row, *user, *password, *button, *spinner, *words;
  GtkWidget *notice, *notice_title, *notice_detail, *form;
  GtkWidget *picture_box, *picture, *picture_text; /* seen after three failures */
  char *picture_id;
  GtkWidget *providers, *waiting; /* other ways to sign in; the browser is waited for */
  guint asking;                   /* a moment after the server's name was typed */
};

G_DEFINE_FINAL_TYPE (YqSignInWindow, yq_sign_in_window, ADW_TYPE_APPLICATION_WINDOW)

static const char *
text_of (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static const char *
what_is_missing (YqSignInWindow *self)
{
  if (*text_of (self->server) == '\0')
    return _("Name the server first");
  if (*text_of (self->user) == '\0')
    return _("Type your account first");
  if (*text_of (self->password) == '\0')
    return _("Type your password first");
  if (self->picture_id != NULL && *text_of (self->picture_text) == '\0')
    return _("Type what the picture shows first");
  return NULL;
}

#define TYPING_MS 600

static gboolean
ask_cb (gpointer data)
{
  YqSignInWindow *self = data;

  self->asking = 0;
  if (*text_of (self->server) != '\0')
    g_signal_emit_by_name (self, "providers", text_of (self->server));
  return G_SOURCE_REMOVE;
}

/* Another server has other providers. */
static void
server_typed_cb (YqSignInWindow *self)
{
  yq_sign_in_window_set_providers (self, NULL);
  g_clear_handle_id (&self->asking, g_source_remove);
  self->asking = g_timeout_add (TYPING_MS, ask_cb, self);
}

static void
typed_cb (YqSignInWindow *self)
{
  yq_widget_set_why (self->button, what_is_missing (self));
}

static void
submit (YqSignInWindow *self)
{
  if (what_is_missing (self) != NULL || !gtk_widget_is_sensitive (self->form))
    return;
  gtk_widget_set_visible (self->notice, FALSE);
  g_signal_emit_by_name (self, "sign-in", text_of (self->server), text_of (self->user),
                         text_of (self->password));
}

static void
register_clicked_cb (YqSignInWindow *self)
{
  g_signal_emit_by_name (self, "register", text_of (self->server));
}

static void
recover_clicked_cb (YqSignInWindow *self)
{
  g_signal_emit_by_name (self, "recover", text_of (self->server));
}

static void
another_clicked_cb (YqSignInWindow *self)
{
  g_signal_emit_by_name (self, "picture", text_of (self->server));
}

static void
visit_clicked_cb (YqSignInWindow *self)
{
  g_signal_emit_by_name (self, "visit", text_of (self->server));
}

static GtkWidget *
build_mark (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("yq-voucher-symbolic");
  GtkWidget *name = gtk_label_new (_("Yiquan"));
  GtkWidget *line = gtk_label_new (_("Innovation vouchers and shared instruments"));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 56);
  gtk_widget_add_css_class (icon, "text-waiting");
  gtk_widget_add_css_class (name, "sign-in-mark");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_justify (GTK_LABEL (line), GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), line);
  return box;
}

static GtkWidget *
build_notice (YqSignInWindow *self)
{
  self->notice = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->notice_title = yq_label_new_wrapped ("", "heading");
  self->notice_detail = yq_label_new_wrapped ("", "small");
  gtk_box_append (GTK_BOX (self->notice), self->notice_title);
  gtk_box_append (GTK_BOX (self->notice), self->notice_detail);
  yq_add_classes (self->notice, "notice bad");
  gtk_widget_set_visible (self->notice, FALSE);
  return self->notice;
}

static GtkWidget *
add_row (GtkWidget *list, GtkWidget *row, const char *title, YqSignInWindow *self)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (submit), self);
  return row;
}

static GtkWidget *
build_picture (YqSignInWindow *self)
{
  GtkWidget *list = yq_boxed_list_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *another = yq_icon_button_new ("view-refresh-symbolic", _("Another picture"), NULL);

  self->picture_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->picture = gtk_picture_new ();
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), FALSE);
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), _("Picture code"));
  gtk_widget_set_size_request (self->picture, 190, 64);
  gtk_widget_set_valign (another, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (row, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (another, "clicked", G_CALLBACK (another_clicked_cb), self);
  gtk_box_append (GTK_BOX (row), self->picture);
  gtk_box_append (GTK_BOX (row), another);
  gtk_box_append (GTK_BOX (self->picture_box), row);
  self->picture_text = add_row (list, adw_entry_row_new (), _("Characters in the picture"), self);
  gtk_box_append (GTK_BOX (self->picture_box), list);
  gtk_widget_set_visible (self->picture_box, FALSE);
  return self->picture_box;
}

static void
provider_clicked_cb (GtkWidget *button, YqSignInWindow *self)
{
  gtk_widget_set_visible (self->notice, FALSE);
  g_signal_emit_by_name (self, "sign-on", text_of (self->server), gtk_widget_get_name (button));
}

static void
cancel_clicked_cb (YqSignInWindow *self)
{
  g_signal_emit_by_name (self, "cancel-sign-on", text_of (self->server));
}

static GtkWidget *
build_waiting (YqSignInWindow *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_("Cancel"));

  self->waiting = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_spinner_set_spinning (GTK_SPINNER (spinner), TRUE);
  gtk_box_append (GTK_BOX (row), spinner);
  gtk_box_append (GTK_BOX (row), yq_label_new_wrapped (_("Waiting for the browser: sign in there, "
                                                         "then this window goes on by itself"),
                                                       NULL));
  gtk_widget_set_halign (cancel, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->waiting), row);
  gtk_box_append (GTK_BOX (self->waiting), cancel);
  gtk_widget_set_visible (self->waiting, FALSE);
  return self->waiting;
}

static GtkWidget *
build_form (YqSignInWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *list = yq_boxed_list_new ();
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->user = add_row (list, adw_entry_row_new (), _("Account"), self);
  self->password = add_row (list, adw_password_entry_row_new (), _("Password"), self);
  self->server = add_row (list, adw_entry_row_new (), _("Server"), self);
  g_signal_connect_swapped (self->server, "changed", G_CALLBACK (server_typed_cb), self);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  self->words = gtk_label_new (_("Sign in"));
  gtk_widget_set_halign (inside, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (inside), self->spinner);
  gtk_box_append (GTK_BOX (inside), self->words);
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), inside);
  yq_set_name (self->button, _("Sign in"));
  yq_add_classes (self->button, "suggested-action tall");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit), self);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), build_picture (self));
  gtk_box_append (GTK_BOX (box), self->button);
  self->providers = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_visible (self->providers, FALSE);
  gtk_box_append (GTK_BOX (box), self->providers);
  self->form = box;
  return box;
}

static GtkWidget *
build_links (YqSignInWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const struct
  {
    const char *title;
    void (*clicked) (YqSignInWindow *self);
  } links[] = { { _("Register"), register_clicked_cb },
                { _("Forgot account or password"), recover_clicked_cb } };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (links[i].title);

      gtk_widget_add_css_class (button, "flat");
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (links[i].clicked), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  return box;
}

static void
yq_sign_in_window_finalize (GObject *object)
{
  g_clear_handle_id (&YQ_SIGN_IN_WINDOW (object)->asking, g_source_remove);
  g_free (YQ_SIGN_IN_WINDOW (object)->picture_id);
  G_OBJECT_CLASS (yq_sign_in_window_parent_class)->finalize (object);
}

static void
yq_sign_in_window_class_init (YqSignInWindowClass *klass)
{
  static const char *const asked[] = { "visit",   "register",  "recover",
                                       "picture", "providers", "cancel-sign-on" };

  G_OBJECT_CLASS (klass)->finalize = yq_sign_in_window_finalize;
  g_signal_new ("sign-in", YQ_TYPE_SIGN_IN_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  g_signal_new ("sign-on", YQ_TYPE_SIGN_IN_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    g_signal_new (asked[i], YQ_TYPE_SIGN_IN_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
yq_sign_in_window_init (YqSignInWindow *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *visit = gtk_button_new_with_label (_("Only look at the catalogue"));

  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), gtk_label_new (NULL));
  gtk_widget_add_css_class (header, "flat");
  gtk_box_append (GTK_BOX (box), build_mark ());
  gtk_box_append (GTK_BOX (box), build_notice (self));
  gtk_box_append (GTK_BOX (box), build_form (self));
  gtk_box_append (GTK_BOX (box), build_waiting (self));
  gtk_box_append (GTK_BOX (box), build_links (self));
  gtk_widget_add_css_class (visit, "flat");
  gtk_widget_set_halign (visit, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (visit, "clicked", G_CALLBACK (visit_clicked_cb), self);
  gtk_box_append (GTK_BOX (box), visit);
  gtk_box_append (
    GTK_BOX (box),
    yq_label_new_wrapped (_("Whoever has signed in here once can go on without a network: "
                            "everything typed waits on this computer until the server answers."),
                          "dim-label small prose"));
  yq_set_margins (box, 24);
  gtk_widget_set_margin_top (box, 0);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 400);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), header);
  gtk_box_append (GTK_BOX (outer), scroller);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), outer);
  gtk_window_set_title (GTK_WINDOW (self), _("Sign in — Yiquan"));
  gtk_window_set_default_size (GTK_WINDOW (self), 480, 640);
  typed_cb (self);
}

GtkWidget *
yq_sign_in_window_new (GtkApplication *application, const char *server, const char *user)
{
  YqSignInWindow *self = g_object_new (YQ_TYPE_SIGN_IN_WINDOW, "application", application, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->server), server ? server : "");
  gtk_editable_set_text (GTK_EDITABLE (self->user), user ? user : "");
  gtk_widget_grab_focus (user ? self->password : self->user);
  server_typed_cb (self);
  return GTK_WIDGET (self);
}

void
yq_sign_in_window_set_user (YqSignInWindow *self, const char *user, const char *password)
{
  gtk_editable_set_text (GTK_EDITABLE (self->user), user);
  gtk_editable_set_text (GTK_EDITABLE (self->password), password != NULL ? password : "");
  submit (self);
}

void
yq_sign_in_window_show_picture (YqSignInWindow *self, const char *id, GdkTexture *texture)
{
  g_free (self->picture_id);
  self->picture_id = g_strdup (id);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_editable_set_text (GTK_EDITABLE (self->picture_text), "");
  gtk_widget_set_visible (self->picture_box, id != NULL);
  if (id != NULL)
    {
      gtk_window_set_default_size (GTK_WINDOW (self), 480, 800);
      gtk_widget_grab_focus (self->picture_text);
    }
  typed_cb (self);
}

const char *
yq_sign_in_window_picture (YqSignInWindow *self, const char **text)
{
  *text = text_of (self->picture_text);
  return self->picture_id;
}

const char *
yq_sign_in_window_server (YqSignInWindow *self)
{
  return text_of (self->server);
}

static void
add_provider (YqSignInWindow *self, JsonObject *provider)
{
  const char *name = json_object_get_string_member_with_default (provider, "name", "");
  const char *title = json_object_get_string_member_with_default (provider, "title", name);
  g_autofree char *words = g_strdup_printf (_("Sign in with %s"), title);
  GtkWidget *button = gtk_button_new_with_label (words);
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_name (button, name);
  gtk_widget_add_css_class (button, "tall");
  yq_set_tooltip (button, _("Your browser opens: for legal persons and people who have "
                            "an account there"));
  g_signal_connect (button, "clicked", G_CALLBACK (provider_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->providers), button);
}

void
yq_sign_in_window_set_providers (YqSignInWindow *self, JsonArray *providers)
{
  guint n = providers != NULL ? json_array_get_length (providers) : 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->providers)) != NULL)
    gtk_box_remove (GTK_BOX (self->providers), child);
  for (guint i = 0; i < n; i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (providers, i)))
      add_provider (self, json_array_get_object_element (providers, i));
  gtk_widget_set_visible (self->providers, n > 0);
}

void
yq_sign_in_window_set_waiting (YqSignInWindow *self, gboolean waits)
{
  if (waits)
    yq_drop_focus (self->form);
  gtk_widget_set_sensitive (self->form, !waits);
  gtk_widget_set_visible (self->waiting, waits);
  if (waits)
    gtk_widget_child_focus (self->waiting, GTK_DIR_TAB_FORWARD);
}

void
yq_sign_in_window_set_busy (YqSignInWindow *self, gboolean busy)
{
  if (busy)
    yq_drop_focus (self->form);
  gtk_widget_set_sensitive (self->form, !busy);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_label_set_text (GTK_LABEL (self->words), busy ? _("Signing in…") : _("Sign in"));
}

void
yq_sign_in_window_fail (YqSignInWindow *self, const char *title, const char *detail)
{
  gtk_label_set_text (GTK_LABEL (self->notice_title), title);
  gtk_label_set_text (GTK_LABEL (self->notice_detail), detail ? detail : "");
  gtk_widget_set_visible (self->notice_detail, detail != NULL);
  gtk_widget_set_visible (self->notice, TRUE);
  gtk_widget_grab_focus (self->password);
}
