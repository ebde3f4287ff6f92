/* Every URL of the server, in one table (routes.c).  A handler is declared in the header of its own
 * file. */
#pragma once

#include "http.h"

typedef struct
{
  const char *method;
  const char *pattern; /* a star for a segment is any one; literal patterns stand before those */
  YqHandler handler;
  guint flags; /* YqRouteFlags */
} YqRoute;

guint yq_routes_count (void);
const YqRoute *yq_routes_nth (guint i);
/* The route of a request.  -1: no such path, or the method is not allowed, then *allow names those
 * that are. */
int yq_routes_find (const char *method, const char *const *parts, char **allow);
