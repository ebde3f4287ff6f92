/* Commands and the outbox from inside. */
#pragma once

#include "outbox.h"
#include "queue.h"
#include "store-private.h"

YqCommand *yq_command_new (YqQueued *queued); /* takes it */
gboolean yq_command_take (YqCommand *self,
                          YqQueued *queued); /* takes it; TRUE where anything changed */
gboolean yq_command_set_status (YqCommand *self, YqOutboxStatus status);
const YqQueued *yq_command_queued (YqCommand *self);
