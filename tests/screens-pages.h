/* The pages tests/screens draws: one table per area, each in the four faces where they make sense.
 */
#pragma once

#include <gtk/gtk.h>

typedef struct
{
  const char *name; /* of the picture */
  /* A new window content or a whole GtkWindow, filled with examples. */
  GtkWidget *(*build) (void);
  int width, height;
} ScreenPage;

extern const ScreenPage screens_widgets[]; /* tables end with { NULL } */
