/* Everything about accounts that is asked without a command: registering, SMS codes, passwords,
 * bindings.  Passwords are slow to hash: one thread takes one errand after the other; then the
 * writer does its part. */
#pragma once

#include "picture-code.h"
#include "server.h"
#include "sms-code.h"

typedef struct _YqAccountDesk YqAccountDesk;
typedef struct _YqErrand YqErrand;

typedef struct
{
  const char *name;
  /* Desk thread: reads the body, checks, hashes.  Sets problem to refuse.  conn is read-only. */
  void (*prepare) (YqErrand *errand, SqlConn *conn);
  /* Desk thread, after throttling and picture code: a secret that costs a hash.  May be NULL. */
  void (*verify) (YqErrand *errand, SqlConn *conn);
  /* Writer thread, may run again: sets problem to refuse.  Returns as YqJob.run does: FALSE without
   * error undoes what was written. */
  gboolean (*run) (YqErrand *errand, YqTx *tx, GError **error);
  gboolean always_pictured; /* a picture code is always demanded, not only after failures */
} YqErrandKind;

struct _YqErrand
{
  YqJob job;
  const YqErrandKind *kind;
  YqAccountDesk *desk;
  YqRequest *request;
  JsonObject *body;
  YqSession *session; /* who asks, or NULL */
  gint64 now;
  char *address_key;
  char *subject_key;    /* what wrong answers count against besides the address; or NULL */
  gboolean is_pictured; /* a picture code is demanded whatever happened before */
  gboolean is_wrong;    /* a secret was wrong: counts as a failure */
  YqProblem *problem;
  guint status;
  GString *answer;  /* NULL: none */
  char *touched[2]; /* accounts whose sessions in memory are old now */
  /* what prepare leaves for run */
  char *hash, *account, *subject, *phone;
  YqValues *person, *organisation;
};

extern const YqPart yq_accounts_part;

YqPictureCodes *yq_account_desk_pictures (YqServer *server);
/* Do failures under these keys demand a picture code (three of them in 15 minutes)?  Then checks
 * what body brings: NULL where it is right or not needed.  Also for signing in. */
YqProblem *yq_account_check_picture (YqServer *server, JsonObject *body, guint n_failures,
                                     gint64 now);

/* Answers with this problem; field may be NULL. */
void yq_errand_refuse (YqErrand *errand, YqProblemCode code, const char *field, const char *detail);
/* A member that is text of at most max bytes, or NULL. */
const char *yq_errand_text (JsonObject *object, const char *name, gsize max);
/* {"id","text"} of that name tried as a code of the purpose; FALSE: refused, or an error. */
gboolean yq_errand_try_code (YqErrand *errand, YqTx *tx, YqCodePurpose purpose, char **phone_hash,
                             char **account, GError **error);
/* Desk thread: is the body's member of that name the password of errand->account? Otherwise the
 * errand is refused, and it counts as a failure. */
void yq_errand_verify_password (YqErrand *errand, SqlConn *conn, const char *name);
/* Is it one that can be taken?  Otherwise the errand is refused, with the field "password". */
gboolean yq_errand_hash_password (YqErrand *errand, const char *username);

/* What becomes an account, and the draft of an organisation she manages, if any. */
typedef struct
{
  const char *id, *username, *phone; /* phone may be NULL */
  const char *hash;                  /* of the password; NULL: she signs in elsewhere */
  const YqValues *person;            /* of yq_account */
  const char *organisation_id;
  const YqValues *organisation; /* of yq_organisation; NULL: none */
} YqNewAccount;

/* Writer thread.  Whether the name is free is the caller's to look.  A problem (or error) undoes
 * nothing by itself. */
YqProblem *yq_account_write (YqTx *tx, const YqNewAccount *new, GError **error);

/* handlers */
void yq_captcha_handle (YqRequest *request);
void yq_accounts_create (YqRequest *request);   /* account-register.c */
void yq_codes_create (YqRequest *request);      /* account-password.c */
void yq_passwords_create (YqRequest *request);  /* account-password.c */
void yq_bindings_create (YqRequest *request);   /* account-bind.c */
void yq_phones_create (YqRequest *request);     /* account-phone.c */
void yq_recoveries_create (YqRequest *request); /* account-recovery.c */

void yq_errand_start (YqRequest *request, const YqErrandKind *kind);
