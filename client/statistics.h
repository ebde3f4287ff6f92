/* What a reviewer's records add up to: the way of the money from claim to payment, and how long
 * decisions take.  Computed in the store's worker from the local records, by one statement each. */
#pragma once

#include "store.h"

/* Stations of the money, in order. */
typedef enum
{
  YQ_STAT_CLAIMED,   /* granted claims */
  YQ_STAT_USED,      /* uses that were submitted and not terminated */
  YQ_STAT_CONFIRMED, /* … and confirmed by the carrier */
  YQ_STAT_REDEEMED,  /* approved redemptions, with what was approved */
  YQ_STAT_PAID,
  YQ_N_STATS
} YqStat;

typedef enum
{
  YQ_BY_ALL, /* one group, its key "" */
  YQ_BY_MONTH,
  YQ_BY_REGION,
  YQ_BY_CATEGORY, /* of the service; of claims, which know none yet, the programme */
  YQ_N_BYS
} YqStatBy;

/* What is counted: records in some states, an amount of each, the time it belongs to. */
typedef struct
{
  const YqEntity *entity;
  const char *states; /* "a|b" */
  const char *amount; /* money field */
  const char *time;   /* time or date field */
} YqStatSource;

typedef struct
{
  const char *title; /* N_() */
  YqStatSource whole;
  YqStatSource parts;   /* by category, where the whole has none: what it consists of; else empty */
  const char *category; /* a choice or reference of the parts, or else of the whole */
} YqStatSpec;
extern const YqStatSpec yq_stats[YQ_N_STATS];
/* What groups of that kind consist of. */
const YqStatSource *yq_stat_source (YqStat stat, YqStatBy by);

/* Whatever reviewers and experts decide on what waits for them, as the review records tell. */
typedef struct
{
  const char *title; /* N_() */
  const YqEntity *entity;
  const char *actions; /* "a|b" */
} YqStatDecision;
#define YQ_N_STAT_DECISIONS 16
extern const YqStatDecision yq_stat_decisions[YQ_N_STAT_DECISIONS];

/* Working days a decision took, by the official calendar: up to 1, 2, 5, 10, more. */
#define YQ_N_STAT_SPANS 5
extern const int yq_stat_spans[YQ_N_STAT_SPANS];

typedef struct
{
  int year;       /* in Shanghai; 0: all */
  char **regions; /* any of these; NULL: all */
  guint digits;   /* regions are counted by their first 2, 4 or 6 digits */
} YqStatScope;
YqStatScope *yq_stat_scope_new (int year, const char *const *regions);
void yq_stat_scope_free (YqStatScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqStatScope, yq_stat_scope_free)

typedef struct
{
  char *key; /* "2026-11"; "330421" cut to digits; a choice's code; "" where unset */
  guint count;
  gint64 sum; /* fen */
} YqStatGroup;

/* How long decisions of a kind took: of all, and of each level where there are several. */
typedef struct
{
  guint decision;               /* of yq_stat_decisions */
  const char *level;            /* of review.level; NULL: all */
  guint count;                  /* decided */
  int median, longest;          /* working days */
  double mean;                  /* working days */
  guint late;                   /* decided after the day that was promised */
  guint spans[YQ_N_STAT_SPANS]; /* how many took so long */
} YqStatTimes;

typedef struct
{
  GPtrArray *groups[YQ_N_STATS][YQ_N_BYS]; /* YqStatGroup, by key */
  GPtrArray *times;                        /* YqStatTimes, of what was decided at all */
  int first_year;                          /* of the oldest record; 0: none */
} YqStatistics;
void yq_statistics_free (YqStatistics *statistics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqStatistics, yq_statistics_free)

/* Main thread. */
void yq_statistics_load_async (YqStore *store, const YqStatScope *scope, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
YqStatistics *yq_statistics_load_finish (YqStore *store, GAsyncResult *result, GError **error);
/* Are records of that kind counted? */
gboolean yq_statistics_count (const char *entity);
/* NULL where there is no such group. */
const YqStatGroup *yq_statistics_find (const YqStatistics *statistics, YqStat stat, YqStatBy by,
                                       const char *key);

/* -- the records behind a number.  Free it. -- */
YqQuery *yq_stat_query (const YqStatScope *scope, YqStat stat, YqStatBy by, const char *key);
/* span YQ_N_STAT_SPANS: the late ones; -1: all. */
YqQuery *yq_stat_times_query (const YqStatScope *scope, const YqStatTimes *times, int span);
/* Those that took exactly so many working days. */
YqQuery *yq_stat_days_query (const YqStatScope *scope, const YqStatTimes *times, int days);
