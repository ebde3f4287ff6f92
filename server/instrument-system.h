/* Reads the instruments of other systems ([instruments NAME] in yiquand.conf) regularly, and when
 * an administrator takes the step "read" (Jiangsu's manual, instruments, step 3: what the primary
 * account has in the 科学仪器管理系统 is there to be picked).
 *
 *   GET URL?since=CURSOR         without since the first time
 *   Authorization: Bearer SECRET
 *
 * answers an array of rows (instrument-rows.h), or {"items": rows, "next": address of the next page
 * of the same server, "until": CURSOR for the next reading}.  Without "until" all is read each
 * time. A reading that fails in the middle is begun anew, with growing pauses; what came before
 * stays. */
#pragma once

#include "server.h"
#include "tx.h"

extern const YqPart yq_instrument_systems_part;

/* Inside a transaction: reads this system (a record of yq_instrument_system) at once after it. */
void yq_instrument_system_ask (YqTx *tx, YqRecord *system);
/* Looks at once for what is due (after the clock was set). */
void yq_instrument_systems_wake (YqServer *server);
