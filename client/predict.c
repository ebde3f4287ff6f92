/* What a queued command will make of a record: the state by the workflow's tables, the fields as
 * sent. What effects add (numbers, money, slots) only the server knows. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-rows.h"

#include "workflow.h"

static void
predict_save (YqStoreDb *db, YqRecord *record, JsonObject *fields)
{
  g_autoptr(GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(YqRecord) before = yq_record_copy (record);

  yq_values_take_json (yq_record_values (record), fields, touched);
  if (yq_record_revision (before) > 0)
    yq_record_set_state (record, yq_workflow_state_after_save (db->world, before, touched));
}

static void
predict_step (YqStoreDb *db, YqRecord *record, const YqStep *step, JsonObject *fields)
{
  g_autoptr(YqValues) args = yq_values_new (step->fields, yq_fields_count (step->fields));

  if (yq_record_revision (record) == 0)
    yq_values_take_json (yq_record_values (record), fields, NULL);
  else
    yq_values_take_json (args, fields, NULL);
  if (yq_word_in (step->from, yq_record_state (record)))
    {
      const char *next = yq_workflow_next (db->world, record, step, args);

      if (next != NULL && yq_entity_state (yq_record_entity (record), next) != NULL)
        yq_record_set_state (record, next);
    }
}

void
yq_predict (YqStoreDb *db, YqRecord *record, const char *action, JsonObject *fields,
            gboolean *is_deleted)
{
  const YqStep *step = yq_entity_step (yq_record_entity (record), action);

  if (g_str_equal (action, "save"))
    predict_save (db, record, fields);
  else if (g_str_equal (action, "delete"))
    *is_deleted = TRUE;
  else if (step != NULL)
    predict_step (db, record, step, fields);
  if (!*is_deleted && yq_record_entity (record)->derive != NULL)
    yq_record_entity (record)->derive (db->world, record);
  yq_record_set_revision (record, yq_record_revision (record) + 1);
}
