/* The keys of this page and of every page. */
#define G_LOG_DOMAIN "yiquan-key-help"

#include "key-help.h"

#include "bits.h"
#include "prompt.h"
#include "text.h"

static const struct
{
  const char *accelerator, *title;
} everywhere[] = {
  { "<Control>k", N_("Search everything") },
  { "<Control>f", N_("Find in this list") },
  { "<Control>s", N_("Save") },
  { "<Control>Return", N_("Submit") },
  { "F5", N_("Sync now") },
  { "F9", N_("Show or hide the sidebar") },
  { "<Alt>Left", N_("Back") },
  { "<Control>1", N_("The first page; 2, 3 … the next ones") },
  { "question", N_("Show these keys") },
  { "<Control>w", N_("Close the window") },
  { "<Control>q", N_("Quit") },
};

static const struct
{
  const char *key, *title;
} in_lists[] = {
  { "j / k", N_("Next or previous row") },
  { "x", N_("Tick the row") },
  { "Shift+X", N_("Tick all from the last tick to here") },
  { "Enter", N_("Open") },
  { "o", N_("Open beside the list") },
  { "/", N_("Filter") },
  { "u", N_("Undo") },
};

char *
yq_key_label (const char *accelerator)
{
  guint key;
  GdkModifierType modifiers;

  if (!gtk_accelerator_parse (accelerator, &key, &modifiers))
    return g_strdup (accelerator);
  return gtk_accelerator_get_label (key, modifiers);
}

static void
add_key (GtkWidget *list, const char *key, const char *title)
{
  GtkWidget *cap = gtk_label_new (key);

  gtk_widget_add_css_class (cap, "keycap");
  gtk_list_box_append (GTK_LIST_BOX (list), yq_row_new (NULL, title, NULL, cap, NULL));
}

static GtkWidget *
add_section (GtkWidget *box, const char *title)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *list = yq_boxed_list_new ();

  gtk_box_append (GTK_BOX (section), yq_heading_new (title));
  gtk_box_append (GTK_BOX (section), list);
  gtk_box_append (GTK_BOX (box), section);
  return list;
}

GtkWidget *
yq_key_help_new (GtkWidget *parent, YqPage *page)
{
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;

  if (page != NULL && yq_page_n_keys (page) > 0)
    {
      list = add_section (box, _("On this page"));
      for (guint i = 0; i < yq_page_n_keys (page); i++)
        {
          const char *title;
          const char *accelerator = yq_page_key (page, i, &title, NULL);
          g_autofree char *label = yq_key_label (accelerator);

          add_key (list, label, title);
        }
    }
  list = add_section (box, _("In lists"));
  for (guint i = 0; i < G_N_ELEMENTS (in_lists); i++)
    add_key (list, in_lists[i].key, _(in_lists[i].title));
  list = add_section (box, _("Everywhere"));
  for (guint i = 0; i < G_N_ELEMENTS (everywhere); i++)
    {
      g_autofree char *label = yq_key_label (everywhere[i].accelerator);

      add_key (list, label, _(everywhere[i].title));
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  return yq_prompt_window (parent, _("Keys"), scroller, 460, 620);
}
