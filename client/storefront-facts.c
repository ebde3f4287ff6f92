/* What a carrier or a store tells the public about itself. */
#define G_LOG_DOMAIN "yiquan-find"

#include "storefront-facts.h"

#include "bits.h"
#include "fact-flow.h"
#include "file-strip.h"
#include "party.h"
#include "qualification.h"
#include "storefront.h"
#include "table-columns.h"

/* The fields of each kind of record that are facts, in their order: short ones stand in columns,
 * long ones are texts. */
static const struct
{
  const YqEntity *entity;
  const char *title; /* N_() of the card */
  const char *texts, *facts, *photos;
} cards[] = {
  { &yq_qualification, N_("Public information"), "service_scope", "phone|hours|website|address",
    NULL },
  { &yq_organisation, N_("Organisation"), "introduction", "address|postcode|website|contact_phone",
    NULL },
  { &yq_store, N_("Store"), "introduction|scope",
    "address|contact_name|contact_phone|contact_email|carrier_name|desk_name", "photos" },
};

static char *
value_of (YqRecord *record, const char *name)
{
  int field = yq_entity_find_field (yq_record_entity (record), name);
  const char *masked = yq_record_masked (record, name);

  if (masked != NULL)
    return g_strdup (masked);
  return field >= 0 && yq_record_has (record, (guint) field)
           ? yq_values_format (yq_record_values (record), (guint) field)
           : NULL;
}

/* An address of the web can be followed. */
static GtkWidget *
value_new (const char *text)
{
  GtkWidget *label = yq_label_new_wrapped (text, "number");
  g_autofree char *markup = NULL;

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (!g_str_has_prefix (text, "http://") && !g_str_has_prefix (text, "https://"))
    return label;
  markup = g_markup_printf_escaped ("<a href=\"%s\">%s</a>", text, text);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  return label;
}

static void
append_texts (GtkWidget *box, YqRecord *record, const char *names)
{
  g_auto(GStrv) words = g_strsplit (names, "|", 0);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *text = value_of (record, words[i]);
      const YqField *field = yq_entity_field (yq_record_entity (record), words[i]);
      GtkWidget *label, *fact;

      if (text == NULL)
        continue;
      fact = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
      label = yq_label_new_wrapped (text, "prose");
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_widget_add_css_class (fact, "fact");
      gtk_box_append (GTK_BOX (fact), yq_label_new (_(field->title), "fact-title"));
      gtk_box_append (GTK_BOX (fact), label);
      gtk_box_append (GTK_BOX (box), fact);
    }
}

static void
append_facts (GtkWidget *box, YqRecord *record, const char *names)
{
  GtkWidget *flow = yq_fact_flow_new (yq_scaled (280));
  g_auto(GStrv) words = g_strsplit (names, "|", 0);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *text = value_of (record, words[i]);
      const YqField *field = yq_entity_field (yq_record_entity (record), words[i]);

      if (text != NULL)
        gtk_box_append (GTK_BOX (flow), yq_fact_new (_(field->title), value_new (text)));
    }
  gtk_widget_set_visible (flow, gtk_widget_get_first_child (flow) != NULL);
  gtk_box_append (GTK_BOX (box), flow);
}

static gboolean
append_photos (GtkWidget *box, YqStore *store, YqRecord *record, const char *name)
{
  int field = name != NULL ? yq_entity_find_field (yq_record_entity (record), name) : -1;
  JsonArray *files = field >= 0 ? yq_record_array (record, (guint) field) : NULL;
  GtkWidget *strip;

  if (files == NULL || json_array_get_length (files) == 0)
    return FALSE;
  strip = yq_file_strip_new (store, FALSE);
  yq_file_strip_set_inline (YQ_FILE_STRIP (strip), TRUE);
  yq_file_strip_show (YQ_FILE_STRIP (strip), files);
  gtk_box_append (GTK_BOX (box), strip);
  return TRUE;
}

static gboolean
has_any (YqRecord *record, const char *names)
{
  g_auto(GStrv) words = g_strsplit (names, "|", 0);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *text = value_of (record, words[i]);

      if (text != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
append_card (GtkWidget *into, YqStore *store, YqRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    if (cards[i].entity == yq_record_entity (record))
      {
        GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

        append_texts (box, record, cards[i].texts);
        append_facts (box, record, cards[i].facts);
        if (append_photos (box, store, record, cards[i].photos) ||
            has_any (record, cards[i].texts) || has_any (record, cards[i].facts))
          gtk_box_append (GTK_BOX (into), yq_card_new (_(cards[i].title), NULL, box));
        else
          g_object_unref (g_object_ref_sink (box));
      }
}

/* What it keeps up as a carrier stands first. */
GtkWidget *
yq_storefront_facts_new (YqStore *store, YqRecord *subject)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  g_autoptr(YqQuery) query = yq_query_new (&yq_qualification);
  g_autoptr(GPtrArray) found = NULL;

  yq_query_add (query, "carrier", yq_record_id (subject));
  yq_query_add (query, "state", "approved");
  found = yq_store_list (store, query, 0);
  for (guint i = 0; i < found->len; i++)
    append_card (box, store, found->pdata[i]);
  append_card (box, store, subject);
  return box;
}
