/* People and records for the tests of who may see and do what: shared by those of the pure
 * functions and those of the database. */
#pragma once

#include <string.h>

#include "access.h"
#include "model.h"
#include "record.h"

#define BUYER "0192a4c8-1f00-7000-8000-00000000000b"
#define CARRIER "0192a4c8-1f00-7000-8000-00000000000c"
#define OTHER "0192a4c8-1f00-7000-8000-00000000000e"
#define DESK "0192a4c8-1f00-7000-8000-0000000000d1"
#define OTHER_DESK "0192a4c8-1f00-7000-8000-0000000000d2"
#define OWNER "0192a4c8-1f00-7000-8000-0000000000a1"
#define STRANGER "0192a4c8-1f00-7000-8000-0000000000a2"
#define RECORD "0192a4c8-1f00-7000-8000-000000000001"
#define COUNTY "330421"
#define CITY "330400"
#define PROVINCE "330000"

/* What is true of a person towards the records below, which lie in COUNTY. */
enum
{
  HAS_ACCOUNT = 1 << 0,
  IS_OWNER = 1 << 1, /* the account the record belongs to */
  IN_BUYER = 1 << 2,
  MANAGES_BUYER = 1 << 3,
  IN_CARRIER = 1 << 4,
  MANAGES_CARRIER = 1 << 5,
  AT_DESK = 1 << 6,
  AT_COUNTY = 1 << 7,
  AT_CITY = 1 << 8,
  AT_PROVINCE = 1 << 9,
  IS_ADMINISTRATOR = 1 << 10,
  IS_CLOCK = 1 << 11,
  AT_A_DESK = 1 << 12, /* any one of the carrier */
};

#define REVIEWS (AT_COUNTY | AT_CITY | AT_PROVINCE)
#define MANAGER_OF_BUYER (HAS_ACCOUNT | IN_BUYER | MANAGES_BUYER)
#define MANAGER_OF_CARRIER (HAS_ACCOUNT | IN_CARRIER | MANAGES_CARRIER)

typedef struct
{
  const char *name;
  const char *account;
  const char *organisation;
  YqGrant grants[2];
  guint n_grants;
  guint facts;
} Person;

/* clang-format off */
static const Person people[] = {
  { "a visitor" },
  { "the clock", .facts = IS_CLOCK },
  { "an account without grants", STRANGER, .facts = HAS_ACCOUNT },
  { "the account itself", OWNER, .facts = HAS_ACCOUNT | IS_OWNER },
  { "a member of the buyer", STRANGER, BUYER, { { YQ_ROLE_MEMBER, BUYER } }, 1, HAS_ACCOUNT | IN_BUYER },
  { "a manager of the buyer", STRANGER, BUYER, { { YQ_ROLE_MANAGER, BUYER } }, 1, MANAGER_OF_BUYER },
  { "the buying entrepreneur", STRANGER, BUYER, { { YQ_ROLE_ENTREPRENEUR, BUYER } }, 1, MANAGER_OF_BUYER },
  { "the owner, a member of the buyer", OWNER, BUYER, { { YQ_ROLE_MEMBER, BUYER } }, 1, HAS_ACCOUNT | IS_OWNER | IN_BUYER },
  { "a member of the carrier", STRANGER, CARRIER, { { YQ_ROLE_MEMBER, CARRIER } }, 1, HAS_ACCOUNT | IN_CARRIER },
  { "a manager of the carrier", STRANGER, CARRIER, { { YQ_ROLE_MANAGER, CARRIER } }, 1, MANAGER_OF_CARRIER },
  { "somebody at the desk", STRANGER, CARRIER, { { YQ_ROLE_DESK, DESK } }, 1, HAS_ACCOUNT | AT_DESK | AT_A_DESK },
  { "somebody at another desk", STRANGER, CARRIER, { { YQ_ROLE_DESK, OTHER_DESK } }, 1, HAS_ACCOUNT | AT_A_DESK },
  { "a member of another organisation", STRANGER, OTHER, { { YQ_ROLE_MEMBER, OTHER } }, 1, HAS_ACCOUNT },
  { "a manager of another organisation", STRANGER, OTHER, { { YQ_ROLE_MANAGER, OTHER } }, 1, HAS_ACCOUNT },
  { "a reviewer of the county", STRANGER, NULL, { { YQ_ROLE_REVIEWER, COUNTY } }, 1, HAS_ACCOUNT | AT_COUNTY },
  { "a reviewer of the city", STRANGER, NULL, { { YQ_ROLE_REVIEWER, CITY } }, 1, HAS_ACCOUNT | AT_CITY },
  { "a reviewer of the province", STRANGER, NULL, { { YQ_ROLE_REVIEWER, PROVINCE } }, 1, HAS_ACCOUNT | AT_PROVINCE },
  { "a reviewer of county and city", STRANGER, NULL, { { YQ_ROLE_REVIEWER, COUNTY }, { YQ_ROLE_REVIEWER, CITY } }, 2, HAS_ACCOUNT | AT_COUNTY | AT_CITY },
  { "a reviewer of the next county", STRANGER, NULL, { { YQ_ROLE_REVIEWER, "330424" } }, 1, HAS_ACCOUNT },
  { "a reviewer of the next city", STRANGER, NULL, { { YQ_ROLE_REVIEWER, "330500" } }, 1, HAS_ACCOUNT },
  { "a reviewer of the next province", STRANGER, NULL, { { YQ_ROLE_REVIEWER, "320000" } }, 1, HAS_ACCOUNT },
  { "an expert", STRANGER, NULL, { { YQ_ROLE_EXPERT, "" } }, 1, HAS_ACCOUNT },
  { "an administrator", STRANGER, NULL, { { YQ_ROLE_ADMINISTRATOR, "" } }, 1, HAS_ACCOUNT | IS_ADMINISTRATOR },
  { "a member whose scope is empty", STRANGER, NULL, { { YQ_ROLE_MEMBER, "" } }, 1, HAS_ACCOUNT },
  { "a reviewer whose scope is empty", STRANGER, NULL, { { YQ_ROLE_REVIEWER, "" } }, 1, HAS_ACCOUNT },
};
/* clang-format on */

/* How the record under test differs, besides its state. */
typedef struct
{
  gboolean has_desk;
  gboolean is_public;
  const char *redeemer;
  const char *reviewed_by;
} Variant;

static const Variant variants[] = {
  { TRUE, TRUE, NULL, NULL },           { FALSE, FALSE, NULL, NULL },
  { TRUE, TRUE, "enterprise", COUNTY }, { TRUE, FALSE, "carrier", CITY },
  { FALSE, TRUE, "carrier", PROVINCE }, { FALSE, TRUE, "enterprise", "320000" },
};

static inline void
set_field (YqRecord *record, const char *name, const char *value)
{
  int field = name != NULL ? yq_entity_find_field (yq_record_entity (record), name) : -1;

  if (field < 0)
    return;
  if (yq_record_entity (record)->fields[field].type == YQ_BOOLEAN)
    yq_record_set_int (record, field, value != NULL);
  else
    yq_record_set_text (record, field, value);
}

static inline YqRecord *
make_record (const YqEntity *entity, const YqState *state, const Variant *variant)
{
  gboolean is_self = entity->owned == YQ_OWNED_BY_SELF;
  YqRecord *record = yq_record_new (entity, is_self                   ? BUYER
                                            : entity->account_is_self ? OWNER
                                                                      : RECORD);

  yq_record_set_state (record, state->name);
  yq_record_set_revision (record, 1);
  if (!is_self)
    {
      yq_record_set_buyer (record, BUYER);
      yq_record_set_carrier (record, CARRIER);
    }
  yq_record_set_account (record, OWNER);
  yq_record_set_region (record, COUNTY);
  yq_record_set_desk (record, variant->has_desk ? DESK : NULL);
  set_field (record, "redeemer", variant->redeemer);
  set_field (record, "reviewed_by", variant->reviewed_by);
  set_field (record, entity->public_if, variant->is_public ? "yes" : NULL);
  return record;
}

static inline JsonArray *
sample_array (const YqField *field)
{
  JsonArray *array = json_array_new ();

  if (field->type == YQ_REFERENCES)
    json_array_add_string_element (array, RECORD);
  else
    json_array_add_object_element (array, json_object_new ());
  return array;
}

static inline void
fill (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);

  for (guint i = 0; i < entity->n_fields; i++)
    switch (entity->fields[i].type)
      {
      case YQ_INTEGER:
      case YQ_MONEY:
      case YQ_TIME:
      case YQ_BOOLEAN:
        yq_record_set_int (record, i, 1);
        break;
      case YQ_REFERENCES:
      case YQ_FILES:
      case YQ_ROWS:
        yq_record_take_array (record, i, sample_array (&entity->fields[i]));
        break;
      case YQ_CHOICE:
        yq_record_set_text (record, i, entity->fields[i].choices[0].code);
        break;
      case YQ_TEXT:
      case YQ_DATE:
      case YQ_REGION:
      case YQ_REFERENCE:
      default:
        yq_record_set_text (record, i, "whole-secret-text");
      }
}

static inline YqWho
who_is (const Person *person)
{
  return (YqWho){ person->account, person->organisation, person->grants, person->n_grants,
                  (person->facts & IS_CLOCK) != 0 };
}

/* Who holds the record: the parties change places, others hold some. */
static inline void
set_owners (YqRecord *record, guint variant)
{
  static const struct
  {
    const char *buyer, *carrier, *account, *region;
  } owners[] = {
    { BUYER, CARRIER, OWNER, COUNTY }, { CARRIER, BUYER, OWNER, CITY },
    { OTHER, OTHER, NULL, PROVINCE },  { NULL, CARRIER, STRANGER, "330424" },
    { BUYER, NULL, OWNER, "320000" },  { NULL, NULL, NULL, NULL },
  };

  yq_record_set_buyer (record, owners[variant].buyer);
  yq_record_set_carrier (record, owners[variant].carrier);
  yq_record_set_account (record, owners[variant].account);
  yq_record_set_region (record, owners[variant].region);
}

/* A field that shares its column with an owner holds what the owner is. */
static inline void
copy_namesakes (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const char *const values[][2] = {
    { "buyer", yq_record_buyer (record) },     { "carrier", yq_record_carrier (record) },
    { "desk", yq_record_desk (record) },       { "region", yq_record_region (record) },
    { "account", yq_record_account (record) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      int field = yq_entity_find_field (entity, values[i][0]);

      if (field >= 0)
        yq_record_set_text (record, field, values[i][1]);
    }
}

/* One record as it may stand in a database, with much in it or little. */
static inline YqRecord *
make_held_record (const YqEntity *entity, const YqState *state, guint variant)
{
  gboolean is_the_buyer =
    entity->owned == YQ_OWNED_BY_SELF && variant == 0 && strcmp (state->name, "pending") == 0;
  YqRecord *record = yq_record_new (entity, is_the_buyer ? BUYER : NULL);

  yq_record_set_state (record, state->name);
  yq_record_set_revision (record, 1);
  yq_record_set_desk (record, variants[variant].has_desk ? DESK : NULL);
  if (variant % 2 == 0)
    fill (record);
  for (guint i = 0; i < entity->n_fields; i++)
    if ((entity->fields[i].flags & YQ_UNIQUE) != 0)
      yq_record_set_text (record, i, yq_record_id (record));
  set_owners (record, variant);
  set_field (record, "redeemer", variants[variant].redeemer);
  set_field (record, "reviewed_by", variants[variant].reviewed_by);
  set_field (record, entity->public_if, variants[variant].is_public ? "yes" : NULL);
  if (entity->public_if != NULL && !variants[variant].is_public)
    yq_record_set_int (record, yq_entity_find_field (entity, entity->public_if), FALSE);
  copy_namesakes (record);
  return record;
}
