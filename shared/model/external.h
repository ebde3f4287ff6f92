/* What was claimed on another platform: entered or imported by the region it belongs to, issued
 * here as a voucher, once for each number (delta-enterprise 3.3:
 * 上海市青浦区的用户请在上海创新券平台 申领创新券). */
#pragma once

#include "common.h"

enum
{
  EXTERNAL_NUMBER,
  EXTERNAL_PROGRAMME,
  EXTERNAL_HOLDER,
  EXTERNAL_AMOUNT,
  EXTERNAL_GRANTED_ON,
  EXTERNAL_NOTE,
  EXTERNAL_HOLDER_NAME,
  EXTERNAL_PROGRAMME_NAME,
  EXTERNAL_CLAIM,
  EXTERNAL_VOUCHER_NUMBER,
  EXTERNAL_ISSUED_AT,
  EXTERNAL_REASON,
  EXTERNAL_IMPORT_BATCH,
};

/* Is the programme claimed elsewhere?  NULL: yes. */
YqProblem *yq_external_check_programme (YqRecord *programme);
/* May so much be issued to the holder under that number?  The programme is claimed elsewhere, the
 * number was not issued before, the holder is eligible, caps and budget hold.  NULL: yes. */
YqProblem *yq_external_check (YqWorld *world, YqRecord *programme, YqRecord *holder, gint64 amount,
                              const char *number);

/* And so much besides what others of the same sheet take (fen): of the holder, of the programme in
 * all.  NULL: yes. */
YqProblem *yq_external_check_besides (YqWorld *world, YqRecord *programme, YqRecord *holder,
                                      gint64 amount, gint64 of_holder, gint64 of_programme);

extern const YqEntity yq_external_claim;
