/* Questions and file choosers; the only file that knows which dialogs this version of GTK has. */
#define G_LOG_DOMAIN "yiquan-prompt"

#include "prompt.h"

#include <adwaita.h>

#include "bits.h"
#include "text.h"

static GtkWindow *
window_of (GtkWidget *parent)
{
  GtkRoot *root = parent ? gtk_widget_get_root (parent) : NULL;

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* -- messages -- */
typedef struct
{
  YqPromptDone done;
  gpointer user_data;
} Question;

static void
responded_cb (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (question->done != NULL)
    question->done (response, question->user_data);
}

static void
free_question (gpointer data, GClosure *closure)
{
  g_free (data);
}

GtkWidget *
yq_prompt (GtkWidget *parent, const char *title, const char *text, GtkWidget *extra,
           YqPromptDone done, gpointer user_data, const char *response, ...)
{
  GtkWidget *widget = adw_message_dialog_new (window_of (parent), title, text);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  Question *question = g_new0 (Question, 1);
  const char *last = NULL;
  gboolean danger = FALSE;
  va_list args;

  va_start (args, response);
  for (const char *name = response; name != NULL; name = va_arg (args, const char *))
    {
      danger = *name == '!';
      last = danger ? name + 1 : name;
      adw_message_dialog_add_response (dialog, last, va_arg (args, const char *));
      if (danger)
        adw_message_dialog_set_response_appearance (dialog, last, ADW_RESPONSE_DESTRUCTIVE);
    }
  va_end (args);
  if (last != NULL && !danger && !g_str_equal (last, "cancel"))
    {
      adw_message_dialog_set_response_appearance (dialog, last, ADW_RESPONSE_SUGGESTED);
      adw_message_dialog_set_default_response (dialog, last);
    }
  adw_message_dialog_set_close_response (dialog, "cancel");
  if (extra != NULL)
    adw_message_dialog_set_extra_child (dialog, extra);
  gtk_window_set_title (GTK_WINDOW (widget), title);
  question->done = done;
  question->user_data = user_data;
  g_signal_connect_data (dialog, "response", G_CALLBACK (responded_cb), question, free_question, 0);
  gtk_window_present (GTK_WINDOW (widget));
  return widget;
}

void
yq_prompt_set_response_enabled (GtkWidget *prompt, const char *response, gboolean enabled)
{
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (prompt), response, enabled);
}

void
yq_prompt_respond (GtkWidget *prompt, const char *response)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (prompt), response);
}

void
yq_prompt_tell (GtkWidget *parent, const char *title, const char *text)
{
  yq_prompt (parent, title, text, NULL, NULL, NULL, "cancel", _("OK"), NULL);
}

#define MAX_LINES 100

void
yq_prompt_tell_lines (GtkWidget *parent, const char *title, GPtrArray *lines)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len && i < MAX_LINES; i++)
    g_string_append_printf (text, "%s\n", (const char *) lines->pdata[i]);
  if (lines->len > MAX_LINES)
    g_string_append_printf (text, _("… and %u more"), lines->len - MAX_LINES);
  yq_prompt_tell (parent, title, text->str);
}

/* -- one text -- */
typedef struct
{
  YqPromptText done;
  gpointer user_data;
  GtkWidget *entry;
  GtkTextBuffer *buffer;
} TextQuestion;

static void
text_responded_cb (const char *response, gpointer data)
{
  TextQuestion *question = data;
  g_autofree char *text = NULL;

  if (question->buffer != NULL)
    g_object_get (question->buffer, "text", &text, NULL);
  else
    text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (question->entry)));
  question->done (g_str_equal (response, "ok") ? g_strstrip (text) : NULL, question->user_data);
  g_free (question);
}

static GtkWidget *
build_text_area (const char *name, GtkTextBuffer **buffer)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_size_request (scroller, 320, 96);
  gtk_widget_add_css_class (scroller, "text-area");
  yq_set_name (view, name);
  *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  return scroller;
}

void
yq_prompt_text (GtkWidget *parent, const char *title, const char *label, const char *preset,
                gboolean several_lines, const char *button, YqPromptText done, gpointer user_data)
{
  TextQuestion *question = g_new0 (TextQuestion, 1);
  GtkWidget *extra;

  question->done = done;
  question->user_data = user_data;
  if (several_lines)
    {
      extra = build_text_area (label, &question->buffer);
      gtk_text_buffer_set_text (question->buffer, preset ? preset : "", -1);
    }
  else
    {
      extra = question->entry = gtk_entry_new ();
      yq_set_name (extra, label);
      gtk_editable_set_text (GTK_EDITABLE (extra), preset ? preset : "");
      gtk_entry_set_activates_default (GTK_ENTRY (extra), TRUE);
    }
  yq_prompt (parent, title, label, extra, text_responded_cb, question, "cancel", _("Cancel"), "ok",
             button, NULL);
}

/* -- files -- */
typedef struct
{
  YqPromptFile done;
  gpointer user_data;
  GtkWidget *parent; /* weak */
} FileQuestion;

static void
file_responded_cb (GtkNativeDialog *dialog, int response, FileQuestion *question)
{
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT && question->parent != NULL &&
      gtk_widget_get_root (question->parent) != NULL)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  question->done (file, question->user_data);
  g_clear_weak_pointer (&question->parent);
  g_free (question);
  g_object_unref (dialog);
}

static void
ask_for_file (GtkFileChooserNative *chooser, GtkWidget *parent, YqPromptFile done,
              gpointer user_data)
{
  FileQuestion *question = g_new0 (FileQuestion, 1);

  g_set_weak_pointer (&question->parent, parent);
  question->done = done;
  question->user_data = user_data;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (file_responded_cb), question);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

void
yq_prompt_open_file (GtkWidget *parent, const char *title, const char *endings, YqPromptFile done,
                     gpointer user_data)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    title, window_of (parent), GTK_FILE_CHOOSER_ACTION_OPEN, _("Open"), _("Cancel"));

  if (endings != NULL)
    {
      g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();
      g_auto(GStrv) words = g_strsplit (endings, "|", 0);
      g_autofree char *name = g_strjoinv (", ", words);

      for (guint i = 0; words[i] != NULL; i++)
        gtk_file_filter_add_suffix (filter, words[i]);
      gtk_file_filter_set_name (filter, name);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
    }
  ask_for_file (chooser, parent, done, user_data);
}

void
yq_prompt_save_file (GtkWidget *parent, const char *title, const char *name, YqPromptFile done,
                     gpointer user_data)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    title, window_of (parent), GTK_FILE_CHOOSER_ACTION_SAVE, _("Save"), _("Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  ask_for_file (chooser, parent, done, user_data);
}

/* -- windows over a window -- */
static gboolean
close_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

GtkWidget *
yq_prompt_window (GtkWidget *parent, const char *title, GtkWidget *content, int width, int height)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkWindow *over = window_of (parent);

  gtk_widget_add_css_class (header, "flat");
  gtk_box_append (GTK_BOX (box), header);
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  if (over != NULL)
    gtk_window_set_transient_for (GTK_WINDOW (window), over);
  gtk_window_set_modal (GTK_WINDOW (window), over != NULL);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                      gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);
  return window;
}

void
yq_prompt_launch (GtkWidget *parent, const char *uri)
{
  gtk_show_uri (window_of (parent), uri, GDK_CURRENT_TIME);
}
