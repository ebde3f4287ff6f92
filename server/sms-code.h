/* Codes of six digits sent to a phone: ten minutes, five tries, used once.  Only a keyed hash of a
 * code and of its phone is stored. */
#pragma once

#include "tx.h"

typedef enum
{
  YQ_CODE_REGISTER,
  YQ_CODE_RECOVER,
  YQ_CODE_BIND,
  YQ_CODE_PHONE,  /* to a phone that an account is to have from now on */
  YQ_CODE_TICKET, /* what a recovery code was exchanged for: long, never sent by SMS */
  YQ_CODE_ISSUED, /* by a manager or an administrator, who hands it over: never sent by SMS */
  YQ_N_CODES
} YqCodePurpose;

const char *yq_code_purpose_name (YqCodePurpose purpose);
int yq_code_purpose_from_name (const char *name); /* of those that can be asked for; or -1 */

gboolean yq_codes_create_tables (SqlConn *conn, GError **error);
/* At every start: accounts that were written without effects (imports) are found by phone too. */
gboolean yq_codes_prepare (SqlConn *conn, GError **error);

/* Which accounts have this phone, found without opening it. */
char *yq_code_phone_hash (const char *phone);
/* "13800001234" of "+86 138 0000 1234"; NULL where it is no mobile phone.  Free it. */
char *yq_code_read_phone (const char *text);
gboolean yq_code_index_phone (SqlConn *conn, const char *account, const char *phone,
                              GError **error);

/* How long the subject (a hash) has to wait for its next code, ms; 0: not at all.  One a minute,
 * five a day. */
gint64 yq_code_wait (SqlConn *conn, const char *subject, gint64 now, GError **error);
/* The same of all codes that this account asked for, to whatever phone. */
gint64 yq_code_wait_of_account (SqlConn *conn, const char *account, gint64 now, GError **error);
/* Inside a transaction: no code that this account asked for is good any more. */
gboolean yq_code_void (SqlConn *conn, const char *account, gint64 now, GError **error);
/* Inside a transaction: a new code for what was asked.  phone NULL: nobody gets it, and nobody can
 * tell. account may be NULL.  Returns its id; text (may be NULL) receives the code itself. */
char *yq_code_new (YqTx *tx, YqCodePurpose purpose, const char *subject, const char *phone,
                   const char *account, char **text, GError **error);
gint64 yq_code_life (void); /* ms */

/* -- issued codes: "ABCD-EFGH-JKLM" for one account; a day, five tries, used once -- */
gint64 yq_recovery_code_life (void); /* ms */
/* How long this account has to wait for its next one, ms; 0: not at all. */
gint64 yq_recovery_code_wait (SqlConn *conn, const char *account, gint64 now, GError **error);
/* Inside a transaction: a new one; those before it are good no longer.  Free it. */
char *yq_recovery_code_new (YqTx *tx, const char *account, GError **error);

typedef enum
{
  YQ_CODE_RIGHT,
  YQ_CODE_WRONG, /* or unknown, used, expired, tried too often: they look the same */
  YQ_CODE_FAILED /* the database: error is set */
} YqCodeAnswer;
/* The one that is good now, as yq_code_try() for an issued code: text may be typed with or without
 * dashes, in any case. */
YqCodeAnswer yq_recovery_code_try (SqlConn *conn, const char *account, const char *text, gint64 now,
                                   GError **error);
/* Inside a transaction that is kept also where it is wrong: counts the try; a right one is used up.
 * phone_hash and account (may be NULL) receive what the code is for; free them. */
YqCodeAnswer yq_code_try (SqlConn *conn, YqCodePurpose purpose, const char *id, const char *text,
                          gint64 now, char **phone_hash, char **account, GError **error);
