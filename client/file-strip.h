/* The files of a record: thumbnail, name, open, and (where it may be) remove.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_FILE_STRIP (yq_file_strip_get_type ())
G_DECLARE_FINAL_TYPE (YqFileStrip, yq_file_strip, YQ, FILE_STRIP, GtkWidget)

/* array is [{"sha256","name"}], may be NULL.  store may be NULL: nothing can be opened. */
GtkWidget *yq_file_strip_new (YqStore *store, gboolean editable);
void yq_file_strip_show (YqFileStrip *strip, JsonArray *files);
/* Large pictures below each other, for reviewers. */
void yq_file_strip_set_inline (YqFileStrip *strip, gboolean show_inline);
/* Fetches it if it is not here yet, then opens it with the desktop's program. */
void yq_file_open (GtkWidget *parent, YqStore *store, const char *sha256, const char *name);
/* When the program ends: the copies that were made for other programs. */
void yq_file_forget_copies (void);
/* Signal "remove" (guint index). */
