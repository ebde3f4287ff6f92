/* A wire between client and server that can be cut at a byte: a TCP relay in threads of its own. */
#pragma once

#include <glib.h>

typedef struct _Wire Wire;

typedef enum
{
  WIRE_WHOLE,   /* relays */
  WIRE_REQUEST, /* ends the connection instead of passing on a request that matches */
  WIRE_TELL,    /* relays everything, and calls before the first byte of the reply */
  WIRE_REPLY,   /* passes it on, and ends the connection after so many bytes of the reply */
} WireCut;

Wire *wire_new (guint server_port);
void wire_free (Wire *wire);
guint wire_port (Wire *wire);
/* The next request whose head begins with start ("POST /v1/commands") is cut, once; then (on a
 * thread of the wire) cut_cb is called, may be NULL. */
void wire_cut (Wire *wire, WireCut cut, const char *start, guint n_bytes,
               void (*cut_cb) (gpointer user_data), gpointer user_data);
gboolean wire_was_cut (Wire *wire);
/* FALSE: connections are refused and those there are end. */
void wire_set_up (Wire *wire, gboolean up);
guint64 wire_n_reply_bytes (Wire *wire); /* of the last matching request, when it was whole */
