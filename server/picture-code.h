/* Picture codes: a few characters drawn so that a person reads them and a script hardly does.  Each
 * can be tried once, within five minutes.  Any thread. */
#pragma once

#include <glib.h>

typedef struct _YqPictureCodes YqPictureCodes;

YqPictureCodes *yq_picture_codes_new (void);
void yq_picture_codes_free (YqPictureCodes *self);
/* A new one: its id (free it) and the picture, a PNG. */
char *yq_picture_codes_add (YqPictureCodes *self, gint64 now, GBytes **png);
gint64 yq_picture_codes_life (void); /* ms */
/* Right or wrong, the code is used up.  Case and spaces around do not matter. */
gboolean yq_picture_codes_try (YqPictureCodes *self, const char *id, const char *text, gint64 now);
/* Tests only: what the picture shows; NULL where there is none.  Free it. */
char *yq_picture_codes_peek (YqPictureCodes *self, const char *id);

/* The picture of a text of known characters. */
GBytes *yq_picture_code_draw (const char *text);
