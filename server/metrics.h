/* Counters of a running server, added to by any thread without a lock, written out for Prometheus.
 */
#pragma once

#include <glib.h>

typedef struct _YqMetrics YqMetrics;

typedef enum
{
  YQ_METRIC_CONNECTIONS,     /* open now */
  YQ_METRIC_CONNECTIONS_CUT, /* closed by us: too slow, too many */
  YQ_METRIC_WRITER_BATCHES,  /* transactions committed */
  YQ_METRIC_WRITER_UNITS,    /* pieces of work in them */
  YQ_METRIC_WRITER_LOST,     /* transactions given up */
  YQ_METRIC_FEED_WAITS,      /* readers waiting for changes now */
  YQ_METRIC_SIGN_INS,        /* passwords that were right */
  YQ_METRIC_SIGN_IN_FAILURES,
  YQ_METRIC_SIGN_INS_THROTTLED,
  YQ_N_METRICS
} YqMetric;

YqMetrics *yq_metrics_new (void);
void yq_metrics_free (YqMetrics *metrics);
void yq_metrics_add (YqMetrics *metrics, YqMetric metric, gint64 n); /* n may be negative */
gint64 yq_metrics_get (YqMetrics *metrics, YqMetric metric);
void yq_metrics_request (YqMetrics *metrics, guint route, guint status, gint64 us);
/* waiting: jobs in the writer's queue now. */
void yq_metrics_append (YqMetrics *metrics, GString *out, guint waiting);
