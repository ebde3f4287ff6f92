/* What waits to be sent, and what came back and needs a person: the popover under the sync state.
 * GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "sync.h"

#define YQ_TYPE_TRAY (yq_tray_get_type ())
G_DECLARE_FINAL_TYPE (YqTray, yq_tray, YQ, TRAY, GtkWidget)

/* A button with the sync state in words; its popover is the tray.  sync may be NULL. */
GtkWidget *yq_tray_new (YqOutbox *outbox, YqSync *sync);
void yq_tray_popup (YqTray *tray);
void yq_tray_set_narrow (YqTray *tray, gboolean narrow); /* only its icon */
/* Signal "open-record" (const char *entity, const char *id). */
