/* The bar at the bottom that tells the truth before, during and after a batch. */
#define G_LOG_DOMAIN "yiquan-batch"

#include "batch-bar.h"

#include "bits.h"
#include "text.h"

struct _YqBatchBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer, *stack;
  GtkWidget *preview, *reasons, *actions; /* before */
  GtkWidget *progress_text, *progress;    /* during */
  GtkWidget *undo_text, *undo;            /* inside the undo time */
  GtkWidget *outcome, *failures, *retry;  /* after */
  GHashTable *buttons;
  char *undo_prefix;
  guint seconds, timer;
};

G_DEFINE_FINAL_TYPE (YqBatchBar, yq_batch_bar, GTK_TYPE_WIDGET)

enum
{
  ACTION,
  REASONS,
  CANCEL,
  UNDO,
  FAILURES,
  RETRY,
  CLEAR,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
emit_cb (GtkButton *button, gpointer data)
{
  YqBatchBar *self =
    YQ_BATCH_BAR (gtk_widget_get_ancestor (GTK_WIDGET (button), YQ_TYPE_BATCH_BAR));

  g_signal_emit (self, signals[GPOINTER_TO_UINT (data)], 0);
}

static GtkWidget *
signal_button (const char *label, guint signal, const char *classes)
{
  GtkWidget *button = yq_button_new (label, NULL, classes);

  g_signal_connect (button, "clicked", G_CALLBACK (emit_cb), GUINT_TO_POINTER (signal));
  return button;
}

static void
action_clicked_cb (GtkButton *button, YqBatchBar *self)
{
  g_signal_emit (self, signals[ACTION], 0, g_object_get_data (G_OBJECT (button), "yq-name"));
}

static void
show_face (YqBatchBar *self, const char *name)
{
  if (!g_str_equal (name, "undo"))
    g_clear_handle_id (&self->timer, g_source_remove);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), name);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

GtkWidget *
yq_batch_bar_add_action (YqBatchBar *self, const char *name, const char *label, const char *classes)
{
  GtkWidget *button = yq_button_new (label, NULL, classes);

  g_object_set_data_full (G_OBJECT (button), "yq-name", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (action_clicked_cb), self);
  g_hash_table_insert (self->buttons, g_strdup (name), button);
  gtk_box_append (GTK_BOX (self->actions), button);
  return button;
}

void
yq_batch_bar_set_action_label (YqBatchBar *self, const char *name, const char *label)
{
  gtk_button_set_label (g_hash_table_lookup (self->buttons, name), label);
}

void
yq_batch_bar_set_action_why (YqBatchBar *self, const char *name, const char *why)
{
  yq_widget_set_why (g_hash_table_lookup (self->buttons, name), why);
}

void
yq_batch_bar_set_preview (YqBatchBar *self, guint ticked, guint allowed, guint refused,
                          const char *verb)
{
  g_autofree char *text = NULL;
  g_autofree char *reasons = NULL;

  if (ticked == 0)
    {
      if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "preview") == 0)
        yq_batch_bar_hide (self);
      return;
    }
  text = g_strdup_printf (_("%u selected · %s possible for %u"), ticked, verb, allowed);
  reasons = g_strdup_printf (_("not for %u (show why)"), refused);
  gtk_label_set_text (GTK_LABEL (self->preview), text);
  gtk_button_set_label (GTK_BUTTON (self->reasons), reasons);
  gtk_widget_set_visible (self->reasons, refused > 0);
  show_face (self, "preview");
}

void
yq_batch_bar_set_progress (YqBatchBar *self, const char *text, guint done, guint total)
{
  g_autofree char *line =
    total > 0 ? g_strdup_printf ("%s · %u / %u", text, done, total) : g_strdup (text);

  gtk_label_set_text (GTK_LABEL (self->progress_text), line);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 total > 0 ? (double) done / total : 0);
  show_face (self, "progress");
}

static void
show_seconds (YqBatchBar *self)
{
  g_autofree char *label = g_strdup_printf (_("Undo (%u)"), self->seconds);

  gtk_label_set_text (GTK_LABEL (self->undo_text), self->undo_prefix);
  gtk_button_set_label (GTK_BUTTON (self->undo), label);
}

static gboolean
tick_cb (gpointer data)
{
  YqBatchBar *self = data;

  if (self->seconds > 1)
    {
      self->seconds--;
      show_seconds (self);
      return G_SOURCE_CONTINUE;
    }
  self->timer = 0;
  yq_batch_bar_set_progress (self, self->undo_prefix, 0, 0);
  return G_SOURCE_REMOVE;
}

void
yq_batch_bar_set_undo (YqBatchBar *self, const char *text, guint seconds)
{
  g_free (self->undo_prefix);
  self->undo_prefix = g_strdup (text);
  self->seconds = seconds;
  show_seconds (self);
  show_face (self, "undo");
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (1, tick_cb, self);
}

void
yq_batch_bar_set_outcome (YqBatchBar *self, const char *text, guint failed)
{
  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_visible (self->failures, failed > 0);
  gtk_widget_set_visible (self->retry, failed > 0);
  show_face (self, "outcome");
}

void
yq_batch_bar_hide (YqBatchBar *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static GtkWidget *
row_new (GtkWidget *first)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_set_hexpand (first, TRUE);
  gtk_box_append (GTK_BOX (row), first);
  return row;
}

static void
build (YqBatchBar *self)
{
  GtkWidget *preview, *progress, *undo, *outcome;

  self->preview = yq_label_new ("", "number");
  self->reasons = signal_button ("", REASONS, "flat");
  self->actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  preview = row_new (self->preview);
  gtk_box_append (GTK_BOX (preview), self->reasons);
  gtk_box_append (GTK_BOX (preview), signal_button (_("Untick all"), CLEAR, "flat"));
  gtk_box_append (GTK_BOX (preview), self->actions);
  self->progress_text = yq_label_new ("", "number");
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->progress, 240, -1);
  progress = row_new (self->progress_text);
  gtk_box_append (GTK_BOX (progress), self->progress);
  self->undo_text = yq_label_new ("", "number");
  self->undo = signal_button ("", UNDO, "suggested-action");
  undo = row_new (self->undo_text);
  gtk_box_append (GTK_BOX (undo), self->undo);
  self->outcome = yq_label_new ("", "number");
  self->failures = signal_button (_("Show what was not done"), FAILURES, "flat");
  self->retry = signal_button (_("Try again"), RETRY, NULL);
  outcome = row_new (self->outcome);
  gtk_box_append (GTK_BOX (outcome), self->failures);
  gtk_box_append (GTK_BOX (outcome), self->retry);
  gtk_box_append (GTK_BOX (outcome), signal_button (_("Close"), CLEAR, "flat"));
  gtk_stack_add_named (GTK_STACK (self->stack), preview, "preview");
  gtk_stack_add_named (GTK_STACK (self->stack), progress, "progress");
  gtk_stack_add_named (GTK_STACK (self->stack), undo, "undo");
  gtk_stack_add_named (GTK_STACK (self->stack), outcome, "outcome");
}

static void
yq_batch_bar_dispose (GObject *object)
{
  YqBatchBar *self = YQ_BATCH_BAR (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  g_clear_pointer (&self->buttons, g_hash_table_unref);
  g_clear_pointer (&self->undo_prefix, g_free);
  G_OBJECT_CLASS (yq_batch_bar_parent_class)->dispose (object);
}

static void
yq_batch_bar_class_init (YqBatchBarClass *class)
{
  static const char *const names[] = { "action",   "reasons", "cancel", "undo",
                                       "failures", "retry",   "clear" };

  G_OBJECT_CLASS (class)->dispose = yq_batch_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = i == ACTION ? g_signal_new (names[i], YQ_TYPE_BATCH_BAR, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING)
                             : g_signal_new (names[i], YQ_TYPE_BATCH_BAR, G_SIGNAL_RUN_LAST, 0,
                                             NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yq_batch_bar_init (YqBatchBar *self)
{
  self->buttons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->revealer = gtk_revealer_new ();
  self->stack = gtk_stack_new ();
  gtk_widget_add_css_class (self->stack, "batch-bar");
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_transition_duration (GTK_REVEALER (self->revealer), 150);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->stack);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  build (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
yq_batch_bar_new (void)
{
  return g_object_new (YQ_TYPE_BATCH_BAR, NULL);
}
