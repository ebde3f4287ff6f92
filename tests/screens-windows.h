/* The windows as tests/screens draws them: signed in at a demo server, its data synced. */
#pragma once

#include "frame.h"

typedef struct _ScreenDesk ScreenDesk;

ScreenDesk *screen_desk_new (const char *server, const char *user, const char *window);
void screen_desk_free (ScreenDesk *desk);
/* Pictures of every page whose name ("enterprise-orders") holds only, into dir; how many. */
guint screen_desk_draw (ScreenDesk *desk, const char *dir, const char *only);
