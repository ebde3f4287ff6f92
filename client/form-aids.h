/* What helps to fill in a form beyond its editors, chosen by the fields a form has: the map for a
 * latitude and a longitude, the QR code of the image of an invoice, the proof that another phone of
 * an account needs.  GTK thread only. */
#pragma once

#include "record-form.h"

/* Once, after the form is built. */
void yq_form_aids_add (YqRecordForm *form, YqStore *store);

/* The aids themselves. */
void yq_place_aid_add (YqRecordForm *form, YqStore *store);   /* latitude, longitude */
void yq_invoice_aid_add (YqRecordForm *form, YqStore *store); /* image, scanned */
void yq_phone_aid_add (YqRecordForm *form, YqStore *store);   /* phone of one's own account */
