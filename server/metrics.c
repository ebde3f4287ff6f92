/* Counters, added to with relaxed atomics; a latency histogram with fixed buckets. */
#define G_LOG_DOMAIN "yiquand-metrics"

#include "metrics.h"

#include "routes.h"

/* clang-format off */
static const guint statuses[] = { 200, 201, 204, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 0 };
static const gint64 buckets_us[] = { 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 10000000 };

static const struct
{
  const char *name, *type, *help;
} metrics_told[YQ_N_METRICS] = {
  [YQ_METRIC_CONNECTIONS] = { "yiquan_connections", "gauge", "Open connections" },
  [YQ_METRIC_CONNECTIONS_CUT] = { "yiquan_connections_cut_total", "counter", "Connections closed for being too slow" },
  [YQ_METRIC_WRITER_BATCHES] = { "yiquan_writer_batches_total", "counter", "Transactions committed" },
  [YQ_METRIC_WRITER_UNITS] = { "yiquan_writer_units_total", "counter", "Pieces of work in them" },
  [YQ_METRIC_WRITER_LOST] = { "yiquan_writer_lost_total", "counter", "Transactions given up" },
  [YQ_METRIC_FEED_WAITS] = { "yiquan_feed_waits", "gauge", "Readers waiting for changes" },
  [YQ_METRIC_SIGN_INS] = { "yiquan_sign_ins_total", "counter", "Passwords that were right" },
  [YQ_METRIC_SIGN_IN_FAILURES] = { "yiquan_sign_in_failures_total", "counter", "Passwords that were wrong" },
  [YQ_METRIC_SIGN_INS_THROTTLED] = { "yiquan_sign_ins_throttled_total", "counter", "Sign-ins refused unread" },
};
/* clang-format on */

#define N_STATUSES G_N_ELEMENTS (statuses)
#define N_BUCKETS G_N_ELEMENTS (buckets_us)

struct _YqMetrics
{
  gint64 values[YQ_N_METRICS];
  gint64 slower; /* requests beyond the last bucket */
  gint64 buckets[N_BUCKETS];
  gint64 total_us;
  gint64 requests[]; /* route * N_STATUSES + status; the last route is "no such path" */
};

static void
add (gint64 *counter, gint64 n)
{
  __atomic_fetch_add (counter, n, __ATOMIC_RELAXED);
}

static gint64
get (const gint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

YqMetrics *
yq_metrics_new (void)
{
  return g_malloc0 (sizeof (YqMetrics) + (yq_routes_count () + 1) * N_STATUSES * sizeof (gint64));
}

void
yq_metrics_free (YqMetrics *metrics)
{
  g_free (metrics);
}

void
yq_metrics_add (YqMetrics *metrics, YqMetric metric, gint64 n)
{
  add (&metrics->values[metric], n);
}

gint64
yq_metrics_get (YqMetrics *metrics, YqMetric metric)
{
  return get (&metrics->values[metric]);
}

void
yq_metrics_request (YqMetrics *metrics, guint route, guint status, gint64 us)
{
  guint s = 0, b = 0;

  while (statuses[s] != status && statuses[s] != 0)
    s++;
  while (b < N_BUCKETS && us > buckets_us[b])
    b++;
  add (&metrics->requests[MIN (route, yq_routes_count ()) * N_STATUSES + s], 1);
  add (b < N_BUCKETS ? &metrics->buckets[b] : &metrics->slower, 1);
  add (&metrics->total_us, us);
}

static void
append_head (GString *out, const char *name, const char *type, const char *help)
{
  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
append_requests (YqMetrics *metrics, GString *out)
{
  append_head (out, "yiquan_requests_total", "counter", "Answers by route and status");
  for (guint i = 0; i <= yq_routes_count (); i++)
    for (guint s = 0; s < N_STATUSES; s++)
      {
        const YqRoute *route = i < yq_routes_count () ? yq_routes_nth (i) : NULL;
        gint64 n = get (&metrics->requests[i * N_STATUSES + s]);

        if (n == 0)
          continue;
        g_string_append_printf (out, "yiquan_requests_total{method=\"%s\",route=\"%s\",",
                                route != NULL ? route->method : "",
                                route != NULL ? route->pattern : "none");
        if (statuses[s] != 0)
          g_string_append_printf (out, "status=\"%u\"} %" G_GINT64_FORMAT "\n", statuses[s], n);
        else
          g_string_append_printf (out, "status=\"other\"} %" G_GINT64_FORMAT "\n", n);
      }
}

static void
append_latency (YqMetrics *metrics, GString *out)
{
  const char *name = "yiquan_request_seconds";
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  gint64 n = 0;

  append_head (out, name, "histogram", "From the head of a request to its answer");
  for (guint i = 0; i < N_BUCKETS; i++)
    {
      n += get (&metrics->buckets[i]);
      g_ascii_formatd (number, sizeof number, "%g", buckets_us[i] / 1e6);
      g_string_append_printf (out, "%s_bucket{le=\"%s\"} %" G_GINT64_FORMAT "\n", name, number, n);
    }
  n += get (&metrics->slower);
  g_ascii_formatd (number, sizeof number, "%.6f", get (&metrics->total_us) / 1e6);
  g_string_append_printf (out, "%s_bucket{le=\"+Inf\"} %" G_GINT64_FORMAT "\n", name, n);
  g_string_append_printf (out, "%s_sum %s\n%s_count %" G_GINT64_FORMAT "\n", name, number, name, n);
}

void
yq_metrics_append (YqMetrics *metrics, GString *out, guint waiting)
{
  append_requests (metrics, out);
  append_latency (metrics, out);
  for (guint i = 0; i < YQ_N_METRICS; i++)
    {
      append_head (out, metrics_told[i].name, metrics_told[i].type, metrics_told[i].help);
      g_string_append_printf (out, "%s %" G_GINT64_FORMAT "\n", metrics_told[i].name,
                              yq_metrics_get (metrics, i));
    }
  append_head (out, "yiquan_writer_waiting", "gauge", "Jobs in the writer's queue");
  g_string_append_printf (out, "yiquan_writer_waiting %u\n", waiting);
}
