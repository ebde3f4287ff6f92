/* One command of the outbox as the windows see it. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "outbox-private.h"

#include "record-json.h"

struct _YqCommand
{
  GObject parent_instance;

  YqQueued *queued;
  YqOutboxStatus status;
  YqProblem *problem;
  JsonObject *fields;
};

enum
{
  PROP_STATUS = 1,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (YqCommand, yq_command, G_TYPE_OBJECT)

static const char *const titles[] = {
  [YQ_OUTBOX_ONLY_HERE] = N_("Only on this computer"),
  [YQ_OUTBOX_SENDING] = N_("Sending"),
  [YQ_OUTBOX_DELIVERED] = N_("On the server"),
  [YQ_OUTBOX_NEEDS_YOU] = N_("Needs you"),
};

const char *
yq_outbox_status_title (YqOutboxStatus status)
{
  g_return_val_if_fail (status < YQ_N_OUTBOX_STATUSES, NULL);

  return _(titles[status]);
}

static void
yq_command_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YqCommand *self = YQ_COMMAND (object);

  switch (id)
    {
    case PROP_STATUS:
      g_value_set_int (value, self->status);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem ? yq_problem_detail (self->problem) : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
yq_command_finalize (GObject *object)
{
  YqCommand *self = YQ_COMMAND (object);

  g_clear_pointer (&self->queued, yq_queued_free);
  g_clear_pointer (&self->problem, yq_problem_free);
  g_clear_pointer (&self->fields, json_object_unref);
  G_OBJECT_CLASS (yq_command_parent_class)->finalize (object);
}

static void
yq_command_class_init (YqCommandClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = yq_command_get_property;
  G_OBJECT_CLASS (klass)->finalize = yq_command_finalize;

  properties[PROP_STATUS] = g_param_spec_int ("status", NULL, NULL, 0, YQ_N_OUTBOX_STATUSES, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROBLEM] =
    g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
yq_command_init (YqCommand *self)
{
}

static YqProblem *
parse_problem (const char *text)
{
  g_autoptr(JsonObject) object = text != NULL ? yq_json_object_of (text) : NULL;

  return object != NULL ? yq_problem_from_json (object) : NULL;
}

YqCommand *
yq_command_new (YqQueued *queued)
{
  YqCommand *self = g_object_new (YQ_TYPE_COMMAND, NULL);

  self->queued = queued;
  self->status = (YqOutboxStatus) queued->status;
  self->problem = parse_problem (queued->problem);
  return self;
}

gboolean
yq_command_take (YqCommand *self, YqQueued *queued)
{
  gboolean changed = FALSE;

  if (g_strcmp0 (self->queued->problem, queued->problem) != 0)
    {
      g_clear_pointer (&self->problem, yq_problem_free);
      self->problem = parse_problem (queued->problem);
      changed = TRUE;
    }
  changed |=
    self->queued->not_before != queued->not_before || self->queued->is_held != queued->is_held;
  yq_queued_free (self->queued);
  self->queued = queued;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
  return yq_command_set_status (self, (YqOutboxStatus) queued->status) || changed;
}

gboolean
yq_command_set_status (YqCommand *self, YqOutboxStatus status)
{
  if (self->status == status)
    return FALSE;
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  return TRUE;
}

const YqQueued *
yq_command_queued (YqCommand *self)
{
  return self->queued;
}

const char *
yq_command_id (YqCommand *self)
{
  return self->queued->id;
}

const YqEntity *
yq_command_entity (YqCommand *self)
{
  return self->queued->entity;
}

const char *
yq_command_record (YqCommand *self)
{
  return self->queued->record;
}

const char *
yq_command_action (YqCommand *self)
{
  return self->queued->action;
}

const char *
yq_command_action_title (YqCommand *self)
{
  const YqStep *step = yq_entity_step (self->queued->entity, self->queued->action);

  if (step != NULL)
    return _(step->title);
  return g_str_equal (self->queued->action, "delete") ? _("Delete") : _("Save");
}

const char *
yq_command_batch (YqCommand *self)
{
  return self->queued->batch;
}

YqOutboxStatus
yq_command_status (YqCommand *self)
{
  return self->status;
}

const YqProblem *
yq_command_problem (YqCommand *self)
{
  return self->problem;
}

gboolean
yq_command_is_conflict (YqCommand *self)
{
  return self->queued->is_conflict;
}

gint64
yq_command_created_at (YqCommand *self)
{
  return self->queued->created_at;
}

gint64
yq_command_not_before (YqCommand *self)
{
  return self->queued->is_held ? self->queued->not_before : 0;
}

JsonObject *
yq_command_fields (YqCommand *self)
{
  if (self->fields == NULL)
    self->fields = yq_json_object_of (self->queued->fields);
  return self->fields;
}
