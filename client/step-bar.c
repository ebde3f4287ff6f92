/* Where a record stands, and what can be done with it. */
#define G_LOG_DOMAIN "yiquan-steps"

#include "step-bar.h"

#include "bits.h"
#include "lead-button.h"
#include "record.h"

/* -- stations -- */
struct _YqStepBar
{
  GtkWidget parent_instance;
  GPtrArray *titles;
  GPtrArray *labels; /* GtkWidget, children */
  guint current;
  YqTone tone;
};

G_DEFINE_FINAL_TYPE (YqStepBar, yq_step_bar, GTK_TYPE_WIDGET)

#define DOT 14
#define LINE 2

static void
drop_labels (YqStepBar *self)
{
  for (guint i = 0; i < self->labels->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->labels, i));
  g_ptr_array_set_size (self->labels, 0);
}

static void
build_labels (YqStepBar *self)
{
  drop_labels (self);
  for (guint i = 0; i < self->titles->len; i++)
    {
      GtkWidget *label = gtk_label_new (g_ptr_array_index (self->titles, i));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
      gtk_widget_set_valign (label, GTK_ALIGN_START);
      gtk_widget_add_css_class (label, "station");
      if (i < self->current)
        gtk_widget_add_css_class (label, "past");
      if (i == self->current)
        gtk_widget_add_css_class (label, "now");
      gtk_widget_set_parent (label, GTK_WIDGET (self));
      g_ptr_array_add (self->labels, label);
    }
}

static GtkSizeRequestMode
yq_step_bar_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
yq_step_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqStepBar *self = YQ_STEP_BAR (widget);
  int widest_min = 0, widest = 0, tallest = 0, n = MAX ((int) self->labels->len, 1);

  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkWidget *label = g_ptr_array_index (self->labels, i);
      int min, nat;

      gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, &min, &nat, NULL, NULL);
      widest_min = MAX (widest_min, min);
      widest = MAX (widest, nat);
      gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL,
                          for_size > 0 ? MAX (for_size / n - 6, min) : -1, NULL, &nat, NULL, NULL);
      tallest = MAX (tallest, nat);
    }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = n * (widest_min + 6);
      *natural = n * (widest + 24);
    }
  else
    *minimum = *natural = DOT + 6 + tallest;
}

static void
yq_step_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqStepBar *self = YQ_STEP_BAR (widget);
  int n = (int) self->labels->len;

  for (int i = 0; i < n; i++)
    {
      int x = width * i / n, cell = width * (i + 1) / n - x;

      gtk_widget_allocate (g_ptr_array_index (self->labels, (guint) i), cell - 6, height - DOT - 6,
                           -1,
                           gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x + 3, DOT + 6)));
    }
}

static void
tone_colour (GtkWidget *widget, YqTone tone, GdkRGBA *colour)
{
  static const char *const names[] = {
    [YQ_TONE_NEUTRAL] = "accent_bg_color", [YQ_TONE_WAITING] = "accent_bg_color",
    [YQ_TONE_YOURS] = "warning_bg_color",  [YQ_TONE_DONE] = "success_bg_color",
    [YQ_TONE_BAD] = "error_bg_color",
  };
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (style, names[tone], colour))
    gtk_style_context_get_color (style, colour);
}

static void
draw_dot (GtkSnapshot *snapshot, double x, double size, const GdkRGBA *colour, gboolean filled)
{
  GskRoundedRect rect;
  const float edge = 2;
  const float widths[4] = { edge, edge, edge, edge };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };

  gsk_rounded_rect_init_from_rect (&rect,
                                   &GRAPHENE_RECT_INIT ((float) (x - size / 2),
                                                        (float) (DOT - size) / 2, (float) size,
                                                        (float) size),
                                   (float) size / 2);
  if (filled)
    {
      gtk_snapshot_push_rounded_clip (snapshot, &rect);
      gtk_snapshot_append_color (snapshot, colour, &rect.bounds);
      gtk_snapshot_pop (snapshot);
    }
  else
    gtk_snapshot_append_border (snapshot, &rect, widths, colours);
}

static void
yq_step_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YqStepBar *self = YQ_STEP_BAR (widget);
  int width = gtk_widget_get_width (widget), n = (int) self->labels->len;
  GdkRGBA now, past, rest;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &rest);
  rest.alpha *= 0.25f;
  tone_colour (widget, YQ_TONE_WAITING, &past);
  tone_colour (widget, self->tone, &now);
  if (self->tone == YQ_TONE_DONE)
    past = now;
  for (int i = 0; i < n; i++)
    {
      double x = width * (i + 0.5) / n, next = width * (i + 1.5) / n;
      gboolean is_past = (guint) i < self->current;

      if (i + 1 < n)
        gtk_snapshot_append_color (snapshot, is_past ? &past : &rest,
                                   &GRAPHENE_RECT_INIT ((float) (x + DOT / 2 + 2), (DOT - LINE) / 2,
                                                        (float) (next - x - DOT - 4), LINE));
      if ((guint) i == self->current)
        draw_dot (snapshot, x, DOT, &now, TRUE);
      else
        draw_dot (snapshot, x, is_past ? DOT - 4 : DOT - 2, is_past ? &past : &rest, is_past);
    }
  for (int i = 0; i < n; i++)
    gtk_widget_snapshot_child (widget, g_ptr_array_index (self->labels, (guint) i), snapshot);
}

static void
yq_step_bar_dispose (GObject *object)
{
  YqStepBar *self = YQ_STEP_BAR (object);

  drop_labels (self);
  G_OBJECT_CLASS (yq_step_bar_parent_class)->dispose (object);
}

static void
yq_step_bar_finalize (GObject *object)
{
  YqStepBar *self = YQ_STEP_BAR (object);

  g_ptr_array_unref (self->titles);
  g_ptr_array_unref (self->labels);
  G_OBJECT_CLASS (yq_step_bar_parent_class)->finalize (object);
}

static void
yq_step_bar_class_init (YqStepBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_step_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_step_bar_finalize;
  widget_class->measure = yq_step_bar_measure;
  widget_class->size_allocate = yq_step_bar_size_allocate;
  widget_class->snapshot = yq_step_bar_snapshot;
  widget_class->get_request_mode = yq_step_bar_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
yq_step_bar_init (YqStepBar *self)
{
  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->labels = g_ptr_array_new ();
}

GtkWidget *
yq_step_bar_new (void)
{
  return g_object_new (YQ_TYPE_STEP_BAR, NULL);
}

void
yq_step_bar_show_stations (YqStepBar *self, const char *const *titles, guint current, YqTone tone)
{
  g_autofree char *spoken = NULL;
  guint n = g_strv_length ((char **) titles);

  g_ptr_array_set_size (self->titles, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->titles, g_strdup (titles[i]));
  self->current = current;
  self->tone = tone;
  build_labels (self);
  if (current < n)
    spoken = g_strdup_printf (_("Step %u of %u: %s"), current + 1, n, titles[current]);
  yq_set_name (GTK_WIDGET (self), spoken ? spoken : "");
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* A side state (refused, returned …) stands in the place the record left the road: behind the last
 * station it can be reached from, or at the end. */
static guint
place_after (const YqEntity *entity, const char *from)
{
  guint place = 0;

  for (guint j = 0; j < entity->n_states; j++)
    if (!(entity->states[j].flags & YQ_STATE_SIDE))
      {
        if (yq_word_in (from, entity->states[j].name))
          return place + 1;
        place++;
      }
  return G_MAXUINT;
}

static guint
place_of_side_state (const YqEntity *entity, const char *state, guint depth)
{
  guint found = G_MAXUINT;

  for (guint i = 0; found == G_MAXUINT && i < entity->n_steps; i++)
    if (entity->steps[i].to != NULL && yq_word_in (entity->steps[i].to, state) &&
        !g_str_equal (entity->steps[i].from, "*"))
      found = place_after (entity, entity->steps[i].from);
  /* From another one that is aside itself: approved, then published. */
  for (guint i = 0; depth > 0 && found == G_MAXUINT && i < entity->n_steps; i++)
    if (entity->steps[i].to != NULL && yq_word_in (entity->steps[i].to, state) &&
        !g_str_equal (entity->steps[i].from, "*"))
      found = place_of_side_state (entity, entity->steps[i].from, depth - 1);
  return found;
}

void
yq_step_bar_show (YqStepBar *self, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *now = yq_entity_state (entity, yq_record_state (record));
  g_autoptr(GPtrArray) titles = g_ptr_array_new ();
  guint current = G_MAXUINT, side = G_MAXUINT;

  if (now != NULL && now->flags & YQ_STATE_SIDE)
    side = place_of_side_state (entity, now->name, 2);
  for (guint i = 0; i < entity->n_states; i++)
    {
      const YqState *state = &entity->states[i];

      if (state->flags & YQ_STATE_SIDE)
        continue;
      if (titles->len == side)
        {
          current = titles->len;
          g_ptr_array_add (titles, (gpointer) _(now->title));
          if (now->flags & YQ_STATE_FINAL)
            break;
        }
      if (state == now)
        current = titles->len;
      g_ptr_array_add (titles, (gpointer) _(state->title));
    }
  if (now != NULL && current == G_MAXUINT)
    {
      current = titles->len;
      g_ptr_array_add (titles, (gpointer) _(now->title));
    }
  g_ptr_array_add (titles, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), titles->len > 2);
  yq_step_bar_show_stations (self, (const char *const *) titles->pdata, current,
                             now ? now->tone : YQ_TONE_NEUTRAL);
}

/* -- buttons -- */
struct _YqStepButtons
{
  GtkWidget parent_instance;
  GtkWidget *box, *row, *why;
  char *skip;
  char *whys; /* what the reasons below say now */
  const char *at_once;
};

G_DEFINE_FINAL_TYPE (YqStepButtons, yq_step_buttons, GTK_TYPE_WIDGET)

static void
yq_step_buttons_dispose (GObject *object)
{
  g_clear_pointer (&YQ_STEP_BUTTONS (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_step_buttons_parent_class)->dispose (object);
}

static void
yq_step_buttons_finalize (GObject *object)
{
  g_free (YQ_STEP_BUTTONS (object)->skip);
  g_free (YQ_STEP_BUTTONS (object)->whys);
  G_OBJECT_CLASS (yq_step_buttons_parent_class)->finalize (object);
}

static void
yq_step_buttons_class_init (YqStepButtonsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_step_buttons_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_step_buttons_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("step", YQ_TYPE_STEP_BUTTONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRING);
}

static void
yq_step_buttons_init (YqStepButtons *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->why = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_box_append (GTK_BOX (self->box), self->row);
  gtk_box_append (GTK_BOX (self->box), self->why);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_step_buttons_new (void)
{
  return g_object_new (YQ_TYPE_STEP_BUTTONS, NULL);
}

static void
clicked_cb (GtkButton *button, YqStepButtons *self)
{
  g_signal_emit_by_name (self, "step", g_object_get_data (G_OBJECT (button), "yq-action"));
}

/* The reason stands below in words too: not everybody finds a tooltip. */
static void
add_why (YqStepButtons *self, const YqStep *step, const YqProblem *problem)
{
  g_autofree char *text =
    g_strdup_printf (_("%s: %s"), _(step->title), yq_problem_detail (problem));
  GtkWidget *lead = yq_lead_button_new (problem);

  gtk_box_append (GTK_BOX (self->why), yq_label_new_wrapped (text, "why"));
  if (lead == NULL)
    return;
  gtk_widget_set_halign (lead, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->why), lead);
}

static char *
explain (const YqProblem *problem)
{
  GString *text = g_string_new (yq_problem_detail (problem));

  for (guint i = 0; i < MIN (yq_problem_n_errors (problem), 3); i++)
    g_string_append_printf (text, "%s%s", text->len ? "\n" : "",
                            yq_problem_error (problem, i, NULL, NULL));
  return g_string_free (text, FALSE);
}

static GtkWidget *
build_button (YqStepButtons *self, const YqStep *step)
{
  gboolean asks = step->fields != NULL && step->fields[0].name != NULL &&
                  g_strcmp0 (step->action, self->at_once) != 0;
  g_autofree char *label =
    asks ? g_strconcat (_(step->title), "…", NULL) : g_strdup (_(step->title));
  GtkWidget *button = gtk_button_new_with_label (label);

  if (step->flags & YQ_STEP_PRIMARY)
    gtk_widget_add_css_class (button, "suggested-action");
  if (step->flags & YQ_STEP_DANGER)
    gtk_widget_add_css_class (button, "destructive-text");
  g_object_set_data (G_OBJECT (button), "yq-action", (gpointer) step->action);
  g_object_set_data (G_OBJECT (button), "yq-step", (gpointer) step);
  gtk_widget_set_name (button, step->action);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  return button;
}

/* The steps to be shown of those that are open, the primary ones first; borrowed. */
static GPtrArray *
shown_steps (YqStepButtons *self, GPtrArray *open)
{
  GPtrArray *shown = g_ptr_array_new ();

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < open->len; i++)
      {
        const YqStep *step = ((const YqOpenStep *) open->pdata[i])->step;
        gboolean primary = (step->flags & YQ_STEP_PRIMARY) != 0;

        if (!(step->flags & YQ_STEP_HIDDEN) && primary == (pass == 0) &&
            (self->skip == NULL || !yq_word_in (self->skip, step->action)))
          g_ptr_array_add (shown, open->pdata[i]);
      }
  return shown;
}

/* A button that is there stays: somebody may be pressing it, or have the keyboard on it. */
static void
keep_buttons (YqStepButtons *self, GPtrArray *shown)
{
  GtkWidget *button = gtk_widget_get_first_child (self->row);
  guint i = 0;

  for (; i < shown->len && button != NULL; i++)
    {
      const YqOpenStep *open = shown->pdata[i];

      if (g_object_get_data (G_OBJECT (button), "yq-step") != open->step)
        break;
      button = gtk_widget_get_next_sibling (button);
    }
  if (i == shown->len && button == NULL)
    return;
  yq_remove_children (self->row);
  for (i = 0; i < shown->len; i++)
    gtk_box_append (GTK_BOX (self->row),
                    build_button (self, ((const YqOpenStep *) shown->pdata[i])->step));
}

static void
show_why (GtkWidget *button, const YqOpenStep *open)
{
  g_autofree char *why = open->why != NULL ? explain (open->why) : NULL;

  if (g_strcmp0 (why, yq_widget_why (button)) != 0)
    yq_widget_set_why (button, why);
}

/* What stands below is built for; a button in it that somebody is pressing stays. */
static char *
why_key (GPtrArray *shown)
{
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < shown->len; i++)
    {
      const YqOpenStep *open = shown->pdata[i];
      const char *lead = open->why != NULL ? yq_problem_lead (open->why, NULL) : NULL;

      if (open->why != NULL)
        g_string_append_printf (key, "%s %s %s\n", open->step->action,
                                yq_problem_detail (open->why), lead != NULL ? lead : "");
    }
  return g_string_free (key, FALSE);
}

static void
fill_whys (YqStepButtons *self, GPtrArray *shown)
{
  g_autofree char *key = why_key (shown);

  if (g_strcmp0 (key, self->whys) == 0)
    return;
  g_free (self->whys);
  self->whys = g_steal_pointer (&key);
  yq_remove_children (self->why);
  for (guint i = 0; i < shown->len; i++)
    {
      const YqOpenStep *open = shown->pdata[i];

      if (open->why != NULL)
        add_why (self, open->step, open->why);
    }
  gtk_widget_set_visible (self->why, gtk_widget_get_first_child (self->why) != NULL);
}

void
yq_step_buttons_show (YqStepButtons *self, YqWorld *world, const YqWho *who, YqRecord *record)
{
  g_autoptr(GPtrArray) open = yq_workflow_open_steps (world, who, record);
  g_autoptr(GPtrArray) shown = shown_steps (self, open);
  GtkWidget *button;

  keep_buttons (self, shown);
  fill_whys (self, shown);
  button = gtk_widget_get_first_child (self->row);
  for (guint i = 0; i < shown->len; i++, button = gtk_widget_get_next_sibling (button))
    show_why (button, shown->pdata[i]);
  gtk_widget_set_visible (GTK_WIDGET (self), shown->len > 0);
}

void
yq_step_buttons_set_skip (YqStepButtons *self, const char *actions)
{
  g_free (self->skip);
  self->skip = g_strdup (actions);
}

void
yq_step_buttons_set_at_once (YqStepButtons *self, const char *action)
{
  self->at_once = action;
}

GtkWidget *
yq_step_buttons_button (YqStepButtons *self, const char *action)
{
  GtkWidget *button = gtk_widget_get_first_child (self->row);

  for (; button != NULL; button = gtk_widget_get_next_sibling (button))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (button), "yq-action"), action) == 0)
      return button;
  return NULL;
}
