/* Amounts in fen (1/100 CNY). */
#pragma once

#include <glib.h>

char *yq_money_format (gint64 fen); /* 12,345.60; a minus sign in front where negative */
char *yq_money_plain (gint64 fen);  /* 12345.60, for spreadsheets */
/* Accepts full-width digits, thousands separators (proper groups only), ¥ and 元, spaces; at most
 * two decimals. FALSE on anything else and on overflow. */
gboolean yq_money_parse (const char *text, gint64 *fen);
char *yq_money_chinese (gint64 fen); /* 伍万元整, 壹仟零伍元叁角 (GB and bank practice) */
/* fen * basis_points / 10000, rounded down, without overflow. */
gint64 yq_money_share (gint64 fen, gint64 basis_points);
