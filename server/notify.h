/* What leaves the server by HTTP: text messages to a gateway, events to a webhook.  Both stand in
 * an outbox table, written with what they tell about; a thread of its own delivers them, signed and
 * again until they are taken.  At least once: the receiver tells a repetition by Yiquan-Id.
 *
 *   POST URL                       Content-Type: application/json
 *   Yiquan-Id: UUID                the same at every try
 *   Yiquan-Timestamp: SECONDS      of this try
 *   Yiquan-Signature: sha256=HEX   HMAC-SHA256 under the secret of "SECONDS.BODY"
 *
 * A text message is {"id","phone","text","type"}, an event {"id","type","entity","record",
 * "revision","state","at"}.  2xx takes it, 410 and 422 refuse it for good, all else is tried again
 * with growing pauses. */
#pragma once

#include "server.h"
#include "tx.h"

extern const YqPart yq_notify_part;

gboolean yq_notify_create_tables (SqlConn *conn, GError **error);

/* Inside a transaction: does the server that runs here have a gateway? */
gboolean yq_notify_has_sms (SqlConn *conn);
/* A text message to a phone, and its line in the log; shown is what the log says (codes left out).
 * Nothing happens where there is no gateway.  until (ms UTC): no longer worth sending. */
gboolean yq_notify_sms (YqTx *tx, const char *account, const char *phone, const char *type,
                        const char *text, const char *shown, const char *record, gint64 until,
                        GError **error);
/* The message of that type to an account, by SMS too where the jurisdiction of the record says so.
 */
gboolean yq_notify_message (YqTx *tx, const char *account, const char *type, YqRecord *about,
                            const char *text, GError **error);
/* A step was taken: an event for the webhook where it asked for "entity.action". */
gboolean yq_notify_event (YqTx *tx, YqRecord *record, const char *action, GError **error);

/* Looks at once for what is due (after the clock was set). */
void yq_notify_wake (YqServer *server);
/* "sha256=…" as in the header.  Free it. */
char *yq_notify_signature (const char *secret, gint64 seconds, const char *body);
