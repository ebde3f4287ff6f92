/* The keys of this page and of every page: the window behind "?".  GTK thread only. */
#pragma once

#include "page.h"

GtkWidget *yq_key_help_new (GtkWidget *parent, YqPage *page); /* page may be NULL; present it */
char *yq_key_label (const char *accelerator);                 /* "Ctrl+K" */
