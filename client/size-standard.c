/* The size standard of 2011 as a page. */
#define G_LOG_DOMAIN "yiquan-size"

#include "size-standard.h"

#include <string.h>

#include "bits.h"
#include "money.h"
#include "prompt.h"

#define WAN G_GINT64_CONSTANT (1000000) /* fen in 万元 */
#define RESOURCE "/cn/yiquan/Yiquan/sme-size.csv"

enum
{
  SEQ,
  INDUSTRY,
  CODE,
  INDICATOR_A,
  INDICATOR_B,
  SME_A,
  SME_B,
  MEDIUM_A,
  MEDIUM_B,
  SMALL_A,
  SMALL_B,
  N_COLUMNS
};

/* Fields may stand in quotes with commas inside. */
static GPtrArray *
split_line (const char *line)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) field = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (; *line != '\0' && *line != '\r'; line++)
    if (*line == '"')
      quoted = !quoted;
    else if (*line == ',' && !quoted)
      {
        g_ptr_array_add (fields, g_strdup (field->str));
        g_string_truncate (field, 0);
      }
    else
      g_string_append_c (field, *line);
  g_ptr_array_add (fields, g_strdup (field->str));
  return fields;
}

static void
append_condition (GString *out, const char *indicator, const char *value)
{
  g_autofree char *money = yq_money_format (g_ascii_strtoll (value, NULL, 10) * WAN);

  if (*indicator == '\0' || *value == '\0')
    return;
  if (out->len > 0)
    g_string_append (out, _(" and "));
  if (strcmp (indicator, "employees") == 0)
    g_string_append_printf (out, _("at least %s employees"), value);
  else if (strcmp (indicator, "revenue_wan") == 0)
    g_string_append_printf (out, _("revenue of at least %s"), money);
  else
    g_string_append_printf (out, _("total assets of at least %s"), money);
}

static char *
describe (GPtrArray *fields, guint a, guint b)
{
  GString *out = g_string_new (NULL);

  append_condition (out, fields->pdata[INDICATOR_A], fields->pdata[a]);
  append_condition (out, fields->pdata[INDICATOR_B], fields->pdata[b]);
  return g_string_free (out, FALSE);
}

static GtkWidget *
row_of (GPtrArray *fields, const char *industry)
{
  g_autofree char *large = describe (fields, SME_A, SME_B);
  g_autofree char *medium = describe (fields, MEDIUM_A, MEDIUM_B);
  g_autofree char *small = describe (fields, SMALL_A, SMALL_B);
  g_autofree char *text = g_strdup_printf (
    _("Large: %s; medium-sized: %s; small: %s; micro: below that"), large, medium, small);
  const char *code = fields->pdata[CODE];
  gboolean own =
    industry != NULL && *code != '\0' && strncmp (code, industry, strcspn (code, ",")) == 0;

  return yq_row_new (NULL, fields->pdata[INDUSTRY], text,
                     own ? yq_pill_new (_("Your industry"), YQ_TONE_WAITING) : NULL, NULL);
}

static void
save_to_cb (GFile *file, gpointer user_data)
{
  g_autoptr(GBytes) bytes = g_resources_lookup_data (RESOURCE, 0, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new ("\xef\xbb\xbf"); /* so that spreadsheets read Chinese */

  if (file == NULL)
    return;
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_file_replace_contents (file, text->str, text->len, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                NULL, &error))
    yq_frame_toast (user_data, error->message);
}

static void
save_cb (GtkButton *button, YqFrame *frame)
{
  yq_prompt_save_file (GTK_WIDGET (frame), _("Save the standard"), "中小企业划型标准.csv",
                       save_to_cb, frame);
}

void
yq_size_standard_open (YqFrame *frame, const char *industry)
{
  g_autoptr(GBytes) bytes = g_resources_lookup_data (RESOURCE, 0, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  YqPage *page = yq_page_new (_("Size of enterprises"), NULL);
  GtkWidget *box = yq_page_box_new (), *list = yq_boxed_list_new ();
  GtkWidget *save = yq_button_new (_("Save as a file…"), NULL, NULL);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      g_autoptr(GPtrArray) fields = split_line (lines[i]);

      if (fields->len == N_COLUMNS)
        gtk_list_box_append (GTK_LIST_BOX (list), row_of (fields, industry));
    }
  gtk_box_append (GTK_BOX (box),
                  yq_label_new_wrapped (
                    _("Standard for the classification of small and medium-sized enterprises, "
                      "Ministry of Industry and Information Technology, 2011, No. 300"),
                    "dim-label"));
  gtk_box_append (GTK_BOX (box), list);
  yq_page_set_content_clamped (page, box, 720);
  g_signal_connect_object (save, "clicked", G_CALLBACK (save_cb), frame, 0);
  yq_page_add_header_widget (page, save);
  yq_frame_push (frame, page);
}
