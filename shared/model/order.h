/* From booking to evaluation: order, service_record, evaluation. */
#pragma once

#include "common.h"

enum
{
  ORDER_NUMBER,
  ORDER_KIND,
  ORDER_ITEM_TITLE,
  ORDER_INSTRUMENTS,
  ORDER_SERVICE,
  ORDER_WISHED,
  ORDER_QUANTITY,
  ORDER_SAMPLES,
  ORDER_PURPOSE,
  ORDER_PROJECT_NAME,
  ORDER_PROJECT_SOURCE,
  ORDER_SUBSIDISED,
  ORDER_NEED,
  ORDER_OWN_PROJECT,
  ORDER_EXPECTED_EFFECT,
  ORDER_CONTACT_NAME,
  ORDER_CONTACT_PHONE,
  ORDER_CONTACT_EMAIL,
  ORDER_PAPERS,
  ORDER_PROGRAMME,
  ORDER_VOUCHER,
  ORDER_VOUCHER_AMOUNT,
  ORDER_SUPPLEMENT_TO,
  ORDER_PRICE,
  ORDER_CONFIRMED_FROM,
  ORDER_CONFIRMED_TO,
  ORDER_PROPOSED_FROM,
  ORDER_PROPOSED_TO,
  ORDER_REASON,
  ORDER_ALTERNATIVES,
  ORDER_CARRIER_CONTACT,
  ORDER_SAMPLE_RECEIVED_ON,
  ORDER_RESULTS,
  ORDER_RESULT_FILES,
  ORDER_FEES,
  ORDER_SETTLEMENT_FILES,
  ORDER_BUYER_NAME,
  ORDER_CARRIER_NAME,
  ORDER_DESK_NAME,
  ORDER_SUBMITTED_AT,
  ORDER_ACCEPTED_AT,
  ORDER_DELIVERED_AT,
  ORDER_VOUCHER_KIND,
  RISK_ENUM (ORDER),
};

/* the step's own fields */
enum
{
  ORDER_ACCEPT_PRICE,
  ORDER_ACCEPT_FROM,
  ORDER_ACCEPT_TO,
  ORDER_ACCEPT_COMMENT,
};
enum
{
  ORDER_PROPOSE_FROM,
  ORDER_PROPOSE_TO,
  ORDER_PROPOSE_COMMENT,
};
enum
{
  ORDER_OFFLINE_ID,
  ORDER_OFFLINE_PRICE,
  ORDER_OFFLINE_COMMENT,
};
enum
{
  ORDER_QUOTA_AMOUNT,
  ORDER_QUOTA_COMMENT,
};
enum
{
  ORDER_SETTLE_FILES,
  ORDER_SETTLE_PROGRAMME,
  ORDER_SETTLE_VOUCHER,
  ORDER_SETTLE_AMOUNT,
  ORDER_SETTLE_CATEGORY,
  ORDER_SETTLE_CONTRACT_FILES,
  ORDER_SETTLE_RELEVANCE_FILES,
  ORDER_SETTLE_INVOICE_CODE,
  ORDER_SETTLE_INVOICE_NUMBER,
  ORDER_SETTLE_INVOICE_DATE,
  ORDER_SETTLE_INVOICE_AMOUNT,
  ORDER_SETTLE_INVOICE_IMAGE,
  ORDER_SETTLE_PLEDGE,
  ORDER_SETTLE_INVOICE_SCANNED,
};

enum
{
  SERVICE_RECORD_VOUCHER_USE,
  SERVICE_RECORD_ORDER,
  SERVICE_RECORD_STARTED_AT,
  SERVICE_RECORD_ENDED_AT,
  SERVICE_RECORD_HOURS,
  SERVICE_RECORD_FEE,
  SERVICE_RECORD_NOTE,
  SERVICE_RECORD_BUYER_NAME,
  SERVICE_RECORD_TITLE,
  SERVICE_RECORD_NUMBER,
  SERVICE_RECORD_CARRIER_NAME,
};

enum
{
  EVALUATION_ORDER,
  EVALUATION_VOUCHER_USE,
  EVALUATION_TITLE,
  EVALUATION_CARRIER_NAME,
  EVALUATION_STARS,
  EVALUATION_TEXT,
  EVALUATION_BY_DEFAULT,
  EVALUATION_DUE_ON,
};
enum
{
  EVALUATE_STARS,
  EVALUATE_TEXT,
};

extern const YqEntity yq_order, yq_service_record, yq_evaluation;
extern const YqField yq_alternative_columns[]; /* instrument, from, to */

/* Is a service ordered, and not the time of instruments? */
gboolean yq_order_is_of_service (YqRecord *order);
/* The sum of ORDER_FEES in fen; the price where none are registered. */
gint64 yq_order_fee (YqRecord *order);
/* Does the order take the time of instruments?  A supplementary one only carries an amount. */
gboolean yq_order_takes_time (YqRecord *order);
/* The use that the server makes, confirmed, of an order that pays with a voucher: not yet written,
 * without a number.  A new reference. */
YqRecord *yq_order_make_use (YqWorld *world, YqRecord *order, YqRecord *voucher, gint64 amount);
/* What the voucher of the order pays of a fee: at most what the order asks for (0: no limit). */
gint64 yq_order_voucher_amount (YqWorld *world, YqRecord *order, gint64 fee);
/* For the table: NULL is fine. */
YqProblem *yq_order_check_voucher (YqWorld *world, YqRecord *order);
/* 券类型: what kind of voucher it pays with, or "none". */
void yq_order_derive_voucher_kind (YqWorld *world, YqRecord *order);
/* May another order carry what a second invoice of it is about?  One under way that is none itself.
 */
gboolean yq_order_may_be_supplemented (YqRecord *order);
YqProblem *yq_order_check_supplement (YqWorld *world, YqRecord *order);
YqProblem *yq_order_check_accepted_price (YqWorld *world, YqRecord *order, const YqValues *args);
YqProblem *yq_order_check_not_offline (YqWorld *world, YqRecord *order);
gboolean yq_order_may_be_offline (YqRecord *order);
YqProblem *yq_order_can_serve_offline (YqWorld *world, const YqWho *who, YqRecord *order,
                                       const YqValues *args);
/* Times of the i-th wished period; FALSE past the end or where it is not whole. */
gboolean yq_period_at (JsonArray *periods, guint i, gint64 *from_ms, gint64 *to_ms);
