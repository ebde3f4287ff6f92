/* Which aids a form gets. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

static const struct
{
  const char *one, *other; /* the fields a form must have */
  void (*add) (YqRecordForm *form, YqStore *store, const char *prefix);
  const char *prefix;
} aids[] = {
  { "latitude", "longitude", yq_place_aid_add, "" },
  { "image", "scanned", yq_invoice_aid_add, "" },
  { "invoice_image", "invoice_scanned", yq_invoice_aid_add, "invoice_" },
  { "phone", "username", yq_phone_aid_add, "" },
  { "lines", "service_fee", yq_redemption_aid_add, "" },
};

void
yq_form_aids_add (YqRecordForm *form, YqStore *store)
{
  YqValues *values = yq_record_form_values (form);

  for (guint i = 0; i < G_N_ELEMENTS (aids); i++)
    if (yq_values_find (values, aids[i].one) >= 0 && yq_values_find (values, aids[i].other) >= 0)
      aids[i].add (form, store, aids[i].prefix);
}

/* -- what nobody has typed -- */

static GHashTable *
presets_of (YqRecordForm *form)
{
  return g_object_get_data (G_OBJECT (form), "yq-presets");
}

static void
changed_cb (YqRecordForm *form, const char *field)
{
  if (field != NULL)
    g_hash_table_remove (presets_of (form), field);
}

void
yq_form_aids_set_preset (YqRecordForm *form, const char *field)
{
  if (presets_of (form) == NULL)
    {
      g_object_set_data_full (G_OBJECT (form), "yq-presets",
                              g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                              (GDestroyNotify) g_hash_table_unref);
      g_signal_connect (form, "changed", G_CALLBACK (changed_cb), NULL);
    }
  g_hash_table_add (presets_of (form), g_strdup (field));
}

gboolean
yq_form_aids_is_preset (YqRecordForm *form, const char *field)
{
  return presets_of (form) != NULL && g_hash_table_contains (presets_of (form), field);
}
