/* /v1/schema tells exactly what the tables say; /openapi.json is whole and describes every route.
 */
#define G_LOG_DOMAIN "test-schema"

#include <string.h>

#include "model.h"
#include "openapi.h"
#include "record-json.h"
#include "routes.h"
#include "schema-json.h"

static JsonNode *
write_and_parse (void (*write) (GString *out))
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(YqProblem) problem = NULL;
  JsonNode *node;

  write (text);
  node = yq_json_parse (text->str, text->len, &problem);
  if (node == NULL)
    g_error ("%s", yq_problem_detail (problem));
  return node;
}

/* -- /v1/schema -- */

static void
assert_words (JsonArray *array, const char *words)
{
  g_auto(GStrv) list = g_strsplit (words, "|", -1);

  g_assert_cmpuint (json_array_get_length (array), ==, g_strv_length (list));
  for (guint i = 0; list[i] != NULL; i++)
    g_assert_cmpstr (json_array_get_string_element (array, i), ==, list[i]);
}

static void
assert_sees (JsonObject *row, guint sees)
{
  static const char *const names[] = { "public",   "parties", "owner",
                                       "reviewer", "expert",  "administrator" };
  JsonArray *array = json_object_get_array_member (row, "sees");
  guint told = 0;

  for (guint i = 0; i < json_array_get_length (array); i++)
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      if (strcmp (json_array_get_string_element (array, i), names[j]) == 0)
        told |= 1u << j;
  g_assert_cmphex (told, ==, sees);
}

static void
assert_fields (JsonArray *array, const YqField *fields, guint n, gboolean with_sees)
{
  g_assert_cmpuint (json_array_get_length (array), ==, n);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *row = json_array_get_object_element (array, i);
      guint n_choices = 0;

      g_assert_cmpstr (json_object_get_string_member (row, "name"), ==, fields[i].name);
      g_assert_cmpstr (json_object_get_string_member (row, "title"), ==, fields[i].title);
      g_assert_cmpstr (json_object_get_string_member (row, "type"), ==,
                       yq_type_name (fields[i].type));
      g_assert_cmpint (json_object_get_boolean_member (row, "required"), ==,
                       (fields[i].flags & YQ_REQUIRED) != 0);
      g_assert_cmpint (json_object_get_int_member_with_default (row, "max", 0), ==, fields[i].max);
      g_assert_cmpstr (json_object_get_string_member_with_default (row, "refers", NULL), ==,
                       fields[i].refers);
      g_assert_cmpint (json_object_has_member (row, "columns"), ==, fields[i].columns != NULL);
      g_assert_cmpint (json_object_has_member (row, "choices"), ==, fields[i].choices != NULL);
      if (fields[i].columns != NULL)
        assert_fields (json_object_get_array_member (row, "columns"), fields[i].columns,
                       yq_fields_count (fields[i].columns), FALSE);
      while (fields[i].choices != NULL && fields[i].choices[n_choices].code != NULL)
        n_choices++;
      if (n_choices > 0)
        g_assert_cmpuint (json_array_get_length (json_object_get_array_member (row, "choices")), ==,
                          n_choices);
      if (with_sees)
        assert_sees (row, fields[i].sees);
    }
}

static void
assert_steps (JsonArray *array, const YqEntity *entity)
{
  g_assert_cmpuint (json_array_get_length (array), ==, entity->n_steps);
  for (guint i = 0; i < entity->n_steps; i++)
    {
      const YqStep *step = &entity->steps[i];
      JsonObject *row = json_array_get_object_element (array, i);
      JsonArray *from = json_object_get_array_member (row, "from");

      g_assert_cmpstr (json_object_get_string_member (row, "action"), ==, step->action);
      for (guint j = 0; j < json_array_get_length (from); j++)
        g_assert_true (yq_word_in (step->from, json_array_get_string_element (from, j)));
      g_assert_cmpuint (json_array_get_length (from), >, 0);
      assert_words (json_object_get_array_member (row, "may_lead_to"), step->to);
      assert_words (json_object_get_array_member (row, "actors"), step->actors);
      g_assert_true (g_str_has_prefix (step->to, json_object_get_string_member (row, "to")));
      g_assert_true (g_str_has_prefix (step->actors, json_object_get_string_member (row, "actor")));
      assert_fields (json_object_get_array_member (row, "fields"), step->fields,
                     yq_fields_count (step->fields), FALSE);
    }
}

static void
assert_editable (JsonArray *array, const YqEntity *entity)
{
  g_assert_cmpuint (json_array_get_length (array), ==, entity->n_editable);
  for (guint i = 0; i < entity->n_editable; i++)
    {
      JsonObject *row = json_array_get_object_element (array, i);
      JsonArray *fields = json_object_get_array_member (row, "fields");
      guint n = 0;

      g_assert_cmpstr (json_object_get_string_member (row, "state"), ==, entity->editable[i].state);
      g_assert_cmpstr (json_object_get_string_member (row, "actor"), ==,
                       yq_actor_name (entity->editable[i].actor));
      for (guint j = 0; j < entity->n_fields; j++)
        if ((entity->fields[j].edit & entity->editable[i].edit) != 0)
          g_assert_cmpstr (json_array_get_string_element (fields, n++), ==, entity->fields[j].name);
      g_assert_cmpuint (json_array_get_length (fields), ==, n);
    }
}

static void
test_the_schema_is_the_tables (void)
{
  g_autoptr(JsonNode) node = NULL;
  JsonArray *entities, *problems;

  yq_text_set_language (YQ_LANGUAGE_EN);
  node = write_and_parse (yq_schema_append_json);
  problems = json_object_get_array_member (json_node_get_object (node), "problems");
  entities = json_object_get_array_member (json_node_get_object (node), "entities");
  g_assert_cmpuint (json_array_get_length (problems), ==, YQ_N_PROBLEMS);
  g_assert_cmpuint (json_array_get_length (entities), ==, yq_model_count ());
  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);
      JsonObject *row = json_array_get_object_element (entities, i);
      JsonArray *states = json_object_get_array_member (row, "states");

      g_assert_cmpstr (json_object_get_string_member (row, "name"), ==, entity->name);
      g_assert_cmpstr (json_object_get_string_member (row, "plural"), ==, entity->plural);
      g_assert_cmpstr (json_object_get_string_member (row, "title"), ==, entity->title);
      assert_fields (json_object_get_array_member (row, "fields"), entity->fields, entity->n_fields,
                     TRUE);
      g_assert_cmpuint (json_array_get_length (states), ==, entity->n_states);
      for (guint j = 0; j < entity->n_states; j++)
        g_assert_cmpint (
          json_object_get_boolean_member (json_array_get_object_element (states, j), "final"), ==,
          (entity->states[j].flags & YQ_STATE_FINAL) != 0);
      assert_editable (json_object_get_array_member (row, "editable"), entity);
      assert_steps (json_object_get_array_member (row, "steps"), entity);
    }
}

static void
test_the_schema_speaks_chinese (void)
{
  g_autoptr(JsonNode) node = NULL;
  JsonObject *row;

  yq_text_set_language (YQ_LANGUAGE_DEFAULT);
  node = write_and_parse (yq_schema_append_json);
  row = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "entities"), 0);
  g_assert_cmpstr (json_object_get_string_member (row, "title"), ==, "单位");
}

/* -- /openapi.json -- */

static JsonNode *
follow (JsonNode *root, const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  JsonNode *at = root;

  g_assert_cmpstr (parts[0], ==, "#");
  for (guint i = 1; parts[i] != NULL && at != NULL; i++)
    at = JSON_NODE_HOLDS_OBJECT (at) ? json_object_get_member (json_node_get_object (at), parts[i])
                                     : NULL;
  return at;
}

/* Every $ref leads somewhere; used receives what was led to. */
static void
resolve (JsonNode *root, JsonNode *node, GHashTable *used)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        resolve (root, json_array_get_element (array, i), used);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        if (strcmp (name, "$ref") == 0)
          {
            JsonNode *target = follow (root, json_node_get_string (member));

            if (target == NULL)
              g_error ("%s leads nowhere", json_node_get_string (member));
            g_hash_table_add (used, target);
          }
        else
          resolve (root, member, used);
    }
}

static void
assert_all_used (JsonObject *components, GHashTable *used)
{
  static const char *const kinds[] = { "schemas", "parameters", "responses" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_object_get_object_member (components, kinds[i]));
      while (json_object_iter_next (&iter, &name, &member))
        if (!g_hash_table_contains (used, member))
          g_error ("nothing uses %s/%s", kinds[i], name);
    }
}

static void
test_every_reference_resolves (void)
{
  g_autoptr(JsonNode) root = write_and_parse (yq_openapi_append_json);
  g_autoptr(GHashTable) used = g_hash_table_new (NULL, NULL);
  JsonObject *object = json_node_get_object (root);

  g_assert_cmpstr (json_object_get_string_member (object, "openapi"), ==, "3.1.0");
  resolve (root, root, used);
  g_assert_cmpuint (g_hash_table_size (used), >, 60);
  assert_all_used (json_object_get_object_member (object, "components"), used);
}

/* The parameters in the braces of a path are those its operations declare. */
static void
assert_path_parameters (JsonNode *root, const char *path, JsonObject *operation)
{
  guint braces = 0, declared = 0;

  for (const char *at = strchr (path, '{'); at != NULL; at = strchr (at + 1, '{'))
    braces++;
  for (guint i = 0;
       json_object_has_member (operation, "parameters") &&
       i < json_array_get_length (json_object_get_array_member (operation, "parameters"));
       i++)
    {
      JsonObject *row =
        json_array_get_object_element (json_object_get_array_member (operation, "parameters"), i);
      const char *ref = json_object_get_string_member_with_default (row, "$ref", NULL);

      if (ref != NULL)
        row = json_node_get_object (follow (root, ref));
      if (strcmp (json_object_get_string_member (row, "in"), "path") == 0)
        {
          g_autofree char *brace =
            g_strdup_printf ("{%s}", json_object_get_string_member (row, "name"));

          g_assert_nonnull (strstr (path, brace));
          declared++;
        }
    }
  g_assert_cmpuint (declared, ==, braces);
}

static gboolean
is_routed (const char *method, const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path + 1, "/", -1);
  g_autofree char *upper = g_ascii_strup (method, -1);
  g_autofree char *allow = NULL;

  return yq_routes_find (upper, (const char *const *) parts, &allow) >= 0;
}

static void
test_operations_are_unique_and_routed (void)
{
  g_autoptr(JsonNode) root = write_and_parse (yq_openapi_append_json);
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObjectIter paths, methods;
  const char *path, *method;
  JsonNode *item, *operation;

  json_object_iter_init (&paths,
                         json_object_get_object_member (json_node_get_object (root), "paths"));
  while (json_object_iter_next (&paths, &path, &item))
    {
      json_object_iter_init (&methods, json_node_get_object (item));
      while (json_object_iter_next (&methods, &method, &operation))
        {
          JsonObject *object = json_node_get_object (operation);
          const char *id = json_object_get_string_member (object, "operationId");

          if (!g_hash_table_add (ids, (gpointer) id))
            g_error ("the operation %s occurs twice", id);
          assert_path_parameters (root, path, object);
          if (!is_routed (method, path))
            g_error ("%s %s is described and not served", method, path);
        }
    }
  g_assert_cmpuint (g_hash_table_size (ids), ==, 22 + 3 * yq_model_count ());
}

static gboolean
fits (const char *pattern, const char *path)
{
  g_auto(GStrv) want = g_strsplit (pattern, "/", -1);
  g_auto(GStrv) have = g_strsplit (path, "/", -1);

  if (g_strv_length (want) != g_strv_length (have))
    return FALSE;
  for (guint i = 0; want[i] != NULL; i++)
    if (strcmp (want[i], "*") != 0 && strcmp (want[i], have[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
test_every_route_is_described (void)
{
  g_autoptr(JsonNode) root = write_and_parse (yq_openapi_append_json);
  JsonObject *described = json_object_get_object_member (json_node_get_object (root), "paths");

  for (guint i = 0; i < yq_routes_count (); i++)
    {
      const YqRoute *route = yq_routes_nth (i);
      g_autofree char *method = g_ascii_strdown (route->method, -1);
      gboolean found = FALSE;
      JsonObjectIter iter;
      const char *path;
      JsonNode *item;

      json_object_iter_init (&iter, described);
      while (!found && json_object_iter_next (&iter, &path, &item))
        {
          JsonNode *operation = json_object_get_member (json_node_get_object (item), method);

          found = operation != NULL && fits (route->pattern, path);
          if (found) /* and says truly whether a token is needed */
            g_assert_cmpint (json_object_has_member (json_node_get_object (operation), "security"),
                             ==, (route->flags & YQ_ROUTE_PUBLIC) != 0);
        }
      if (!found)
        g_error ("%s %s is served and not described", route->method, route->pattern);
    }
}

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/tables", test_the_schema_is_the_tables);
  g_test_add_func ("/schema/chinese", test_the_schema_speaks_chinese);
  g_test_add_func ("/openapi/references", test_every_reference_resolves);
  g_test_add_func ("/openapi/operations", test_operations_are_unique_and_routed);
  g_test_add_func ("/openapi/routes", test_every_route_is_described);
  return g_test_run ();
}
