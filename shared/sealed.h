/* YQ_SECRET fields at rest (XSalsa20-Poly1305): "v1:" and base64 of nonce and box.  Any thread. */
#pragma once

#include <glib.h>

#define YQ_SEALED_KEY_SIZE 32

void yq_sealed_new_key (guint8 key[YQ_SEALED_KEY_SIZE]); /* random */
char *yq_sealed_write (const guint8 key[YQ_SEALED_KEY_SIZE], const char *text);
/* The text; NULL where the key is another one or a byte has changed. */
char *yq_sealed_read (const guint8 key[YQ_SEALED_KEY_SIZE], const char *sealed);
gboolean yq_sealed_is (const char *text);
/* The same for the content of a file: nonce and box as they are, after a mark of four bytes. */
GBytes *yq_sealed_write_bytes (const guint8 key[YQ_SEALED_KEY_SIZE], GBytes *content);
GBytes *yq_sealed_read_bytes (const guint8 key[YQ_SEALED_KEY_SIZE], GBytes *sealed);
/* 64 hexadecimal digits, equal for equal texts and useless without the key: finds equal secrets (a
 * bank account used twice) without opening them.  BLAKE2b under a key derived from key. */
char *yq_sealed_hash (const guint8 key[YQ_SEALED_KEY_SIZE], const char *text);
