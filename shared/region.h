/* Regions: those of GB/T 2260, compiled in from data/regions.csv, and what an administrator has
 * added or changed since (model/place.h).  Safe on any thread; what is returned stays valid until
 * the end of the process. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *code;    /* six digits */
  int level;           /* 1 province, 2 city, 3 county */
  const char *name;    /* 嘉善县 */
  const char *parent;  /* code, or NULL */
  gboolean withdrawn;  /* readable in old records, cannot be chosen */
  gboolean statistics; /* statistics zones: cannot be chosen */
} YqRegion;

const YqRegion *yq_region_find (const char *code); /* the higher level where a code has two */
const YqRegion *yq_region_find_level (const char *code, int level);
guint yq_region_count (void);
const YqRegion *yq_region_nth (guint i); /* by code, then level */
/* An ancestor or the region itself: "33", "330000" and "330400" all hold "330421". */
gboolean yq_region_holds (const char *ancestor, const char *code);
/* The 2, 4 or 6 significant digits: 330000 -> "33".  Free it. */
char *yq_region_prefix (const char *code);
const char *yq_region_ancestor (const char *code, int level); /* code of that level, or NULL */
char *yq_region_path (const char *code);                      /* "浙江省嘉兴市嘉善县" */
gboolean yq_region_can_choose (const char *code);
/* The code of the region meant by a code or by names: "浙江省嘉兴市嘉善县", "浙江 嘉兴 嘉善",
 * "嘉善县".  NULL where none or several are meant; withdrawn regions only by their code. */
const char *yq_region_parse (const char *text);

/* 1 to 3 by the digits of a code, also of one that is not known; 0: no code. */
int yq_region_level (const char *code);
char *
yq_region_parent_code (const char *code); /* by its digits; NULL above a province.  Free it. */
/* Makes a region known to this process, or says anew how one is called and whether it may still be
 * chosen.  There is no way to forget one: records name it. */
void yq_region_learn (const char *code, const char *name, gboolean withdrawn);
