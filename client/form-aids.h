/* What helps to fill in a form beyond its editors, chosen by the fields a form has: the map for a
 * latitude and a longitude, the QR code of the image of an invoice, the proof that another phone of
 * an account needs, what the lines of a redemption come to.  GTK thread only. */
#pragma once

#include "record-form.h"

/* Once, after the form is built. */
void yq_form_aids_add (YqRecordForm *form, YqStore *store);

/* What stands in the field was put there by the program: an aid that knows better may replace it,
 * until somebody has changed it. */
void yq_form_aids_set_preset (YqRecordForm *form, const char *field);
gboolean yq_form_aids_is_preset (YqRecordForm *form, const char *field);

/* The aids themselves.  prefix stands before the names of their fields in this form, static. */
void yq_place_aid_add (YqRecordForm *form, YqStore *store, const char *prefix);
void yq_invoice_aid_add (YqRecordForm *form, YqStore *store, const char *prefix);
void yq_phone_aid_add (YqRecordForm *form, YqStore *store, const char *prefix);
void yq_redemption_aid_add (YqRecordForm *form, YqStore *store, const char *prefix);
