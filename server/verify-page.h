/* The page behind a QR code, and the signature in it.
 *
 * A token is base64url without padding of: 1 byte kind, 16 bytes id of the record, 8 bytes amount
 * in fen (big-endian), 4 bytes days since 1970-01-01 of the last valid day of a voucher or the day
 * of a use (big-endian), the number in ASCII, and 64 bytes Ed25519 signature of all before it.  Who
 * has the public key verifies it without a network. */
#pragma once

#include "http.h"
#include "record.h"

typedef enum
{
  YQ_TOKEN_VOUCHER = 1,
  YQ_TOKEN_USE = 2,
} YqTokenKind;

/* Reads the key pair from folder/voucher.key, or makes it (0600).  Once, before other threads
 * start. */
gboolean yq_token_init (const char *folder, GError **error);
const char *yq_token_public_key (void); /* base64url of 32 bytes; NULL before init */
char *yq_token_new (YqTokenKind kind, const char *id, const char *number, gint64 amount,
                    const char *day);
/* What a genuine token says; FALSE on any other.  Free id and number. */
gboolean yq_token_read (const char *token, YqTokenKind *kind, char **id, char **number,
                        gint64 *amount);

/* GET /v/TOKEN: HTML, no script, Chinese first. */
void yq_verify_page (YqRequest *request);
/* The same without HTTP: the whole page, and its status. */
GString *yq_verify_page_render (SqlConn *conn, const char *token, gint64 now, guint *status);
