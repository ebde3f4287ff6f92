/* Questions to the feeds, on a thread of their own: the answers come back ready to be stored. */
#pragma once

#include "api-client.h"
#include "store-received.h"

typedef struct _YqReader YqReader;
typedef struct _YqQuestion YqQuestion;

typedef struct
{
  GPtrArray *records; /* YqReceived */
  guint n;            /* with those that are passed over */
  gint64 next;
  gboolean more;
  guint retry_after; /* seconds; of an error, 0 where the server did not say */
} YqFeedPage;

const char *yq_scope_name (YqScope scope); /* "mine", as the server and the store call it */
/* token NULL: the catalogue only.  home is the asker's context.  Every question must have come back
 * before the reader is stopped. */
YqReader *yq_reader_start (const char *server, const char *token, GMainContext *home);
void yq_reader_stop (YqReader *reader);
/* came is called once in home, also after an error, and is the last to see the question. */
YqQuestion *yq_reader_ask (YqReader *reader, YqScope scope, gint64 after, guint wait,
                           void (*came) (YqQuestion *question, gpointer user_data),
                           gpointer user_data);
/* It comes back soon, with G_IO_ERROR_CANCELLED or with what had failed before. */
void yq_question_cancel (YqQuestion *question);
const YqFeedPage *yq_question_page (YqQuestion *question);
const GError *yq_question_error (YqQuestion *question); /* NULL: there is a page */
