/* Which records somebody may see, as a condition in SQL. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "list-visible.h"

#include <string.h>

#include "record-sql.h"
#include "region.h"

typedef struct
{
  GString *sql;
  const YqEntity *entity;
  const YqWho *who;
  YqAddArg add;
  gpointer query;
  const char *t; /* the table */
  guint n;       /* conditions so far */
} Condition;

static void
or_else (Condition *c)
{
  if (c->n++ > 0)
    g_string_append (c->sql, " OR ");
}

static void
append_states (Condition *c, guint flag, gboolean without)
{
  guint n = 0;

  for (guint i = 0; i < c->entity->n_states; i++)
    if (c->entity->states[i].flags & flag)
      {
        if (n++ == 0)
          g_string_append_printf (c->sql, "%s\"state\" %sIN (", c->t, without ? "NOT " : "");
        else
          g_string_append_c (c->sql, ',');
        g_string_append_printf (c->sql, "'%s'", c->entity->states[i].name);
      }
  g_string_append (c->sql, n > 0 ? ")" : without ? "1=1" : "1=0");
}

static gboolean
is_of_organisation (const YqGrant *grant)
{
  return grant->role == YQ_ROLE_MEMBER || grant->role == YQ_ROLE_MANAGER ||
         grant->role == YQ_ROLE_ENTREPRENEUR;
}

static gboolean
is_of_desk (const YqGrant *grant)
{
  return grant->role == YQ_ROLE_DESK;
}

/* column IN (the scopes of the grants chosen) */
static void
append_scopes (Condition *c, const char *column, gboolean (*chosen) (const YqGrant *grant))
{
  guint n = 0;

  g_string_append_printf (c->sql, "%s%s IN (", c->t, column);
  for (guint i = 0; i < c->who->n_grants; i++)
    if (chosen (&c->who->grants[i]))
      {
        if (n++ > 0)
          g_string_append_c (c->sql, ',');
        c->add (c->query, c->sql, c->who->grants[i].scope);
      }
  g_string_append (c->sql, n > 0 ? ")" : "NULL)");
}

static gboolean
has_scope (const YqWho *who, gboolean (*chosen) (const YqGrant *grant))
{
  for (guint i = 0; i < who->n_grants; i++)
    if (chosen (&who->grants[i]))
      return TRUE;
  return FALSE;
}

static void
append_account (Condition *c)
{
  or_else (c);
  g_string_append_printf (c->sql, "%s%s=", c->t,
                          c->entity->account_is_self ? "\"id\"" : "\"account\"");
  c->add (c->query, c->sql, c->who->account);
}

static void
append_redeemer (Condition *c)
{
  const char *column = yq_record_sql_column (c->entity, "redeemer");

  or_else (c);
  g_string_append_printf (c->sql, "(t.%s = 'carrier' AND ", column);
  append_scopes (c, "\"carrier\"", is_of_organisation);
  g_string_append_printf (c->sql, ") OR (COALESCE(t.%s,'') <> 'carrier' AND ", column);
  append_scopes (c, "\"buyer\"", is_of_organisation);
  g_string_append_c (c->sql, ')');
}

static void
append_organisation (Condition *c, const char *column)
{
  if (!has_scope (c->who, is_of_organisation))
    return;
  or_else (c);
  append_scopes (c, column, is_of_organisation);
}

static void
append_desk (Condition *c)
{
  if (!has_scope (c->who, is_of_desk))
    return;
  or_else (c);
  append_scopes (c, "\"desk\"", is_of_desk);
}

/* What no desk has taken yet, for every desk of the organisation. */
static void
append_sharing_desks (Condition *c)
{
  if (!c->entity->shared_with_desks || c->who->organisation == NULL ||
      !has_scope (c->who, is_of_desk))
    return;
  or_else (c);
  g_string_append_printf (c->sql, "(%s\"desk\" IS NULL AND %s\"carrier\" = ", c->t, c->t);
  c->add (c->query, c->sql, c->who->organisation);
  g_string_append_c (c->sql, ')');
}

static void
append_owner (Condition *c)
{
  switch (c->entity->owned)
    {
    case YQ_OWNED_BY_ACCOUNT:
    case YQ_OWNED_BY_PLATFORM:
      append_account (c);
      break;
    case YQ_OWNED_BY_BUYER:
      append_organisation (c, "\"buyer\"");
      break;
    case YQ_OWNED_BY_CARRIER:
      append_organisation (c, "\"carrier\"");
      append_desk (c);
      append_sharing_desks (c);
      break;
    case YQ_OWNED_BY_REDEEMER:
      if (has_scope (c->who, is_of_organisation))
        append_redeemer (c);
      break;
    case YQ_OWNED_BY_SELF:
    default:
      append_organisation (c, "\"id\"");
      break;
    }
}

/* The region and what lies below it: a range that an index can answer. */
static void
append_regions (Condition *c)
{
  for (guint i = 0; i < c->who->n_grants; i++)
    {
      const YqGrant *grant = &c->who->grants[i];
      g_autofree char *prefix = NULL;
      g_autofree char *last = NULL;

      if (grant->role != YQ_ROLE_REVIEWER || *grant->scope == '\0')
        continue;
      prefix = yq_region_prefix (grant->scope);
      last = g_strconcat (prefix, "999999", NULL);
      or_else (c);
      g_string_append_printf (c->sql, "(%s\"region\" >= ", c->t);
      c->add (c->query, c->sql, prefix);
      g_string_append_printf (c->sql, " AND %s\"region\" <= ", c->t);
      c->add (c->query, c->sql, last);
      g_string_append_c (c->sql, ')');
    }
}

static gboolean
has_experts (const YqEntity *entity)
{
  return (entity->reads & YQ_SEES_EXPERT) && yq_entity_find_field (entity, "experts") >= 0;
}

/* Assigned to this account: the list of ids is kept as JSON text. */
static void
append_expert (Condition *c)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", c->who->account);

  or_else (c);
  g_string_append_printf (c->sql, "instr(t.%s, ", yq_record_sql_column (c->entity, "experts"));
  c->add (c->query, c->sql, quoted);
  g_string_append (c->sql, ") > 0");
}

static void
append_public (Condition *c)
{
  or_else (c);
  g_string_append_c (c->sql, '(');
  append_states (c, YQ_STATE_PUBLIC, FALSE);
  if (c->entity->public_if != NULL)
    g_string_append_printf (c->sql, " AND t.%s = 1",
                            yq_record_sql_column (c->entity, c->entity->public_if));
  g_string_append_c (c->sql, ')');
}

/* What drafts do not show to anybody but their owner. */
static void
append_beyond_drafts (Condition *c, guint classes)
{
  gsize start = c->sql->len;
  guint before = c->n;

  or_else (c);
  g_string_append_c (c->sql, '(');
  append_states (c, YQ_STATE_PRIVATE, TRUE);
  g_string_append (c->sql, " AND (");
  c->n = 0;
  if (classes & YQ_SEES_PARTIES)
    {
      append_organisation (c, "\"buyer\"");
      append_organisation (c, "\"carrier\"");
      append_desk (c);
    }
  if (classes & YQ_SEES_REVIEWER)
    append_regions (c);
  if ((classes & YQ_SEES_EXPERT) && has_experts (c->entity) &&
      yq_who_has_role (c->who, YQ_ROLE_EXPERT))
    append_expert (c);
  if ((classes & YQ_SEES_ADMINISTRATOR) && yq_who_has_role (c->who, YQ_ROLE_ADMINISTRATOR))
    {
      or_else (c);
      g_string_append (c->sql, "1=1");
    }
  if (c->n == 0)
    {
      c->n = before;
      g_string_truncate (c->sql, start);
      return;
    }
  c->n = before + 1;
  g_string_append (c->sql, "))");
}

static gboolean
can_be_public (const YqEntity *entity)
{
  for (guint i = 0; i < entity->n_states; i++)
    if (entity->states[i].flags & YQ_STATE_PUBLIC)
      return TRUE;
  return FALSE;
}

/* Where most records are public, an index over who sees them finds most of the table: a plus keeps
 * it from being used. */
void
yq_list_visible (GString *sql, const YqEntity *entity, const YqWho *who, guint classes,
                 YqAddArg add, gpointer query)
{
  Condition c = { .sql = sql,
                  .entity = entity,
                  .who = who,
                  .add = add,
                  .query = query,
                  .t = can_be_public (entity) ? "+t." : "t." };

  g_string_append_c (sql, '(');
  if (classes & YQ_SEES_PUBLIC)
    append_public (&c);
  if (who->account != NULL && (classes & entity->reads & YQ_SEES_OWNER))
    append_owner (&c);
  if (who->account != NULL)
    append_beyond_drafts (&c, classes & entity->reads);
  g_string_append (sql, c.n > 0 ? ")" : "1=0)");
}

guint
yq_list_classes (const YqEntity *entity, const YqWho *who)
{
  guint classes = 0;

  for (guint i = 0; i < entity->n_states; i++)
    if (entity->states[i].flags & YQ_STATE_PUBLIC)
      classes |= YQ_SEES_PUBLIC;
  if (who->account == NULL)
    return classes;
  if (has_scope (who, is_of_organisation) || has_scope (who, is_of_desk))
    classes |= entity->reads & (YQ_SEES_OWNER | YQ_SEES_PARTIES);
  if (entity->owned == YQ_OWNED_BY_ACCOUNT || entity->owned == YQ_OWNED_BY_PLATFORM)
    classes |= entity->reads & YQ_SEES_OWNER;
  if (yq_who_has_role (who, YQ_ROLE_REVIEWER))
    classes |= entity->reads & YQ_SEES_REVIEWER;
  if (yq_who_has_role (who, YQ_ROLE_EXPERT))
    classes |= entity->reads & YQ_SEES_EXPERT;
  if (yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR))
    classes |= entity->reads & YQ_SEES_ADMINISTRATOR;
  return classes;
}
