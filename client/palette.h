/* Ctrl+K: one line to type in, and everything one can open or start below it.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_PALETTE (yq_palette_get_type ())
G_DECLARE_FINAL_TYPE (YqPalette, yq_palette, YQ, PALETTE, GtkWidget)

GtkWidget *yq_palette_new (YqStore *store);
void yq_palette_add (YqPalette *palette, const char *icon, const char *title, const char *keywords,
                     const char *detailed_action);
void yq_palette_set_entities (YqPalette *palette, const char *const *entities);
void yq_palette_open (YqPalette *palette, const char *text);
void yq_palette_close (YqPalette *palette);
/* Signal "open-record" (const char *entity, const char *id). */
