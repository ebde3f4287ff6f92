/* What carriers offer: category, instrument, closure; where instruments are read from:
 * instrument_system; and what enterprises mark: preselection, favourite. */
#pragma once

#include "common.h"

enum
{
  CATEGORY_CODE,
  CATEGORY_NAME,
  CATEGORY_PARENT,
  CATEGORY_LEVEL,
  CATEGORY_KIND,
};

enum
{
  INSTRUMENT_NAME,
  INSTRUMENT_NAME_EN,
  INSTRUMENT_CATEGORY,
  INSTRUMENT_DOMAIN,
  INSTRUMENT_MODEL,
  INSTRUMENT_MANUFACTURER,
  INSTRUMENT_ORIGIN,
  INSTRUMENT_ASSET_NUMBER,
  INSTRUMENT_SOURCE,
  INSTRUMENT_EXTERNAL_ID,
  INSTRUMENT_ORIGINAL_VALUE,
  INSTRUMENT_BOUGHT_ON,
  INSTRUMENT_USED_SINCE,
  INSTRUMENT_CONDITION,
  INSTRUMENT_REGION,
  INSTRUMENT_ADDRESS,
  INSTRUMENT_LATITUDE,
  INSTRUMENT_LONGITUDE,
  INSTRUMENT_INDICATORS,
  INSTRUMENT_FUNCTIONS,
  INSTRUMENT_SERVICE_CONTENT,
  INSTRUMENT_FEE_STANDARD,
  INSTRUMENT_UNIT_PRICE,
  INSTRUMENT_FEE_UNIT,
  INSTRUMENT_RULES,
  INSTRUMENT_OPENING_HOURS,
  INSTRUMENT_CONTACT_NAME,
  INSTRUMENT_CONTACT_PHONE,
  INSTRUMENT_CONTACT_EMAIL,
  INSTRUMENT_OPERATORS,
  INSTRUMENT_PHOTOS,
  INSTRUMENT_PAPERS,
  INSTRUMENT_CARRIER_NAME,
  INSTRUMENT_SERVICE_COUNT,
  INSTRUMENT_TAKEN,
  INSTRUMENT_IMPORTED_BY,
  INSTRUMENT_DESK_NAME,
  REVIEW_ENUM (INSTRUMENT),
  RISK_ENUM (INSTRUMENT),
};

/* How its last reading went; the rows themselves are told in SYSTEM_BAD_ROWS, 100 at most. */
enum
{
  SYSTEM_NAME, /* of the group [instruments NAME] in yiquand.conf */
  SYSTEM_TITLE,
  SYSTEM_ADDRESS,
  SYSTEM_PLACE,
  SYSTEM_MINUTES,
  SYSTEM_READ_AT,
  SYSTEM_NEXT_AT,
  SYSTEM_FAILURE,
  SYSTEM_TRIES,
  SYSTEM_N_ROWS,
  SYSTEM_N_NEW,
  SYSTEM_N_CHANGED,
  SYSTEM_N_KEPT,
  SYSTEM_N_BAD,
  SYSTEM_N_ELSEWHERE,
  SYSTEM_BAD_ROWS,
  SYSTEM_CURSOR, /* the system's own word for how far it has been read */
};

enum
{
  CLOSURE_INSTRUMENT,
  CLOSURE_FROM,
  CLOSURE_TO,
  CLOSURE_REASON,
};

enum
{
  PRESELECTION_INSTRUMENT,
};

enum
{
  FAVOURITE_KIND,
  FAVOURITE_INSTRUMENT,
  FAVOURITE_ORGANISATION,
  FAVOURITE_SERVICE,
  FAVOURITE_TITLE,
};

/* columns of INSTRUMENT_OPENING_HOURS */
extern const YqField
  yq_opening_columns[]; /* weekday 1..7 (Monday first), opens, closes: "HH:MM" in Shanghai */

extern const YqChoice yq_domains[]; /* fields of service */

extern const YqEntity yq_category, yq_instrument, yq_instrument_system, yq_closure, yq_preselection,
  yq_favourite;

/* Neither under repair nor out of use. */
gboolean yq_instrument_is_in_order (YqRecord *instrument);
/* Listed and in order: what is not counts as taken (domain.md rule 6). */
gboolean yq_instrument_can_be_booked (YqRecord *instrument);
/* Is the whole of [from, to) inside the weekly opening hours?  No hours given: Monday to Sunday,
 * round the clock. */
gboolean yq_instrument_is_open (YqRecord *instrument, gint64 from_ms, gint64 to_ms);
/* Does [from, to) overlap one of the record's "taken" rows (live bookings and closures)? */
gboolean yq_instrument_is_taken (YqRecord *instrument, gint64 from_ms, gint64 to_ms);
