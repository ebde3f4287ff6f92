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

/* -- names -- */

typedef struct
{
  const char *code;
  guint n_short;     /* names that were written short */
  gboolean is_vague; /* another region fits as well */
} Match;

/* The name without what it is: 浙江, 嘉兴.  0 where nothing but that would be left. */
static gsize
short_size (const char *name)
{
  static const char *const kinds[] = { "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区",
                                       "自治区",     "地区",         "省",         "市",
                                       "盟",         "县",           "区",         "旗" };
  gsize size = strlen (name);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (name, kinds[i]))
      {
        gsize rest = size - strlen (kinds[i]);

        return rest >= 2 * strlen ("县") ? rest : 0;
      }
  return 0;
}

static void
note_match (Match *match, const YqRegion *region, guint n_short)
{
  if (match->code == NULL || n_short < match->n_short)
    *match = (Match){ region->code, n_short, FALSE };
  else if (n_short == match->n_short && !g_str_equal (match->code, region->code))
    match->is_vague = TRUE;
}

static void match_children (Match *match, const char *text, const YqRegion *parent, guint n_short);

/* Does text begin with this region, and go on with what lies in it? */
static void
match_region (Match *match, const char *text, const YqRegion *region, guint n_short)
{
  gsize whole = strlen (region->name), part = short_size (region->name);

  if (region->withdrawn || region->statistics)
    return;
  if (g_strv_contains (place_holders, region->name))
    {
      match_children (match, text, region, n_short);
      return;
    }
  if (strncmp (text, region->name, MIN (whole, strlen ("县"))) != 0)
    return;
  if (strncmp (text, region->name, whole) == 0)
    {
      if (text[whole] == '\0')
        note_match (match, region, n_short);
      else
        match_children (match, text + whole, region, n_short);
    }
  if (part > 0 && strncmp (text, region->name, part) == 0)
    {
      if (text[part] == '\0')
        note_match (match, region, n_short + 1);
      else
        match_children (match, text + part, region, n_short + 1);
    }
}

static void
match_children (Match *match, const char *text, const YqRegion *parent, guint n_short)
{
  gsize digits = parent->level * 2;

  for (const YqRegion *region = parent + 1; region < regions + G_N_ELEMENTS (regions) &&
                                            strncmp (region->code, parent->code, digits) == 0;
       region++)
    if (region->level == parent->level + 1)
      match_region (match, text, region, n_short);
}

/* Without spaces and what people put between names. */
static char *
bare_names (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  GString *bare = g_string_new (NULL);

  for (const char *p = normal ? normal : ""; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c))
        g_string_append_unichar (bare, c);
    }
  return g_string_free (bare, FALSE);
}

const char *
yq_region_parse (const char *text)
{
  g_autofree char *bare = text != NULL ? bare_names (text) : NULL;
  Match match = { NULL };

  if (bare == NULL || *bare == '\0')
    return NULL;
  if (g_ascii_isdigit (*bare))
    {
      const YqRegion *region = yq_region_find (bare);

      return region != NULL ? region->code : NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (regions); i++)
    match_region (&match, bare, &regions[i], 0);
  return match.is_vague ? NULL : match.code;
}
