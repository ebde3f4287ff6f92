/* Redemption, for whoever redeems. */
#define G_LOG_DOMAIN "yiquan-redemption"

#include "redemption-page.h"

#include "bits.h"
#include "face.h"
#include "money.h"
#include "policy.h"
#include "programme.h"
#include "prompt.h"
#include "record-list.h"
#include "record-page.h"
#include "record-table.h"
#include "redemption.h"
#include "region.h"
#include "voucher.h"
#include "wrap-box.h"

typedef struct
{
  YqFrame *frame;
  YqPage *page;
  YqStore *store;
  const char *redeemer; /* static */
  gulong changed_id;
  GtkWidget *face, *groups, *submit, *submit_all, *total;
  GHashTable *ticked; /* ids of uses */
  GPtrArray *drafts;  /* YqRecord, of groups that ask for a form, in the order they were kept */
  guint n_submitted;
  GHashTable *groups_by_key; /* "programme/region" -> GPtrArray of YqRecord */
  guint refreshing;
} RedemptionPage;

static void
redemption_page_free (gpointer data)
{
  RedemptionPage *self = data;

  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  g_clear_pointer (&self->ticked, g_hash_table_unref);
  g_clear_pointer (&self->drafts, g_ptr_array_unref);
  g_clear_pointer (&self->groups_by_key, g_hash_table_unref);
  g_free (self);
}

/* Uses of mine to redeem and not redeemed: also those whose carrier has not confirmed yet. */
static GPtrArray *
redeemable_uses (RedemptionPage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher_use);
  const char *organisation = yq_frame_who (self->frame)->organisation;

  yq_query_add (query, "redeemer", self->redeemer);
  yq_query_add (query, g_str_equal (self->redeemer, "carrier") ? "carrier" : "buyer", organisation);
  yq_query_add (query, "state", "pending");
  yq_query_add (query, "state", "confirmed");
  yq_query_add (query, "state", "served");
  return yq_store_list (self->store, query, 0);
}

static void
group_uses (RedemptionPage *self, GPtrArray *uses)
{
  g_hash_table_remove_all (self->groups_by_key);
  for (guint i = 0; i < uses->len; i++)
    {
      YqRecord *use = uses->pdata[i];
      const char *programme = yq_record_text (use, VOUCHER_USE_PROGRAMME);
      const char *region = yq_record_region (use);
      g_autofree char *key =
        g_strdup_printf ("%s/%s", programme != NULL ? programme : "", region != NULL ? region : "");
      GPtrArray *group = g_hash_table_lookup (self->groups_by_key, key);

      if (group == NULL)
        {
          group = g_ptr_array_new_with_free_func (g_object_unref);
          g_hash_table_insert (self->groups_by_key, g_steal_pointer (&key), group);
        }
      g_ptr_array_add (group, g_object_ref (use));
    }
}

/* What is missing of a use before its redemption can be filled in: but_invoices leaves out what one
 * invoice for several of them mends. */
static guint
n_missing (RedemptionPage *self, YqRecord *programme, YqRecord *use, gboolean but_invoices)
{
  g_auto(GStrv) missing = yq_policy_missing_papers (yq_store_world (self->store), programme, use);
  guint n = 0;

  for (guint i = 0; missing[i] != NULL; i++)
    n += !yq_policy_comes_with_redemption (programme, missing[i]) &&
         !(but_invoices && yq_word_in ("invoice|invoice_image", missing[i]));
  return n;
}

static gboolean
is_complete (RedemptionPage *self, YqRecord *programme, YqRecord *use)
{
  return n_missing (self, programme, use, FALSE) == 0;
}

/* Contract or result are not with the use: they come with the redemption. */
static gboolean
lacks_papers (RedemptionPage *self, YqRecord *programme, YqRecord *use)
{
  g_auto(GStrv) missing = yq_policy_missing_papers (yq_store_world (self->store), programme, use);

  return missing[0] != NULL;
}

static void
show_total (RedemptionPage *self)
{
  GHashTableIter iter;
  gpointer id;
  gint64 fee = 0, asked = 0;
  guint n = 0, incomplete = 0;
  g_autofree char *fee_text = NULL, *asked_text = NULL, *text = NULL, *label = NULL;

  g_hash_table_iter_init (&iter, self->ticked);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autoptr(YqRecord) use = yq_store_get (self->store, &yq_voucher_use, id);
      g_autoptr(YqRecord) programme = NULL;

      if (use == NULL)
        continue;
      programme =
        yq_store_get (self->store, &yq_programme, yq_record_text (use, VOUCHER_USE_PROGRAMME));
      fee += yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT);
      asked += yq_record_int (use, VOUCHER_USE_AMOUNT);
      incomplete += programme == NULL || !is_complete (self, programme, use);
      n++;
    }
  fee_text = yq_money_text (fee);
  asked_text = yq_money_text (asked);
  text = g_strdup_printf (yq_ngettext ("%u use selected: fee %s, to be redeemed %s",
                                       "%u uses selected: fees %s, to be redeemed %s", n),
                          n, fee_text, asked_text);
  label = g_strdup_printf (
    yq_ngettext ("Submit %u use for redemption", "Submit %u uses for redemption", n), n);
  gtk_label_set_text (GTK_LABEL (self->total), text);
  gtk_button_set_label (GTK_BUTTON (self->submit), label);
  yq_widget_set_why (self->submit, n == 0 ? _("Tick the uses to redeem first")
                                   : incomplete > 0
                                     ? _("Some of the ticked uses lack an invoice: add it first")
                                     : NULL);
}

static void
use_ticked_cb (GtkCheckButton *check, RedemptionPage *self)
{
  const char *id = g_object_get_data (G_OBJECT (check), "yq-id");

  if (gtk_check_button_get_active (check))
    g_hash_table_add (self->ticked, g_strdup (id));
  else
    g_hash_table_remove (self->ticked, id);
  show_total (self);
}

static void
fix_papers_cb (GtkButton *button, RedemptionPage *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "yq-id");
  const char *what = g_object_get_data (G_OBJECT (button), "yq-what");
  const char *uses[] = { id, NULL };

  if (g_strcmp0 (what, "invoice") == 0)
    yq_invoice_start (self->frame, self->redeemer, uses);
  else
    yq_frame_open_record (self->frame, "voucher_use", id);
}

/* 符合, or exactly what is missing with a link to mend it. */
static GtkWidget *
papers_widget (RedemptionPage *self, YqRecord *programme, YqRecord *use)
{
  g_auto(GStrv) missing = yq_policy_missing_papers (yq_store_world (self->store), programme, use);
  GtkWidget *box = yq_wrap_box_new (6);

  if (is_complete (self, programme, use))
    yq_wrap_box_append (
      YQ_WRAP_BOX (box),
      missing[0] == NULL
        ? yq_pill_new (_("Papers complete"), YQ_TONE_DONE)
        : yq_pill_new (_("Contract and result go with the application"), YQ_TONE_NEUTRAL));
  for (guint i = 0; missing[i] != NULL; i++)
    {
      GtkWidget *button;

      if (yq_policy_comes_with_redemption (programme, missing[i]))
        continue;

      if (g_str_equal (missing[i], "consent"))
        {
          yq_wrap_box_append (YQ_WRAP_BOX (box),
                              yq_pill_new (yq_policy_paper_hint ("consent"), YQ_TONE_WAITING));
          continue;
        }
      button = yq_button_new (yq_policy_paper_hint (missing[i]), NULL, "missing-paper");
      g_object_set_data_full (G_OBJECT (button), "yq-id", g_strdup (yq_record_id (use)), g_free);
      g_object_set_data_full (G_OBJECT (button), "yq-what", g_strdup (missing[i]), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (fix_papers_cb), self);
      yq_wrap_box_append (YQ_WRAP_BOX (box), button);
    }
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static GtkWidget *
use_row (RedemptionPage *self, YqRecord *programme, YqRecord *use, const char *closed)
{
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *row;
  gboolean complete = n_missing (self, programme, use, TRUE) == 0;
  g_autofree char *name = g_strdup_printf (_("Select %s"), yq_record_title (use));
  const char *other = g_str_equal (self->redeemer, "carrier")
                        ? yq_record_text (use, VOUCHER_USE_BUYER_NAME)
                        : yq_record_text (use, VOUCHER_USE_CARRIER_NAME);
  g_autofree char *subtitle = g_strdup_printf (
    "%s · %s", other != NULL ? other : "—",
    yq_record_has (use, VOUCHER_USE_NUMBER) ? yq_record_text (use, VOUCHER_USE_NUMBER) : "—");

  yq_set_name (check, name);
  g_object_set_data_full (G_OBJECT (check), "yq-id", g_strdup (yq_record_id (use)), g_free);
  yq_widget_set_why (check, closed != NULL ? closed : complete ? NULL : _("Papers are missing"));
  if (!complete || closed != NULL)
    g_hash_table_remove (self->ticked, yq_record_id (use));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_hash_table_contains (self->ticked, yq_record_id (use)));
  g_signal_connect (check, "toggled", G_CALLBACK (use_ticked_cb), self);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (suffix), papers_widget (self, programme, use));
  gtk_box_append (GTK_BOX (suffix), yq_money_label_new (yq_record_int (use, VOUCHER_USE_AMOUNT)));
  gtk_box_append (GTK_BOX (suffix), check);
  row = yq_row_new (NULL, yq_record_title (use), subtitle, suffix, NULL);
  return row;
}

/* The window in words: red while it is open, as the Zhejiang manual has it. */
static GtkWidget *
window_pill (const YqWindow *window, char **closed)
{
  g_autofree char *text = NULL;
  GtkWidget *pill;

  *closed = NULL;
  if (window->unlimited)
    return yq_pill_new (_("Redeemable at any time"), YQ_TONE_DONE);
  if (window->open)
    {
      text = g_strdup_printf (yq_ngettext ("Redemption window open until %s, %d day left",
                                           "Redemption window open until %s, %d days left",
                                           window->days_left),
                              window->to, window->days_left);
      pill = yq_pill_new (text, YQ_TONE_BAD);
      yq_set_description (pill, text); /* red calls for haste here, and means nothing bad */
      return pill;
    }
  if (window->from[0] != '\0')
    *closed =
      g_strdup_printf (_("Window closed, next one from %s to %s"), window->from, window->to);
  else
    *closed = g_strdup (_("Window closed, no next one announced"));
  return yq_pill_new (*closed, YQ_TONE_NEUTRAL);
}

static void
append_group (RedemptionPage *self, const char *key, GPtrArray *uses)
{
  g_auto(GStrv) parts = g_strsplit (key, "/", 2);
  g_autoptr(YqRecord) programme = yq_store_get (self->store, &yq_programme, parts[0]);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *list = yq_boxed_list_new ();
  g_autofree char *place = yq_region_path (parts[1]), *title = NULL, *closed = NULL;
  YqWindow window;

  if (programme == NULL)
    return;
  window = yq_policy_window (programme, parts[1], yq_store_world (self->store)->now);
  title =
    g_strdup_printf ("%s · %s", place != NULL ? place : parts[1], yq_record_title (programme));
  gtk_box_append (GTK_BOX (head), yq_heading_new (title));
  gtk_box_append (GTK_BOX (head), window_pill (&window, &closed));
  gtk_box_append (GTK_BOX (self->groups), head);
  for (guint i = 0; i < uses->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), use_row (self, programme, uses->pdata[i], closed));
  gtk_box_append (GTK_BOX (self->groups), list);
}

static void
refresh (RedemptionPage *self)
{
  g_autoptr(GPtrArray) uses = redeemable_uses (self);
  GHashTableIter iter;
  gpointer key, group;

  group_uses (self, uses);
  yq_remove_children (self->groups);
  g_hash_table_iter_init (&iter, self->groups_by_key);
  while (g_hash_table_iter_next (&iter, &key, &group))
    append_group (self, key, group);
  show_total (self);
  yq_face_show (YQ_FACE (self->face), uses->len > 0 ? YQ_FACE_CONTENT : YQ_FACE_FIRST);
}

static gboolean
refresh_cb (gpointer data)
{
  RedemptionPage *self = data;

  self->refreshing = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, RedemptionPage *self)
{
  static const char *const mine[] = { "voucher_use", "redemption", "invoice", "programme", NULL };

  if ((entity == NULL || g_strv_contains (mine, entity)) && self->refreshing == 0)
    self->refreshing = g_idle_add (refresh_cb, self);
}

/* ---- submitting ---- */

/* The fee an invoice has to cover: what the service cost. */
static void
add_line (JsonArray *lines, YqRecord *use)
{
  JsonObject *line = json_object_new ();

  json_object_set_string_member (line, "use", yq_record_id (use));
  json_object_set_int_member (line, "fee", yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT));
  json_object_set_int_member (line, "asked", yq_record_int (use, VOUCHER_USE_AMOUNT));
  json_array_add_object_element (lines, line);
}

static gboolean
invoice_pays (YqRecord *invoice, GHashTable *uses)
{
  JsonArray *paid = yq_record_array (invoice, INVOICE_USES);

  for (guint i = 0; paid != NULL && i < json_array_get_length (paid); i++)
    if (g_hash_table_contains (uses, json_array_get_string_element (paid, i)))
      return TRUE;
  return FALSE;
}

static JsonArray *
invoices_of (RedemptionPage *self, GHashTable *uses)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_invoice);
  g_autoptr(GPtrArray) invoices = yq_store_list (self->store, query, 0);
  JsonArray *ids = json_array_new ();

  for (guint i = 0; i < invoices->len; i++)
    if (invoice_pays (invoices->pdata[i], uses))
      json_array_add_string_element (ids, yq_record_id (invoices->pdata[i]));
  return ids;
}

/* What asks for texts and papers of its own is filled in before it is submitted. */
static gboolean
keep_draft (RedemptionPage *self, YqRecord *redemption, GError **error)
{
  YqRecord *fresh; /* with its owners */

  if (!yq_store_save_draft (self->store, redemption, error))
    return FALSE;
  fresh = yq_store_get (self->store, &yq_redemption, yq_record_id (redemption));
  g_ptr_array_add (self->drafts, fresh != NULL ? fresh : g_object_ref (redemption));
  return TRUE;
}

/* What goes into one redemption: uses of a programme and a region. */
typedef struct
{
  const char *programme, *place;
  GPtrArray *uses;   /* YqRecord, not owned */
  gboolean has_form; /* asks for more than the uses have */
} Batch;

static GPtrArray *
redemptions_in (RedemptionPage *self, const char *const *states)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);

  yq_query_add (query, "redeemer", self->redeemer);
  for (guint i = 0; states[i] != NULL; i++)
    yq_query_add (query, "state", states[i]);
  return yq_store_list (self->store, query, 0);
}

static const char *
line_use (JsonArray *lines, guint i)
{
  return json_object_get_string_member_with_default (json_array_get_object_element (lines, i),
                                                     "use", "");
}

/* How many lines of a redemption are of these uses; those leave uses. */
static guint
take_shared (YqRecord *redemption, GPtrArray *uses)
{
  JsonArray *lines = yq_record_array (redemption, REDEMPTION_LINES);
  guint n = 0;

  for (guint i = 0; lines != NULL && i < json_array_get_length (lines); i++)
    for (guint k = uses->len; k > 0; k--)
      if (g_str_equal (line_use (lines, i), yq_record_id (uses->pdata[k - 1])))
        {
          n++;
          g_ptr_array_remove_index (uses, k - 1);
        }
  return n;
}

/* Each use stands in one draft: of those that were begun, the ones that hold some of the batch's;
 * the batch is left with the others.  What they hold and the batch does not was not asked for now,
 * so that such a draft is shown, not sent. */
static GPtrArray *
take_begun (RedemptionPage *self, Batch *batch)
{
  static const char *const states[] = { "draft", NULL };
  g_autoptr(GPtrArray) all = redemptions_in (self, states);
  GPtrArray *begun = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len; i++)
    {
      YqRecord *redemption = all->pdata[i];
      JsonArray *lines = yq_record_array (redemption, REDEMPTION_LINES);
      guint n = g_strcmp0 (yq_record_text (redemption, REDEMPTION_PROGRAMME), batch->programme) == 0
                  ? take_shared (redemption, batch->uses)
                  : 0;

      if (n == 0)
        continue;
      batch->has_form |= n < json_array_get_length (lines);
      g_ptr_array_add (begun, g_object_ref (redemption));
    }
  return begun;
}

/* Without a network a use stands in the list until the server has answered. */
static void
leave_out_submitted (RedemptionPage *self, Batch *batch)
{
  static const char *const states[] = { "consenting", "reviewing", "approved", "noticed",
                                        "payable",    "returned",  NULL };
  g_autoptr(GPtrArray) all = redemptions_in (self, states);

  for (guint i = 0; i < all->len; i++)
    take_shared (all->pdata[i], batch->uses);
}

/* What is typed in it already stays. */
static YqRecord *
add_uses (RedemptionPage *self, YqRecord *begun, const Batch *batch)
{
  YqRecord *redemption =
    begun != NULL ? yq_record_copy (begun) : yq_store_new_record (self->store, &yq_redemption);
  JsonArray *old = yq_record_array (redemption, REDEMPTION_LINES);
  JsonArray *lines = json_array_new ();
  g_autoptr(GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    {
      json_array_add_object_element (lines,
                                     json_object_ref (json_array_get_object_element (old, i)));
      g_hash_table_add (taken, (gpointer) line_use (lines, i));
    }
  for (guint i = 0; i < batch->uses->len; i++)
    {
      add_line (lines, batch->uses->pdata[i]);
      g_hash_table_add (taken, (gpointer) yq_record_id (batch->uses->pdata[i]));
    }
  yq_record_set_text (redemption, REDEMPTION_PROGRAMME, batch->programme);
  yq_record_set_text (redemption, REDEMPTION_MODE, "uses");
  yq_record_set_text (redemption, REDEMPTION_REDEEMER, self->redeemer);
  yq_record_set_text (redemption, REDEMPTION_PLACE, batch->place);
  yq_record_take_array (redemption, REDEMPTION_INVOICES, invoices_of (self, taken));
  yq_record_take_array (redemption, REDEMPTION_LINES, lines);
  return redemption;
}

static gboolean
keep_or_submit (RedemptionPage *self, YqRecord *redemption, gboolean has_form, GError **error)
{
  if (has_form)
    return keep_draft (self, redemption, error);
  if (!yq_outbox_submit (yq_frame_outbox (self->frame), redemption,
                         yq_entity_step (&yq_redemption, "submit"), NULL, NULL, error))
    return FALSE;
  self->n_submitted++;
  return TRUE;
}

/* Those begun before go on; what none of them holds goes with the first, or into a new one. */
static gboolean
submit_batch (RedemptionPage *self, Batch *batch, GError **error)
{
  g_autoptr(GPtrArray) begun = take_begun (self, batch);
  gboolean good = TRUE;

  if (begun->len == 0 && batch->uses->len == 0)
    return TRUE;
  for (guint i = 0; good && i < MAX (begun->len, 1); i++)
    {
      YqRecord *old = i < begun->len ? begun->pdata[i] : NULL;
      gboolean same = old != NULL && batch->uses->len == 0;
      g_autoptr(YqRecord) redemption = same ? g_object_ref (old) : add_uses (self, old, batch);

      if (same && batch->has_form)
        g_ptr_array_add (self->drafts, g_object_ref (redemption));
      else
        good = keep_or_submit (self, redemption, batch->has_form, error);
      g_ptr_array_set_size (batch->uses, 0);
    }
  return good;
}

/* One redemption per programme and region, of the uses that are ticked (all: of those that are
 * complete). */
static gboolean
submit_group (RedemptionPage *self, const char *key, GPtrArray *uses, gboolean all, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (key, "/", 2);
  g_autoptr(YqRecord) programme = yq_store_get (self->store, &yq_programme, parts[0]);
  g_autoptr(GPtrArray) taken = g_ptr_array_new ();
  Batch batch = { parts[0], parts[1], taken, FALSE };

  if (programme == NULL ||
      !yq_policy_window (programme, parts[1], yq_store_world (self->store)->now).open)
    return TRUE;
  batch.has_form = yq_record_array (programme, PROGRAMME_TEXTS_AT_REDEMPTION) != NULL;
  for (guint i = 0; i < uses->len; i++)
    if (is_complete (self, programme, uses->pdata[i]) &&
        (all || g_hash_table_contains (self->ticked, yq_record_id (uses->pdata[i]))))
      {
        g_ptr_array_add (taken, uses->pdata[i]);
        batch.has_form |= lacks_papers (self, programme, uses->pdata[i]);
      }
  leave_out_submitted (self, &batch);
  return submit_batch (self, &batch, error);
}

/* "嘉善县 · 计划": what the person knows a group by. */
static char *
group_title (RedemptionPage *self, YqRecord *redemption)
{
  const char *region = yq_record_text (redemption, REDEMPTION_PLACE);
  g_autoptr(YqRecord) programme =
    yq_store_get (self->store, &yq_programme, yq_record_text (redemption, REDEMPTION_PROGRAMME));
  g_autofree char *place = yq_region_path (region);

  return g_strdup_printf ("%s · %s", place != NULL ? place : region,
                          programme != NULL ? yq_record_title (programme) : "—");
}

/* Several forms are there, and one is open: which ones wait. */
static void
name_drafts (RedemptionPage *self)
{
  g_autoptr(GString) body = g_string_new (NULL);
  g_autofree char *heading =
    g_strdup_printf (yq_ngettext ("%u redemption still has a form to fill in",
                                  "%u redemptions still have a form to fill in", self->drafts->len),
                     self->drafts->len);

  if (self->n_submitted > 0)
    g_string_append_printf (body,
                            yq_ngettext ("%u redemption has been submitted.\n",
                                         "%u redemptions have been submitted.\n",
                                         self->n_submitted),
                            self->n_submitted);
  for (guint i = 0; i < self->drafts->len; i++)
    {
      g_autofree char *title = group_title (self, self->drafts->pdata[i]);

      g_string_append_printf (body, "%u. %s\n", i + 1, title);
    }
  g_string_append (body, _("The first of them is open.  They are kept as drafts and stand under "
                           "“Submitted redemptions” until they are submitted."));
  yq_prompt_tell (GTK_WIDGET (self->frame), heading, body->str);
}

static void
open_first_draft (RedemptionPage *self)
{
  if (self->drafts->len == 0)
    return;
  yq_frame_push (self->frame, yq_record_page_open (self->frame, self->drafts->pdata[0]));
  if (self->drafts->len > 1 || self->n_submitted > 0)
    name_drafts (self);
}

/* What was kept or submitted is no longer ticked. */
static void
untick (RedemptionPage *self, GPtrArray *uses)
{
  for (guint i = 0; i < uses->len; i++)
    g_hash_table_remove (self->ticked, yq_record_id (uses->pdata[i]));
}

static void
submit (RedemptionPage *self, gboolean all)
{
  g_autoptr(GList) keys =
    g_list_sort (g_hash_table_get_keys (self->groups_by_key), (GCompareFunc) g_strcmp0);
  g_autoptr(GError) error = NULL;

  g_ptr_array_set_size (self->drafts, 0);
  self->n_submitted = 0;
  for (GList *l = keys; l != NULL && error == NULL; l = l->next)
    {
      GPtrArray *group = g_hash_table_lookup (self->groups_by_key, l->data);
      guint before = self->n_submitted + self->drafts->len;

      if (submit_group (self, l->data, group, all, &error) &&
          self->n_submitted + self->drafts->len > before)
        untick (self, group);
    }
  open_first_draft (self);
  if (error != NULL)
    {
      g_autofree char *text =
        g_strdup_printf (_("The redemption could not be kept: %s"), error->message);

      yq_frame_toast (self->frame, text);
    }
  else if (self->n_submitted > 0)
    yq_frame_toast (self->frame, _("Submitted for redemption; the science bureau reviews it next"));
  else if (self->drafts->len == 0)
    yq_frame_toast (
      self->frame,
      _("Nothing was submitted: papers are missing, it is on its way, or the window is closed"));
  refresh (self);
}

static void
submit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  RedemptionPage *self = data;

  if (yq_widget_why (self->submit) == NULL)
    submit (self, FALSE);
}

static void
submit_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  submit (data, TRUE);
}

static void
add_invoice_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  RedemptionPage *self = data;
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->ticked, NULL);

  yq_invoice_start (self->frame, self->redeemer, (const char *const *) ids);
}

/* Without order: one institution and one class of service, several invoices. */
void
yq_redemption_start_quick (YqFrame *frame, YqRecord *voucher)
{
  YqStore *store = yq_frame_store (frame);
  g_autoptr(YqRecord) redemption = yq_store_new_record (store, &yq_redemption);
  g_autoptr(YqRecord) fresh = NULL; /* with its owners */
  g_autoptr(GError) error = NULL;

  yq_record_set_text (redemption, REDEMPTION_PROGRAMME,
                      yq_record_text (voucher, VOUCHER_PROGRAMME));
  yq_record_set_text (redemption, REDEMPTION_VOUCHER, yq_record_id (voucher));
  yq_record_set_text (redemption, REDEMPTION_PLACE, yq_record_region (voucher));
  yq_record_set_text (redemption, REDEMPTION_MODE, "quick");
  yq_record_set_text (redemption, REDEMPTION_REDEEMER, "enterprise");
  if (!yq_store_save_draft (store, redemption, &error))
    {
      yq_frame_toast (frame, error->message);
      return;
    }
  fresh = yq_store_get (store, &yq_redemption, yq_record_id (redemption));
  yq_frame_push (frame, yq_record_page_open (frame, fresh ? fresh : redemption));
}

static void
quick_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  RedemptionPage *self = data;
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher);
  g_autoptr(GPtrArray) vouchers = NULL;

  yq_query_add (query, "buyer", yq_frame_who (self->frame)->organisation);
  yq_query_add (query, "state", "active");
  vouchers = yq_store_list (self->store, query, 0);
  for (guint i = 0; i < vouchers->len; i++)
    {
      g_autoptr(YqRecord) programme = yq_store_get (
        self->store, &yq_programme, yq_record_text (vouchers->pdata[i], VOUCHER_PROGRAMME));

      if (programme == NULL ||
          g_strcmp0 (yq_record_text (programme, PROGRAMME_USED_AT), "no_order") != 0)
        continue;
      yq_redemption_start_quick (self->frame, vouchers->pdata[i]);
      return;
    }
  yq_frame_toast (self->frame,
                  _("You hold no voucher of a programme that is redeemed quickly, without order"));
}

static const GActionEntry actions[] = {
  { "quick", quick_cb },
  { "submit", submit_cb },
  { "submit-all", submit_all_cb },
  { "add-invoice", add_invoice_cb },
};

void
yq_invoice_start (YqFrame *frame, const char *redeemer, const char *const *uses)
{
  g_autoptr(YqRecord) invoice = yq_store_new_record (yq_frame_store (frame), &yq_invoice);
  JsonArray *ids = json_array_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; uses[i] != NULL; i++)
    json_array_add_string_element (ids, uses[i]);
  yq_record_set_text (invoice, INVOICE_REDEEMER, redeemer);
  yq_record_take_array (invoice, INVOICE_USES, ids);
  if (yq_store_save_draft (yq_frame_store (frame), invoice, &error))
    yq_frame_push (frame, yq_record_page_open (frame, invoice));
  else
    yq_frame_toast (frame, error->message);
}

/* ---- the record of redemptions ---- */

static void
redemption_activated_cb (YqRecordTable *table, YqRecord *record, RedemptionPage *self)
{
  yq_frame_open_record (self->frame, "redemption", yq_record_id (record));
}

static GtkWidget *
build_history (RedemptionPage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);
  g_autoptr(YqRecordList) list = NULL;
  GtkWidget *table;

  yq_query_add (query, "redeemer", self->redeemer);
  list = yq_record_list_new (self->store, query);
  table = yq_record_table_new (self->store, list, "redemptions");
  yq_record_table_set_first_use (
    YQ_RECORD_TABLE (table), "emblem-documents-symbolic", _("No redemptions yet"),
    _("What you submit for redemption stands here, with every decision."), NULL, NULL);
  g_signal_connect (table, "activate", G_CALLBACK (redemption_activated_cb), self);
  gtk_widget_set_vexpand (table, TRUE);
  return table;
}

static GtkWidget *
build_open (RedemptionPage *self)
{
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->groups = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->face = yq_face_new (self->groups);
  yq_face_set_first (YQ_FACE (self->face), "emblem-ok-symbolic", _("Nothing to redeem"),
                     _("Uses of vouchers that the carrier has confirmed stand here, with the "
                       "papers they still need."),
                     NULL, NULL);
  gtk_box_append (GTK_BOX (box), self->face);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->total = yq_label_new ("", "number");
  gtk_widget_set_hexpand (self->total, TRUE);
  self->submit = yq_button_new ("", "page.submit", "suggested-action");
  self->submit_all = yq_button_new (_("Submit all that are complete"), "page.submit-all", NULL);
  gtk_widget_add_css_class (bar, "batch-bar");
  gtk_box_append (GTK_BOX (bar), self->total);
  gtk_box_append (GTK_BOX (bar), yq_button_new (_("Add an invoice"), "page.add-invoice", NULL));
  if (g_strcmp0 (self->redeemer, "enterprise") == 0)
    gtk_box_append (GTK_BOX (bar), yq_button_new (_("Quick redemption"), "page.quick", NULL));
  gtk_box_append (GTK_BOX (bar), self->submit_all);
  gtk_box_append (GTK_BOX (bar), self->submit);
  gtk_box_append (GTK_BOX (outer), scroller);
  gtk_box_append (GTK_BOX (outer), bar);
  return outer;
}

YqPage *
yq_redemption_page_new (YqFrame *frame, gpointer user_data)
{
  RedemptionPage *self = g_new0 (RedemptionPage, 1);
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->redeemer = user_data;
  self->ticked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->drafts = g_ptr_array_new_with_free_func (g_object_unref);
  self->groups_by_key =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  gtk_stack_add_titled (GTK_STACK (stack), build_open (self), "open", _("To be redeemed"));
  gtk_stack_add_titled (GTK_STACK (stack), build_history (self), "history",
                        _("Submitted redemptions"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (stack));
  gtk_widget_set_halign (switcher, GTK_ALIGN_START);
  gtk_widget_set_margin_start (switcher, 18);
  gtk_widget_set_margin_bottom (switcher, 9);
  gtk_box_append (GTK_BOX (box), switcher);
  gtk_box_append (GTK_BOX (box), stack);
  self->page = yq_page_new (_("Redemption"), box);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-redemption", self, redemption_page_free);
  refresh (self);
  return self->page;
}
