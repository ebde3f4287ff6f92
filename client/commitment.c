/* Commitment, terms and liability on the page of one's organisation. */
#define G_LOG_DOMAIN "yiquan-commitment"

#include "commitment.h"

#include "bits.h"
#include "clock.h"
#include "party.h"
#include "policy.h"
#include "reading.h"
#include "record-page.h"

#define GUIDE "guide.organisation|"
#define TEXTS "commitment|terms|liability.enterprise|liability.carrier"

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  YqRecordPage *page;
  GtkWidget *stack, *again; /* again: what can be read at any time */
  gint64 shown;             /* the version that stands in the place of the form */
  gint64 read;              /* here and now; -1: nothing */
  gboolean is_put_off;
} Commitment;

static YqRecord *
own_of (Commitment *self)
{
  return yq_record_page_record (self->page);
}

static gint64
newest_version (Commitment *self)
{
  gint64 version = 0;
  g_autofree char *text = yq_policy_text (yq_store_world (self->store),
                                          yq_record_region (own_of (self)), "commitment", &version);

  return text != NULL ? version : 0;
}

/* What is accepted, also by what is still to be saved. */
static gint64
accepted_version (Commitment *self)
{
  YqRecordForm *form = yq_record_page_form (self->page);
  const YqValues *values =
    form != NULL ? yq_record_form_values (form) : yq_record_values (own_of (self));

  return yq_values_int (values, ORGANISATION_COMMITMENT_ACCEPTED)
           ? yq_values_int (values, ORGANISATION_COMMITMENT_VERSION)
           : -1;
}

static gboolean
has_newer (Commitment *self)
{
  gint64 accepted = accepted_version (self);

  return accepted >= 0 && newest_version (self) > MAX (accepted, self->read);
}

/* Does it stand between the person and the form? */
static gboolean
wants_reading (Commitment *self)
{
  if (yq_record_page_form (self->page) == NULL)
    return FALSE;
  if (yq_record_in_state (own_of (self), "draft") && accepted_version (self) < 0)
    return self->read < 0;
  if (yq_record_in_state (own_of (self), "stale"))
    return newest_version (self) > self->read;
  return has_newer (self) && !self->is_put_off;
}

/* -- in the place of the form -- */

static void show_gate (Commitment *self);
static void show_again (Commitment *self);

static void
put_away (Commitment *self)
{
  GtkWidget *reading = gtk_stack_get_child_by_name (GTK_STACK (self->stack), "reading");

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "form");
  if (reading != NULL)
    gtk_stack_remove (GTK_STACK (self->stack), reading);
}

/* Only what stood there has been read. */
static void
accepted_cb (Commitment *self)
{
  YqRecordForm *form = yq_record_page_form (self->page);
  YqValues *values = form != NULL ? yq_record_form_values (form) : NULL;

  self->read = self->shown;
  put_away (self);
  if (values != NULL)
    {
      yq_values_set_int (values, ORGANISATION_COMMITMENT_ACCEPTED, TRUE);
      if (self->shown > 0)
        yq_values_set_int (values, ORGANISATION_COMMITMENT_VERSION, self->shown);
      yq_record_form_reload (form);
      yq_record_form_touched (form, "commitment_accepted");
      yq_record_form_touched (form, "commitment_version");
      if (!yq_record_in_state (own_of (self), "draft"))
        yq_frame_toast (self->frame, _("Accepted: it counts once you save the profile"));
    }
  show_gate (self); /* a still newer one has come meanwhile */
  show_again (self);
}

static void
later_cb (Commitment *self)
{
  self->is_put_off = TRUE;
  put_away (self);
}

static const char *
gate_title (Commitment *self)
{
  if (accepted_version (self) < 0)
    return _("Please read this first");
  return has_newer (self) ? _("There is a new version: please read it and accept it")
                          : _("Once a year: please read this again and accept it");
}

/* On a new computer the texts may come after the page was opened. */
static void
open_gate (Commitment *self)
{
  gboolean may_wait = !yq_record_in_state (own_of (self), "draft|stale");
  GtkWidget *reading;

  if (gtk_stack_get_child_by_name (GTK_STACK (self->stack), "reading") != NULL)
    return;
  reading = yq_reading_gate_new (self->store, yq_record_region (own_of (self)), GUIDE TEXTS,
                                 gate_title (self), G_CALLBACK (accepted_cb),
                                 may_wait ? G_CALLBACK (later_cb) : NULL, self);
  if (reading == NULL)
    return;
  self->shown = newest_version (self);
  gtk_stack_add_named (GTK_STACK (self->stack), reading, "reading");
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "reading");
}

static void
show_gate (Commitment *self)
{
  if (wants_reading (self))
    open_gate (self);
}

/* -- at any time -- */

static char *
status_text (Commitment *self)
{
  YqRecord *own = own_of (self);
  int version = (int) yq_record_int (own, ORGANISATION_COMMITMENT_VERSION);
  g_autofree char *day = yq_record_has (own, ORGANISATION_COMMITMENT_ACCEPTED_AT)
                           ? yq_date_of (yq_record_int (own, ORGANISATION_COMMITMENT_ACCEPTED_AT))
                           : NULL;

  if (!yq_record_int (own, ORGANISATION_COMMITMENT_ACCEPTED))
    return g_strdup (_("The commitment has not been accepted yet"));
  if (version == 0)
    return g_strdup (_("The commitment has been accepted; which version was not kept"));
  if (day == NULL)
    return g_strdup_printf (_("Version %d of the commitment has been accepted"), version);
  return g_strdup_printf (_("Version %d of the commitment was accepted on %s"), version, day);
}

static void
read_cb (Commitment *self)
{
  open_gate (self);
}

static void
show_again (Commitment *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *texts = yq_reading_new (self->store, yq_record_region (own_of (self)), TEXTS, FALSE);
  g_autofree char *status = status_text (self);

  yq_drop_focus (self->again);
  yq_remove_children (self->again);
  gtk_widget_set_visible (self->again, texts != NULL);
  if (texts == NULL)
    {
      g_object_unref (g_object_ref_sink (box));
      return;
    }
  gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (status, NULL));
  if (has_newer (self) && yq_record_page_form (self->page) != NULL)
    {
      g_autofree char *label =
        g_strdup_printf (_("Read and accept version %d…"), (int) newest_version (self));
      GtkWidget *button = yq_button_new (label, NULL, NULL);

      gtk_widget_set_halign (button, GTK_ALIGN_START);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (read_cb), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (self->again), yq_section_new (_("Commitment and liability"), box));
}

static void
texts_changed_cb (GtkWidget *stack, const char *entity, const char *id, YqStore *store)
{
  Commitment *self = g_object_get_data (G_OBJECT (stack), "yq-commitment");

  show_gate (self);
  show_again (self);
}

static void
reloaded_cb (GtkWidget *stack, YqRecordPage *page)
{
  texts_changed_cb (stack, NULL, NULL, NULL);
}

void
yq_commitment_add (YqFrame *frame, YqPage *page)
{
  Commitment *self = g_new0 (Commitment, 1);
  GtkWidget *content = g_object_ref (yq_page_content (page));

  self->frame = frame;
  self->store = yq_frame_store (frame);
  self->page = yq_record_page_of (page);
  self->read = -1;
  self->stack = gtk_stack_new ();
  self->again = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_box_append (GTK_BOX (yq_record_page_bottom (self->page)), self->again);
  yq_page_set_content (page, self->stack);
  gtk_stack_add_named (GTK_STACK (self->stack), content, "form");
  g_object_unref (content);
  g_object_set_data_full (G_OBJECT (self->stack), "yq-commitment", self, g_free);
  g_signal_connect_object (self->store, "changed::jurisdiction", G_CALLBACK (texts_changed_cb),
                           self->stack, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->page, "reloaded", G_CALLBACK (reloaded_cb), self->stack,
                           G_CONNECT_SWAPPED);
  show_gate (self);
  show_again (self);
}
