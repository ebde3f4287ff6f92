/* Regions: look-ups in the table made from data/regions.csv. */
#define G_LOG_DOMAIN "yiquan-region"

#include "region.h"

#include <string.h>

#include "region-table.h"

/* Level-2 names that only hold a place in the code. */
static const char *const place_holders[] = { "市辖区", "县", "省直辖县级行政区划",
                                             "自治区直辖县级行政区划", NULL };

/* Every region that is known, by code and then level. */
typedef struct _Table Table;

struct _Table
{
  const Table *before; /* readers may still hold rows of it: none is ever freed */
  guint n;
  const YqRegion *rows[];
};

static const Table *newest;
static GMutex learning;

static const Table *
table (void)
{
  const Table *found = g_atomic_pointer_get (&newest);
  Table *first;

  if (found != NULL)
    return found;
  first = g_malloc (sizeof *first + sizeof regions / sizeof *regions * sizeof first->rows[0]);
  first->before = NULL;
  first->n = G_N_ELEMENTS (regions);
  for (guint i = 0; i < first->n; i++)
    first->rows[i] = &regions[i];
  if (!g_atomic_pointer_compare_and_exchange (&newest, NULL, first))
    g_free (first);
  return g_atomic_pointer_get (&newest);
}

/* The first of the code, the higher level where there are two. */
static guint
find_first (const Table *all, const char *code)
{
  guint low = 0, high = all->n;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (all->rows[middle]->code, code) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

const YqRegion *
yq_region_find (const char *code)
{
  const Table *all = table ();
  guint i = code != NULL ? find_first (all, code) : all->n;

  return i < all->n && g_str_equal (all->rows[i]->code, code) ? all->rows[i] : NULL;
}

const YqRegion *
yq_region_find_level (const char *code, int level)
{
  const Table *all = table ();
  guint i = code != NULL ? find_first (all, code) : all->n;

  for (; i < all->n && g_str_equal (all->rows[i]->code, code); i++)
    if (all->rows[i]->level == level)
      return all->rows[i];
  return NULL;
}

guint
yq_region_count (void)
{
  return table ()->n;
}

const YqRegion *
yq_region_nth (guint i)
{
  const Table *all = table ();

  return i < all->n ? all->rows[i] : NULL;
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

/* -- what is learned -- */

int
yq_region_level (const char *code)
{
  if (code == NULL || strlen (code) != 6 || strspn (code, "0123456789") != 6 || code[0] == '0')
    return 0;
  return (int) significant (code) / 2;
}

char *
yq_region_parent_code (const char *code)
{
  int level = yq_region_level (code);
  char *parent = level > 1 ? g_strdup (code) : NULL;

  if (parent != NULL)
    memset (parent + 2 * (level - 1), '0', 6 - 2 * (level - 1));
  return parent;
}

/* A table with region in the place of the one that has its code and level, or between the others.
 */
static const Table *
table_with (const Table *all, const YqRegion *region)
{
  guint at = find_first (all, region->code);
  gboolean replaces = FALSE;
  Table *next = g_malloc (sizeof *next + (all->n + 1) * sizeof next->rows[0]);

  for (; at < all->n && g_str_equal (all->rows[at]->code, region->code); at++)
    if ((replaces = all->rows[at]->level == region->level))
      break;
  next->before = all;
  next->n = all->n + (replaces ? 0 : 1);
  memcpy (next->rows, all->rows, at * sizeof next->rows[0]);
  next->rows[at] = region;
  memcpy (next->rows + at + 1, all->rows + at + (replaces ? 1 : 0),
          (next->n - at - 1) * sizeof next->rows[0]);
  return next;
}

void
yq_region_learn (const char *code, const char *name, gboolean withdrawn)
{
  g_autofree char *parent = yq_region_parent_code (code);
  const YqRegion *there = yq_region_find_level (code, yq_region_level (code));
  YqRegion *region;

  if (yq_region_level (code) == 0 || name == NULL)
    return;
  if (there != NULL && g_str_equal (there->name, name) && there->withdrawn == withdrawn &&
      !there->statistics)
    return;
  region = g_new (YqRegion, 1);
  *region = (YqRegion){ .code = g_intern_string (code),
                        .level = yq_region_level (code),
                        .name = g_intern_string (name),
                        .parent = parent != NULL ? g_intern_string (parent) : NULL,
                        .withdrawn = withdrawn };
  g_mutex_lock (&learning);
  g_atomic_pointer_set (&newest, table_with (table (), region));
  g_mutex_unlock (&learning);
}

/* -- names -- */

typedef struct
{
  const Table *all;
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
    *match = (Match){ match->all, region->code, n_short, FALSE };
  else if (n_short == match->n_short && !g_str_equal (match->code, region->code))
    match->is_vague = TRUE;
}

static void match_children (Match *match, const char *text, guint parent, guint n_short);

/* Does text begin with this region, and go on with what lies in it? */
static void
match_region (Match *match, const char *text, guint nth, guint n_short)
{
  const YqRegion *region = match->all->rows[nth];
  gsize whole = strlen (region->name), part = short_size (region->name);

  if (region->withdrawn || region->statistics)
    return;
  if (g_strv_contains (place_holders, region->name))
    {
      match_children (match, text, nth, n_short);
      return;
    }
  if (strncmp (text, region->name, MIN (whole, strlen ("县"))) != 0)
    return;
  if (strncmp (text, region->name, whole) == 0)
    {
      if (text[whole] == '\0')
        note_match (match, region, n_short);
      else
        match_children (match, text + whole, nth, n_short);
    }
  if (part > 0 && strncmp (text, region->name, part) == 0)
    {
      if (text[part] == '\0')
        note_match (match, region, n_short + 1);
      else
        match_children (match, text + part, nth, n_short + 1);
    }
}

static void
match_children (Match *match, const char *text, guint parent, guint n_short)
{
  const YqRegion *const *rows = match->all->rows;
  gsize digits = rows[parent]->level * 2;

  for (guint i = parent + 1;
       i < match->all->n && strncmp (rows[i]->code, rows[parent]->code, digits) == 0; i++)
    if (rows[i]->level == rows[parent]->level + 1)
      match_region (match, text, i, n_short);
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
  Match match = { .all = table () };

  if (bare == NULL || *bare == '\0')
    return NULL;
  if (g_ascii_isdigit (*bare))
    {
      const YqRegion *region = yq_region_find (bare);

      return region != NULL ? region->code : NULL;
    }
  for (guint i = 0; i < match.all->n; i++)
    match_region (&match, bare, i, 0);
  return match.is_vague ? NULL : match.code;
}
