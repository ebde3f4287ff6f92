/* One request, as the parts of the API client share it. */
#pragma once

#include <libsoup/soup.h>

#include "api-client.h"

typedef struct
{
  guint status;
  GBytes *body;
  gint64 upload_offset; /* -1: not said */
} YqReply;

void yq_reply_free (YqReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqReply, yq_reply_free)

SoupMessage *yq_api_message (YqApiClient *self, const char *method, const char *path);
/* Sends and reads whole.  finish: an answer of any 2xx, or an error (and the client's problem). */
void yq_api_send_message_async (YqApiClient *self, SoupMessage *message, guint timeout_s,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
YqReply *yq_api_send_message_finish (YqApiClient *self, GAsyncResult *result, GError **error);
