/* The page behind a voucher's QR code, and the signature in it.  A token is
 * base64url (voucher id · number · amount · valid until) and its Ed25519 signature: who has the
 * public key (yq_token_public_key, published in /v1/schema as "voucher_key") verifies it without a
 * network. */
#pragma once

#include "http.h"
#include "record.h"

/* Reads the key, or makes it (0600) where the folder has none.  Call once before serving; keeps it
 * for the process. */
gboolean yq_token_init (const char *folder, GError **error);
const char *yq_token_public_key (void); /* base64url, 32 bytes */
char *yq_token_new (YqRecord *voucher);
/* The id of the voucher that a genuine token names, or NULL. */
char *yq_token_verify (const char *token);

/* GET /v/TOKEN: HTML, no script, Chinese first. */
void yq_verify_page (YqRequest *request);
