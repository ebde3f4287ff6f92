/* Between chart.c and what draws it. */
#pragma once

#include "chart.h"

typedef struct
{
  char *label, *text, *note;
  double value;
  guint series;
  graphene_rect_t area; /* where it was drawn last */
} YqChartMark;

struct _YqChart
{
  GtkWidget parent_instance;
  YqChartKind kind;
  char *title, *words;
  GArray *marks;     /* YqChartMark */
  GPtrArray *series; /* char* */
  int current, hovered;
};

YqChartMark *yq_chart_mark (YqChart *self, guint i);
int yq_chart_height (YqChart *self, int width);
void yq_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
