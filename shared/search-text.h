/* Text segmented so that FTS5 unicode61 (both sides) finds any part of a Chinese word: see
 * architecture.md §4.  Two columns: words holds pairs of neighbours, other words folded, and filter
 * tokens stand in their own; single characters stand in a column of their own. */
#pragma once

#include <glib.h>

char *yq_search_fold (const char *text);    /* NFKC, lower case, full-width to half-width */
char *yq_search_pairs (const char *text);   /* "场发 发射 射扫 …" and folded Latin words */
char *yq_search_singles (const char *text); /* "场 发 射 …" */
/* Pinyin initials in pairs: 扫描电镜 -> "sm md dj" (GB 2312 level 1). */
char *yq_search_initials (const char *text);
/* All three; the text is folded once. */
void yq_search_cut (const char *text, char **pairs, char **singles, char **initials);
/* The same letters in one run, "smdj": for few texts that are looked through whole. */
char *yq_search_letters (const char *text);
/* The FTS5 MATCH expression for what a person typed, over columns pairs, singles, initials,
 * filters; filters is a list of tokens that must all be there ("r3304", "c010100"), may be NULL.
 * NULL: nothing to search. */
char *yq_search_query (const char *typed, const char *const *filters);
/* What the index would say of one text: whether query (of yq_search_query(), without filters) finds
 * it.  For texts that are few and stand in no index; a mark on a Latin letter must be typed. */
gboolean yq_search_matches (const char *query, const char *text);
char *yq_search_sort_key (const char *text); /* sorts Chinese by pinyin (GB 18030 order), Latin
                                                folded first; plain ASCII hex or text */
