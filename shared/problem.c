/* Problems: one code of a closed list, a sentence, what is wrong with which field, alternatives. */
#define G_LOG_DOMAIN "yiquan-problem"

#include "problem.h"

#include "clock.h"
#include "record-json.h"

typedef struct
{
  char *field;
  YqProblemCode code;
  char *detail;
} FieldError;

typedef struct
{
  char *instrument;
  gint64 from;
  gint64 to;
} Alternative;

struct _YqProblem
{
  YqProblemCode code;
  char *detail;
  GArray *errors;           /* FieldError, or NULL */
  GArray *alternatives;     /* Alternative, or NULL */
  char *lead_entity, *lead; /* or both NULL */
};

/* clang-format off */
static const struct
{
  const char *name;
  guint status;
  const char *title;
} codes[YQ_N_PROBLEMS] = {
  [YQ_PROBLEM_MALFORMED]         = { "malformed", 400, N_("The request cannot be read") },
  [YQ_PROBLEM_UNKNOWN_ENTITY]    = { "unknown_entity", 404, N_("Unknown kind of record") },
  [YQ_PROBLEM_UNKNOWN_ACTION]    = { "unknown_action", 422, N_("Unknown action") },
  [YQ_PROBLEM_UNKNOWN_FIELD]     = { "unknown_field", 422, N_("Unknown field") },
  [YQ_PROBLEM_UNKNOWN_PARAMETER] = { "unknown_parameter", 400, N_("Unknown parameter") },
  [YQ_PROBLEM_REQUIRED]          = { "required", 422, N_("Something is missing") },
  [YQ_PROBLEM_INVALID]           = { "invalid", 422, N_("Something is not valid") },
  [YQ_PROBLEM_NOT_FOUND]         = { "not_found", 404, N_("Not found") },
  [YQ_PROBLEM_FORBIDDEN]         = { "forbidden", 403, N_("Not allowed") },
  [YQ_PROBLEM_STATE]             = { "state", 409, N_("Not possible in this state") },
  [YQ_PROBLEM_CHANGED]           = { "changed", 409, N_("Changed by somebody else") },
  [YQ_PROBLEM_ID_REUSED]         = { "id_reused", 409, N_("Command number used twice") },
  [YQ_PROBLEM_SLOT_TAKEN]        = { "slot_taken", 409, N_("The time is taken") },
  [YQ_PROBLEM_CAP_TOTAL]         = { "cap_total", 409, N_("Above the total limit") },
  [YQ_PROBLEM_CAP_CLAIM]         = { "cap_claim", 409, N_("Above the limit of one claim or use") },
  [YQ_PROBLEM_CAP_HELD]          = { "cap_held", 409, N_("Above what may be held at once") },
  [YQ_PROBLEM_BALANCE]           = { "balance", 409, N_("The balance does not suffice") },
  [YQ_PROBLEM_BUDGET]            = { "budget", 409, N_("The budget does not suffice") },
  [YQ_PROBLEM_NOT_ELIGIBLE]      = { "not_eligible", 409, N_("Not eligible") },
  [YQ_PROBLEM_WINDOW_CLOSED]     = { "window_closed", 409, N_("The redemption window is closed") },
  [YQ_PROBLEM_PAPERS_MISSING]    = { "papers_missing", 422, N_("Papers are missing") },
  [YQ_PROBLEM_INVOICE_USED]      = { "invoice_used", 409, N_("The invoice has been used") },
  [YQ_PROBLEM_INVOICE_SUM]       = { "invoice_sum", 422, N_("The invoices do not add up") },
  [YQ_PROBLEM_FILE_MISSING]      = { "file_missing", 422, N_("A file is missing") },
  [YQ_PROBLEM_DUPLICATE]         = { "duplicate", 409, N_("This exists already") },
  [YQ_PROBLEM_OFFSET]            = { "offset", 409, N_("Wrong place in the file") },
  [YQ_PROBLEM_DIGEST]            = { "digest", 422, N_("The file arrived damaged") },
  [YQ_PROBLEM_TOO_MANY]          = { "too_many", 413, N_("Too many at once") },
  [YQ_PROBLEM_TOO_LARGE]         = { "too_large", 413, N_("Too large") },
  [YQ_PROBLEM_THROTTLED]         = { "throttled", 429, N_("Too many attempts") },
  [YQ_PROBLEM_UNAUTHENTICATED]   = { "unauthenticated", 401, N_("Please sign in") },
  [YQ_PROBLEM_CURSOR_EXPIRED]    = { "cursor_expired", 410, N_("Please read everything again") },
  [YQ_PROBLEM_METHOD]            = { "method", 405, N_("Method not allowed") },
  [YQ_PROBLEM_UNAVAILABLE]       = { "unavailable", 503, N_("The service is not available now") },
  [YQ_PROBLEM_INTERNAL]          = { "internal", 500, N_("The server made a mistake") },
};
/* clang-format on */

static void
clear_error (gpointer data)
{
  FieldError *error = data;

  g_free (error->field);
  g_free (error->detail);
}

static void
clear_alternative (gpointer data)
{
  g_free (((Alternative *) data)->instrument);
}

static YqProblem *
new_problem (YqProblemCode code, char *detail)
{
  YqProblem *problem = g_new0 (YqProblem, 1);

  problem->code = code;
  problem->detail = detail;
  return problem;
}

static void
add_error (YqProblem *problem, const char *field, YqProblemCode code, char *detail)
{
  FieldError error = { g_strdup (field), code, detail };

  if (problem->errors == NULL)
    {
      problem->errors = g_array_new (FALSE, FALSE, sizeof (FieldError));
      g_array_set_clear_func (problem->errors, clear_error);
    }
  g_array_append_val (problem->errors, error);
}

YqProblem *
yq_problem_new (YqProblemCode code, const char *detail, ...)
{
  char *text;
  va_list args;

  va_start (args, detail);
  text = g_strdup_vprintf (detail, args);
  va_end (args);
  return new_problem (code, text);
}

YqProblem *
yq_problem_copy (const YqProblem *problem)
{
  YqProblem *copy = new_problem (problem->code, g_strdup (problem->detail));

  for (guint i = 0; i < yq_problem_n_errors (problem); i++)
    {
      FieldError *error = &g_array_index (problem->errors, FieldError, i);

      add_error (copy, error->field, error->code, g_strdup (error->detail));
    }
  for (guint i = 0; i < yq_problem_n_alternatives (problem); i++)
    {
      Alternative *other = &g_array_index (problem->alternatives, Alternative, i);

      yq_problem_add_alternative (copy, other->instrument, other->from, other->to);
    }
  return yq_problem_lead_to (copy, problem->lead_entity, problem->lead);
}

void
yq_problem_free (YqProblem *problem)
{
  if (problem == NULL)
    return;
  g_clear_pointer (&problem->errors, g_array_unref);
  g_clear_pointer (&problem->alternatives, g_array_unref);
  g_free (problem->lead_entity);
  g_free (problem->lead);
  g_free (problem->detail);
  g_free (problem);
}

YqProblem *
yq_problem_add_error (YqProblem *problem, const char *field, YqProblemCode code, const char *detail,
                      ...)
{
  char *text;
  va_list args;

  va_start (args, detail);
  text = g_strdup_vprintf (detail, args);
  va_end (args);
  add_error (problem, field, code, text);
  return problem;
}

void
yq_problem_collect (YqProblem **problem, const char *field, const char *title, YqProblemCode code,
                    const char *detail)
{
  if (*problem == NULL)
    *problem = yq_problem_new (code, _("%s: %s"), title, detail);
  add_error (*problem, field, code, g_strdup (detail));
}

YqProblem *
yq_problem_lead_to (YqProblem *problem, const char *entity, const char *record)
{
  g_free (problem->lead_entity);
  g_free (problem->lead);
  problem->lead_entity = g_strdup (entity);
  problem->lead = g_strdup (record);
  return problem;
}

YqProblem *
yq_problem_add_alternative (YqProblem *problem, const char *instrument, gint64 from_ms,
                            gint64 to_ms)
{
  Alternative other = { g_strdup (instrument), from_ms, to_ms };

  if (problem->alternatives == NULL)
    {
      problem->alternatives = g_array_new (FALSE, FALSE, sizeof (Alternative));
      g_array_set_clear_func (problem->alternatives, clear_alternative);
    }
  g_array_append_val (problem->alternatives, other);
  return problem;
}

YqProblemCode
yq_problem_code (const YqProblem *problem)
{
  return problem->code;
}

const char *
yq_problem_code_name (YqProblemCode code)
{
  g_return_val_if_fail (code < YQ_N_PROBLEMS, NULL);

  return codes[code].name;
}

int
yq_problem_code_from_name (const char *name)
{
  for (guint i = 0; i < YQ_N_PROBLEMS; i++)
    if (g_strcmp0 (codes[i].name, name) == 0)
      return i;
  return -1;
}

guint
yq_problem_status (const YqProblem *problem)
{
  return codes[problem->code].status;
}

const char *
yq_problem_code_title (YqProblemCode code)
{
  g_return_val_if_fail (code < YQ_N_PROBLEMS, NULL);

  return _(codes[code].title);
}

const char *
yq_problem_detail (const YqProblem *problem)
{
  return problem->detail;
}

guint
yq_problem_n_errors (const YqProblem *problem)
{
  return problem->errors != NULL ? problem->errors->len : 0;
}

const char *
yq_problem_error (const YqProblem *problem, guint i, const char **field, YqProblemCode *code)
{
  const FieldError *error;

  g_return_val_if_fail (i < yq_problem_n_errors (problem), NULL);

  error = &g_array_index (problem->errors, FieldError, i);
  if (field != NULL)
    *field = error->field;
  if (code != NULL)
    *code = error->code;
  return error->detail;
}

const char *
yq_problem_lead (const YqProblem *problem, const char **entity)
{
  if (entity != NULL)
    *entity = problem->lead_entity;
  return problem->lead;
}

guint
yq_problem_n_alternatives (const YqProblem *problem)
{
  return problem->alternatives != NULL ? problem->alternatives->len : 0;
}

void
yq_problem_alternative (const YqProblem *problem, guint i, const char **instrument, gint64 *from_ms,
                        gint64 *to_ms)
{
  const Alternative *other;

  g_return_if_fail (i < yq_problem_n_alternatives (problem));

  other = &g_array_index (problem->alternatives, Alternative, i);
  *instrument = other->instrument;
  *from_ms = other->from;
  *to_ms = other->to;
}

/* -- as JSON -- */

static void
append_member (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "\"%s\":", name);
  yq_json_append_string (out, text);
}

static void
append_errors (const YqProblem *problem, GString *out)
{
  g_string_append (out, ",\"errors\":[");
  for (guint i = 0; i < problem->errors->len; i++)
    {
      const FieldError *error = &g_array_index (problem->errors, FieldError, i);

      g_string_append (out, i == 0 ? "{" : ",{");
      append_member (out, "field", error->field);
      g_string_append_printf (out, ",\"code\":\"%s\",", codes[error->code].name);
      append_member (out, "detail", error->detail);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

static void
append_alternatives (const YqProblem *problem, GString *out)
{
  g_string_append (out, ",\"alternatives\":[");
  for (guint i = 0; i < problem->alternatives->len; i++)
    {
      const Alternative *other = &g_array_index (problem->alternatives, Alternative, i);
      g_autofree char *from = yq_time_format (other->from);
      g_autofree char *to = yq_time_format (other->to);

      g_string_append (out, i == 0 ? "{" : ",{");
      append_member (out, "instrument", other->instrument);
      g_string_append_printf (out, ",\"from\":\"%s\",\"to\":\"%s\"}", from, to);
    }
  g_string_append_c (out, ']');
}

static void
append_lead (const YqProblem *problem, GString *out)
{
  g_string_append (out, ",\"leads_to\":{");
  append_member (out, "entity", problem->lead_entity);
  g_string_append_c (out, ',');
  append_member (out, "record", problem->lead);
  g_string_append_c (out, '}');
}

void
yq_problem_append_json (const YqProblem *problem, GString *out)
{
  g_string_append_printf (out, "{\"type\":\"urn:yiquan:problem:%s\",", codes[problem->code].name);
  append_member (out, "title", _(codes[problem->code].title));
  g_string_append_printf (out, ",\"status\":%u,", codes[problem->code].status);
  append_member (out, "detail", problem->detail);
  g_string_append_printf (out, ",\"code\":\"%s\"", codes[problem->code].name);
  if (yq_problem_n_errors (problem) > 0)
    append_errors (problem, out);
  if (yq_problem_n_alternatives (problem) > 0)
    append_alternatives (problem, out);
  if (problem->lead != NULL)
    append_lead (problem, out);
  g_string_append_c (out, '}');
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static JsonObject *
get_element (JsonObject *object, const char *name, guint i)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  JsonArray *array =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || i >= json_array_get_length (array))
    return NULL;
  node = json_array_get_element (array, i);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
read_lead (YqProblem *problem, JsonObject *object)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, "leads_to") : NULL;
  JsonObject *lead =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *entity = get_text (lead, "entity"), *record = get_text (lead, "record");

  if (entity != NULL && record != NULL)
    yq_problem_lead_to (problem, entity, record);
}

YqProblem *
yq_problem_from_json (JsonObject *object)
{
  int code = yq_problem_code_from_name (get_text (object, "code"));
  const char *detail = get_text (object, "detail");
  YqProblem *problem;
  JsonObject *item;

  if (code < 0)
    code = YQ_PROBLEM_INTERNAL;
  if (detail == NULL)
    detail = get_text (object, "title");
  problem = new_problem (code, g_strdup (detail != NULL ? detail : _(codes[code].title)));

  for (guint i = 0; (item = get_element (object, "errors", i)) != NULL; i++)
    {
      int inner = yq_problem_code_from_name (get_text (item, "code"));
      const char *field = get_text (item, "field");
      const char *text = get_text (item, "detail");

      add_error (problem, field != NULL ? field : "", inner < 0 ? YQ_PROBLEM_INVALID : inner,
                 g_strdup (text != NULL ? text : ""));
    }
  for (guint i = 0; (item = get_element (object, "alternatives", i)) != NULL; i++)
    {
      const char *instrument = get_text (item, "instrument");
      const char *from_text = get_text (item, "from");
      const char *to_text = get_text (item, "to");
      gint64 from, to;

      if (instrument != NULL && from_text != NULL && to_text != NULL &&
          yq_time_parse (from_text, &from) && yq_time_parse (to_text, &to))
        yq_problem_add_alternative (problem, instrument, from, to);
    }
  read_lead (problem, object);
  return problem;
}
