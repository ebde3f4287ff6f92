/* Records of a feed, made ready for the store on another thread. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-received.h"

#include "model.h"
#include "record-json.h"
#include "store-rows.h"

YqReceived *
yq_received_new (JsonObject *object)
{
  const char *name = json_object_get_string_member_with_default (object, "entity", NULL);
  const char *id = json_object_get_string_member_with_default (object, "id", NULL);
  const YqEntity *entity = name != NULL ? yq_model_find (name) : NULL;
  g_autoptr(YqProblem) problem = NULL;
  YqReceived *received;

  if (entity == NULL || id == NULL)
    return NULL; /* of a newer server */
  received = g_new0 (YqReceived, 1);
  received->entity = entity;
  received->id = g_strdup (id);
  received->gone = json_object_get_boolean_member_with_default (object, "gone", FALSE);
  if (received->gone)
    return received;
  received->text = yq_json_text_of (object);
  received->record = yq_json_read_record (object, &problem);
  if (received->record != NULL)
    received->words = yq_words_new (received->record);
  else
    g_debug ("A record that cannot be read: %s", yq_problem_detail (problem));
  return received;
}

void
yq_received_free (YqReceived *received)
{
  if (received == NULL)
    return;
  g_free (received->id);
  g_free (received->text);
  g_clear_object (&received->record);
  g_clear_pointer (&received->words, yq_words_free);
  g_free (received);
}
