/* The bar at the bottom that appears with the first tick, tells the truth before the click, then
 * shows progress, then what came of it with a countdown to undo.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_BATCH_BAR (yq_batch_bar_get_type ())
G_DECLARE_FINAL_TYPE (YqBatchBar, yq_batch_bar, YQ, BATCH_BAR, GtkWidget)

GtkWidget *yq_batch_bar_new (void);
/* name is what "action" is emitted with; classes "suggested-action" or NULL. */
GtkWidget *yq_batch_bar_add_action (YqBatchBar *bar, const char *name, const char *label,
                                    const char *classes);
void yq_batch_bar_set_action_label (YqBatchBar *bar, const char *name, const char *label);
void yq_batch_bar_set_action_why (YqBatchBar *bar, const char *name, const char *why);
/* 已选 1,990 项 · 可通过 1,982 · 不可 8 (查看原因); 0 ticked hides a preview, while progress and
 * outcome stay: their records lose the ticks meanwhile.  refused 0: no reasons link. */
void yq_batch_bar_set_preview (YqBatchBar *bar, guint ticked, guint allowed, guint refused,
                               const char *verb);
void yq_batch_bar_set_progress (YqBatchBar *bar, const char *text, guint done, guint total);
/* Counts down; "undo" is emitted on the click. */
void yq_batch_bar_set_undo (YqBatchBar *bar, const char *text, guint seconds);
/* 已通过 1,982 · 未通过 8; failed > 0 offers the list and 重试. */
void yq_batch_bar_set_outcome (YqBatchBar *bar, const char *text, guint failed);
void yq_batch_bar_hide (YqBatchBar *bar);
/* Signals: "action" (const char *name), "reasons" (), "cancel" (), "undo" (), "failures" (),
 * "retry" (), "clear" (): untick. */
