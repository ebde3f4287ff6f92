/* A chart: bars, lines over time, or a funnel.  Every mark can be reached with the arrow keys,
 * opened with Enter or a click, and is told to a screen reader; colours follow the theme.  GTK
 * thread only. */
#pragma once

#include <gtk/gtk.h>

typedef enum
{
  YQ_CHART_BARS,   /* one below the other, the label before, the value behind */
  YQ_CHART_LINES,  /* several series over the same labels */
  YQ_CHART_FUNNEL, /* stages that become narrower */
} YqChartKind;

#define YQ_TYPE_CHART (yq_chart_get_type ())
G_DECLARE_FINAL_TYPE (YqChart, yq_chart, YQ, CHART, GtkWidget)

/* title is what the chart is called aloud. */
GtkWidget *yq_chart_new (YqChartKind kind, const char *title);
void yq_chart_clear (YqChart *chart);
/* Lines only: what the next marks belong to; shown in the legend. */
void yq_chart_add_series (YqChart *chart, const char *name);
/* value is what is drawn (≥ 0), text what it is called ("¥ 1,200.00"), note (may be NULL) what
 * stands behind it in small. */
void yq_chart_add (YqChart *chart, const char *label, double value, const char *text,
                   const char *note);
guint yq_chart_n_marks (YqChart *chart);
/* The mark the keyboard is on; -1: none. */
int yq_chart_current (YqChart *chart);
void yq_chart_set_current (YqChart *chart, int mark);
/* All marks in one sentence: the accessible description. */
const char *yq_chart_words (YqChart *chart);

/* Signal "activate" (guint mark): marks count from 0 in the order added. */
