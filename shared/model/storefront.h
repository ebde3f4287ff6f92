/* How a carrier enters the market: store, service, institution, voucher_service (manual
 * jiangsu-carrier, steps 2 to 4), each reviewed at the level its jurisdiction names. */
#pragma once

#include "common.h"

enum
{
  STORE_NAME,
  STORE_INTRODUCTION,
  STORE_SCOPE,
  STORE_ADDRESS,
  STORE_CONTACT_NAME,
  STORE_CONTACT_PHONE,
  STORE_CONTACT_EMAIL,
  STORE_LICENCES,
  STORE_PHOTOS,
  STORE_CARRIER_NAME,
  STORE_DESK_NAME,
  STORE_APPROVED_AT,
  REVIEW_ENUM (STORE),
};

enum
{
  SERVICE_TRACK,
  SERVICE_NAME,
  SERVICE_CATEGORY,
  SERVICE_DOMAIN,
  SERVICE_INSTRUMENTS,
  SERVICE_DESCRIPTION,
  SERVICE_DELIVERABLE,
  SERVICE_CERTIFICATES,
  SERVICE_PRICE_MODE,
  SERVICE_PRICE,
  SERVICE_UNIT,
  SERVICE_CYCLE,
  SERVICE_OPEN_TO,
  SERVICE_CONTACT_NAME,
  SERVICE_CONTACT_PHONE,
  SERVICE_PHOTOS,
  SERVICE_PAPERS,
  SERVICE_CARRIER_NAME,
  SERVICE_DESK_NAME,
  SERVICE_FOR_VOUCHERS,
  SERVICE_SERVICE_COUNT,
  REVIEW_ENUM (SERVICE),
  RISK_ENUM (SERVICE),
};

enum
{
  INSTITUTION_PROGRAMME,
  INSTITUTION_STATEMENT,
  INSTITUTION_PAPERS,
  INSTITUTION_PLEDGE,
  INSTITUTION_TITLE,
  INSTITUTION_PROGRAMME_NAME,
  INSTITUTION_CARRIER_NAME,
  INSTITUTION_DESK_NAME,
  INSTITUTION_ADMITTED_ON,
  REVIEW_ENUM (INSTITUTION),
};

enum
{
  VOUCHER_SERVICE_SERVICE,
  VOUCHER_SERVICE_PROGRAMME,
  VOUCHER_SERVICE_NOTE,
  VOUCHER_SERVICE_TITLE,
  VOUCHER_SERVICE_PROGRAMME_NAME,
  VOUCHER_SERVICE_CARRIER_NAME,
  REVIEW_ENUM (VOUCHER_SERVICE),
};

extern const YqEntity yq_store, yq_service, yq_institution, yq_voucher_service;

/* The one in force beside this record: approved, of the same carrier and the same desk (or of no
 * desk, like it).  A new reference, or NULL. */
YqRecord *yq_storefront_of (YqWorld *world, YqRecord *record);
/* Is there an approved institution of this programme beside the record?  states: which count. */
gboolean yq_is_institution (YqWorld *world, YqRecord *record, const char *programme,
                            const char *states);
/* Is the service approved for vouchers of this programme? */
gboolean yq_service_takes_vouchers (YqWorld *world, const char *service, const char *programme);
/* Why enterprises registered in region may not order it (区域标签), naming the regions it is open
 * to; free it.  NULL: they may. */
char *yq_service_why_closed (YqRecord *service, const char *region);
/* Is it a fixed price (一口价)? */
gboolean yq_service_has_fixed_price (YqRecord *service);
