/* Regions that an administrator adds or changes. */
#include "place.h"

#include "region.h"

static const char *
check_code (const YqValues *values, const YqField *field)
{
  const char *code = yq_values_text (values, REGION_CODE);
  g_autofree char *parent = yq_region_parent_code (code);

  if (yq_region_level (code) == 0)
    return _("A region has six digits: two of its province, two of its city, two of its county");
  if (parent == NULL)
    return _("A province is not added: the code of a city ends with 00, that of a county does not");
  if (yq_region_find (parent) == NULL)
    return _("There is no region above it: add the city first, or mend the first four digits");
  return NULL;
}

/* clang-format off */
static const YqField region_fields[] = {
  [REGION_CODE]      = { "code", N_("Code"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_INDEX | YQ_SEARCH, PUBLIC_OFFICE, .max = 6, .check = check_code, .hint = N_("Six digits as in GB/T 2260; the code of one that is there changes how it is called") },
  [REGION_NAME]      = { "name", N_("Name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_OFFICE, .max = 60, .hint = N_("Without the province and the city") },
  [REGION_PATH]      = { "path", N_("Full name"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT, .max = 200 },
  [REGION_WITHDRAWN] = { "withdrawn", N_("Withdrawn by the standard"), YQ_BOOLEAN, YQ_LIST, PUBLIC_OFFICE, .hint = N_("It stays in records that name it, and cannot be chosen any more") },
  [REGION_NOTE]      = { "note", N_("Note"), YQ_TEXT, YQ_LONG, PUBLIC_OFFICE, .max = 500, .hint = N_("By which document, and when") },
};

static const YqState region_states[] = {
  { "active", N_("Active"), YQ_TONE_DONE, YQ_STATE_PUBLIC },
};

static const YqEditable region_editable[] = {
  { "active", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};
/* clang-format on */

/* One record a code, and the code of a record stays. */
static YqProblem *
region_check (YqWorld *world, YqRecord *record)
{
  const char *code = yq_record_text (record, REGION_CODE);
  g_autoptr(YqRecord) before = yq_world_get (world, &yq_region, yq_record_id (record));
  g_autoptr(GPtrArray) same = yq_world_list (world, &yq_region, "code", code);

  if (before != NULL && g_strcmp0 (yq_record_text (before, REGION_CODE), code) != 0 &&
      yq_record_revision (before) > 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, _("The code of a region does not change")), "code",
      YQ_PROBLEM_INVALID, _("It is %s: withdraw this region and add another"),
      yq_record_text (before, REGION_CODE));
  for (guint i = 0; i < same->len; i++)
    if (!g_str_equal (yq_record_id (same->pdata[i]), yq_record_id (record)))
      return yq_problem_add_error (
        yq_problem_new (YQ_PROBLEM_INVALID, _("This region stands in the list already")), "code",
        YQ_PROBLEM_INVALID, _("%s is called %s there: change it there"), code,
        yq_record_text (same->pdata[i], REGION_NAME));
  return NULL;
}

static void
region_derive (YqWorld *world, YqRecord *record)
{
  g_autofree char *parent = yq_region_parent_code (yq_record_text (record, REGION_CODE));
  g_autofree char *above = parent != NULL ? yq_region_path (parent) : NULL;
  const char *name = yq_record_text (record, REGION_NAME);
  g_autofree char *path = above && name ? g_strconcat (above, name, NULL) : NULL;

  yq_record_set_text (record, REGION_PATH, path);
}

static void
region_known (YqRecord *record)
{
  yq_region_learn (yq_record_text (record, REGION_CODE), yq_record_text (record, REGION_NAME),
                   yq_record_int (record, REGION_WITHDRAWN) != 0);
}

/* clang-format off */
const YqEntity yq_region = {
  "region", "regions", N_("Region"), N_("Regions"),
  TABLE (region_fields), TABLE (region_states), NULL, 0, TABLE (region_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .reads = YQ_SEES_ADMINISTRATOR, .title_field = "path", .subtitle_field = "code",
  .check = region_check, .check_on_save = TRUE, .derive = region_derive, .known = region_known,
};
/* clang-format on */
