/* Language, light or dark, contrast and text size, kept beside the store.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

typedef enum
{
  YQ_LOOK_SYSTEM,
  YQ_LOOK_LIGHT,
  YQ_LOOK_DARK
} YqLookColour;

typedef struct
{
  gboolean chinese;
  YqLookColour colour;
  gboolean high_contrast;
  guint text_percent; /* 100 to 200 */
} YqLook;

/* What was kept in dir; else Chinese unless the desktop clearly is English. */
YqLook yq_look_load (const char *dir);
gboolean yq_look_save (const YqLook *look, const char *dir, GError **error);
/* Before gtk_init(): locale, catalogue, glyph shapes. */
void yq_look_start (gboolean chinese);
/* A switch while running; windows have to be built again. */
void yq_look_set_language (gboolean chinese);
/* After gtk_init(): colours, contrast, text size, the style sheet; may be called again. */
void yq_look_apply (const YqLook *look);
/* Accessible actions GTK 4.8 lacks, the style sheet, icons: once after gtk_init(). */
void yq_look_init (void);

/* Small settings of pages (column choice …) kept in the same file; call after the window has a
 * store. */
void yq_settings_open (const char *dir);
char *yq_settings_get (const char *group, const char *key); /* NULL where unset */
void yq_settings_set (const char *group, const char *key, const char *value);
