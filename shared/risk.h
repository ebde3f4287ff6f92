/* What a reviewer should look at twice (domain.md §8): signs, never verdicts.  Pure; whoever asks
 * finds what her own world shows her. */
#pragma once

#include "record.h"
#include "world.h"

typedef enum
{
  YQ_RISK_ASSET_NUMBER, /* another instrument has the same asset number */
  YQ_RISK_CREDIT_CODE,  /* another organisation has the same credit code */
  YQ_RISK_INVOICE,      /* the invoice was entered elsewhere, too */
  YQ_RISK_SCANNED,      /* what was typed is not what the QR code of the invoice says */
  YQ_RISK_RELATED,      /* buyer and carrier share a legal person, a phone or a bank account */
  YQ_RISK_PRICE,        /* far above the median of its category */
  YQ_RISK_BURST,        /* many in a short time between the same two */
  YQ_RISK_BANK_CHANGED, /* the bank data changed after submission */
  YQ_N_RISKS
} YqRiskKind;

typedef struct
{
  YqRiskKind kind;
  char *text;             /* a translated sentence with its numbers */
  const YqEntity *entity; /* of the other record; NULL where there is none to look at */
  char *record;           /* its id, or NULL */
} YqRisk;

const char *yq_risk_title (YqRiskKind kind); /* translated, short */
/* Of an instrument, service, organisation, order, voucher use or redemption, the gravest kinds
 * first: what world shows, and what the server kept in the record; empty where nothing is odd. An
 * array of YqRisk; free with g_ptr_array_unref. */
GPtrArray *yq_risks_find (YqWorld *world, YqRecord *record);
/* Looks at all that world holds, and keeps in the record's own fields "risk" and "risks" what it
 * finds: kinds and numbers only, for those who do not see the other records.  Elsewhere nothing
 * happens. */
void yq_risks_keep (YqWorld *world, YqRecord *record);
/* The digits of a phone or account; "" where it is masked or holds none.  Free it. */
char *yq_risk_digits (const char *text);
