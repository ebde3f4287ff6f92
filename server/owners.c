/* Whose a record is. */
#define G_LOG_DOMAIN "yiquan-records"

#include "owners.h"

#include "model.h"

typedef const char *(*GetOwner) (YqRecord *record);
typedef void (*SetOwner) (YqRecord *record, const char *value);

/* The id a reference field names; of several the first. */
static const char *
first_reference (YqRecord *record, guint field, YqType type)
{
  JsonArray *array;

  if (type == YQ_REFERENCE)
    return yq_record_text (record, field);
  array = yq_record_array (record, field);
  return array != NULL ? json_array_get_string_element (array, 0) : NULL;
}

/* What the field says: itself, or the same owner of the record it refers to. */
static char *
follow_field (YqWorld *world, YqRecord *record, guint i, GetOwner get, const char *self)
{
  const YqField *field = &yq_record_entity (record)->fields[i];
  g_autoptr(YqRecord) other = NULL;
  const char *id;

  if (field->type == YQ_REGION)
    return g_strdup (yq_record_text (record, i));
  if ((id = first_reference (record, i, field->type)) == NULL)
    return NULL;
  if (self != NULL && g_str_equal (field->refers, self))
    return g_strdup (id);
  other = yq_world_get (world, yq_model_find (field->refers), id);
  return other != NULL ? g_strdup (get (other)) : NULL;
}

/* Of "a|b" the first field that says something. */
static char *
follow (YqWorld *world, YqRecord *record, const char *names, GetOwner get, const char *self)
{
  g_auto(GStrv) each = g_strsplit (names, "|", -1);
  char *value = NULL;

  for (guint k = 0; each[k] != NULL && value == NULL; k++)
    {
      int i = yq_entity_find_field (yq_record_entity (record), each[k]);

      g_return_val_if_fail (i >= 0, NULL);
      value = follow_field (world, record, i, get, self);
    }
  return value;
}

static char *
region_of_organisation (YqWorld *world, const char *id)
{
  g_autoptr(YqRecord) organisation = yq_world_get (world, yq_model_find ("organisation"), id);

  return organisation != NULL ? g_strdup (yq_record_region (organisation)) : NULL;
}

/* region_from also says "buyer" or "carrier": where that organisation is registered. */
static char *
find_region (YqWorld *world, YqRecord *record, const char *from)
{
  int i = yq_entity_find_field (yq_record_entity (record), from);

  if (i < 0 && g_str_equal (from, "buyer"))
    return region_of_organisation (world, yq_record_buyer (record));
  if (i < 0 && g_str_equal (from, "carrier"))
    return region_of_organisation (world, yq_record_carrier (record));
  return follow (world, record, from, yq_record_region, NULL);
}

static void
fill_own (const YqWho *who, YqRecord *record, gboolean owned, GetOwner get, SetOwner set,
          const char *value)
{
  if (who != NULL && owned && get (record) == NULL)
    set (record, value);
}

/* Who redeems owns it; the other party is that of the first use it names, or the carrier it names
 * itself. */
static void
fill_redeemer (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqValues *values = yq_record_values (record);
  int redeemer = yq_values_find (values, "redeemer"), lines = yq_values_find (values, "lines");
  JsonArray *rows = lines >= 0 ? yq_values_array (values, lines) : NULL;
  JsonObject *row = rows != NULL ? json_array_get_object_element (rows, 0) : NULL;
  const char *id =
    row != NULL ? json_object_get_string_member_with_default (row, "use", NULL) : NULL;
  g_autoptr(YqRecord) use = yq_world_get (world, yq_model_find ("voucher_use"), id);
  gboolean by_carrier =
    redeemer >= 0 && g_strcmp0 (yq_values_text (values, redeemer), "carrier") == 0;
  const char *own = by_carrier ? yq_record_carrier (record) : yq_record_buyer (record);
  GetOwner get_other = by_carrier ? yq_record_buyer : yq_record_carrier;
  int named = by_carrier ? -1 : yq_values_find (values, "institution");
  const char *carrier = use == NULL && named >= 0 ? yq_values_text (values, named) : NULL;
  g_autofree char *other =
    g_strdup (carrier != NULL ? carrier : get_other (use != NULL ? use : record));
  g_autofree char *owner = g_strdup (own == NULL && who != NULL ? who->organisation : own);

  yq_record_set_buyer (record, by_carrier ? other : owner);
  yq_record_set_carrier (record, by_carrier ? owner : other);
}

void
yq_owners_fill (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const struct
  {
    const char *from;
    const char *self;
    GetOwner get;
    SetOwner set;
  } owners[] = {
    { entity->account_from, "account", yq_record_account, yq_record_set_account },
    { entity->buyer_from, "organisation", yq_record_buyer, yq_record_set_buyer },
    { entity->carrier_from, "organisation", yq_record_carrier, yq_record_set_carrier },
    { entity->desk_from, "desk", yq_record_desk, yq_record_set_desk },
  };

  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    if (owners[i].from != NULL)
      {
        g_autofree char *value =
          follow (world, record, owners[i].from, owners[i].get, owners[i].self);

        owners[i].set (record, value);
      }
  fill_own (who, record, entity->owned == YQ_OWNED_BY_ACCOUNT && entity->account_from == NULL,
            yq_record_account, yq_record_set_account, who ? who->account : NULL);
  fill_own (who, record, entity->owned == YQ_OWNED_BY_BUYER && entity->buyer_from == NULL,
            yq_record_buyer, yq_record_set_buyer, who ? who->organisation : NULL);
  fill_own (who, record, entity->owned == YQ_OWNED_BY_CARRIER && entity->carrier_from == NULL,
            yq_record_carrier, yq_record_set_carrier, who ? who->organisation : NULL);
  fill_own (who, record, entity->owned == YQ_OWNED_BY_CARRIER && entity->desk_from == NULL,
            yq_record_desk, yq_record_set_desk, who ? yq_who_desk (who) : NULL);
  if (entity->owned == YQ_OWNED_BY_REDEEMER)
    fill_redeemer (world, who, record);
  if (entity->region_from != NULL)
    {
      g_autofree char *region = find_region (world, record, entity->region_from);

      yq_record_set_region (record, region);
    }
}

void
yq_owners_refill (YqWorld *world, YqRecord *record, const GArray *changed)
{
  const YqEntity *entity = yq_record_entity (record);
  const char *from[] = {
    entity->account_from, entity->buyer_from,
    entity->carrier_from, entity->desk_from,
    entity->region_from,  entity->owned == YQ_OWNED_BY_REDEEMER ? "lines|institution" : NULL
  };

  for (guint k = 0; k < changed->len; k++)
    for (guint i = 0; i < G_N_ELEMENTS (from); i++)
      if (yq_word_in (from[i], entity->fields[g_array_index (changed, guint, k)].name))
        {
          yq_owners_fill (world, NULL, record);
          return;
        }
}
