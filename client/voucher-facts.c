/* What a ticket says, read from the records. */
#define G_LOG_DOMAIN "yiquan-vouchers"

#include "order.h"
#include "party.h"
#include "voucher.h"
#include "vouchers-page.h"

/* The server's public page behind the code; the token alone where no address is known. */
static char *
qr_text (YqFrame *frame, const char *token)
{
  g_autofree char *server = NULL;

  if (token == NULL)
    return NULL;
  server = yq_store_get_meta (yq_frame_store (frame), "server");
  return server != NULL ? g_strconcat (server, "/v/", token, NULL) : g_strdup (token);
}

YqVoucherFacts
yq_voucher_facts (YqFrame *frame, YqRecord *voucher, char **qr)
{
  const YqState *state = yq_entity_state (&yq_voucher, yq_record_state (voucher));
  YqWorld *world = yq_store_world (yq_frame_store (frame));
  const char *kind = yq_record_text (voucher, VOUCHER_KIND);

  *qr = qr_text (frame, yq_record_text (voucher, VOUCHER_TOKEN));
  return (YqVoucherFacts){
    .number = yq_record_text (voucher, VOUCHER_NUMBER),
    .programme = yq_record_text (voucher, VOUCHER_PROGRAMME_NAME),
    .holder = yq_record_text (voucher, VOUCHER_HOLDER_NAME),
    .kind = kind != NULL ? yq_choice_title (&yq_voucher.fields[VOUCHER_KIND], kind) : NULL,
    .amount = yq_record_int (voucher, VOUCHER_AMOUNT),
    .available = world->balance (world, "available", yq_record_id (voucher)),
    .held = world->balance (world, "held", yq_record_id (voucher)),
    .redeemed = yq_record_int (voucher, VOUCHER_REDEEMED),
    .valid_until = yq_record_text (voucher, VOUCHER_VALID_UNTIL),
    .state = yq_record_state_title (voucher),
    .tone = state->tone,
    .token = *qr,
  };
}

YqVoucherFacts
yq_voucher_use_facts (YqFrame *frame, YqRecord *use, char **qr)
{
  const YqState *state = yq_entity_state (&yq_voucher_use, yq_record_state (use));
  const char *redeemer = yq_record_text (use, VOUCHER_USE_REDEEMER);

  *qr = qr_text (frame, yq_record_text (use, VOUCHER_USE_TOKEN));
  return (YqVoucherFacts){
    .number = yq_record_has (use, VOUCHER_USE_NUMBER)
                ? yq_record_text (use, VOUCHER_USE_NUMBER)
                : yq_record_text (use, VOUCHER_USE_VOUCHER_NUMBER),
    .programme = yq_record_text (use, VOUCHER_USE_CONTRACT_NAME),
    .holder = yq_record_text (use, VOUCHER_USE_BUYER_NAME),
    .carrier = yq_record_text (use, VOUCHER_USE_CARRIER_NAME),
    .kind = redeemer != NULL
              ? yq_choice_title (&yq_voucher_use.fields[VOUCHER_USE_REDEEMER], redeemer)
              : NULL,
    .amount = yq_record_int (use, VOUCHER_USE_AMOUNT),
    .held =
      yq_record_in_state (use, "redeemed|terminated") ? 0 : yq_record_int (use, VOUCHER_USE_AMOUNT),
    .redeemed = yq_record_int (use, VOUCHER_USE_REDEEMED_AMOUNT),
    .state = yq_record_state_title (use),
    .tone = state->tone,
    .token = *qr,
  };
}
