/* Verifying a voucher by its signature. */
#define G_LOG_DOMAIN "yiquan-vouchers"

#include "voucher-check-page.h"

#include "bits.h"
#include "clock.h"
#include "code-scan.h"
#include "programme.h"
#include "prompt.h"
#include "voucher-token.h"

typedef struct
{
  YqFrame *frame;
  GtkWidget *content, *entry, *result;
  GCancellable *scanning;
} CheckPage;

static void
check_page_free (gpointer data)
{
  CheckPage *self = data;

  g_cancellable_cancel (self->scanning);
  g_object_unref (self->scanning);
  g_free (self);
}

/* clang-format off */
static const struct
{
  YqTone tone;
  const char *title, *text;
} verdicts[] = {
  [YQ_TOKEN_GOOD]        = { YQ_TONE_DONE,  N_("Genuine"), N_("The science bureau issued this voucher, and nothing in it was changed. How much of it is left only the server knows: it is checked when the voucher is used.") },
  [YQ_TOKEN_EXPIRED]     = { YQ_TONE_YOURS, N_("Expired"), N_("The voucher is genuine, but its last day has passed. Do not accept it.") },
  [YQ_TOKEN_ALTERED]     = { YQ_TONE_BAD,   N_("Altered"), N_("The signature does not fit what the code says: somebody has changed it. Do not accept it.") },
  [YQ_TOKEN_UNKNOWN_KEY] = { YQ_TONE_BAD,   N_("Unknown issuer"), N_("No jurisdiction this computer knows has issued this voucher. Synchronise once and check again; do not accept it before.") },
  [YQ_TOKEN_NONE]        = { YQ_TONE_NEUTRAL, N_("Not a voucher"), N_("This is not the code of a voucher. Paste the whole text, or choose a picture in which the whole QR code can be seen.") },
};
/* clang-format on */

/* The keys of all jurisdictions that came with the catalogue. */
static char **
known_keys (CheckPage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_jurisdiction);
  g_autoptr(GPtrArray) all = yq_store_list (yq_frame_store (self->frame), query, 0);
  GPtrArray *keys = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    if (yq_record_has (all->pdata[i], JURISDICTION_TOKEN_KEY))
      g_ptr_array_add (keys, g_strdup (yq_record_text (all->pdata[i], JURISDICTION_TOKEN_KEY)));
  g_ptr_array_add (keys, NULL);
  return (char **) g_ptr_array_free (keys, FALSE);
}

static void
add_fact (GtkWidget *box, const char *title, const char *text)
{
  GtkWidget *value = yq_label_new_wrapped (text, NULL);

  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_box_append (GTK_BOX (box), yq_fact_new (title, value));
}

static void
add_facts (GtkWidget *box, const YqTokenFacts *facts)
{
  g_autofree char *amount = yq_money_text (facts->amount);
  gboolean is_use = facts->kind == YQ_TOKEN_USE;

  add_fact (box, is_use ? _("Number of the use") : _("Voucher number"), facts->number);
  add_fact (box, _("Holder"), *facts->holder != '\0' ? facts->holder : "—");
  add_fact (box, _("Amount"), amount);
  add_fact (box, is_use ? _("Used on") : _("Valid until"), *facts->day != '\0' ? facts->day : "—");
}

static void
show_verdict (CheckPage *self, YqTokenVerdict verdict, const YqTokenFacts *facts)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *pill = yq_pill_new (_(verdicts[verdict].title), verdicts[verdict].tone);
  GtkWidget *card;

  gtk_widget_set_halign (pill, GTK_ALIGN_START);
  gtk_widget_add_css_class (pill, "heading");
  gtk_box_append (GTK_BOX (box), pill);
  gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (_(verdicts[verdict].text), "prose"));
  if (verdict == YQ_TOKEN_GOOD || verdict == YQ_TOKEN_EXPIRED)
    add_facts (box, facts);
  card = yq_card_new (NULL, NULL, box);
  yq_set_name (card, _(verdicts[verdict].title));
  yq_remove_children (self->result);
  gtk_box_append (GTK_BOX (self->result), card);
}

static void
say (CheckPage *self, const char *text)
{
  yq_remove_children (self->result);
  gtk_box_append (GTK_BOX (self->result), yq_label_new_wrapped (text, "notice yours"));
}

static YqTokenVerdict
verify (CheckPage *self, const char *text, YqTokenFacts *facts)
{
  g_auto(GStrv) keys = known_keys (self);
  g_autofree char *today = yq_date_of (yq_store_world (yq_frame_store (self->frame))->now);

  return yq_voucher_token_verify (text, (const char *const *) keys, today, facts);
}

static void
typed_cb (GtkEditable *entry, CheckPage *self)
{
  const char *text = gtk_editable_get_text (entry);
  YqTokenFacts facts;

  if (*text == '\0')
    {
      yq_remove_children (self->result);
      return;
    }
  show_verdict (self, verify (self, text, &facts), &facts);
}

/* -- pictures -- */

/* Of several codes in a picture the one that is a voucher. */
static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) texts = yq_code_scan_finish (result, &error);
  CheckPage *self = data;
  YqTokenFacts facts;
  guint best = 0;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (texts == NULL || texts[0] == NULL)
    {
      say (self, error != NULL ? error->message
                               : _("No QR code was found in the picture. It has to be sharp and "
                                   "whole, with white around it."));
      return;
    }
  for (guint i = 0; texts[i] != NULL; i++)
    if (verify (self, texts[i], &facts) != YQ_TOKEN_NONE)
      best = i;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), texts[best]);
}

static void
scan (CheckPage *self, GBytes *picture)
{
  say (self, _("Reading the picture…"));
  yq_code_scan_async (picture, self->scanning, scanned_cb, self);
}

static void
loaded_cb (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) picture = g_file_load_bytes_finish (G_FILE (file), result, NULL, &error);
  CheckPage *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (picture != NULL)
    scan (self, picture);
  else
    say (self, error->message);
}

static void
load (CheckPage *self, GFile *file)
{
  g_file_load_bytes_async (file, self->scanning, loaded_cb, self);
}

static void
chosen_cb (GFile *file, gpointer data)
{
  g_autoptr(YqPage) page = data; /* keeps what stands in it alive */

  if (file != NULL)
    load (g_object_get_data (G_OBJECT (page), "yq-check"), file);
}

static void
choose_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CheckPage *self = data;
  GtkWidget *page = gtk_widget_get_ancestor (self->content, YQ_TYPE_PAGE);

  yq_prompt_open_file (self->content, _("Picture of a voucher"), "png|jpg|jpeg|webp|bmp|gif",
                       chosen_cb, g_object_ref (page));
}

static void
pasted_picture_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (clipboard), result, &error);
  CheckPage *self = data;
  g_autoptr(GBytes) picture = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (texture == NULL)
    {
      say (self, _("There is no picture and no text in the clipboard."));
      return;
    }
  picture = gdk_texture_save_to_png_bytes (texture);
  scan (self, picture);
}

static void
pasted_text_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text =
    gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);
  CheckPage *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text != NULL ? text : "");
}

static void
paste_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CheckPage *self = data;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (self->content);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) ||
      gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8") ||
      gdk_content_formats_contain_mime_type (formats, "text/plain"))
    gdk_clipboard_read_text_async (clipboard, self->scanning, pasted_text_cb, self);
  else
    gdk_clipboard_read_texture_async (clipboard, self->scanning, pasted_picture_cb, self);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, CheckPage *self)
{
  load (self, g_value_get_object (value));
  return TRUE;
}

static const GActionEntry actions[] = {
  { "choose", choose_cb },
  { "paste", paste_cb },
};

/* -- the page -- */

static GtkWidget *
build (CheckPage *self)
{
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *ask = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->entry = gtk_entry_new ();
  g_object_set (self->entry, "placeholder-text", _("Text of the QR code"), NULL);
  yq_set_name (self->entry, _("Text of the QR code"));
  g_signal_connect (self->entry, "changed", G_CALLBACK (typed_cb), self);
  gtk_box_append (GTK_BOX (ask), self->entry);
  gtk_box_append (GTK_BOX (buttons),
                  yq_button_new (_("Choose a picture…"), "page.choose", "suggested-action"));
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("From the clipboard"), "page.paste", NULL));
  gtk_box_append (GTK_BOX (ask), buttons);
  self->result = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (
    GTK_BOX (box),
    yq_card_new (
      _("Verify a voucher"),
      _("Paste what a scanner reads, choose a photograph or a screenshot of the QR code, or drop "
        "it here. Nothing is sent: the signature is checked on this computer."),
      ask));
  gtk_box_append (GTK_BOX (box), self->result);
  g_signal_connect (drop, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (drop));
  return box;
}

YqPage *
yq_voucher_check_page_new (YqFrame *frame, gpointer user_data)
{
  CheckPage *self = g_new0 (CheckPage, 1);
  YqPage *page;

  self->frame = frame;
  self->scanning = g_cancellable_new ();
  self->content = build (self);
  page = yq_page_new (_("Verify vouchers"), NULL);
  yq_page_set_content_clamped (page, self->content, 720);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (page, "<Control>o", _("Choose a picture…"), "page.choose");
  g_object_set_data_full (G_OBJECT (page), "yq-check", self, check_page_free);
  return page;
}
