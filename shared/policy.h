/* What a jurisdiction and a voucher programme allow, judged from their records (domain.md §3, §6):
 * pure functions that say why.  Amounts in fen; years, days and windows in Asia/Shanghai. */
#pragma once

#include "problem.h"
#include "record.h"
#include "world.h"

/* The jurisdiction in force in a region; NULL where none is. A new reference. */
YqRecord *yq_policy_jurisdiction (YqWorld *world, const char *region);
/* "浙江省、上海市青浦区": the regions of such rows in words, the first ones where there are more
 * than most; an empty list is all of them.  New, translated. */
char *yq_policy_regions_text (JsonArray *rows, guint most);
/* Which jurisdictions are in force where, with their help lines, in one line.  New, translated; ""
 * where there is none. */
char *yq_policy_served_text (YqWorld *world);
/* Does becoming a carrier in a region demand this step ("store", "qualification")?  The
 * jurisdiction names them with bars between. */
gboolean yq_policy_demands (YqWorld *world, const char *region, const char *step);
/* The jurisdiction of the programme a record names, else that of its region.  A new reference. */
YqRecord *yq_policy_jurisdiction_of (YqWorld *world, YqRecord *record);
/* Does the list of rows with a member "region" hold this region (by ancestor)?  An empty list holds
 * all. */
gboolean yq_policy_regions_hold (JsonArray *rows, const char *region);

/* Every rule of the programme's "eligible": NULL, or not_eligible naming the rule and its numbers.
 */
YqProblem *yq_policy_check_eligible (YqWorld *world, YqRecord *programme, YqRecord *organisation);

/* May it apply for vouchers at all (是否申请创新券)?  NULL, or not_eligible with the condition that
 * fails: where open programmes of its jurisdiction ask for that, one of them has to be for such an
 * organisation.  Verification and what is asked at a claim or settlement are left aside. */
YqProblem *yq_policy_check_opt_in (YqWorld *world, YqRecord *organisation);

typedef struct
{
  int year;
  gint64 total;      /* cap per year; -1: none */
  gint64 per_claim;  /* -1: none */
  gint64 held_cap;   /* -1: none */
  gint64 claimed;    /* this year, granted and waiting */
  gint64 held;       /* vouchers' available + held money now */
  gint64 budget;     /* left in the programme */
  gint64 claimable;  /* what one claim may be now */
  const char *limit; /* the knob that limits it: "cap_total", "cap_claim", "cap_held", "budget" */
} YqCaps;

/* except is the claim being decided, not counted twice; may be NULL. */
YqCaps yq_policy_caps (YqWorld *world, YqRecord *programme, YqRecord *organisation,
                       const char *except);
YqProblem *yq_policy_check_claim (YqWorld *world, YqRecord *programme, YqRecord *organisation,
                                  gint64 amount, const char *except);

/* The same of a claim decided outside, which the region of the programme imports. */
YqProblem *yq_policy_check_import (YqWorld *world, YqRecord *programme, YqRecord *organisation,
                                   gint64 amount, const char *except);
/* May so much be granted, by whatever way: programme open, caps, budget. */
YqProblem *yq_policy_check_grant (YqWorld *world, YqRecord *programme, YqRecord *organisation,
                                  gint64 amount, const char *except);

/* The most a voucher may pay of a fee: the subsidy row for where both are registered, its cap, the
 * cap per use. */
gint64 yq_policy_subsidy (YqRecord *programme, const char *buyer_region, const char *carrier_region,
                          gint64 fee);
/* May this use be submitted?  state and validity of the voucher, carrier, subsidy, balance, papers
 * at use. */
YqProblem *yq_policy_check_use (YqWorld *world, YqRecord *programme, YqRecord *voucher,
                                YqRecord *buyer, YqRecord *carrier, YqRecord *use);

/* May the enterprise fill in a use of such a voucher itself?  NULL, or the knob used_at and what to
 * do instead.  Part of the above for a use without an order. */
YqProblem *yq_policy_check_by_hand (YqRecord *programme);

/* The same but for the voucher, its money and papers: eligibility, carrier, project, redeemer. */
YqProblem *yq_policy_check_deal (YqWorld *world, YqRecord *programme, YqRecord *buyer,
                                 YqRecord *carrier, YqRecord *use);

/* -- settlement: the voucher is granted by it (shandong 3.3.1) -- */
/* Could this booking be paid with the programme at all?  NULL, or the condition that fails. */
YqProblem *yq_policy_check_settles (YqWorld *world, YqRecord *programme, YqRecord *order);
/* The most the programme would pay for it now, in fen: share and cap of the fee, caps, budget. */
gint64 yq_policy_settle_most (YqWorld *world, YqRecord *programme, YqRecord *order);
/* args: the own fields of order.settle.  Money, caps, papers, invoice; a settlement without voucher
 * needs nothing. */
YqProblem *yq_policy_check_settlement (YqWorld *world, YqRecord *order, const YqValues *args);
/* What the settlement makes of args, neither written: the use (confirmed, without voucher) and the
 * invoice that pays it. */
YqRecord *yq_settlement_use (YqRecord *order, YqRecord *programme, const YqValues *args,
                             gint64 now);
YqRecord *yq_settlement_invoice (YqRecord *order, const char *use, const YqValues *args);

typedef struct
{
  gboolean open;         /* now; TRUE where the programme has no windows */
  gboolean unlimited;    /* has no windows */
  char from[11], to[11]; /* the open one, or the next one, "" where none is known */
  int days_left;         /* of the open one, today counted */
} YqWindow;

YqWindow yq_policy_window (YqRecord *programme, const char *region, gint64 now);

/* What a use still lacks for redemption, as choice codes of papers ("contract", "invoice",
 * "result") and "consent" (not yet confirmed by the carrier).  Empty: 符合.  Free with g_strfreev.
 */
char **yq_policy_missing_papers (YqWorld *world, YqRecord *programme, YqRecord *use);
/* Where nobody fills in the use, contract and result come with the redemption itself (delta
 * 5.6.2). */
gboolean yq_policy_comes_with_redemption (YqRecord *programme, const char *paper);
/* One translated sentence per code of above: "请填写发票号". */
const char *yq_policy_paper_hint (const char *code);
/* Window, lines, papers, texts, invoice rules (domain §6.4). */
YqProblem *yq_policy_check_redemption (YqWorld *world, YqRecord *programme, YqRecord *redemption);

/* The newest text of that kind ("guide.claim") of the jurisdiction in force in the region, and its
 * version; NULL where it has none.  Free it. */
char *yq_policy_text (YqWorld *world, const char *region, const char *kind, gint64 *version);

/* Evaluation counts as good after so many days; the profile goes stale after so many (0: never). */
int yq_policy_evaluation_days (YqWorld *world, const char *region);
int yq_policy_refresh_days (YqWorld *world, const char *region);
/* Working days promised for a kind of record; 0 where nothing is promised. */
int yq_policy_review_days (YqWorld *world, const char *region, const char *kind);
/* The same for a record: by the jurisdiction of its programme, where it names one. */
int yq_policy_review_days_of (YqWorld *world, YqRecord *record);
