/* Passwords are verified one after the other, on one thread of low priority: argon2id must not slow
 * the loops. */
#pragma once

#include "http.h"

typedef struct _YqSignIns YqSignIns;

YqSignIns *yq_sign_ins_new (YqServer *server, GError **error);
void yq_sign_ins_stop (YqSignIns *self); /* the rest of the queue gets 503; joins */
void yq_sign_ins_free (YqSignIns *self);
YqSignIns *yq_sessions_sign_ins (YqServer *server);
