/* One page of a frame: title, actions in the header, content, keys.  GTK thread only. */
#pragma once

#include <adwaita.h>

#define YQ_TYPE_PAGE (yq_page_get_type ())
G_DECLARE_FINAL_TYPE (YqPage, yq_page, YQ, PAGE, GtkWidget)

YqPage *yq_page_new (const char *title, GtkWidget *content);
void yq_page_set_title (YqPage *page, const char *title);
void yq_page_set_subtitle (YqPage *page, const char *subtitle);
const char *yq_page_title (YqPage *page);
const char *yq_page_subtitle (YqPage *page);
void yq_page_set_content (YqPage *page, GtkWidget *content);
GtkWidget *yq_page_content (YqPage *page);
/* Content in the middle, at most width wide, scrolling: forms (720) and homes (960). */
void yq_page_set_content_clamped (YqPage *page, GtkWidget *content, int width);

/* A button of the header while the page is on top: first added stands leftmost. */
GtkWidget *yq_page_add_button (YqPage *page, const char *icon, const char *label,
                               const char *detailed_action);
void yq_page_add_header_widget (YqPage *page, GtkWidget *widget);
GtkWidget *yq_page_header_box (YqPage *page);

/* Actions of the page, "page.NAME".  NULL user_data is the page. */
void yq_page_add_actions (YqPage *page, const GActionEntry *entries, int n_entries,
                          gpointer user_data);
GActionMap *yq_page_action_map (YqPage *page);
/* A key and what it does, in the help (?) of the page.  detailed_action may be NULL where the key
 * is handled elsewhere.  accelerator as in GTK: "<Control>n". */
void yq_page_add_key (YqPage *page, const char *accelerator, const char *title,
                      const char *detailed_action);
/* For the frame: number of keys, and the nth. */
guint yq_page_n_keys (YqPage *page);
const char *yq_page_key (YqPage *page, guint i, const char **title, const char **detailed_action);

/* Properties "title" and "subtitle" notify. Signals "shown" and "hidden" (no arguments): the page
 * came on top, or went. */
