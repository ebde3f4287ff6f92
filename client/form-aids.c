/* Which aids a form gets. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

static const struct
{
  const char *one, *other; /* the fields a form must have */
  void (*add) (YqRecordForm *form, YqStore *store);
} aids[] = {
  { "latitude", "longitude", yq_place_aid_add },
  { "image", "scanned", yq_invoice_aid_add },
  { "phone", "username", yq_phone_aid_add },
};

void
yq_form_aids_add (YqRecordForm *form, YqStore *store)
{
  YqValues *values = yq_record_form_values (form);

  for (guint i = 0; i < G_N_ELEMENTS (aids); i++)
    if (yq_values_find (values, aids[i].one) >= 0 && yq_values_find (values, aids[i].other) >= 0)
      aids[i].add (form, store);
}
