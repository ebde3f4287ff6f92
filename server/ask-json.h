/* Questions to other servers whose answers are JSON.  Calls block, on any thread that is not a
 * loop's. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

/* One question over a connection of its own: an answer other than 200, one of more than max bytes,
 * or one that is not JSON is an error; nothing is redirected; seconds for each pause on the way. */
JsonNode *yq_ask_json (SoupMessage *message, gsize max, guint seconds, GCancellable *cancellable,
                       GError **error);
