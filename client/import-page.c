/* A spreadsheet into records in four steps. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import-page.h"

#include "bits.h"
#include "catalogue.h"
#include "external-page.h"
#include "external.h"
#include "ids.h"
#include "model.h"
#include "prompt.h"
#include "sheet-records.h"
#include "step-bar.h"

/* What may be imported, and how. */
typedef struct
{
  const YqEntity *entity;
  const char *mine;   /* the owner column of what may be there already; NULL: all one sees */
  const char *step;   /* new rows have to be ready for it, as far as is known here; NULL: drafts */
  const char *words;  /* N_(): above the choice of the file */
  const char *result; /* N_(): what is to be done next */
  const char *back, *back_action;                     /* N_(): where the rows stand then */
  void (*fill) (YqFrame *frame, YqRecord *prototype); /* NULL: as new records are */
  /* Is there room for a new row besides those before it?  NULL: always. */
  YqProblem *(*add_up) (YqFrame *frame, YqRecord *record, GHashTable *sums);
} Sheet;

static const Sheet sheets[] = {
  { &yq_instrument, "carrier", NULL,
    N_("XLSX or CSV, also in GBK. Rows are recognised by their asset number: what is there already"
       " is changed, what is new becomes a draft, and nothing happens before you have seen the dry"
       " run."),
    N_("New rows are drafts: submit them for review from the catalogue."), N_("To the catalogue"),
    "win.page::catalogue", NULL },
  { &yq_external_claim, NULL, "issue",
    N_("XLSX or CSV, also in GBK. Rows are recognised by their number on the other platform, which"
       " is issued once; an enterprise is found by its unified social credit code or its full name."
       " New rows are drafts, and nothing is issued before you have seen the dry run and decided."),
    N_("New rows are drafts: tick them in the list and issue their vouchers."), N_("To the list"),
    "win.page::desk-external", yq_external_fill, yq_external_add_up },
};

typedef struct
{
  YqFrame *frame;
  const YqEntity *entity;
  const Sheet *sheet;
  YqPage *page;
  YqStore *store;
  YqImport *import;
  YqSheetNames *names;
  YqRecord *prototype;
  char *path;
  char *batch;
  GCancellable *cancellable;
  GtkWidget *bar, *stack, *columns, *counts, *problems, *result, *lost, *save_bad, *save_bad_again,
    *apply, *spinner;
  YqLanguage language; /* of the window: what the reading thread says is read there */
  guint n_lost;        /* rows that were to be saved, and were not */
  GQueue asked;        /* YqQuery: what is still read before the rows are compared */
  gboolean busy, has_names;
} ImportPage;

static void
import_page_free (gpointer data)
{
  ImportPage *self = data;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_queue_clear_full (&self->asked, (GDestroyNotify) yq_query_free);
  g_clear_pointer (&self->import, yq_import_free);
  g_clear_pointer (&self->names, yq_sheet_names_free);
  g_clear_object (&self->prototype);
  g_clear_object (&self->store);
  g_free (self->path);
  g_free (self->batch);
  g_free (self);
}

static ImportPage *
import_of (YqPage *page)
{
  return g_object_get_data (G_OBJECT (page), "yq-import");
}

static void
show_step (ImportPage *self, guint step)
{
  static const char *const names[] = { "choose", "columns", "check", "result" };
  const char *titles[] = { _("Choose the file"), _("Match the columns"), _("Dry run"), _("Result"),
                           NULL };

  yq_step_bar_show_stations (YQ_STEP_BAR (self->bar), titles, step,
                             step < 3           ? YQ_TONE_WAITING
                             : self->n_lost > 0 ? YQ_TONE_BAD
                                                : YQ_TONE_DONE);
  /* Only the step one is at asks for room: side by side they would, each on one long line. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_set_visible (gtk_stack_get_child_by_name (GTK_STACK (self->stack), names[i]),
                            i == step);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), names[step]);
}

static void
say (ImportPage *self, const char *format, const char *what)
{
  g_autoptr(GString) text = g_string_new (format);

  g_string_replace (text, "%s", what, 1);
  yq_frame_toast (self->frame, text->str);
}

static void
set_busy (ImportPage *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
}

/* ---- 1: choose ---- */

static void
template_chosen_cb (GFile *file, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr(GError) error = NULL;

  if (path == NULL)
    return;
  if (yq_sheet_write_template (self->entity, path, &error))
    say (self, _("The template was saved as %s"), path);
  else
    say (self, _("The template could not be written: %s"), error->message);
}

static void
template_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *name = g_strdup_printf ("%s.xlsx", _(self->entity->title_plural));

  yq_prompt_save_file (GTK_WIDGET (self->page), _("Save the template"), name, template_chosen_cb,
                       self);
}

static void fill_columns (ImportPage *self);

static void
open_path (ImportPage *self, const char *path)
{
  g_autoptr(GError) error = NULL;

  if (self->busy) /* a thread reads the other file */
    return;
  g_clear_pointer (&self->import, yq_import_free);
  g_clear_pointer (&self->names, yq_sheet_names_free);
  g_clear_object (&self->prototype);
  g_free (self->path);
  self->path = g_strdup (path);
  self->names = yq_sheet_names_new ();
  self->has_names = FALSE;
  self->prototype = yq_store_new_record (self->store, self->entity);
  if (yq_entity_find_field (self->entity, "source") >= 0)
    yq_record_set_text (self->prototype, yq_entity_find_field (self->entity, "source"), "sheet");
  if (self->sheet->fill != NULL)
    self->sheet->fill (self->frame, self->prototype);
  self->import = yq_import_new (self->entity, self->prototype, self->names);
  g_free (self->batch);
  self->batch = yq_id_new ();
  if (yq_entity_find_field (self->entity, "import_batch") >= 0)
    yq_import_set_stamp (self->import, (guint) yq_entity_find_field (self->entity, "import_batch"),
                         self->batch);
  if (!yq_sheet_import_header (self->import, path, &error))
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("The file cannot be read"), error->message);
      return;
    }
  fill_columns (self);
  show_step (self, 1);
}

static void
file_chosen_cb (GFile *file, gpointer data)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    open_path (data, path);
}

static void
choose_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;

  yq_prompt_open_file (GTK_WIDGET (self->page), _("Choose a spreadsheet"), "xlsx|csv",
                       file_chosen_cb, self);
}

/* For tests and for files dropped on the page. */
static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_path (data, g_variant_get_string (parameter, NULL));
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  g_autofree char *path = g_file_get_path (g_value_get_object (value));

  if (path != NULL)
    open_path (data, path);
  return path != NULL;
}

/* ---- 2: columns ---- */

static void
column_chosen_cb (GtkDropDown *drop_down, GParamSpec *pspec, ImportPage *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (drop_down), "yq-column"));
  GArray *fields = g_object_get_data (G_OBJECT (drop_down), "yq-fields");
  guint chosen = gtk_drop_down_get_selected (drop_down);

  yq_import_map (
    self->import, column,
    chosen == 0 || chosen > fields->len ? -1 : (int) g_array_index (fields, guint, chosen - 1));
}

static GtkWidget *
column_row (ImportPage *self, guint column)
{
  GArray *fields = yq_sheet_fields (self->entity);
  GtkStringList *titles = gtk_string_list_new (NULL);
  GtkWidget *drop_down;
  guint selected = 0;

  gtk_string_list_append (titles, _("Not used"));
  for (guint i = 0; i < fields->len; i++)
    {
      guint field = g_array_index (fields, guint, i);

      gtk_string_list_append (titles, _(self->entity->fields[field].title));
      if (yq_import_column_field (self->import, column) == (int) field)
        selected = i + 1;
    }
  drop_down = gtk_drop_down_new (G_LIST_MODEL (titles), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), selected);
  yq_set_name (drop_down, yq_import_heading (self->import, column));
  gtk_widget_set_valign (drop_down, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (drop_down), "yq-column", GUINT_TO_POINTER (column));
  g_object_set_data_full (G_OBJECT (drop_down), "yq-fields", fields,
                          (GDestroyNotify) g_array_unref);
  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (column_chosen_cb), self);
  return yq_row_new (NULL, yq_import_heading (self->import, column), NULL, drop_down, NULL);
}

static void
fill_columns (ImportPage *self)
{
  yq_remove_children (self->columns);
  for (guint i = 0; i < yq_import_n_columns (self->import); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->columns), column_row (self, i));
}

/* ---- 3: dry run, off the main thread ---- */

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ImportPage *self = data;
  GError *error = NULL;
  YqLanguage before = yq_text_swap_language (self->language);

  if (yq_sheet_import_read (self->import, self->path, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  yq_text_swap_language (before);
}

static void
show_counts (ImportPage *self)
{
  yq_remove_children (self->counts);
  for (guint kind = 0; kind < YQ_N_IMPORT_KINDS; kind++)
    {
      guint count = yq_import_count (self->import, kind);
      g_autofree char *number = yq_count_text (count);
      static const YqTone tones[] = { YQ_TONE_DONE, YQ_TONE_WAITING, YQ_TONE_NEUTRAL, YQ_TONE_BAD };
      GtkWidget *figure = yq_figure_new (yq_import_kind_title (kind), number,
                                         count > 0 ? tones[kind] : YQ_TONE_NEUTRAL);

      gtk_widget_set_hexpand (figure, TRUE);
      gtk_box_append (GTK_BOX (self->counts), figure);
    }
}

static void
show_problems (ImportPage *self, GtkWidget *list)
{
  guint shown = 0;

  yq_remove_children (list);
  for (guint i = 0; i < yq_import_n_rows (self->import) && shown < 50; i++)
    {
      const YqImportRow *row = yq_import_row (self->import, i);
      g_autofree char *title = NULL, *reason = NULL;

      if (row->kind != YQ_IMPORT_BAD)
        continue;
      title = g_strdup_printf (_("Row %u"), row->number);
      reason = yq_import_reason (self->import, row->number);
      gtk_list_box_append (GTK_LIST_BOX (list),
                           yq_row_new ("dialog-warning-symbolic", title, reason, NULL, NULL));
      shown++;
    }
  gtk_widget_set_visible (list, shown > 0);
  gtk_widget_set_visible (self->save_bad, shown > 0);
  gtk_widget_set_visible (self->save_bad_again, shown > 0);
}

/* What this row would be told: its state, for what changes what is there; what the step asks for,
 * for what is new.  NULL: nothing. */
static YqProblem *
foresee (ImportPage *self, const YqImportRow *row, GHashTable *sums)
{
  YqWorld *world = yq_store_world (self->store);
  const YqWho *who = yq_frame_who (self->frame);
  const YqStep *step =
    self->sheet->step != NULL ? yq_entity_step (self->entity, self->sheet->step) : NULL;

  YqProblem *problem = NULL;

  if (row->kind == YQ_IMPORT_CHANGED)
    return yq_workflow_check_save (world, who, row->before, row->changed);
  if (row->kind != YQ_IMPORT_NEW)
    return NULL;
  if (step != NULL)
    problem = yq_workflow_check (world, who, row->record, step, NULL);
  if (problem == NULL && self->sheet->add_up != NULL)
    problem = self->sheet->add_up (self->frame, row->record, sums);
  return problem;
}

static void
reject_foreseen (ImportPage *self)
{
  g_autoptr(GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < yq_import_n_rows (self->import); i++)
    {
      const YqImportRow *row = yq_import_row (self->import, i);
      g_autoptr(YqProblem) problem = foresee (self, row, sums);

      if (problem != NULL)
        yq_import_reject (self->import, row->record, yq_problem_detail (problem));
    }
}

static void
read_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  YqPage *page = YQ_PAGE (source);
  ImportPage *self = import_of (page);
  g_autoptr(GError) error = NULL;
  guint n;
  g_autofree char *label = NULL;

  set_busy (self, FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("The file cannot be read"), error->message);
      show_step (self, 0);
      return;
    }
  reject_foreseen (self);
  n = yq_import_count (self->import, YQ_IMPORT_NEW) +
      yq_import_count (self->import, YQ_IMPORT_CHANGED);
  label = g_strdup_printf (yq_ngettext ("Import %u row", "Import %u rows", n), n);
  gtk_button_set_label (GTK_BUTTON (self->apply), label);
  yq_widget_set_why (self->apply, n > 0 ? NULL : _("Nothing is new or changed"));
  show_counts (self);
  show_problems (self, self->problems);
  show_step (self, 2);
}

static void
read_rows (ImportPage *self)
{
  g_autoptr(GTask) task = g_task_new (self->page, self->cancellable, read_done_cb, NULL);

  self->language = yq_text_language ();
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, read_in_thread);
}

/* Names a row may use for references (categories by code or name, enterprises by theirs), then the
 * records there are. */
static void
ask_what_is_here (ImportPage *self)
{
  YqQuery *mine = yq_query_new (self->entity);

  for (guint i = 0; i < self->entity->n_fields && !self->has_names; i++)
    if (self->entity->fields[i].type == YQ_REFERENCE && (self->entity->fields[i].flags & YQ_SHEET))
      g_queue_push_tail (&self->asked,
                         yq_query_new (yq_model_find (self->entity->fields[i].refers)));
  if (self->sheet->mine != NULL)
    yq_query_add (mine, self->sheet->mine, yq_frame_who (self->frame)->organisation);
  g_queue_push_tail (&self->asked, mine);
}

static void gather (ImportPage *self);

static void
gathered_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(YqPage) page = user_data;
  ImportPage *self = import_of (page);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = yq_store_list_finish (YQ_STORE (store), result, &error);

  if (found == NULL)
    {
      g_queue_clear_full (&self->asked, (GDestroyNotify) yq_query_free);
      set_busy (self, FALSE);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        yq_prompt_tell (GTK_WIDGET (self->frame), _("The file cannot be read"), error->message);
      return;
    }
  yq_query_free (g_queue_pop_head (&self->asked));
  for (guint i = 0; i < found->len; i++)
    if (self->asked.length > 0)
      yq_sheet_names_add (self->names, found->pdata[i]);
    else
      yq_import_add_existing (self->import, found->pdata[i]);
  gather (self);
}

/* One after another, beside the window: there may be ten thousand of each. */
static void
gather (ImportPage *self)
{
  YqQuery *next = g_queue_peek_head (&self->asked);

  if (next != NULL)
    {
      yq_store_list_async (self->store, next, 0, self->cancellable, gathered_cb,
                           g_object_ref (self->page));
      return;
    }
  self->has_names = TRUE;
  read_rows (self);
}

static void
check_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *why = NULL;

  if (self->import == NULL || self->busy)
    return;
  if ((why = yq_import_check_header (self->import)) != NULL)
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("The columns do not fit yet"), why);
      return;
    }
  set_busy (self, TRUE);
  ask_what_is_here (self);
  gather (self);
}

/* ---- 4: result ---- */

static void
bad_chosen_cb (GFile *file, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr(GError) error = NULL;

  if (path == NULL)
    return;
  if (yq_sheet_import_write_bad (self->import, self->path, path, &error))
    say (self, _("The bad rows were saved as %s"), path);
  else
    say (self, _("The bad rows could not be written: %s"), error->message);
}

static void
save_bad_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *name = g_strdup_printf ("%s.xlsx", _("Bad rows"));

  yq_prompt_save_file (GTK_WIDGET (self->page), _("Save the bad rows with their reasons"), name,
                       bad_chosen_cb, self);
}

/* What came of it, by what is on the disk. */
static void
show_result (ImportPage *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("%u new, %u changed, %u unchanged, %u bad. %s"),
                          yq_import_count (self->import, YQ_IMPORT_NEW),
                          yq_import_count (self->import, YQ_IMPORT_CHANGED),
                          yq_import_count (self->import, YQ_IMPORT_UNCHANGED),
                          yq_import_count (self->import, YQ_IMPORT_BAD), _(self->sheet->result));
  if (self->n_lost > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (
        text,
        yq_ngettext ("%u row was not kept: it stands below with its reason. Import the same file "
                     "again later; what is here already stays as it is.",
                     "%u rows were not kept: they stand below with their reasons. Import the same "
                     "file again later; what is here already stays as it is.",
                     self->n_lost),
        self->n_lost);
    }
  gtk_label_set_text (GTK_LABEL (self->result), text->str);
  gtk_widget_remove_css_class (self->result, self->n_lost > 0 ? "done" : "bad");
  gtk_widget_add_css_class (self->result, self->n_lost > 0 ? "bad" : "done");
  show_problems (self, self->lost);
  gtk_widget_set_visible (self->lost, self->n_lost > 0);
  show_step (self, 3);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPage) page = data;
  ImportPage *self = import_of (page);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  g_autoptr(GPtrArray) records = yq_import_records (self->import);
  g_autofree char *batch =
    yq_outbox_save_many_finish (YQ_OUTBOX (object), result, &left_out, &error);

  set_busy (self, FALSE);
  if (batch == NULL)
    {
      say (self, _("The import could not be kept: %s"), error->message);
      return;
    }
  for (guint i = 0; i < left_out->len; i++)
    {
      const YqLeftOut *lost = left_out->pdata[i];

      yq_import_reject (self->import, records->pdata[lost->index], lost->why);
    }
  self->n_lost = left_out->len;
  show_result (self);
}

/* Of a row that is there already only what the sheet says otherwise is sent. */
static GPtrArray *
records_to_save (ImportPage *self)
{
  for (guint i = 0; i < yq_import_n_rows (self->import); i++)
    {
      const YqImportRow *row = yq_import_row (self->import, i);

      if (row->kind == YQ_IMPORT_CHANGED)
        yq_store_edit_copy (row->record, row->before);
    }
  return yq_import_records (self->import);
}

static void
apply_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;
  g_autoptr(GPtrArray) records = NULL;
  g_autoptr(GError) error = NULL;

  if (self->busy)
    return;
  records = records_to_save (self);
  if (records->len == 0)
    return;
  if (!yq_import_log_keep (self->store, self->batch, self->entity, self->import, &error))
    {
      say (self, _("The import could not be kept: %s"), error->message);
      return;
    }
  set_busy (self, TRUE);
  yq_outbox_save_many_async (yq_frame_outbox (self->frame), records, self->cancellable, saved_cb,
                             g_object_ref (self->page));
}

static void
undone_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPage) page = data;
  ImportPage *self = import_of (page);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  int n = yq_import_log_undo_finish (result, &error);

  set_busy (self, FALSE);
  if (n < 0)
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("The import cannot be undone"), error->message);
      return;
    }
  text = g_strdup_printf (yq_ngettext ("Import undone: %d row", "Import undone: %d rows", n), n);
  yq_frame_toast (self->frame, text);
  g_clear_pointer (&self->batch, g_free);
  show_step (self, 0);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ImportPage *self = data;
  g_autofree char *batch = yq_import_log_last (self->store);
  g_autofree char *why = NULL;

  if (self->busy)
    return;
  if (batch == NULL)
    why = g_strdup (_("There is no import to undo"));
  else
    why = yq_import_log_check (self->store, batch);
  if (why != NULL)
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("The import cannot be undone"), why);
      return;
    }
  set_busy (self, TRUE);
  yq_import_log_undo_async (self->store, yq_frame_outbox (self->frame), batch, undone_cb,
                            g_object_ref (self->page));
}

static void
again_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_step (data, 0);
}

static const GActionEntry actions[] = {
  { "template", template_cb }, { "choose", choose_cb },     { "open", open_cb, "s" },
  { "check", check_cb },       { "save-bad", save_bad_cb }, { "apply", apply_cb },
  { "undo", undo_cb },         { "again", again_cb },
};

/* ---- drawing ---- */

static GtkWidget *
build_choose (ImportPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (_(self->sheet->words), "prose"));
  gtk_box_append (GTK_BOX (buttons),
                  yq_button_new (_("Choose a file"), "page.choose", "suggested-action"));
  gtk_box_append (GTK_BOX (buttons),
                  yq_button_new (_("Download the template"), "page.template", NULL));
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Undo the last import"), "page.undo", NULL));
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "drop-area");
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (target));
  return box;
}

static GtkWidget *
build_columns (ImportPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *next = yq_button_new (_("Start the dry run"), "page.check", "suggested-action");
  GtkWidget *words = yq_label_new_wrapped (_("Which heading of the file is which field?"), "prose");
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->columns = yq_boxed_list_new ();
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (top), words);
  gtk_box_append (GTK_BOX (top), next);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), self->columns);
  return box;
}

static GtkWidget *
build_check (ImportPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->counts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  self->problems = yq_boxed_list_new ();
  self->save_bad = yq_button_new (_("Save the bad rows"), "page.save-bad", NULL);
  self->apply = yq_button_new ("", "page.apply", "suggested-action");
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Another file"), "page.again", NULL));
  gtk_box_append (GTK_BOX (buttons), self->save_bad);
  gtk_box_append (GTK_BOX (buttons), self->apply);
  gtk_box_append (GTK_BOX (box), self->counts);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_box_append (GTK_BOX (box), self->problems);
  return box;
}

static GtkWidget *
build_result (ImportPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->result = yq_label_new_wrapped ("", "notice done");
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_(self->sheet->back), self->sheet->back_action,
                                                    "suggested-action"));
  self->save_bad_again = yq_button_new (_("Save the bad rows"), "page.save-bad", NULL);
  gtk_box_append (GTK_BOX (buttons), self->save_bad_again);
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Undo this import"), "page.undo", NULL));
  self->lost = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), self->result);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_box_append (GTK_BOX (box), self->lost);
  return box;
}

YqPage *
yq_import_page_new (YqFrame *frame, const YqEntity *entity)
{
  ImportPage *self = g_new0 (ImportPage, 1);
  GtkWidget *box = yq_page_box_new ();

  self->frame = frame;
  self->entity = entity;
  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    if (sheets[i].entity == entity)
      self->sheet = &sheets[i];
  g_return_val_if_fail (self->sheet != NULL, NULL);
  self->store = g_object_ref (yq_frame_store (frame));
  self->cancellable = g_cancellable_new ();
  self->bar = yq_step_bar_new ();
  self->stack = gtk_stack_new ();
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), build_choose (self), "choose");
  gtk_stack_add_named (GTK_STACK (self->stack), build_columns (self), "columns");
  gtk_stack_add_named (GTK_STACK (self->stack), build_check (self), "check");
  gtk_stack_add_named (GTK_STACK (self->stack), build_result (self), "result");
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->stack);
  self->page = yq_page_new (_("Import a spreadsheet"), NULL);
  yq_page_set_content_clamped (self->page, box, 720);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-import", self, import_page_free);
  show_step (self, 0);
  return self->page;
}
