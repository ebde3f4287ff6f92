/* The windows as tests/screens draws them: signed in at a demo server, its data synced. */
#pragma once

#include "frame.h"

/* One person at one window.  Her pictures are called TAG-PAGE. */
typedef struct
{
  const char *tag, *user; /* user NULL: a visitor */
  const char *window;
  const char *pages; /* "orders|vouchers"; NULL: all, and as somebody sees them who has nothing */
} ScreenPerson;

/* What one comes to by a click or two; the pictures are called TAG-NAME. */
typedef struct
{
  const char *name;
  const char *entity, *state;                     /* the first such record is opened; NULL: none */
  const char *step;                               /* and its dialog is asked for */
  const char *page;                               /* else this page is shown */
  void (*go) (YqFrame *frame, const char *world); /* and then this done; may be NULL.  The frame has
                                                     "yq-api", its YqApiClient */
} ScreenScene;

typedef struct
{
  const char *tag;
  const ScreenScene *scenes; /* ends with { NULL } */
} ScreenScenes;

extern const ScreenScenes screen_scenes[]; /* ends with { NULL } */

typedef struct _ScreenDesk ScreenDesk;

/* world is the folder that screens-fill filled. */
ScreenDesk *screen_desk_new (const char *server, const char *world, const ScreenPerson *person);
void screen_desk_free (ScreenDesk *desk);
/* Her window, over what was synced.  Closed with its dialogs. */
GtkWidget *screen_desk_open (ScreenDesk *desk);
void screen_desk_close (GtkWidget *frame);
/* Pictures of everything whose name ("enterprise-orders") holds only, into dir; how many.  whole:
 * also of pages at first use. */
guint screen_desk_draw (ScreenDesk *desk, const char *dir, const char *only, gboolean whole);
