/* Several instruments on the preselection list at once. */
#define G_LOG_DOMAIN "yiquan-find"

#include "find-ticks.h"

#include "batch-bar.h"
#include "bits.h"
#include "catalogue.h"
#include "prompt.h"

#define SLICE 200
#define ADD "add"

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  YqTickSet *ticks;
  GtkWidget *bar;
  char **looking;
  guint at, source;
  GHashTable *listed; /* ids that are on the list */
  GPtrArray *allowed; /* ids */
  GPtrArray *refused; /* "title — why" */
  gboolean is_busy;   /* they are being kept */
} FindTicks;

static void
find_ticks_free (gpointer data)
{
  FindTicks *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->ticks, self);
  g_object_unref (self->ticks);
  g_object_unref (self->store);
  g_strfreev (self->looking);
  g_clear_pointer (&self->listed, g_hash_table_unref);
  g_ptr_array_unref (self->allowed);
  g_ptr_array_unref (self->refused);
  g_free (self);
}

/* -- what can be added, and why not -- */

static GHashTable *
find_listed (FindTicks *self)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(YqQuery) query = yq_query_new (&yq_preselection);
  g_autoptr(GPtrArray) marks = NULL;

  if (yq_frame_who (self->frame)->organisation != NULL)
    yq_query_add (query, "buyer", yq_frame_who (self->frame)->organisation);
  marks = yq_store_list (self->store, query, 0);
  for (guint i = 0; i < marks->len; i++)
    g_hash_table_add (ids, g_strdup (yq_record_text (marks->pdata[i], PRESELECTION_INSTRUMENT)));
  return ids;
}

static const char *
why_not (FindTicks *self, const char *id, YqRecord *instrument)
{
  if (instrument == NULL)
    return _("It is no longer here");
  if (g_hash_table_contains (self->listed, id))
    return _("It is on the list already");
  if (!yq_record_in_state (instrument, "listed"))
    return _("The carrier has stopped this instrument");
  return NULL;
}

static void
look_at (FindTicks *self, const char *id)
{
  g_autoptr(YqRecord) instrument = yq_store_get (self->store, &yq_instrument, id);
  const char *why = why_not (self, id, instrument);

  if (why == NULL)
    g_ptr_array_add (self->allowed, g_strdup (id));
  else
    g_ptr_array_add (
      self->refused,
      g_strdup_printf ("%s — %s", instrument != NULL ? yq_record_title (instrument) : "—", why));
}

static void
show (FindTicks *self, gboolean final)
{
  YqBatchBar *bar = YQ_BATCH_BAR (self->bar);
  guint n = self->allowed->len;
  g_autofree char *label =
    n > 0
      ? g_strdup_printf (yq_ngettext ("Preselect %u instrument", "Preselect %u instruments", n), n)
      : g_strdup (_("Preselect"));

  yq_batch_bar_set_preview (bar, yq_tick_set_size (self->ticks),
                            final ? n : yq_tick_set_size (self->ticks),
                            final ? self->refused->len : 0, _("Preselect"));
  yq_batch_bar_set_action_label (bar, ADD, label);
  yq_batch_bar_set_action_why (bar, ADD,
                               !final   ? _("Still being checked")
                               : n == 0 ? _("None of the ticked instruments can be added")
                                        : NULL);
}

static gboolean
look_cb (gpointer data)
{
  FindTicks *self = data;

  for (guint i = 0; i < SLICE && self->looking[self->at] != NULL; i++)
    look_at (self, self->looking[self->at++]);
  if (self->looking[self->at] != NULL)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  show (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
ticks_changed_cb (FindTicks *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->listed, g_hash_table_unref);
  self->listed = find_listed (self);
  g_ptr_array_set_size (self->allowed, 0);
  g_ptr_array_set_size (self->refused, 0);
  g_strfreev (self->looking);
  self->looking = yq_tick_set_dup_ids (self->ticks);
  self->at = 0;
  show (self, FALSE);
  self->source = g_idle_add (look_cb, self);
}

static void
reasons_cb (YqBatchBar *bar, FindTicks *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->refused->len && i < 100; i++)
    g_string_append_printf (text, "%s\n", (const char *) self->refused->pdata[i]);
  if (self->refused->len > 100)
    g_string_append_printf (text, _("… and %u more"), self->refused->len - 100);
  yq_prompt_tell (GTK_WIDGET (self->frame), _("These cannot be added"), text->str);
}

/* -- adding -- */

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GtkWidget) bar = data;
  FindTicks *self = g_object_get_data (G_OBJECT (bar), "yq-find-ticks");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  g_autofree char *batch =
    yq_outbox_save_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_autofree char *text = NULL;
  YqBatchCounts counts;

  self->is_busy = FALSE;
  if (yq_frame_of (bar) == NULL)
    return; /* the window is closed */
  if (batch == NULL)
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("It could not be kept"), error->message);
      return;
    }
  yq_outbox_batch_counts (YQ_OUTBOX (source), batch, &counts);
  text =
    g_strdup_printf (yq_ngettext ("%u instrument is on the preselection list",
                                  "%u instruments are on the preselection list", counts.n_total),
                     counts.n_total);
  yq_frame_toast (self->frame, text);
  if (self->refused->len > 0)
    reasons_cb (NULL, self);
  if (left_out->len > 0)
    yq_prompt_tell (GTK_WIDGET (self->frame), _("Not all of them could be kept"),
                    ((YqLeftOut *) left_out->pdata[0])->why);
  yq_tick_set_clear (self->ticks);
}

void
yq_find_ticks_add (GtkWidget *bar)
{
  FindTicks *self = g_object_get_data (G_OBJECT (bar), "yq-find-ticks");
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->is_busy)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  while (self->looking != NULL && self->looking[self->at] != NULL)
    look_at (self, self->looking[self->at++]);
  for (guint i = 0; i < self->allowed->len; i++)
    {
      YqRecord *mark = yq_store_new_record (self->store, &yq_preselection);

      yq_record_set_text (mark, PRESELECTION_INSTRUMENT, self->allowed->pdata[i]);
      g_ptr_array_add (records, mark);
    }
  self->is_busy = records->len > 0;
  if (records->len > 0)
    yq_outbox_save_many_async (yq_frame_outbox (self->frame), records, NULL, kept_cb,
                               g_object_ref (bar));
}

static void
action_cb (GtkWidget *bar, const char *name, FindTicks *self)
{
  yq_find_ticks_add (bar);
}

static void
clear_cb (YqBatchBar *bar, FindTicks *self)
{
  yq_tick_set_clear (self->ticks);
}

GtkWidget *
yq_find_ticks_new (YqFrame *frame, YqTickSet *ticks)
{
  FindTicks *self = g_new0 (FindTicks, 1);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->ticks = g_object_ref (ticks);
  self->allowed = g_ptr_array_new_with_free_func (g_free);
  self->refused = g_ptr_array_new_with_free_func (g_free);
  self->bar = yq_batch_bar_new ();
  yq_batch_bar_add_action (YQ_BATCH_BAR (self->bar), ADD, _("Preselect"), "suggested-action");
  g_signal_connect (self->bar, "action", G_CALLBACK (action_cb), self);
  g_signal_connect (self->bar, "reasons", G_CALLBACK (reasons_cb), self);
  g_signal_connect (self->bar, "clear", G_CALLBACK (clear_cb), self);
  g_signal_connect_swapped (ticks, "changed", G_CALLBACK (ticks_changed_cb), self);
  g_object_set_data_full (G_OBJECT (self->bar), "yq-find-ticks", self, find_ticks_free);
  return self->bar;
}

/* -- keys -- */

typedef struct
{
  YqRecordList *list;
  GtkSingleSelection *selection;
  YqTickSet *ticks;
  char *last; /* id of the last tick */
} Keys;

static void
keys_free (gpointer data)
{
  Keys *keys = data;

  g_object_unref (keys->list);
  g_object_unref (keys->selection);
  g_object_unref (keys->ticks);
  g_free (keys->last);
  g_free (keys);
}

static void
tick_row (Keys *keys, gboolean range)
{
  guint now = gtk_single_selection_get_selected (keys->selection);
  const char *id = now != GTK_INVALID_LIST_POSITION ? yq_record_list_id (keys->list, now) : NULL;
  guint last =
    keys->last != NULL ? yq_record_list_find (keys->list, keys->last) : GTK_INVALID_LIST_POSITION;
  g_autofree char *kept = g_strdup (id);

  if (kept == NULL)
    return;
  if (range && last != GTK_INVALID_LIST_POSITION)
    {
      yq_tick_set_add_range (keys->ticks, keys->list, MIN (last, now), MAX (last, now));
      return;
    }
  yq_tick_set_set (keys->ticks, kept, !yq_tick_set_has (keys->ticks, kept));
  g_free (keys->last);
  keys->last = g_steal_pointer (&kept);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                Keys *keys)
{
  if (state & GDK_CONTROL_MASK && key == GDK_KEY_a)
    {
      yq_record_list_complete (keys->list);
      yq_tick_set_add_all (keys->ticks, keys->list);
      return TRUE;
    }
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || (key != GDK_KEY_x && key != GDK_KEY_X))
    return FALSE;
  tick_row (keys, key == GDK_KEY_X);
  return TRUE;
}

void
yq_find_ticks_add_keys (GtkWidget *view, YqRecordList *list, GtkSingleSelection *selection,
                        YqTickSet *ticks)
{
  GtkEventController *controller = gtk_event_controller_key_new ();
  Keys *keys = g_new0 (Keys, 1);

  keys->list = g_object_ref (list);
  keys->selection = g_object_ref (selection);
  keys->ticks = g_object_ref (ticks);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_object_set_data_full (G_OBJECT (controller), "yq-keys", keys, keys_free);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (key_pressed_cb), keys);
  gtk_widget_add_controller (view, controller);
}
