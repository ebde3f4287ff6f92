/* What has been recorded of a booking or of a use of a voucher: duration and charge.  GTK thread
 * only. */
#pragma once

#include "record-page.h"

/* A section under the page's form, gone while there is nothing. */
void yq_service_records_add (YqFrame *frame, YqRecordPage *page);
