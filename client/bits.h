/* Small things every page is made of: pills, money, times, cards, headings.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

/* After the last key; GTK's own 150 ms would be felt. Long readings are cut off by the next. */
#define YQ_SEARCH_DELAY_MS 0

/* -- labels -- */
/* xalign 0; classes is a list of CSS classes separated by spaces, or NULL. */
GtkWidget *yq_label_new (const char *text, const char *classes);
GtkWidget *yq_label_new_wrapped (const char *text, const char *classes);
/* A heading of a page's section. */
GtkWidget *yq_heading_new (const char *text);
/* ¥ 50,000.00 in tabular figures; fen. */
GtkWidget *yq_money_label_new (gint64 fen);
void yq_money_label_set (GtkWidget *label, gint64 fen);
/* "3 天前", the full time in the tooltip; follows the clock. */
GtkWidget *yq_time_label_new (gint64 ms);
void yq_time_label_set (GtkWidget *label, gint64 ms);
char *yq_time_ago (gint64 ms, gint64 now); /* "3 天前", "2 小时后"; older than 30 days: the date */
char *yq_money_text (gint64 fen);          /* "¥ 50,000.00" */
char *yq_count_text (guint count);         /* "2,318" */
char *yq_size_text (gint64 bytes);         /* "1.2 MB" */

/* -- a state as a word in a soft pill of its tone -- */
GtkWidget *yq_pill_new (const char *text, YqTone tone);
void yq_pill_set (GtkWidget *pill, const char *text, YqTone tone);
/* As yq_store_format(), but says so where a reference is not on this computer. */
char *yq_format_known (YqStore *store, const YqValues *values, guint field);
GtkWidget *yq_state_pill_new (YqRecord *record); /* follows the record */
const char *yq_tone_class (YqTone tone);         /* "tone-waiting" */
const char *yq_tone_name (YqTone tone);          /* translated, for screen readers */

/* -- containers -- */
/* A white card with 12 inside; title and description may be NULL. */
GtkWidget *yq_card_new (const char *title, const char *description, GtkWidget *child);
/* A heading and what stands below it, 6 apart. */
GtkWidget *yq_section_new (const char *title, GtkWidget *child);
/* The same with a button "More…" at the end of the heading. */
GtkWidget *yq_section_new_more (const char *title, GtkWidget *child, const char *detailed_action);
/* The vertical box of a page: 24 around, 18 between. */
GtkWidget *yq_page_box_new (void);
/* label : value, stacked or side by side as width allows. */
GtkWidget *yq_fact_new (const char *title, GtkWidget *value);
/* A number that matters with its caption: home pages. */
GtkWidget *yq_figure_new (const char *caption, const char *number, YqTone tone);
void yq_figure_set (GtkWidget *figure, const char *number);
/* A row of a boxed list: icon, title, subtitle, suffix (may be NULL), activates the action. */
GtkWidget *yq_row_new (const char *icon, const char *title, const char *subtitle, GtkWidget *suffix,
                       const char *detailed_action);
GtkWidget *yq_boxed_list_new (void);

/* -- buttons -- */
/* icon or label may be NULL; an icon-only button gets label as tooltip and accessible name through
 * yq_icon_button_new. */
GtkWidget *yq_button_new (const char *label, const char *detailed_action, const char *classes);
GtkWidget *yq_icon_button_new (const char *icon, const char *name, const char *detailed_action);
/* NULL why: sensitive.  Else greyed, and why is its tooltip and its accessible description. */
void yq_widget_set_why (GtkWidget *widget, const char *why);
const char *yq_widget_why (GtkWidget *widget);

void yq_set_name (GtkWidget *widget, const char *accessible_name);
void yq_set_description (GtkWidget *widget, const char *accessible_description);
void yq_add_classes (GtkWidget *widget, const char *classes);
void yq_set_margins (GtkWidget *widget, int around);
/* Takes the focus away from what is about to be greyed or hidden: texts complain otherwise. */
void yq_drop_focus (GtkWidget *within);
/* Frees every child of a box, grid or list box. */
void yq_remove_children (GtkWidget *container);
