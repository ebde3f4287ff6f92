/* The page behind a QR code, and the signature in it. */
#pragma once

#include "http.h"
#include "record.h"
#include "voucher-token.h"

/* Reads the key pair from folder/voucher.key, or makes it (0600).  Once, before other threads
 * start. */
gboolean yq_token_init (const char *folder, GError **error);
const char *yq_token_public_key (void); /* base64url of 32 bytes; NULL before init */
/* See voucher-token.h. */
char *yq_token_new (YqTokenKind kind, const char *id, const char *number, const char *holder,
                    gint64 amount, const char *day);
/* What a genuine token says, expired or not; FALSE on any other. */
gboolean yq_token_read (const char *token, YqTokenFacts *facts);

/* GET /v/TOKEN: HTML, no script, Chinese first. */
void yq_verify_page (YqRequest *request);
/* The same without HTTP: the whole page, and its status. */
GString *yq_verify_page_render (SqlConn *conn, const char *token, gint64 now, guint *status);
