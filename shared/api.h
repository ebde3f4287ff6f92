/* What both sides of the wire must agree on: see design/api.md. */
#pragma once

#define YQ_PATH_SESSIONS "/v1/sessions"
#define YQ_PATH_COMMANDS "/v1/commands"
#define YQ_PATH_CHANGES "/v1/changes"
#define YQ_PATH_FILES "/v1/files/"
#define YQ_PATH_SCHEMA "/v1/schema"

#define YQ_MAX_COMMANDS 1000
#define YQ_MAX_BODY (4 * 1024 * 1024)
#define YQ_MAX_LIMIT 200
#define YQ_MAX_CHANGES 1000
#define YQ_MAX_WAIT 25
#define YQ_COUNT_CAP 1000
#define YQ_FILE_MAX (5 * 1024 * 1024)
#define YQ_SLOT_MS (30 * 60 * 1000) /* one cell of the calendar */
#define YQ_SLOT_MAX_DAYS 31
#define YQ_UNDO_MS 10000 /* a decision waits so long in the outbox */
