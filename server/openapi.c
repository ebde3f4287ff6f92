/* OpenAPI 3.1: the calls of the API from a table of their own, everything about records from the
 * tables of shared/model/. */
#define G_LOG_DOMAIN "yiquand"

#include "openapi.h"

#include <string.h>

#include "api.h"
#include "json-text.h"
#include "model.h"
#include "problem.h"

typedef struct
{
  const char *method;
  const char *path;
  const char *id;
  const char *tag;
  const char *summary;    /* N_() */
  const char *parameters; /* of components/parameters, "Id|Limit"; NULL for none */
  const char *request;    /* a schema; "" is a body of bytes */
  guint status;
  const char *answer; /* a schema; "" is a body of another type; NULL is none */
  const char *type;   /* of the answer where it is not JSON */
  const char *refusals;
  gboolean is_public;
} Operation;

/* clang-format off */
static const Operation operations[] = {
  { "post",   "/v1/sessions", "createSession", "sessions", N_("Sign in"), NULL, "Credentials", 201, "Session", NULL, "400|401|403|422|429|503", TRUE },
  { "get",    "/v1/providers", "listProviders", "sessions", N_("Where one can sign in besides (OpenID Connect)"), NULL, NULL, 200, "Providers", NULL, "429", TRUE },
  { "post",   "/v1/authorizations", "createAuthorization", "sessions", N_("Begin to sign in at a provider: where the browser goes"), NULL, "AuthorizationRequest", 201, "Authorization", NULL, "400|422|429|503", TRUE },
  { "get",    "/v1/authorizations/return", "returnAuthorization", "sessions", N_("Where the provider sends the browser, and it is sent on to the program with a ticket"), "AuthorizationState|AuthorizationCode|AuthorizationError", NULL, 302, "", "text/html", "429", TRUE },
  { "delete", "/v1/sessions/current", "endSession", "sessions", N_("Sign out"), NULL, NULL, 204, NULL, NULL, "401" },
  { "post",   "/v1/accounts", "createAccount", "accounts", N_("Register a person, and her organisation"), NULL, "Registration", 201, "Registered", NULL, "400|409|422|429|503", TRUE },
  { "post",   "/v1/codes", "createCode", "accounts", N_("Send a code by SMS; answers the same whether anybody gets it"), NULL, "CodeRequest", 201, "Code", NULL, "400|401|409|422|429|503", TRUE },
  { "post",   "/v1/passwords", "changePassword", "accounts", N_("Change the password with the old one (204), or find accounts and recover by code (200, 204)"), NULL, "PasswordChange", 200, "FoundAccounts", NULL, "400|401|422|429|503", TRUE },
  { "post",   "/v1/bindings", "bindAccount", "accounts", N_("Take over what an older account may do"), NULL, "Binding", 201, "Registered", NULL, "400|401|403|409|422|429|503" },
  { "post",   "/v1/phones", "changePhone", "accounts", N_("Change the mobile phone with the password and a code sent to the new one"), NULL, "PhoneChange", 204, NULL, NULL, "400|401|422|429|503" },
  { "post",   "/v1/recoveries", "issueRecovery", "accounts", N_("A code for a lost account, issued by the manager of its organisation or an administrator with her own password"), NULL, "Recovery", 201, "RecoveryCode", NULL, "400|401|403|404|422|429|503" },
  { "get",    "/v1/captcha", "getCaptcha", "accounts", N_("A picture code; each is tried once"), NULL, NULL, 200, "Captcha", NULL, "429", TRUE },
  { "post",   "/v1/commands", "sendCommands", "commands", N_("Send commands; each takes effect exactly once"), NULL, "Commands", 200, "Results", NULL, "400|401|413|429|503" },
  { "get",    "/v1/changes", "readChanges", "changes", N_("Read what has changed since a cursor"), "Scope|After|ChangesLimit|Wait|FeedRegion", NULL, 200, "Changes", NULL, "400|401|410|429", TRUE },
  { "head",   "/v1/files/{sha256}", "getUpload", "files", N_("How much of an upload has arrived"), "Sha256", NULL, 200, NULL, NULL, "401|404" },
  { "patch",  "/v1/files/{sha256}", "appendToFile", "files", N_("Append to an upload"), "Sha256|UploadOffset|UploadLength", "", 204, NULL, NULL, "400|401|409|413|422" },
  { "get",    "/v1/files/{sha256}", "downloadFile", "files", N_("Read a file"), "Sha256", NULL, 200, "", "application/octet-stream", "401|404" },
  { "get",    "/v1/schema", "getSchema", "description", N_("The tables: entities, fields, states, steps"), NULL, NULL, 200, "Schema", NULL, "429", TRUE },
  { "get",    "/openapi.json", "getOpenapi", "description", N_("This description"), NULL, NULL, 200, "AnyObject", NULL, "429", TRUE },
  { "get",    "/v/{token}", "showVoucher", "vouchers", N_("The page behind a voucher's QR code"), "Token", NULL, 200, "", "text/html", "404|429", TRUE },
  { "get",    "/healthz", "getHealth", "operation", N_("Is the server well?"), NULL, NULL, 200, "Health", NULL, "429|503", TRUE },
  { "get",    "/metrics", "getMetrics", "operation", N_("Figures for Prometheus"), NULL, NULL, 200, "", "text/plain", "429", TRUE },
};

static const struct
{
  const char *name;
  const char *description; /* N_() */
} tags[] = {
  { "sessions",    N_("Signing in and out") },
  { "accounts",    N_("Registering, codes, passwords, bindings") },
  { "commands",    N_("Every write is a command") },
  { "changes",     N_("Every client reads the feed") },
  { "records",     N_("Lists, searches and single records") },
  { "files",       N_("Files by their SHA-256") },
  { "description", N_("The API described by itself") },
  { "vouchers",    N_("Verification of vouchers") },
  { "operation",   N_("For those who run the server") },
};

/* JSON with ' for ". */
static const struct
{
  const char *name;
  const char *text;
} schemas[] = {
  { "Uuid", "{'type':'string','format':'uuid'}" },
  { "RegionCode", "{'type':'string','pattern':'^[0-9]{6}$','description':'GB/T 2260'}" },
  { "Sha256", "{'type':'string','pattern':'^[0-9a-f]{64}$'}" },
  { "AnyObject", "{'type':'object'}" },
  { "FileRef", "{'type':'object','required':['sha256','name'],'additionalProperties':false,'properties':{"
            "'sha256':{'$ref':'#/components/schemas/Sha256'},'name':{'type':'string','minLength':1}}}" },
  { "FieldError", "{'type':'object','required':['field','code','detail'],'properties':{'field':{'type':'string'},"
                  "'code':{'$ref':'#/components/schemas/ProblemCode'},'detail':{'type':'string'}}}" },
  { "Alternative", "{'type':'object','required':['instrument','from','to'],'properties':{'instrument':{'$ref':'#/components/schemas/Uuid'},"
                   "'from':{'type':'string','format':'date-time'},'to':{'type':'string','format':'date-time'}}}" },
  { "Problem", "{'type':'object','description':'RFC 9457','required':['type','title','status','detail','code'],'properties':{"
               "'type':{'type':'string'},'title':{'type':'string'},'status':{'type':'integer'},'detail':{'type':'string'},"
               "'code':{'$ref':'#/components/schemas/ProblemCode'},"
               "'errors':{'type':'array','items':{'$ref':'#/components/schemas/FieldError'}},"
               "'alternatives':{'type':'array','items':{'$ref':'#/components/schemas/Alternative'}},"
               "'leads_to':{'type':'object','description':'the record to go on with','required':['entity','record'],'properties':{"
               "'entity':{'$ref':'#/components/schemas/EntityName'},'record':{'$ref':'#/components/schemas/Uuid'}}}}}" },
  { "Credentials", "{'oneOf':[{'type':'object','required':['username','password'],'additionalProperties':false,'properties':{"
                   "'username':{'type':'string'},'password':{'type':'string','format':'password'},"
                   "'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}},"
                   "{'type':'object','required':['ticket','verifier'],'additionalProperties':false,'properties':{"
                   "'ticket':{'type':'string'},'verifier':{'type':'string','description':'whose SHA-256 was the challenge'}}}]}" },
  { "Providers", "{'type':'object','required':['items'],'properties':{'items':{'type':'array','items':{'type':'object',"
                 "'required':['name','title'],'properties':{'name':{'type':'string'},'title':{'type':'string'}}}}}}" },
  { "AuthorizationRequest", "{'type':'object','required':['provider','challenge','port'],'additionalProperties':false,'properties':{"
                            "'provider':{'type':'string'},'challenge':{'type':'string','pattern':'^[A-Za-z0-9_-]{43}$',"
                            "'description':'base64url of the SHA-256 of the verifier, RFC 7636'},"
                            "'port':{'type':'integer','minimum':1024,'maximum':65535,'description':'where the program listens on 127.0.0.1'}}}" },
  { "Authorization", "{'type':'object','required':['address','expires_at'],'properties':{'address':{'type':'string','format':'uri'},"
                     "'expires_at':{'type':'string','format':'date-time'}}}" },
  { "CodeAnswer", "{'type':'object','required':['id','text'],'additionalProperties':false,'properties':{"
                  "'id':{'type':'string'},'text':{'type':'string'}}}" },
  { "Captcha", "{'type':'object','required':['id','image','expires_at'],'properties':{'id':{'$ref':'#/components/schemas/Uuid'},"
               "'image':{'type':'string','description':'a PNG as data: URL'},'sms':{'type':'boolean','description':'codes by SMS can be asked for'},'expires_at':{'type':'string','format':'date-time'}}}" },
  { "CodeRequest", "{'type':'object','required':['purpose'],'additionalProperties':false,'properties':{"
                   "'purpose':{'enum':['register','recover','bind','phone']},'phone':{'type':'string'},'username':{'type':'string'},"
                   "'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "Code", "{'type':'object','required':['id','expires_at'],'properties':{'id':{'$ref':'#/components/schemas/Uuid'},"
            "'text':{'type':'string'},'expires_at':{'type':'string','format':'date-time'}}}" },
  { "Registration", "{'type':'object','required':['class','account','password'],'additionalProperties':false,'properties':{"
                    "'class':{'enum':['enterprise','entrepreneur','carrier','legal_person','person']},"
                    "'account':{'type':'object','required':['username','real_name','phone']},'organisation':{'type':'object'},"
                    "'password':{'type':'string','format':'password','minLength':8},"
                    "'captcha':{'$ref':'#/components/schemas/CodeAnswer'},'code':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "Registered", "{'type':'object','required':['account'],'properties':{'account':{'$ref':'#/components/schemas/Uuid'},"
                  "'organisation':{'$ref':'#/components/schemas/Uuid'}}}" },
  { "PasswordChange", "{'type':'object','additionalProperties':false,'properties':{'old_password':{'type':'string','format':'password'},"
                      "'username':{'type':'string'},'password':{'type':'string','format':'password','minLength':8},"
                      "'code':{'$ref':'#/components/schemas/CodeAnswer'},'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "FoundAccounts", "{'type':'object','required':['accounts','code'],'properties':{'accounts':{'type':'array','items':{'type':'object',"
                     "'required':['username','real_name'],'properties':{'username':{'type':'string'},'real_name':{'type':'string'}}}},"
                     "'code':{'$ref':'#/components/schemas/Code'}}}" },
  { "Binding", "{'type':'object','required':['username','password','code'],'additionalProperties':false,'properties':{"
               "'username':{'type':'string'},'password':{'type':'string','format':'password'},"
               "'code':{'anyOf':[{'$ref':'#/components/schemas/CodeAnswer'},{'$ref':'#/components/schemas/IssuedCode'}]},"
               "'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "IssuedCode", "{'type':'object','required':['text'],'additionalProperties':false,'properties':{"
                  "'text':{'type':'string','description':'issued by POST /v1/recoveries'}}}" },
  { "PhoneChange", "{'type':'object','required':['phone','password'],'additionalProperties':false,'properties':{"
                   "'phone':{'type':'string'},'password':{'type':'string','format':'password'},"
                   "'code':{'$ref':'#/components/schemas/CodeAnswer'},'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "Recovery", "{'type':'object','required':['account','password'],'additionalProperties':false,'properties':{"
                "'account':{'$ref':'#/components/schemas/Uuid'},'password':{'type':'string','format':'password','description':'of who issues it'},"
                "'comment':{'type':'string'},'captcha':{'$ref':'#/components/schemas/CodeAnswer'}}}" },
  { "RecoveryCode", "{'type':'object','required':['username','code','expires_at'],'properties':{'username':{'type':'string'},"
                    "'code':{'type':'string','description':'shown once; goes with the user name to POST /v1/passwords'},"
                    "'expires_at':{'type':'string','format':'date-time'}}}" },
  { "SessionGrant", "{'type':'object','required':['role'],'properties':{"
              "'role':{'enum':['member','manager','desk','entrepreneur','reviewer','expert','administrator']},"
              "'organisation':{'$ref':'#/components/schemas/Uuid'},'desk':{'$ref':'#/components/schemas/Uuid'},"
              "'region':{'$ref':'#/components/schemas/RegionCode'}}}" },
  { "Session", "{'type':'object','required':['token','expires_at','account','username','unlock','grants'],'properties':{'token':{'type':'string'},"
               "'username':{'type':'string'},'unlock':{'type':'string','description':'the same for ever: opens what a client has locked for the account'},"
               "'public_url':{'type':'string','format':'uri','description':'what the codes on vouchers lead to'},"
               "'expires_at':{'type':'string','format':'date-time'},'account':{'$ref':'#/components/schemas/Uuid'},"
               "'organisation':{'oneOf':[{'$ref':'#/components/schemas/Uuid'},{'type':'null'}]},"
               "'grants':{'type':'array','items':{'$ref':'#/components/schemas/SessionGrant'}}}}" },
  { "Command", "{'type':'object','required':['id','entity','record','action','revision'],'additionalProperties':false,'properties':{"
               "'id':{'$ref':'#/components/schemas/Uuid'},'entity':{'$ref':'#/components/schemas/EntityName'},"
               "'record':{'$ref':'#/components/schemas/Uuid'},'action':{'type':'string','description':'save, delete, or a step of the entity'},"
               "'revision':{'type':'integer','format':'int64','minimum':0},'fields':{'$ref':'#/components/schemas/CommandFields'}}}" },
  { "Result", "{'type':'object','required':['id','outcome'],'properties':{'id':{'$ref':'#/components/schemas/Uuid'},"
              "'outcome':{'enum':['applied','refused','conflict','skipped']},'entity':{'$ref':'#/components/schemas/EntityName'},"
              "'record':{'$ref':'#/components/schemas/Uuid'},'revision':{'type':'integer','format':'int64'},'state':{'type':'string'},"
              "'problem':{'$ref':'#/components/schemas/Problem'}}}" },
  { "Results", "{'type':'object','required':['results'],'properties':{'results':{'type':'array','items':{'$ref':'#/components/schemas/Result'}}}}" },
  { "Action", "{'type':'object','required':['action','allowed'],'properties':{'action':{'type':'string'},'allowed':{'type':'boolean'},"
              "'why':{'type':['string','null']}}}" },
  { "Record", "{'type':'object','required':['entity','id','revision','state','created_at','updated_at','fields'],'properties':{"
              "'entity':{'$ref':'#/components/schemas/EntityName'},'id':{'$ref':'#/components/schemas/Uuid'},'revision':{'type':'integer','format':'int64'},"
              "'state':{'type':'string'},'created_at':{'type':'string','format':'date-time'},'updated_at':{'type':'string','format':'date-time'},"
              "'buyer':{'$ref':'#/components/schemas/Uuid'},'carrier':{'$ref':'#/components/schemas/Uuid'},'desk':{'$ref':'#/components/schemas/Uuid'},"
              "'region':{'$ref':'#/components/schemas/RegionCode'},'fields':{'type':'object'},"
              "'masked':{'type':'object','additionalProperties':{'type':'string'}},"
              "'actions':{'type':'array','items':{'$ref':'#/components/schemas/Action'}}}}" },
  { "Gone", "{'type':'object','required':['entity','id','gone'],'properties':{'entity':{'$ref':'#/components/schemas/EntityName'},"
            "'id':{'$ref':'#/components/schemas/Uuid'},'gone':{'const':true}}}" },
  { "Changes", "{'type':'object','required':['records','next','more'],'properties':{"
               "'records':{'type':'array','items':{'anyOf':[{'$ref':'#/components/schemas/Record'},{'$ref':'#/components/schemas/Gone'}]}},"
               "'next':{'type':'integer','format':'int64'},'more':{'type':'boolean'}}}" },
  { "Event", "{'type':'object','required':['at','revision','action'],'properties':{'at':{'type':'string','format':'date-time'},"
             "'revision':{'type':'integer','format':'int64'},'action':{'type':'string'},'state_from':{'type':'string'},'state_to':{'type':'string'},"
             "'account':{'$ref':'#/components/schemas/Uuid'},'by':{'type':'string'},'changed':{'type':'object'},'fields':{'type':'object'}}}" },
  { "History", "{'type':'object','required':['items','reviews'],'properties':{'items':{'type':'array','items':{'$ref':'#/components/schemas/Event'}},"
               "'reviews':{'type':'array','items':{'$ref':'#/components/schemas/Review'}}}}" },
  { "Schema", "{'type':'object','required':['problems','entities'],'properties':{"
              "'problems':{'type':'array','items':{'$ref':'#/components/schemas/ProblemCode'}},"
              "'entities':{'type':'array','items':{'type':'object'}}}}" },
  { "Health", "{'type':'object','required':['status'],'properties':{'status':{'enum':['ok','unavailable']},'version':{'type':'string'}}}" },
};

static const struct
{
  const char *name;
  const char *text;
} parameters[] = {
  { "Id", "{'name':'id','in':'path','required':true,'schema':{'$ref':'#/components/schemas/Uuid'}}" },
  { "Sha256", "{'name':'sha256','in':'path','required':true,'schema':{'$ref':'#/components/schemas/Sha256'}}" },
  { "Token", "{'name':'token','in':'path','required':true,'schema':{'type':'string'}}" },
  { "Scope", "{'name':'scope','in':'query','required':true,'schema':{'enum':['mine','catalogue']}}" },
  { "After", "{'name':'after','in':'query','schema':{'type':'integer','format':'int64','minimum':0,'default':0}}" },
  { "ChangesLimit", "{'name':'limit','in':'query','schema':{'type':'integer','minimum':1,'maximum':1000}}" },
  { "Wait", "{'name':'wait','in':'query','description':'seconds','schema':{'type':'integer','minimum':0,'maximum':25}}" },
  { "FeedRegion", "{'name':'region','in':'query','description':'prefix of 2, 4 or 6 digits','schema':{'type':'string','pattern':'^([0-9]{2}){1,3}$'}}" },
  { "AuthorizationState", "{'name':'state','in':'query','required':true,'schema':{'type':'string'}}" },
  { "AuthorizationCode", "{'name':'code','in':'query','schema':{'type':'string'}}" },
  { "AuthorizationError", "{'name':'error','in':'query','schema':{'type':'string'}}" },
  { "UploadOffset", "{'name':'Upload-Offset','in':'header','required':true,'schema':{'type':'integer','format':'int64','minimum':0}}" },
  { "UploadLength", "{'name':'Upload-Length','in':'header','required':true,'schema':{'type':'integer','format':'int64','minimum':1}}" },
  { "Query", "{'name':'q','in':'query','description':'words to search for','schema':{'type':'string'}}" },
  { "State", "{'name':'state','in':'query','schema':{'type':'array','items':{'type':'string'}},'style':'form','explode':true}" },
  { "Region", "{'name':'region','in':'query','description':'prefix of 2, 4 or 6 digits','schema':{'type':'string','pattern':'^([0-9]{2}){1,3}$'}}" },
  { "Buyer", "{'name':'buyer','in':'query','schema':{'$ref':'#/components/schemas/Uuid'}}" },
  { "Carrier", "{'name':'carrier','in':'query','schema':{'$ref':'#/components/schemas/Uuid'}}" },
  { "Desk", "{'name':'desk','in':'query','schema':{'$ref':'#/components/schemas/Uuid'}}" },
  { "Sort", "{'name':'sort','in':'query','description':'a field, with - in front descending','schema':{'type':'string','default':'-updated_at'}}" },
  { "Limit", "{'name':'limit','in':'query','schema':{'type':'integer','minimum':1,'maximum':200}}" },
  { "Cursor", "{'name':'cursor','in':'query','description':'next of the page before','schema':{'type':'string'}}" },
};
/* clang-format on */

static void
append_raw (GString *out, const char *name, const char *text)
{
  gsize start;

  yq_json_open (out, name, '{'); /* for its comma; the brace is part of the text */
  g_string_truncate (out, out->len - 1);
  start = out->len;
  g_string_append (out, text);
  for (gsize i = start; i < out->len; i++)
    if (out->str[i] == '\'')
      out->str[i] = '"';
}

/* "voucher_use" -> "VoucherUse" */
static char *
camel (const char *name)
{
  GString *out = g_string_new (NULL);
  gboolean upper = TRUE;

  for (; *name != '\0'; name++)
    {
      if (*name != '_')
        g_string_append_c (out, upper ? g_ascii_toupper (*name) : *name);
      upper = *name == '_';
    }
  return g_string_free (out, FALSE);
}

/* -- fields -- */

static void
append_type (GString *out, const char *type, gboolean nullable)
{
  if (!nullable)
    {
      yq_json_text (out, "type", type);
      return;
    }
  yq_json_open (out, "type", '[');
  yq_json_text (out, NULL, type);
  yq_json_text (out, NULL, "null");
  yq_json_close (out, ']');
}

static void
append_enum (GString *out, const YqChoice *choice, gboolean nullable)
{
  yq_json_open (out, "enum", '[');
  for (; choice->code != NULL; choice++)
    yq_json_text (out, NULL, choice->code);
  if (nullable)
    append_raw (out, NULL, "null");
  yq_json_close (out, ']');
}

static void
append_item_limits (GString *out, const YqField *field)
{
  if (field->max > 0)
    yq_json_int (out, "maxItems", field->max);
}

static void append_object (GString *out, const char *name, const YqField *fields, guint n,
                           gboolean nullable);

static void
append_text_field (GString *out, const YqField *field, gboolean nullable)
{
  append_type (out, "string", nullable);
  if (field->type == YQ_TEXT && field->max > 0)
    yq_json_int (out, "maxLength", field->max);
  if (field->type == YQ_CHOICE)
    append_enum (out, field->choices, nullable);
  if (field->type == YQ_REGION)
    yq_json_text (out, "pattern", "^[0-9]{6}$");
  if (field->type == YQ_DATE)
    yq_json_text (out, "format", "date");
  if (field->type == YQ_TIME)
    yq_json_text (out, "format", "date-time");
  if (field->type == YQ_REFERENCE)
    yq_json_text (out, "format", "uuid");
}

static void
append_number_field (GString *out, const YqField *field, gboolean nullable)
{
  append_type (out, "integer", nullable);
  yq_json_text (out, "format", "int64");
  yq_json_int (out, "minimum", field->min);
  if (field->max != 0)
    yq_json_int (out, "maximum", field->max);
  if (field->type == YQ_MONEY)
    yq_json_text (out, "description", "fen, 1/100 CNY");
  else if (field->decimals > 0)
    {
      g_autofree char *unit = g_strdup_printf ("counts 10^-%u", field->decimals);

      yq_json_text (out, "description", unit);
    }
}

static void
append_array_field (GString *out, const YqField *field, gboolean nullable)
{
  append_type (out, "array", nullable);
  append_item_limits (out, field);
  if (field->type == YQ_ROWS)
    append_object (out, "items", field->columns, yq_fields_count (field->columns), FALSE);
  else
    yq_json_ref (out, "items", "schemas/%s", field->type == YQ_FILES ? "FileRef" : "Uuid");
}

static void
append_field (GString *out, const char *name, const YqField *field, gboolean nullable)
{
  yq_json_open (out, name, '{');
  if (field->type == YQ_BOOLEAN)
    append_type (out, "boolean", nullable);
  else if (field->type == YQ_INTEGER || field->type == YQ_MONEY)
    append_number_field (out, field, nullable);
  else if (field->type == YQ_REFERENCES || field->type == YQ_FILES || field->type == YQ_ROWS)
    append_array_field (out, field, nullable);
  else
    append_text_field (out, field, nullable);
  yq_json_text (out, "title", _(field->title));
  if ((field->flags & YQ_COMPUTED) != 0)
    yq_json_boolean (out, "readOnly", TRUE);
  yq_json_close (out, '}');
}

static void
append_required (GString *out, const YqField *fields, guint n)
{
  gboolean any = FALSE;

  for (guint i = 0; i < n; i++)
    if ((fields[i].flags & (YQ_REQUIRED | YQ_COMPUTED)) == YQ_REQUIRED)
      {
        if (!any)
          yq_json_open (out, "required", '[');
        any = TRUE;
        yq_json_text (out, NULL, fields[i].name);
      }
  if (any)
    yq_json_close (out, ']');
}

/* nullable: the fields of a record, where null clears and a draft may lack anything.  Otherwise a
 * row or the arguments of a step. */
static void
append_object (GString *out, const char *name, const YqField *fields, guint n, gboolean nullable)
{
  yq_json_open (out, name, '{');
  yq_json_text (out, "type", "object");
  yq_json_boolean (out, "additionalProperties", FALSE);
  if (!nullable)
    append_required (out, fields, n);
  yq_json_open (out, "properties", '{');
  for (guint i = 0; i < n; i++)
    append_field (out, fields[i].name, &fields[i], nullable);
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

/* -- components -- */

static void
append_record (GString *out, const YqEntity *entity)
{
  g_autofree char *name = camel (entity->name);
  g_autofree char *fields = g_strconcat (name, "Fields", NULL);

  append_object (out, fields, entity->fields, entity->n_fields, TRUE);
  yq_json_open (out, name, '{');
  yq_json_text (out, "title", _(entity->title));
  yq_json_open (out, "allOf", '[');
  yq_json_ref (out, NULL, "schemas/Record");
  yq_json_open (out, NULL, '{');
  yq_json_open (out, "properties", '{');
  yq_json_open (out, "entity", '{');
  yq_json_text (out, "const", entity->name);
  yq_json_close (out, '}');
  yq_json_open (out, "state", '{');
  yq_json_open (out, "enum", '[');
  for (guint i = 0; i < entity->n_states; i++)
    yq_json_text (out, NULL, entity->states[i].name);
  yq_json_close (out, ']');
  yq_json_close (out, '}');
  yq_json_ref (out, "fields", "schemas/%s", fields);
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_close (out, ']');
  yq_json_close (out, '}');
  for (guint i = 0; i < entity->n_steps; i++)
    if (entity->steps[i].fields != NULL)
      {
        g_autofree char *action = camel (entity->steps[i].action);
        g_autofree char *arguments = g_strconcat (name, action, "Arguments", NULL);

        append_object (out, arguments, entity->steps[i].fields,
                       yq_fields_count (entity->steps[i].fields), FALSE);
      }
}

static void
append_command_fields (GString *out)
{
  yq_json_open (out, "CommandFields", '{');
  yq_json_text (out, "description",
                _("Of an edit or a creating step the record's fields, of any other step its own"));
  yq_json_open (out, "anyOf", '[');
  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);
      g_autofree char *name = camel (entity->name);

      yq_json_ref (out, NULL, "schemas/%sFields", name);
      for (guint j = 0; j < entity->n_steps; j++)
        if (entity->steps[j].fields != NULL)
          {
            g_autofree char *action = camel (entity->steps[j].action);

            yq_json_ref (out, NULL, "schemas/%s%sArguments", name, action);
          }
    }
  yq_json_close (out, ']');
  yq_json_close (out, '}');
}

static void
append_names (GString *out)
{
  yq_json_open (out, "ProblemCode", '{');
  yq_json_open (out, "enum", '[');
  for (guint i = 0; i < YQ_N_PROBLEMS; i++)
    yq_json_text (out, NULL, yq_problem_code_name (i));
  yq_json_close (out, ']');
  yq_json_close (out, '}');
  yq_json_open (out, "EntityName", '{');
  yq_json_open (out, "enum", '[');
  for (guint i = 0; i < yq_model_count (); i++)
    yq_json_text (out, NULL, yq_model_nth (i)->name);
  yq_json_close (out, ']');
  yq_json_close (out, '}');
}

static void
append_commands (GString *out)
{
  yq_json_open (out, "Commands", '{');
  yq_json_text (out, "type", "object");
  yq_json_words (out, "required", "commands");
  yq_json_boolean (out, "additionalProperties", FALSE);
  yq_json_open (out, "properties", '{');
  yq_json_open (out, "commands", '{');
  yq_json_text (out, "type", "array");
  yq_json_int (out, "maxItems", YQ_MAX_COMMANDS);
  yq_json_ref (out, "items", "schemas/Command");
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

static void
append_components (GString *out)
{
  yq_json_open (out, "components", '{');
  append_raw (out, "securitySchemes", "{'token':{'type':'http','scheme':'bearer'}}");
  yq_json_open (out, "parameters", '{');
  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    append_raw (out, parameters[i].name, parameters[i].text);
  yq_json_close (out, '}');
  yq_json_open (out, "responses", '{');
  yq_json_open (out, "Problem", '{');
  yq_json_text (out, "description", _("Refused, with the reason"));
  append_raw (out, "content",
              "{'application/problem+json':{'schema':{'$ref':'#/components/schemas/Problem'}}}");
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_open (out, "schemas", '{');
  append_names (out);
  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    append_raw (out, schemas[i].name, schemas[i].text);
  append_commands (out);
  append_command_fields (out);
  for (guint i = 0; i < yq_model_count (); i++)
    append_record (out, yq_model_nth (i));
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

/* -- paths -- */

static void
append_filter (GString *out, const YqField *field)
{
  gboolean ranges = field->type == YQ_INTEGER || field->type == YQ_MONEY ||
                    field->type == YQ_DATE || field->type == YQ_TIME;
  YqField plain = *field;

  if (field->type == YQ_FILES || field->type == YQ_ROWS || field->type == YQ_REFERENCES ||
      field->sees == YQ_NOBODY || (field->flags & YQ_SECRET) != 0)
    return;
  plain.flags = 0;
  plain.max = field->type == YQ_TEXT ? 0 : field->max;
  append_field (out, field->name, &plain, FALSE);
  for (guint i = 0; ranges && i < 2; i++)
    {
      g_autofree char *name = g_strconcat (field->name, i == 0 ? "_from" : "_to", NULL);

      append_field (out, name, &plain, FALSE);
    }
}

/* FIELD=, FIELD_from= and FIELD_to= are one parameter here: an object that is exploded. */
static void
append_filters (GString *out, const YqEntity *entity)
{
  yq_json_open (out, NULL, '{');
  append_raw (out, "name", "'filter','in':'query','style':'form','explode':true");
  yq_json_text (out, "description",
                _("Fields the caller sees unmasked; one that is repeated has any of the values"));
  yq_json_open (out, "schema", '{');
  yq_json_text (out, "type", "object");
  yq_json_boolean (out, "additionalProperties", FALSE);
  yq_json_open (out, "properties", '{');
  for (guint i = 0; i < entity->n_fields; i++)
    append_filter (out, &entity->fields[i]);
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

static void
append_parameters (GString *out, const char *names, const YqEntity *filtered)
{
  g_auto(GStrv) list = g_strsplit (names, "|", -1);

  yq_json_open (out, "parameters", '[');
  for (guint i = 0; list[i] != NULL; i++)
    yq_json_ref (out, NULL, "parameters/%s", list[i]);
  if (filtered != NULL)
    append_filters (out, filtered);
  yq_json_close (out, ']');
}

static void
append_content (GString *out, const char *type, const char *schema)
{
  yq_json_open (out, "content", '{');
  yq_json_open (out, type, '{');
  if (schema != NULL)
    yq_json_ref (out, "schema", "schemas/%s", schema);
  else
    append_raw (out, "schema", "{'type':'string'}");
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

static void
append_request (GString *out, const char *schema)
{
  yq_json_open (out, "requestBody", '{');
  yq_json_boolean (out, "required", TRUE);
  append_content (out, *schema != '\0' ? "application/json" : "application/offset+octet-stream",
                  *schema != '\0' ? schema : NULL);
  yq_json_close (out, '}');
}

/* Pages stand in the path itself: their items are of one entity. */
static void
append_page (GString *out, const char *schema)
{
  yq_json_open (out, "content", '{');
  yq_json_open (out, "application/json", '{');
  yq_json_open (out, "schema", '{');
  yq_json_text (out, "type", "object");
  yq_json_words (out, "required", "items|count|capped|next");
  yq_json_open (out, "properties", '{');
  yq_json_open (out, "items", '{');
  yq_json_text (out, "type", "array");
  yq_json_ref (out, "items", "schemas/%s", schema);
  yq_json_close (out, '}');
  append_raw (out, "count", "{'type':'integer'}");
  append_raw (out, "capped", "{'type':'boolean'}");
  append_raw (out, "next", "{'type':['string','null']}");
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_close (out, '}');
  yq_json_close (out, '}');
}

static void
append_responses (GString *out, const Operation *operation, gboolean is_page)
{
  g_auto(GStrv) refusals = g_strsplit (operation->refusals, "|", -1);
  g_autofree char *status = g_strdup_printf ("%u", operation->status);

  yq_json_open (out, "responses", '{');
  yq_json_open (out, status, '{');
  yq_json_text (out, "description", _("Done"));
  if (is_page)
    append_page (out, operation->answer);
  else if (operation->answer != NULL)
    append_content (out, operation->type != NULL ? operation->type : "application/json",
                    operation->type == NULL ? operation->answer : NULL);
  yq_json_close (out, '}');
  for (guint i = 0; refusals[i] != NULL; i++)
    yq_json_ref (out, refusals[i], "responses/Problem");
  yq_json_close (out, '}');
}

static void
append_operation (GString *out, const Operation *operation, const YqEntity *page)
{
  yq_json_open (out, operation->method, '{');
  yq_json_text (out, "operationId", operation->id);
  yq_json_words (out, "tags", operation->tag);
  yq_json_text (out, "summary", _(operation->summary));
  if (operation->is_public) /* a token that is there still counts */
    append_raw (out, "security", "[{'token':[]},{}]");
  if (operation->parameters != NULL)
    append_parameters (out, operation->parameters, page);
  if (operation->request != NULL)
    append_request (out, operation->request);
  append_responses (out, operation, page != NULL);
  yq_json_close (out, '}');
}

static void
append_entity_paths (GString *out, const YqEntity *entity)
{
  g_autofree char *name = camel (entity->name);
  g_autofree char *plural = camel (entity->plural);
  g_autofree char *list_path = g_strdup_printf ("/v1/%s", entity->plural);
  g_autofree char *path = g_strdup_printf ("/v1/%s/{id}", entity->plural);
  g_autofree char *history_path = g_strdup_printf ("/v1/%s/{id}/history", entity->plural);
  g_autofree char *list_id = g_strconcat ("list", plural, NULL);
  g_autofree char *id = g_strconcat ("get", name, NULL);
  g_autofree char *history_id = g_strconcat ("get", name, "History", NULL);
  Operation list = { "get",
                     list_path,
                     list_id,
                     "records",
                     _(entity->title_plural),
                     "Query|State|Region|Buyer|Carrier|Desk|Sort|Limit|Cursor",
                     NULL,
                     200,
                     name,
                     NULL,
                     "400|401",
                     TRUE };
  Operation get = { "get", path, id,   "records", entity->title, "Id",
                    NULL,  200,  name, NULL,      "401|404",     TRUE };
  Operation history = {
    "get",     history_path, history_id, "records", N_("Reviews and events of a record"),
    "Id",      NULL,         200,        "History", NULL,
    "401|404", TRUE
  };

  yq_json_open (out, list_path, '{');
  append_operation (out, &list, entity);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].path, list_path) == 0)
      append_operation (out, &operations[i], NULL);
  yq_json_close (out, '}');
  yq_json_open (out, path, '{');
  append_operation (out, &get, NULL);
  yq_json_close (out, '}');
  yq_json_open (out, history_path, '{');
  append_operation (out, &history, NULL);
  yq_json_close (out, '}');
}

/* What is done to a list stands with the list. */
static gboolean
is_of_entity (const char *path)
{
  return g_str_has_prefix (path, "/v1/") && yq_model_find_plural (path + strlen ("/v1/")) != NULL;
}

static void
append_paths (GString *out)
{
  const char *path = NULL;

  yq_json_open (out, "paths", '{');
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      if (is_of_entity (operations[i].path))
        continue;
      if (path == NULL || strcmp (path, operations[i].path) != 0)
        {
          if (path != NULL)
            yq_json_close (out, '}');
          path = operations[i].path;
          yq_json_open (out, path, '{');
        }
      append_operation (out, &operations[i], NULL);
    }
  yq_json_close (out, '}');
  for (guint i = 0; i < yq_model_count (); i++)
    append_entity_paths (out, yq_model_nth (i));
  yq_json_close (out, '}');
}

static void
append_info (GString *out)
{
  yq_json_open (out, "info", '{');
  yq_json_text (out, "title", _("Yiquan: innovation vouchers and shared instruments"));
  yq_json_text (out, "version", YQ_VERSION);
  yq_json_text (out, "description",
                _("Every write is a command that takes effect exactly once; every client reads a "
                  "feed of changes."));
  append_raw (out, "license", "{'name':'GPL-3.0-or-later','identifier':'GPL-3.0-or-later'}");
  yq_json_close (out, '}');
}

void
yq_openapi_append_json (GString *out)
{
  yq_json_open (out, NULL, '{');
  yq_json_text (out, "openapi", "3.1.0");
  append_info (out);
  append_raw (out, "servers", "[{'url':'/'}]");
  append_raw (out, "security", "[{'token':[]}]");
  yq_json_open (out, "tags", '[');
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      yq_json_open (out, NULL, '{');
      yq_json_text (out, "name", tags[i].name);
      yq_json_text (out, "description", _(tags[i].description));
      yq_json_close (out, '}');
    }
  yq_json_close (out, ']');
  append_paths (out);
  append_components (out);
  yq_json_close (out, '}');
}
