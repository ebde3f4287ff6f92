/* What the dialogs about accounts share. */
#define G_LOG_DOMAIN "yiquan-account"

#include "account-dialog.h"

#include <string.h>

#include "bits.h"
#include "prompt.h"

#define PAUSE_S 60
#define WIDTH 520
#define HIGHEST 600 /* of what scrolls: screens of 768 lines are common */

static void
destroyed_cb (GtkWidget *window, YqAccountDialog *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  self->window = NULL;
  if (self->destroy != NULL)
    self->destroy (self);
  g_object_unref (self->cancellable);
  g_object_unref (self->api);
  g_free (self->picture_id);
  g_free (self->code_id);
  g_free (self);
}

const char *
yq_account_dialog_text (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static const char *
missing_picture (YqAccountDialog *self, gboolean is_needed)
{
  return is_needed && *yq_account_dialog_text (self->picture_text) == '\0'
           ? _("Type what the picture shows first")
           : NULL;
}

/* What stands in the way of the button, or NULL. */
static const char *
what_is_missing (YqAccountDialog *self)
{
  const char *why = self->missing (self);

  return why != NULL ? why : missing_picture (self, self->needs_picture);
}

static const char *
what_is_missing_for_code (YqAccountDialog *self)
{
  const char *why = self->seconds_left > 0 ? _("One code a minute") : self->missing_for_code (self);

  return why != NULL ? why : missing_picture (self, self->code_needs_picture);
}

void
yq_account_dialog_check (YqAccountDialog *self)
{
  if (self->button != NULL)
    yq_widget_set_why (self->button, what_is_missing (self));
  if (self->code_button != NULL)
    yq_widget_set_why (self->code_button, what_is_missing_for_code (self));
}

void
yq_account_dialog_tell (YqAccountDialog *self, const char *text, gboolean is_good)
{
  gtk_label_set_text (GTK_LABEL (self->notice), text != NULL ? text : "");
  gtk_widget_set_visible (self->notice, text != NULL);
  gtk_widget_remove_css_class (self->notice, is_good ? "bad" : "done");
  gtk_widget_add_css_class (self->notice, is_good ? "done" : "bad");
}

/* -- asking -- */

typedef struct
{
  YqAccountDialog *dialog;
  YqAccountAnswer done;
} Call;

static void load_picture (YqAccountDialog *self);
static void code_sent (YqAccountDialog *self, JsonObject *answer, const char *why);
static void build_picture (YqAccountDialog *self, GtkWidget *box);

static char *
why_refused (YqApiClient *api, const GError *error)
{
  const YqProblem *problem = yq_api_client_problem (api);

  if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE))
    return g_strdup (_("The server cannot be reached; this needs a network."));
  return g_strdup (problem != NULL ? yq_problem_detail (problem) : error->message);
}

static gboolean
is_about_picture (const YqProblem *problem)
{
  for (guint i = 0; problem != NULL && i < yq_problem_n_errors (problem); i++)
    {
      const char *field;

      yq_problem_error (problem, i, &field, NULL);
      if (g_strcmp0 (field, "captcha") == 0)
        return TRUE;
    }
  return FALSE;
}

/* Too many failures: the server answers no more without a picture code. */
static void
demand_picture (YqAccountDialog *self, gboolean for_code)
{
  if (for_code)
    self->code_needs_picture = TRUE;
  else
    self->needs_picture = TRUE;
  if (self->picture == NULL)
    build_picture (self, self->picture_slot);
  gtk_widget_set_visible (self->picture_box, TRUE);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) answer = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &error);
  g_autofree char *why = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the window is gone, and the dialog with it */
  if (error != NULL)
    why = why_refused (YQ_API_CLIENT (source), error);
  gtk_widget_set_sensitive (call->dialog->box, TRUE);
  if (why != NULL)
    {
      yq_account_dialog_tell (call->dialog, why, FALSE);
      if (is_about_picture (yq_api_client_problem (YQ_API_CLIENT (source))))
        demand_picture (call->dialog, call->done == code_sent);
      if (call->dialog->picture != NULL)
        load_picture (call->dialog);
    }
  call->done (
    call->dialog,
    answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL, why);
}

static void
send (YqAccountDialog *self, const char *method, const char *path, JsonObject *body,
      YqAccountAnswer done)
{
  Call *call = g_new (Call, 1);
  g_autoptr(GBytes) bytes = NULL;

  *call = (Call){ self, done };
  if (body != NULL)
    {
      g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
      char *text;

      json_node_take_object (node, body);
      text = json_to_string (node, FALSE);
      bytes = g_bytes_new_take (text, strlen (text));
    }
  yq_api_client_send_async (self->api, method, path, bytes, 0, self->cancellable, answered_cb,
                            call);
}

void
yq_account_dialog_post (YqAccountDialog *self, const char *path, JsonObject *body,
                        YqAccountAnswer done)
{
  yq_account_dialog_tell (self, NULL, FALSE);
  yq_drop_focus (self->box);
  gtk_widget_set_sensitive (self->box, FALSE);
  send (self, "POST", path, body, done);
}

/* -- the picture code -- */

GdkTexture *
yq_picture_code_texture (const char *url)
{
  static const char head[] = "data:image/png;base64,";
  g_autofree guchar *png = NULL;
  g_autoptr(GBytes) bytes = NULL;
  gsize size;

  if (url == NULL || !g_str_has_prefix (url, head))
    return NULL;
  png = g_base64_decode (url + strlen (head), &size);
  bytes = g_bytes_new (png, size);
  return gdk_texture_new_from_bytes (bytes, NULL);
}

static void
picture_came (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  g_autoptr(GdkTexture) texture = NULL;

  if (answer == NULL)
    return;
  g_free (self->picture_id);
  self->picture_id = g_strdup (json_object_get_string_member_with_default (answer, "id", ""));
  self->has_sms = json_object_get_boolean_member_with_default (answer, "sms", TRUE);
  texture =
    yq_picture_code_texture (json_object_get_string_member_with_default (answer, "image", NULL));
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_editable_set_text (GTK_EDITABLE (self->picture_text), "");
  if (self->code_list != NULL)
    gtk_widget_set_visible (self->code_list, self->has_sms);
  if (!self->has_sms && self->picture_stands_in)
    demand_picture (self, FALSE);
  yq_account_dialog_check (self);
}

/* A picture that does not come is no reason to lock the form. */
static void
picture_answered (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  picture_came (self, answer, why);
}

static void
load_picture (YqAccountDialog *self)
{
  send (self, "GET", "/v1/captcha", NULL, picture_answered);
}

static void
build_picture (YqAccountDialog *self, GtkWidget *box)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *another = yq_icon_button_new ("view-refresh-symbolic", _("Another picture"), NULL);
  GtkWidget *list = yq_boxed_list_new ();

  self->picture_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (self->picture_box), list);
  self->picture_text =
    yq_account_dialog_add_entry (self, list, _("Characters in the picture"), FALSE);
  self->picture = gtk_picture_new ();
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), FALSE);
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), _("Picture code"));
  gtk_widget_set_size_request (self->picture, 190, 64);
  g_signal_connect_swapped (another, "clicked", G_CALLBACK (load_picture), self);
  gtk_widget_set_valign (another, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (row, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), self->picture);
  gtk_box_append (GTK_BOX (row), another);
  gtk_box_append (GTK_BOX (self->picture_box), row);
  gtk_box_append (GTK_BOX (box), self->picture_box);
}

void
yq_account_dialog_add_picture (YqAccountDialog *self)
{
  build_picture (self, self->box);
  load_picture (self);
}

/* As long as nobody knows whether the server sends codes, it does. */
void
yq_account_dialog_add_stand_in (YqAccountDialog *self)
{
  self->picture_stands_in = TRUE;
  build_picture (self, self->box);
  gtk_widget_set_visible (self->picture_box, FALSE);
  load_picture (self);
}

static void
put (JsonObject *body, const char *name, const char *id, GtkWidget *entry)
{
  JsonObject *object;
  const char *text = entry != NULL ? yq_account_dialog_text (entry) : "";

  if (id == NULL || *text == '\0')
    return;
  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "text", text);
  json_object_set_object_member (body, name, object);
}

void
yq_account_dialog_put_picture (YqAccountDialog *self, JsonObject *body)
{
  put (body, "captcha", self->picture_id, self->picture_text);
}

void
yq_account_dialog_put_code (YqAccountDialog *self, JsonObject *body)
{
  put (body, "code", self->code_id, self->code_text);
}

/* -- the code by SMS -- */

static gboolean
tick_cb (gpointer user_data)
{
  YqAccountDialog *self = user_data;
  g_autofree char *label = NULL;

  if (--self->seconds_left == 0)
    {
      self->countdown = 0;
      gtk_button_set_label (GTK_BUTTON (self->code_button), _("Send a code"));
      yq_account_dialog_check (self);
      return G_SOURCE_REMOVE;
    }
  label = g_strdup_printf (_("%u s"), self->seconds_left);
  gtk_button_set_label (GTK_BUTTON (self->code_button), label);
  return G_SOURCE_CONTINUE;
}

static void
code_sent (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  if (answer == NULL)
    return;
  g_free (self->code_id);
  self->code_id = g_strdup (json_object_get_string_member_with_default (answer, "id", ""));
  self->seconds_left = PAUSE_S;
  if (self->countdown == 0)
    self->countdown = g_timeout_add_seconds (1, tick_cb, self);
  yq_account_dialog_tell (
    self, _("If the number is right, the code arrives within a minute and is valid for ten."),
    TRUE);
  if (self->picture != NULL)
    load_picture (self);
  gtk_widget_grab_focus (self->code_text);
  yq_account_dialog_check (self);
}

static void
ask_code_cb (YqAccountDialog *self)
{
  JsonObject *body = json_object_new ();

  self->ask_code (self, body);
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/codes", body, code_sent);
}

void
yq_account_dialog_add_code (YqAccountDialog *self)
{
  self->code_list = yq_account_dialog_add_list (self, NULL);
  self->code_text = yq_account_dialog_add_entry (self, self->code_list, _("Code by SMS"), FALSE);
  self->code_button = gtk_button_new_with_label (_("Send a code"));
  gtk_widget_set_valign (self->code_button, GTK_ALIGN_CENTER);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->code_text), self->code_button);
  g_signal_connect_swapped (self->code_button, "clicked", G_CALLBACK (ask_code_cb), self);
}

/* -- building -- */

GtkWidget *
yq_account_dialog_add_list (YqAccountDialog *self, const char *title)
{
  GtkWidget *list = yq_boxed_list_new ();

  gtk_box_append (GTK_BOX (self->box), title != NULL ? yq_section_new (title, list) : list);
  return list;
}

static void
submit_cb (YqAccountDialog *self)
{
  if (what_is_missing (self) == NULL)
    self->submit (self);
}

GtkWidget *
yq_account_dialog_add_entry (YqAccountDialog *self, GtkWidget *list, const char *title,
                             gboolean is_secret)
{
  GtkWidget *row = is_secret ? adw_password_entry_row_new () : adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (yq_account_dialog_check), self);
  g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (submit_cb), self);
  return row;
}

GtkWidget *
yq_account_dialog_add_choice (YqAccountDialog *self, GtkWidget *list, const char *title,
                              const char *const *choices)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr(GtkStringList) model = gtk_string_list_new (NULL);

  for (guint i = 0; choices[i] != NULL; i++)
    gtk_string_list_append (model, _(choices[i]));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  g_signal_connect_swapped (row, "notify::selected", G_CALLBACK (yq_account_dialog_check), self);
  return row;
}

void
yq_account_dialog_add_button (YqAccountDialog *self, const char *label)
{
  self->picture_slot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->picture_slot);
  self->button = yq_button_new (label, NULL, "suggested-action tall");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->button);
  yq_account_dialog_check (self);
}

static gboolean
fit_cb (gpointer window)
{
  gtk_window_set_default_size (window, WIDTH, -1);
  return G_SOURCE_REMOVE;
}

/* Something came that does not fit, a notice or a picture: up to a height the window grows with it,
 * after the layout that told it. */
static void
grew_cb (GtkAdjustment *adjustment, GtkWindow *window)
{
  double shown = gtk_adjustment_get_page_size (adjustment);

  if (gtk_adjustment_get_upper (adjustment) > shown && shown < HIGHEST - 1)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_cb, g_object_ref (window), g_object_unref);
}

YqAccountDialog *
yq_account_dialog_new (GtkWidget *parent, const char *title, const char *text, YqApiClient *api)
{
  YqAccountDialog *self = g_new0 (YqAccountDialog, 1);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  self->api = g_object_ref (api);
  self->cancellable = g_cancellable_new ();
  self->has_sms = TRUE;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->notice = yq_label_new_wrapped ("", "notice bad");
  yq_set_margins (self->box, 18);
  if (text != NULL)
    gtk_box_append (GTK_BOX (self->box), yq_label_new_wrapped (text, "dim-label"));
  gtk_box_append (GTK_BOX (self->box), self->notice);
  gtk_widget_set_visible (self->notice, FALSE);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 460);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), HIGHEST);
  self->window = yq_prompt_window (parent, title, scroller, WIDTH, -1);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)),
                           "changed", G_CALLBACK (grew_cb), self->window, 0);
  g_object_set_data (G_OBJECT (self->window), "yq-account-dialog", self);
  g_signal_connect (self->window, "destroy", G_CALLBACK (destroyed_cb), self);
  return self;
}

YqAccountDialog *
yq_account_dialog_of (GtkWidget *window)
{
  return g_object_get_data (G_OBJECT (window), "yq-account-dialog");
}
