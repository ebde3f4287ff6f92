/* A chart and the table below it, in a card: every number opens the records behind it, and the
 * table goes to a spreadsheet.  GTK thread only. */
#pragma once

#include "chart.h"
#include "frame.h"
#include "sheet-file.h"

#define YQ_TYPE_STAT_CARD (yq_stat_card_get_type ())
G_DECLARE_FINAL_TYPE (YqStatCard, yq_stat_card, YQ, STAT_CARD, GtkWidget)

typedef struct
{
  const char *title; /* translated; copied */
  YqSheetKind kind;  /* TEXT, NUMBER or MONEY (fen) */
} YqStatColumn;

/* One cell: text of a text column; number of the others; query (taken, may be NULL) is what stands
 * behind it. */
typedef struct
{
  const char *text;
  gint64 number;
  YqQuery *query;
} YqStatCell;

/* description may be NULL. */
GtkWidget *yq_stat_card_new (YqFrame *frame, const char *title, const char *description,
                             YqChartKind kind);
YqChart *yq_stat_card_chart (YqStatCard *card);
/* Empties chart and table. */
void yq_stat_card_begin (YqStatCard *card, const YqStatColumn *columns, guint n);
void yq_stat_card_add_row (YqStatCard *card, const YqStatCell *cells);
/* The mark of the chart added last opens this column's cell of the row added last. */
void yq_stat_card_link_mark (YqStatCard *card, guint column);
/* … or any cell. */
void yq_stat_card_link_cell (YqStatCard *card, guint row, guint column);
/* What stands behind a cell; NULL: nothing. */
const YqQuery *yq_stat_card_query (YqStatCard *card, guint row, guint column);
/* Opens what stands behind a cell; FALSE where there is nothing. */
gboolean yq_stat_card_open (YqStatCard *card, guint row, guint column);
gboolean yq_stat_card_export_to (YqStatCard *card, const char *path, GError **error);
