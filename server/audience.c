/* For whom a record is. */
#define G_LOG_DOMAIN "yiquan-records"

#include "audience.h"

#include <sodium.h>
#include <string.h>

gint64
yq_audience_number (const char *kind, const char *id)
{
  char name[64];
  guint8 hash[crypto_generichash_BYTES_MIN];
  guint64 number;
  int length = g_snprintf (name, sizeof name, "%s:%s", kind, id != NULL ? id : "");

  crypto_generichash (hash, sizeof hash, (const guint8 *) name,
                      MIN ((gsize) length, sizeof name - 1), NULL, 0);
  memcpy (&number, hash, sizeof number);
  return (gint64) (GUINT64_FROM_LE (number) >> 1);
}

static void
add (GArray *numbers, const char *kind, const char *id)
{
  gint64 number;

  if (id == NULL)
    return;
  number = yq_audience_number (kind, id);
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) == number)
      return;
  g_array_append_val (numbers, number);
}

/* -- of a record -- */

static void
add_regions (GArray *numbers, const char *code)
{
  char ancestor[7] = "000000";

  if (code == NULL || strlen (code) != 6)
    return;
  for (guint digits = 2; digits <= 6; digits += 2)
    {
      memcpy (ancestor, code, digits);
      add (numbers, "region", ancestor);
    }
}

static const char *
redeemer_of (YqRecord *record)
{
  int i = yq_entity_find_field (yq_record_entity (record), "redeemer");
  const char *redeemer = i < 0 ? NULL : yq_record_text (record, i);

  return g_strcmp0 (redeemer, "carrier") == 0 ? yq_record_carrier (record)
                                              : yq_record_buyer (record);
}

static void
add_owner (GArray *numbers, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);

  switch (entity->owned)
    {
    case YQ_OWNED_BY_ACCOUNT:
    case YQ_OWNED_BY_PLATFORM:
      add (numbers, "account",
           entity->account_is_self ? yq_record_id (record) : yq_record_account (record));
      break;
    case YQ_OWNED_BY_BUYER:
      add (numbers, "organisation", yq_record_buyer (record));
      break;
    case YQ_OWNED_BY_CARRIER:
      add (numbers, "organisation", yq_record_carrier (record));
      add (numbers, "desk", yq_record_desk (record));
      if (entity->shared_with_desks && yq_record_desk (record) == NULL)
        add (numbers, "desks", yq_record_carrier (record));
      break;
    case YQ_OWNED_BY_REDEEMER:
      add (numbers, "organisation", redeemer_of (record));
      break;
    case YQ_OWNED_BY_SELF:
    default:
      add (numbers, "organisation", yq_record_id (record));
      break;
    }
}

static void
add_experts (GArray *numbers, YqRecord *record)
{
  int i = yq_entity_find_field (yq_record_entity (record), "experts");
  JsonArray *experts = i < 0 ? NULL : yq_record_array (record, i);

  for (guint k = 0; experts != NULL && k < json_array_get_length (experts); k++)
    add (numbers, "account", json_array_get_string_element (experts, k));
}

gboolean
yq_audience_is_public (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *state = yq_entity_state (entity, yq_record_state (record));
  int condition;

  if (state == NULL || !(state->flags & YQ_STATE_PUBLIC))
    return FALSE;
  condition = entity->public_if != NULL ? yq_entity_find_field (entity, entity->public_if) : -1;
  return condition < 0 || yq_record_int (record, condition) != 0;
}

/* A superset is harmless: who reads is judged again. */
GArray *
yq_audience_of_record (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *state = yq_entity_state (entity, yq_record_state (record));
  GArray *numbers = g_array_sized_new (FALSE, FALSE, sizeof (gint64), 8);

  if (yq_audience_is_public (record))
    add (numbers, "public", "");
  add_owner (numbers, record);
  if (state != NULL && (state->flags & YQ_STATE_PRIVATE))
    return numbers;
  if (entity->reads & YQ_SEES_PARTIES)
    {
      add (numbers, "organisation", yq_record_buyer (record));
      add (numbers, "organisation", yq_record_carrier (record));
      add (numbers, "desk", yq_record_desk (record));
    }
  if (entity->reads & YQ_SEES_REVIEWER)
    add_regions (numbers, yq_record_region (record));
  if (entity->reads & YQ_SEES_EXPERT)
    add_experts (numbers, record);
  if (entity->reads & YQ_SEES_ADMINISTRATOR)
    add (numbers, "administrator", "");
  return numbers;
}

/* -- of a reader -- */

GArray *
yq_audience_of_reader (const YqWho *who)
{
  GArray *numbers = g_array_sized_new (FALSE, FALSE, sizeof (gint64), 8);

  if (who->account == NULL)
    return numbers;
  add (numbers, "account", who->account);
  for (guint i = 0; i < who->n_grants; i++)
    switch (who->grants[i].role)
      {
      case YQ_ROLE_MEMBER:
      case YQ_ROLE_MANAGER:
      case YQ_ROLE_ENTREPRENEUR:
        add (numbers, "organisation", who->grants[i].scope);
        break;
      case YQ_ROLE_REVIEWER:
        add (numbers, "region", who->grants[i].scope);
        break;
      case YQ_ROLE_ADMINISTRATOR:
        add (numbers, "administrator", "");
        break;
      case YQ_ROLE_DESK:
        add (numbers, "desk", who->grants[i].scope);
        add (numbers, "desks", who->organisation);
        break;
      case YQ_ROLE_EXPERT:
      case YQ_N_ROLES:
      default:
        break;
      }
  return numbers;
}
