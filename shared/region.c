/* Regions: look-ups in the table made from data/regions.csv. */
#define G_LOG_DOMAIN "yiquan-region"

#include "region.h"

#include <string.h>

#include "region-table.h"

/* Level-2 names that only hold a place in the code. */
static const char *const place_holders[] = { "市辖区", "县", "省直辖县级行政区划",
                                             "自治区直辖县级行政区划", NULL };

/* The first of the code, the higher level where there are two. */
static guint
find_first (const char *code)
{
  guint low = 0, high = G_N_ELEMENTS (regions);

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (regions[middle].code, code) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

const YqRegion *
yq_region_find (const char *code)
{
  guint i = code != NULL ? find_first (code) : G_N_ELEMENTS (regions);

  if (i < G_N_ELEMENTS (regions) && g_str_equal (regions[i].code, code))
    return &regions[i];
  return NULL;
}

const YqRegion *
yq_region_find_level (const char *code, int level)
{
  guint i = code != NULL ? find_first (code) : G_N_ELEMENTS (regions);

  for (; i < G_N_ELEMENTS (regions) && g_str_equal (regions[i].code, code); i++)
    if (regions[i].level == level)
      return &regions[i];
  return NULL;
}

guint
yq_region_count (void)
{
  return G_N_ELEMENTS (regions);
}

const YqRegion *
yq_region_nth (guint i)
{
  return i < G_N_ELEMENTS (regions) ? &regions[i] : NULL;
}

/* How many digits tell: pairs of zeros at the end do not. */
static gsize
significant (const char *code)
{
  gsize length = strlen (code);

  if (length != 6)
    return length;
  while (length > 2 && code[length - 1] == '0' && code[length - 2] == '0')
    length -= 2;
  return length;
}

gboolean
yq_region_holds (const char *ancestor, const char *code)
{
  if (ancestor == NULL || code == NULL || *ancestor == '\0' || strlen (code) != 6)
    return FALSE;
  return strncmp (ancestor, code, significant (ancestor)) == 0;
}

char *
yq_region_prefix (const char *code)
{
  return code != NULL ? g_strndup (code, significant (code)) : NULL;
}

static const YqRegion *
parent_of (const YqRegion *region)
{
  return yq_region_find_level (region->parent, region->level - 1);
}

const char *
yq_region_ancestor (const char *code, int level)
{
  const YqRegion *region = yq_region_find_level (code, 3);

  if (region == NULL)
    region = yq_region_find (code);
  while (region != NULL && region->level > level)
    region = parent_of (region);
  return region != NULL && region->level == level ? region->code : NULL;
}

char *
yq_region_path (const char *code)
{
  const YqRegion *region = yq_region_find (code);
  GString *path;

  if (region == NULL)
    return g_strdup (code);
  path = g_string_new (region->name);
  for (region = parent_of (region); region != NULL; region = parent_of (region))
    if (!g_strv_contains (place_holders, region->name))
      g_string_prepend (path, region->name);
  return g_string_free (path, FALSE);
}

gboolean
yq_region_can_choose (const char *code)
{
  const YqRegion *region = yq_region_find (code);

  return region != NULL && !region->withdrawn && !region->statistics;
}
