/* The preselection list by organisation (shandong 6). */
#define G_LOG_DOMAIN "yiquan-find"

#include "preselection-page.h"

#include "bits.h"
#include "catalogue.h"
#include "face.h"
#include "find-page.h"
#include "instrument-page.h"
#include "instrument-row.h"

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  gulong changed_id;
  GtkWidget *face, *groups;
  GHashTable *ticked; /* ids of instruments */
} Preselection;

static void
preselection_free (gpointer data)
{
  Preselection *self = data;

  g_clear_signal_handler (&self->changed_id, self->store);
  g_object_unref (self->store);
  g_hash_table_unref (self->ticked);
  g_free (self);
}

static void refresh (Preselection *self);

/* ---- what is on the list ---- */

static GPtrArray *
list_marks (Preselection *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_preselection);
  const char *own = yq_frame_who (self->frame)->organisation;

  if (own != NULL)
    yq_query_add (query, "buyer", own);
  return yq_store_list (self->store, query, 0);
}

static YqRecord *
instrument_of (Preselection *self, YqRecord *mark)
{
  return yq_store_get (self->store, &yq_instrument, yq_record_text (mark, PRESELECTION_INSTRUMENT));
}

/* Stopped, or no longer in the catalogue. */
static gboolean
is_stopped (YqRecord *instrument)
{
  return instrument == NULL || yq_record_in_state (instrument, "stopped") ||
         g_strcmp0 (yq_record_text (instrument, INSTRUMENT_CONDITION), "stopped") == 0;
}

/* ---- taking off ---- */

static void
take_off (Preselection *self, gboolean stopped)
{
  g_autoptr(GPtrArray) marks = list_marks (self);
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      g_autoptr(YqRecord) instrument = instrument_of (self, marks->pdata[i]);
      const char *id = yq_record_text (marks->pdata[i], PRESELECTION_INSTRUMENT);

      if (stopped ? !is_stopped (instrument) : !g_hash_table_contains (self->ticked, id))
        continue;
      n += yq_outbox_delete (yq_frame_outbox (self->frame), marks->pdata[i], NULL);
    }
  if (!stopped)
    g_hash_table_remove_all (self->ticked);
  if (n > 0)
    text = g_strdup_printf (
      yq_ngettext ("%u instrument taken off the list", "%u instruments taken off the list", n), n);
  else
    text = g_strdup (stopped ? _("None of them is stopped") : _("Tick the instruments first"));
  yq_frame_toast (self->frame, text);
  refresh (self);
}

static void
remove_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  take_off (data, FALSE);
}

static void
clear_stopped_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  take_off (data, TRUE);
}

static void
tick_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Preselection *self = data;
  g_autoptr(GPtrArray) marks = list_marks (self);
  gboolean all = g_hash_table_size (self->ticked) == marks->len;

  g_hash_table_remove_all (self->ticked);
  for (guint i = 0; !all && i < marks->len; i++)
    g_hash_table_add (self->ticked,
                      g_strdup (yq_record_text (marks->pdata[i], PRESELECTION_INSTRUMENT)));
  refresh (self);
}

static const GActionEntry actions[] = {
  { "remove", remove_cb },
  { "clear-stopped", clear_stopped_cb },
  { "tick-all", tick_all_cb },
};

/* ---- one organisation ---- */

static void
row_toggled_cb (GtkCheckButton *check, Preselection *self)
{
  const char *id = g_object_get_data (G_OBJECT (check), "yq-id");

  if (gtk_check_button_get_active (check))
    g_hash_table_add (self->ticked, g_strdup (id));
  else
    g_hash_table_remove (self->ticked, id);
  refresh (self);
}

static gboolean
all_ticked (Preselection *self, GPtrArray *instruments)
{
  for (guint i = 0; i < instruments->len; i++)
    if (!g_hash_table_contains (self->ticked, yq_record_id (instruments->pdata[i])))
      return FALSE;
  return TRUE;
}

static void
group_toggled_cb (GtkCheckButton *check, Preselection *self)
{
  GPtrArray *instruments = g_object_get_data (G_OBJECT (check), "yq-instruments");

  for (guint i = 0; i < instruments->len; i++)
    if (gtk_check_button_get_active (check))
      g_hash_table_add (self->ticked, g_strdup (yq_record_id (instruments->pdata[i])));
    else
      g_hash_table_remove (self->ticked, yq_record_id (instruments->pdata[i]));
  refresh (self);
}

static void
book_cb (GtkButton *button, Preselection *self)
{
  yq_booking_start (self->frame, g_object_get_data (G_OBJECT (button), "yq-ids"));
}

static GtkWidget *
build_row (Preselection *self, YqRecord *instrument)
{
  g_autofree char *price = yq_instrument_price_text (instrument);
  const char *model = yq_record_text (instrument, INSTRUMENT_MODEL);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", model != NULL ? model : "—", price);
  g_autofree char *name = g_strdup_printf (_("Choose “%s”"), yq_record_title (instrument));
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *check = gtk_check_button_new ();

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_hash_table_contains (self->ticked, yq_record_id (instrument)));
  yq_set_name (check, name);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (check), "yq-id", g_strdup (yq_record_id (instrument)), g_free);
  g_signal_connect (check, "toggled", G_CALLBACK (row_toggled_cb), self);
  gtk_box_append (GTK_BOX (suffix), yq_state_pill_new (instrument));
  gtk_box_append (GTK_BOX (suffix), check);
  return yq_row_new (NULL, yq_record_title (instrument), subtitle, suffix, NULL);
}

/* Books what is ticked of this organisation. */
static GtkWidget *
build_book (Preselection *self, GPtrArray *instruments)
{
  char **ids = g_new0 (char *, instruments->len + 1);
  guint n = 0, ticked = 0;
  g_autofree char *label = NULL;
  GtkWidget *button;

  for (guint i = 0; i < instruments->len; i++)
    {
      const char *id = yq_record_id (instruments->pdata[i]);

      if (!g_hash_table_contains (self->ticked, id))
        continue;
      ticked++;
      if (yq_instrument_can_be_booked (instruments->pdata[i]))
        ids[n++] = g_strdup (id);
    }
  label = g_strdup_printf (yq_ngettext ("Book %u instrument", "Book %u instruments", n), n);
  button = yq_button_new (label, NULL, "suggested-action");
  g_object_set_data_full (G_OBJECT (button), "yq-ids", ids, (GDestroyNotify) g_strfreev);
  g_signal_connect (button, "clicked", G_CALLBACK (book_cb), self);
  yq_widget_set_why (button, n > 0        ? NULL
                             : ticked > 0 ? _("None of them can be booked now")
                                          : _("Tick the instruments first"));
  return button;
}

static GtkWidget *
build_group (Preselection *self, const char *carrier, GPtrArray *instruments)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *all = gtk_check_button_new_with_label (_("All of this organisation"));
  GtkWidget *title = yq_heading_new (carrier);
  GtkWidget *list = yq_boxed_list_new ();

  gtk_widget_set_hexpand (title, TRUE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (all), all_ticked (self, instruments));
  g_object_set_data_full (G_OBJECT (all), "yq-instruments", g_ptr_array_ref (instruments),
                          (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (all, "toggled", G_CALLBACK (group_toggled_cb), self);
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), all);
  gtk_box_append (GTK_BOX (head), build_book (self, instruments));
  yq_set_name (list, carrier);
  for (guint i = 0; i < instruments->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), build_row (self, instruments->pdata[i]));
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), list);
  return box;
}

/* ---- the page ---- */

static int
by_name (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

static void
refresh_now (Preselection *self)
{
  g_autoptr(GPtrArray) marks = list_marks (self);
  g_autoptr(GHashTable) groups =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autofree gpointer *names = NULL;
  guint n;

  yq_drop_focus (self->groups);
  yq_remove_children (self->groups);
  for (guint i = 0; i < marks->len; i++)
    {
      YqRecord *instrument = instrument_of (self, marks->pdata[i]);
      const char *carrier =
        instrument != NULL ? yq_record_text (instrument, INSTRUMENT_CARRIER_NAME) : NULL;
      GPtrArray *group;

      if (instrument == NULL)
        continue;
      carrier = carrier != NULL ? carrier : "—";
      if ((group = g_hash_table_lookup (groups, carrier)) == NULL)
        {
          group = g_ptr_array_new_with_free_func (g_object_unref);
          g_hash_table_insert (groups, g_strdup (carrier), group);
        }
      g_ptr_array_add (group, instrument);
    }
  names = g_hash_table_get_keys_as_array (groups, &n);
  if (n > 0)
    qsort (names, n, sizeof (gpointer), by_name);
  for (guint i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->groups),
                    build_group (self, names[i], g_hash_table_lookup (groups, names[i])));
  yq_face_show (YQ_FACE (self->face), n > 0 ? YQ_FACE_CONTENT : YQ_FACE_FIRST);
}

static gboolean
refresh_cb (gpointer data)
{
  Preselection *self = g_object_get_data (data, "yq-preselection");

  if (self != NULL)
    refresh_now (self);
  return G_SOURCE_REMOVE;
}

/* After the button that asked for it has done its work: it is one of those built anew. */
static void
refresh (Preselection *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, refresh_cb, g_object_ref (self->face), g_object_unref);
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, Preselection *self)
{
  if (entity == NULL || g_str_equal (entity, "preselection") || g_str_equal (entity, "instrument"))
    refresh (self);
}

YqPage *
yq_preselection_page_new (YqFrame *frame, gpointer user_data)
{
  Preselection *self = g_new0 (Preselection, 1);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  YqPage *page;

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->ticked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->groups = yq_page_box_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->groups);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  self->face = yq_face_new (scroller);
  yq_face_set_first (
    YQ_FACE (self->face), "yq-pin-symbolic", _("Nothing is preselected yet"),
    _("Press “Preselect” at an instrument: instruments of one carrier can be booked together."),
    _("Find instruments"), "win.page::find");
  g_object_set_data_full (G_OBJECT (self->face), "yq-preselection", self, preselection_free);
  page = yq_page_new (_("Preselection list"), self->face);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_button (page, "edit-select-all-symbolic", _("Select all"), "page.tick-all");
  yq_page_add_button (page, "user-trash-symbolic", _("Take off the list"), "page.remove");
  yq_page_add_button (page, "edit-clear-all-symbolic", _("Clear stopped instruments"),
                      "page.clear-stopped");
  yq_page_add_key (page, "<Control>a", _("Select all"), "page.tick-all");
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (changed_cb), self);
  refresh_now (self);
  return page;
}
