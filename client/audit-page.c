/* Every decision of a region, to search, filter and export. */
#define G_LOG_DOMAIN "yiquan-audit"

#include "audit-page.h"

#include "bits.h"
#include "clock.h"
#include "model.h"
#include "office.h"
#include "record-table.h"
#include "tooltip.h"

typedef struct
{
  YqFrame *frame;
  GtkWidget *table, *kinds, *decisions, *periods;
  GPtrArray *entities; /* const YqEntity *: what is decided on */
  GPtrArray *actions;  /* const char *: what is decided */
} Audit;

static const struct
{
  const char *title; /* N_() */
  int days;          /* 0: ever */
} periods[] = {
  { N_("All times"), 0 },
  { N_("Last 7 days"), 7 },
  { N_("Last 30 days"), 30 },
  { N_("Last 365 days"), 365 },
};

static void
audit_free (gpointer data)
{
  Audit *self = data;

  g_ptr_array_unref (self->entities);
  g_ptr_array_unref (self->actions);
  g_free (self);
}

/* -- words -- */

static const YqStep *
step_of (YqRecord *review)
{
  const char *kind = yq_record_text (review, REVIEW_ENTITY);
  const char *action = yq_record_text (review, REVIEW_ACTION);
  const YqEntity *entity = kind != NULL ? yq_model_find (kind) : NULL;

  return entity != NULL && action != NULL ? yq_entity_step (entity, action) : NULL;
}

static char *
kind_text (YqRecord *review, gpointer data)
{
  const char *kind = yq_record_text (review, REVIEW_ENTITY);
  const YqEntity *entity = kind != NULL ? yq_model_find (kind) : NULL;

  return g_strdup (entity != NULL ? _(entity->title) : "");
}

static char *
decision_text (YqRecord *review, gpointer data)
{
  const YqStep *step = step_of (review);

  return g_strdup (step != NULL ? _(step->title) : "");
}

/* -- what there is to choose -- */

static gboolean
is_decision (const YqStep *step)
{
  return step->flags & (YQ_STEP_DECISION | YQ_STEP_REVIEW) && yq_word_in (step->actors, "reviewer");
}

static gboolean
has_action (GPtrArray *actions, const char *action)
{
  for (guint i = 0; i < actions->len; i++)
    if (g_str_equal (actions->pdata[i], action))
      return TRUE;
  return FALSE;
}

/* The tables say what reviewers decide; the first title of an action stands for all. */
static void
collect (Audit *self, GtkStringList *kinds, GtkStringList *decisions)
{
  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);
      gboolean decides = FALSE;

      for (guint j = 0; j < entity->n_steps; j++)
        {
          const YqStep *step = &entity->steps[j];

          if (!is_decision (step))
            continue;
          decides = TRUE;
          if (has_action (self->actions, step->action))
            continue;
          g_ptr_array_add (self->actions, (gpointer) step->action);
          gtk_string_list_append (decisions, _(step->title));
        }
      if (!decides)
        continue;
      g_ptr_array_add (self->entities, (gpointer) entity);
      gtk_string_list_append (kinds, _(entity->title));
    }
}

/* What an empty list says. */
static void
show_first (Audit *self, gboolean is_filtered)
{
  yq_record_table_set_first_use (
    YQ_RECORD_TABLE (self->table), "view-list-symbolic",
    is_filtered ? _("Nothing matches") : _("No decisions yet"),
    is_filtered ? _("No decision fits the filters above.")
                : _("Every decision in your region is kept here, with who made it, when and why."),
    NULL, NULL);
}

/* What the science bureau decided; carriers accept and refuse orders, too, and no action of theirs
 * is called like one of the bureau's on the same kind of record. */
static YqQuery *
query_of (Audit *self, guint kind, guint decision)
{
  YqQuery *query = yq_query_new (&yq_review);

  for (guint i = 0; i < self->entities->len; i++)
    if (kind == 0 || kind - 1 == i)
      yq_query_add (query, "entity", ((const YqEntity *) self->entities->pdata[i])->name);
  for (guint i = 0; i < self->actions->len; i++)
    if (decision == 0 || decision - 1 == i)
      yq_query_add (query, "action", self->actions->pdata[i]);
  yq_query_set_sort (query, "decided_at", TRUE);
  return query;
}

static void
filter (Audit *self)
{
  guint kind = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kinds));
  guint decision = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->decisions));
  guint period = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->periods));
  g_autoptr(YqQuery) query = query_of (self, kind, decision);

  if (period < G_N_ELEMENTS (periods) && periods[period].days > 0)
    yq_query_add_range (query, "decided_at", yq_clock_now () - periods[period].days * YQ_DAY,
                        G_MAXINT64);
  show_first (self, kind > 0 || decision > 0 || period > 0);
  yq_record_table_set_query (YQ_RECORD_TABLE (self->table), query);
}

static GtkWidget *
build_choice (Audit *self, const char *name, GtkStringList *titles)
{
  GtkWidget *choice = gtk_drop_down_new (G_LIST_MODEL (titles), NULL);

  yq_set_name (choice, name);
  yq_set_tooltip (choice, name);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (filter), self);
  yq_record_table_add_filter (YQ_RECORD_TABLE (self->table), choice);
  return choice;
}

static void
build_filters (Audit *self)
{
  GtkStringList *kinds = gtk_string_list_new (NULL);
  GtkStringList *decisions = gtk_string_list_new (NULL);
  GtkStringList *times = gtk_string_list_new (NULL);

  gtk_string_list_append (kinds, _("Every kind of record"));
  gtk_string_list_append (decisions, _("Every decision"));
  collect (self, kinds, decisions);
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    gtk_string_list_append (times, _(periods[i].title));
  self->kinds = build_choice (self, _("Kind of record"), kinds);
  self->decisions = build_choice (self, _("Decision"), decisions);
  self->periods = build_choice (self, _("Period"), times);
}

/* -- the columns -- */

static void
add_words (YqRecordTable *table)
{
  yq_record_table_add_column (table, "kind", _("Kind of record"), 110, FALSE, kind_text, NULL);
  yq_record_table_add_column (table, "decision", _("Decision"), 90, FALSE, decision_text, NULL);
}

void
yq_audit_add_times (YqRecordTable *table)
{
  yq_record_table_set_columns (table,
                               "title|waited_from|decided_at|workdays|late|level|decided_by");
  add_words (table);
}

/* -- the page -- */

static void
activated_cb (YqRecordTable *table, YqRecord *review, Audit *self)
{
  const char *entity = yq_record_text (review, REVIEW_ENTITY);
  const char *record = yq_record_text (review, REVIEW_RECORD);

  if (entity != NULL && record != NULL)
    yq_frame_open_record (self->frame, entity, record);
}

static void
focus_search_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_focus_search (table);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_export (table);
}

static const GActionEntry actions[] = {
  { "focus-search", focus_search_cb },
  { "export", export_cb },
};

YqPage *
yq_audit_page_new (YqFrame *frame, gpointer user_data)
{
  Audit *self = g_new0 (Audit, 1);
  g_autoptr(YqQuery) nothing = yq_query_new (&yq_review);
  g_autoptr(YqRecordList) list = yq_record_list_new (yq_frame_store (frame), nothing);
  YqRecordTable *table;
  YqPage *page;

  self->frame = frame;
  self->entities = g_ptr_array_new ();
  self->actions = g_ptr_array_new ();
  self->table = yq_record_table_new (yq_frame_store (frame), list, "audit");
  table = YQ_RECORD_TABLE (self->table);
  yq_record_table_set_columns (table, "title|decided_at|decided_by:96|comment|amount");
  add_words (table);
  yq_record_table_set_states (table, "");
  build_filters (self);
  filter (self);
  g_signal_connect (table, "activate", G_CALLBACK (activated_cb), self);
  page = yq_page_new (_("Decisions"), self->table);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), table);
  yq_page_add_key (page, "<Control>f", _("Search"), "page.focus-search");
  yq_page_add_key (page, "<Control>e", _("Export the list"), "page.export");
  g_signal_connect_swapped (page, "shown", G_CALLBACK (yq_record_table_focus), table);
  g_object_set_data_full (G_OBJECT (page), "yq-audit", self, audit_free);
  return page;
}
