/* Counts failures by name and says when there were too many: 5 in 15 minutes.  Any thread. */
#pragma once

#include <glib.h>

typedef struct _YqThrottle YqThrottle;

YqThrottle *yq_throttle_new (void);
void yq_throttle_free (YqThrottle *throttle);
gint64 yq_throttle_wait (YqThrottle *throttle, const char *name,
                         gint64 now); /* ms until the next try; 0: now */
guint yq_throttle_count (YqThrottle *throttle, const char *name,
                         gint64 now); /* failures that still count, 5 at most */
void yq_throttle_fail (YqThrottle *throttle, const char *name, gint64 now);
void yq_throttle_forget (YqThrottle *throttle, const char *name);
