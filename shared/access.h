/* Who somebody is, what she may read and as whom she may act.  Pure; the server decides with it,
 * the client greys buttons with it. */
#pragma once

#include "record.h"

typedef enum
{
  YQ_ROLE_MEMBER,
  YQ_ROLE_MANAGER,
  YQ_ROLE_DESK,
  YQ_ROLE_ENTREPRENEUR,
  YQ_ROLE_REVIEWER,
  YQ_ROLE_EXPERT,
  YQ_ROLE_ADMINISTRATOR,
  YQ_N_ROLES
} YqRole;

typedef struct
{
  YqRole role;
  char scope[37]; /* organisation or desk id, or a region code; "" for expert and administrator */
} YqGrant;

/* An account that acts; account NULL is a visitor, or the clock where is_clock. */
struct _YqWho
{
  const char *account;
  const char *organisation; /* the one it belongs to, or NULL */
  const YqGrant *grants;
  guint n_grants;
  gboolean is_clock;
};

const char *yq_role_name (YqRole role); /* "member" */
int yq_role_from_name (const char *name);

gboolean yq_who_has_role (const YqWho *who, YqRole role);
/* A member, manager or entrepreneur of this organisation. */
gboolean yq_who_is_in (const YqWho *who, const char *organisation);
gboolean yq_who_manages (const YqWho *who, const char *organisation);
/* The desk somebody works at, the first of several; NULL where she has none. */
const char *yq_who_desk (const YqWho *who);
/* A reviewer whose region is code or an ancestor of it. */
gboolean yq_who_reviews (const YqWho *who, const char *code);

/* Does who act as actor on this record?  world may be NULL where actor needs no look-up. */
gboolean yq_access_is_actor (YqWorld *world, const YqWho *who, YqRecord *record, YqActor actor);
/* The YqSees classes who belongs to for this record; 0 means the record does not exist for her.
 * Public classes count only in a public state. */
guint yq_access_readers (YqWorld *world, const YqWho *who, YqRecord *record);
/* The YqEdit groups who may write in the record's present state (a new record: its first state). */
guint yq_access_edits (YqWorld *world, const YqWho *who, YqRecord *record);
/* May who create one (as its owner)? */
gboolean yq_access_may_create (YqWorld *world, const YqWho *who, const YqEntity *entity);
