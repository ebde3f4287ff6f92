/* What a record is made of.  The tables in shared/model/ fill these types in; small engines
 * (record, record-json, record-check, workflow, access, the server's SQL, the client's forms and
 * tables) interpret them.  A table holds facts; whatever is conditional is a C function beside it.
 */
#pragma once

#include <glib.h>

#include "text.h"

typedef struct _YqRecord YqRecord;
typedef struct _YqValues YqValues;
typedef struct _YqProblem YqProblem;
typedef struct _YqWorld YqWorld;
typedef struct _YqWho YqWho;

typedef enum
{
  YQ_TEXT,    /* UTF-8; max counts characters */
  YQ_INTEGER, /* gint64; with .decimals = n it counts 10^-n (latitude: 6) */
  YQ_MONEY,   /* gint64 fen, 1/100 CNY */
  YQ_DATE,    /* "YYYY-MM-DD", a day in Asia/Shanghai */
  YQ_TIME,    /* gint64 milliseconds UTC; RFC 3339 on the wire */
  YQ_BOOLEAN,
  YQ_CHOICE,     /* one of .choices, by its code */
  YQ_REGION,     /* six digits, GB/T 2260 */
  YQ_REFERENCE,  /* the UUID of a record of entity .refers */
  YQ_REFERENCES, /* an array of them, in the order chosen */
  YQ_FILES,      /* [{"sha256","name"}] */
  YQ_ROWS,       /* an array of objects with the members in .columns */
} YqType;

/* Who reads: a reader of a record belongs to one or more of these classes (yq_access_readers). */
typedef enum
{
  YQ_SEES_PUBLIC = 1 << 0,   /* anybody, without an account */
  YQ_SEES_PARTIES = 1 << 1,  /* members of buyer and carrier */
  YQ_SEES_OWNER = 1 << 2,    /* members of the organisation (or the account) it belongs to */
  YQ_SEES_REVIEWER = 1 << 3, /* reviewers whose region holds the record's */
  YQ_SEES_EXPERT = 1 << 4,   /* experts it is assigned to */
  YQ_SEES_ADMINISTRATOR = 1 << 5,
} YqSees;

/* Sets in everyday use.  "Public" means everybody. */
#define YQ_EVERYBODY 0x3f
#define YQ_INVOLVED (0x3f & ~YQ_SEES_PUBLIC) /* parties, owner, reviewer, expert, administrator */
#define YQ_OFFICIAL (YQ_SEES_OWNER | YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR)
#define YQ_DECIDERS (YQ_SEES_REVIEWER | YQ_SEES_EXPERT | YQ_SEES_ADMINISTRATOR)
#define YQ_NOBODY 0 /* kept on the server only */

typedef enum
{
  YQ_REQUIRED = 1 << 0, /* needed by the steps that leave a draft; a draft may lack anything */
  YQ_LIST = 1 << 1,     /* a column of the list as it first opens */
  YQ_LONG = 1 << 2,     /* text of several lines */
  YQ_COMPUTED = 1 << 3, /* written by the server only */
  YQ_REVIEWED = 1 << 4, /* changing it after approval sends the record to review again */
  YQ_SECRET = 1 << 5,   /* encrypted at rest on server and client */
  YQ_SEARCH = 1 << 6,   /* part of the search text */
  YQ_INDEX = 1 << 7,    /* filtered or joined by: the server keeps an index */
  YQ_UNIQUE = 1 << 8,   /* one value once within the owner, where given (asset_number) */
  YQ_SHEET = 1 << 9,    /* a column of the import and export spreadsheet */
  YQ_HIDDEN = 1 << 10,  /* never drawn by the generic form and table (ids, snapshots) */
} YqFieldFlags;

/* Who edits, per state: each field names its groups, YqEditable says who writes which groups. */
typedef enum
{
  YQ_EDIT_FORM = 1 << 0,    /* what the applicant fills in */
  YQ_EDIT_CARRIER = 1 << 1, /* what the carrier adds to somebody else's record (results, fees) */
  YQ_EDIT_UPKEEP = 1 << 2,  /* what stays editable after approval */
  YQ_EDIT_OFFICE = 1 << 3,  /* what the science bureau or the administrator keeps */
  YQ_EDIT_INVOICE = 1 << 4, /* what may be completed late (invoices, papers) */
} YqEdit;

/* Calm words for states: see design/screens.md, "One accent, five tones". */
typedef enum
{
  YQ_TONE_NEUTRAL, /* draft */
  YQ_TONE_WAITING, /* blue: waits for others */
  YQ_TONE_YOURS,   /* amber: needs you (the owner) */
  YQ_TONE_DONE,    /* green */
  YQ_TONE_BAD,     /* red: refused, overdue, ended */
} YqTone;

/* The actors of design/api.md.  YQ_ACTOR_OWNER is any member of the owning organisation or the
 * owning account; YQ_ACTOR_REVIEWER is a reviewer at the level the record waits at. */
typedef enum
{
  YQ_ACTOR_NONE,
  YQ_ACTOR_OWNER,
  YQ_ACTOR_MANAGER,
  YQ_ACTOR_BUYER,
  YQ_ACTOR_CARRIER,
  YQ_ACTOR_DESK,
  YQ_ACTOR_REDEEMER,
  YQ_ACTOR_OTHER,
  YQ_ACTOR_REVIEWER,
  YQ_ACTOR_EXPERT,
  YQ_ACTOR_ADMINISTRATOR,
  YQ_ACTOR_ACCOUNT,
  YQ_ACTOR_CLOCK,
} YqActor;

typedef struct
{
  const char *code;
  const char *title; /* N_() */
} YqChoice;

typedef struct _YqField YqField;
struct _YqField
{
  const char *name;  /* SQL-safe, the same in JSON and C */
  const char *title; /* N_() */
  YqType type;
  guint flags;     /* YqFieldFlags */
  guint sees;      /* YqSees: who sees it as it is */
  guint masked;    /* YqSees: who sees it masked (disjoint from sees) */
  guint edit;      /* YqEdit groups it belongs to; 0 is never written by a client */
  gint64 min, max; /* numbers: value; text: characters; files, rows, references: how many */
  guint decimals;
  const YqChoice *choices; /* ends with { NULL } */
  const char *refers;      /* entity of reference(s) */
  const char *refers_if;   /* "kind=service|!parent": see yq_check_record; NULL: all */
  const YqField *columns;  /* of rows; ends with { NULL } */
  const char *accept;      /* files: endings allowed, "pdf|jpg|png"; NULL is the usual list */
  gint64 max_bytes;        /* files: of one file; 0 is 5 MB */
  const char *group;       /* N_(): the section of the form it stands in; NULL: as the one before */
  const char *hint;        /* N_(): one line under the field */
  const char *unset;       /* N_(): what a list says while the server has not given the value */
  const char *sheet; /* the heading in 大型仪器信息表 where it differs from the zh title */
  /* Of a text that is a code ("order.accept"): what it says to people, translated and new; also of
   * what stands before its dot ("order").  Filters ask by that.  NULL: it is no code. */
  char *(*words) (const char *code);
  /* Of a column of rows: what its value says beside the others of its row, translated and new;
   * NULL where it speaks for itself. */
  char *(*row_words) (const YqValues *row);
  /* Checks one filled-in value; returns NULL or a translated sentence.  See record-check.h. */
  const char *(*check) (const YqValues *values, const YqField *field);
  /* FALSE where the field makes no sense with the other values (an individual has no uscc). */
  gboolean (*shown) (const YqValues *values);
  /* Why it cannot be filled in for this record, by the rules of its jurisdiction: a translated
   * sentence that names the condition and what to do; free it.  NULL: it can, or no such rules. */
  char *(*barred) (YqWorld *world, YqRecord *record);
  /* Why the value that before has stays, though the state lets her write: a translated sentence
   * that says what to do; free it.  NULL: it may be changed. */
  char *(*fixed) (YqWorld *world, YqRecord *before);
};

typedef enum
{
  YQ_STATE_PRIVATE = 1 << 0, /* seen by its owner only: a draft */
  YQ_STATE_PUBLIC = 1 << 1,  /* seen by everybody, in the catalogue feed */
  YQ_STATE_FINAL = 1 << 2,
  YQ_STATE_WAITS = 1 << 3,    /* waits for a reviewer: stands in an inbox */
  YQ_STATE_SIDE = 1 << 4,     /* not a station of the progress bar (refused, withdrawn) */
  YQ_STATE_REVIEWED = 1 << 5, /* approved: saving a YQ_REVIEWED field sends it to review again */
} YqStateFlags;

typedef struct
{
  const char *name;
  const char *title; /* N_() */
  YqTone tone;
  guint flags; /* YqStateFlags */
} YqState;

typedef struct
{
  const char *state; /* one name */
  YqActor actor;
  guint edit; /* YqEdit groups this actor may write in that state */
} YqEditable;

typedef enum
{
  YQ_STEP_DECISION =
    1 << 0,                /* of another party: needs an equal revision; waits 10 s on the client */
  YQ_STEP_REASON = 1 << 1, /* a comment is demanded */
  YQ_STEP_REVIEW = 1 << 2, /* approve-like: moves along the review levels before it takes effect */
  YQ_STEP_CREATES = 1 << 3,  /* may be sent with revision 0: creates from fields, then steps */
  YQ_STEP_COMPLETE = 1 << 4, /* every YQ_REQUIRED field must be filled, checks must pass */
  YQ_STEP_HIDDEN = 1 << 5,   /* no button: part of another step or the clock's */
  YQ_STEP_DANGER = 1 << 6,   /* drawn as destructive */
  YQ_STEP_PRIMARY = 1 << 7,  /* the one button that is meant most of the time */
} YqStepFlags;

typedef struct
{
  const char *action;    /* snake_case, as on the wire */
  const char *title;     /* N_(): a verb for the button */
  const char *from;      /* states, "draft|returned"; "*" is every state */
  const char *to;        /* states it may lead to, the usual one first; "=" stays */
  const char *actors;    /* names of api.md, "buyer|carrier" */
  guint flags;           /* YqStepFlags */
  const YqField *fields; /* the step's own, ends with { NULL }; NULL for none */
  /* Pure: looks only at world, record and args.  NULL is "allowed". */
  YqProblem *(*guard) (YqWorld *world, const YqWho *who, YqRecord *record, const YqValues *args);
  /* Where .to names several: which one.  Pure. */
  const char *(*choose) (YqWorld *world, YqRecord *record, const YqValues *args);
  /* FALSE where the step makes no sense for such a record: no button.  NULL: always. */
  gboolean (*offered) (YqRecord *record);
  const char
    *texts; /* of the jurisdiction, to be read with it: "liability.carrier|…"; NULL: none */
} YqStep;

typedef enum
{
  YQ_OWNED_BY_PLATFORM, /* administrators, or reviewers of its region */
  YQ_OWNED_BY_ACCOUNT,
  YQ_OWNED_BY_BUYER,
  YQ_OWNED_BY_CARRIER,
  YQ_OWNED_BY_REDEEMER, /* buyer or carrier, by the record's own field "redeemer" */
  YQ_OWNED_BY_SELF,     /* the organisation itself */
} YqOwned;

typedef struct _YqEntity YqEntity;
struct _YqEntity
{
  const char *name;
  const char *plural;
  const char *title;        /* N_(), one of them */
  const char *title_plural; /* N_() */
  const YqField *fields;
  guint n_fields;
  const YqState *states;
  guint n_states;
  const YqStep *steps;
  guint n_steps;
  const YqEditable *editable;
  guint n_editable;
  YqOwned owned;
  /* How the server fills buyer, carrier, desk, region of the record (see server/owners.c): the name
   * of a field.  A reference to an organisation is that organisation; a reference to another record
   * is that record's owner of the same kind (of the first one, for references).  Alternatives
   * "a|b": the first that is set.  NULL with owned BUYER/CARRIER: the actor's own organisation.  A
   * field may be called as an owner column is (organisation.region, membership.account,
   * voucher_use.carrier): then both hold the same value, and one SQL column serves both. */
  const char *account_from, *buyer_from, *carrier_from, *desk_from, *region_from;
  guint reads;             /* YqSees classes that may read records beyond the public states */
  const char *stages_from; /* a field naming the programme whose redemption_stages review it; NULL:
                              the jurisdiction's reviews of its kind */
  const char *kind; /* key in the jurisdiction's reviews and review_days; NULL is never reviewed */
  const char *title_field; /* what a list, a message and a picker call the record */
  const char *subtitle_field;
  const char *texts; /* of the jurisdiction, to be read at its form, besides guide and pledge */
  const char *since, *until; /* dates between which it is shown to its readers; NULL: always */
  gboolean deletable;        /* by its owner in any state; otherwise only drafts never decided on */
  const char *public_if;     /* a boolean field that must be TRUE for public states to be public */
  gboolean check_on_save;    /* has no submit: every save must be complete and pass check */
  gboolean account_is_self;  /* an account: its owner is the record itself */
  gboolean while_stale;      /* also while the profile of one's organisation has to be refreshed */
  /* What belongs to no desk yet is read by all desks of its carrier, who act on it as "desk". */
  gboolean shared_with_desks;
  /* Checks of several fields together before a complete step; NULL is fine. */
  YqProblem *(*check) (YqWorld *world, YqRecord *record);
  /* Computed fields that follow from the others (titles, names, sums): the server writes them, the
   * client predicts them; pure but for the record itself.  NULL: none. */
  void (*derive) (YqWorld *world, YqRecord *record);
  /* May a deletable one go now?  NULL: always. */
  YqProblem *(*may_delete) (YqWorld *world, YqRecord *record);
  /* May this one be edited now, beyond what its state says?  NULL: always. */
  YqProblem *(*may_save) (YqWorld *world, YqRecord *before);
  /* Called where this process comes to know a record as the server has it: when a database is
   * opened and when one is written or received, also where the transaction fails afterwards; never
   * with what is only typed.  Any thread.  NULL: nothing to do. */
  void (*known) (YqRecord *record);
};

/* look-ups in one entity; NULL / -1 where there is none */
int yq_entity_find_field (const YqEntity *entity, const char *name);
const YqField *yq_entity_field (const YqEntity *entity, const char *name);
const YqState *yq_entity_state (const YqEntity *entity, const char *name);
const YqStep *yq_entity_step (const YqEntity *entity, const char *action);
guint yq_fields_count (const YqField *fields);             /* of a table that ends with { NULL } */
gboolean yq_word_in (const char *words, const char *word); /* "a|b" holds "a"; "*" holds all */

const char *yq_choice_title (const YqField *field,
                             const char *code); /* translated; the code if unknown */
const char *yq_type_name (YqType type);         /* as in /v1/schema */
const char *yq_actor_name (YqActor actor);      /* as in /v1/schema */
YqActor yq_actor_from_name (const char *name, gsize length);
