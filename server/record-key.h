/* The key of secret fields; loaded by yq_record_sql_load_key(). */
#pragma once

#include <glib.h>

const guint8 *yq_record_key (void); /* YQ_SEALED_KEY_SIZE bytes */
