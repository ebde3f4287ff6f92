/* How the platform is, in words. */
#define G_LOG_DOMAIN "yiquan-health"

#include "health-page.h"

#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "list-page.h"
#include "office.h"
#include "party.h"
#include "programme.h"

#define QUIET_MS 500

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  GtkWidget *list;
  guint refill;
} Health;

/* One sentence, good or not; opens a page of the sidebar. */
typedef struct
{
  const char *good;       /* N_(): nothing is to be done */
  const char *bad, *bads; /* N_(): singular and plural */
  const YqEntity *entity;
  const char *states;
  const char *page;
} Line;

/* clang-format off */
static const Line lines[] = {
  { N_("Every text message was delivered"), N_("%u text message was not delivered"), N_("%u text messages were not delivered"), &yq_sms, "failed", "sms" },
  { N_("No text message waits"), N_("%u text message waits to be sent"), N_("%u text messages wait to be sent"), &yq_sms, "waiting", "sms" },
  { N_("Every instrument system was read"), N_("%u instrument system could not be read"), N_("%u instrument systems could not be read"), &yq_instrument_system, "failing", "systems" },
  { N_("No organisation is suspended"), N_("%u organisation is suspended"), N_("%u organisations are suspended"), &yq_organisation, "suspended", "organisations" },
  { N_("Every profile is fresh"), N_("%u organisation has to refresh its profile"), N_("%u organisations have to refresh their profiles"), &yq_organisation, "stale", "organisations" },
  { N_("No programme is a draft"), N_("%u programme is still a draft"), N_("%u programmes are still drafts"), &yq_programme, "draft", "programmes" },
  { N_("No account is closed"), N_("%u account is closed"), N_("%u accounts are closed"), &yq_account, "closed", "accounts" },
};
/* clang-format on */

static void
health_free (gpointer data)
{
  Health *self = data;

  g_clear_handle_id (&self->refill, g_source_remove);
  g_clear_object (&self->store);
  g_free (self);
}

static void
add_row (Health *self, gboolean good, const char *title, const char *subtitle, const char *action)
{
  GtkWidget *pill =
    yq_pill_new (good ? _("In order") : _("To look at"), good ? YQ_TONE_DONE : YQ_TONE_YOURS);

  gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
  gtk_list_box_append (GTK_LIST_BOX (self->list),
                       yq_row_new (good ? "emblem-ok-symbolic" : "dialog-warning-symbolic", title,
                                   subtitle, pill, action));
}

static void
add_connection (Health *self)
{
  YqSync *sync = yq_frame_sync (self->frame);
  gboolean is_on = sync != NULL && (yq_sync_state (sync) == YQ_SYNC_UP_TO_DATE ||
                                    yq_sync_state (sync) == YQ_SYNC_SYNCING);
  g_autofree char *last =
    sync != NULL && yq_sync_last (sync) > 0 ? yq_time_local (yq_sync_last (sync)) : NULL;
  g_autofree char *words = last ? g_strdup_printf (_("Last synchronised %s"), last) : NULL;

  add_row (self, is_on, is_on ? _("The server answers") : _("The server does not answer"), words,
           "win.sync");
}

static void
add_line (Health *self, const Line *line)
{
  guint n = yq_list_count (self->frame, line->entity, NULL, line->states);
  g_autofree char *action = g_strconcat ("win.page::", line->page, NULL);
  g_autofree char *number = yq_count_text (n);
  g_autoptr(GString) title =
    g_string_new (n == 0 ? _(line->good) : yq_ngettext (line->bad, line->bads, n));

  g_string_replace (title, "%u", number, 1);
  add_row (self, n == 0, title->str, NULL, action);
}

static void
fill (Health *self)
{
  yq_remove_children (self->list);
  add_connection (self);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (self, &lines[i]);
}

static gboolean
refill_cb (gpointer data)
{
  Health *self = data;

  self->refill = 0;
  fill (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (GtkWidget *page)
{
  Health *self = g_object_get_data (G_OBJECT (page), "yq-health");

  if (self->refill == 0)
    self->refill = g_timeout_add (QUIET_MS, refill_cb, self);
}

YqPage *
yq_health_page_new (YqFrame *frame, gpointer user_data)
{
  Health *self = g_new0 (Health, 1);
  GtkWidget *box = yq_page_box_new ();
  YqPage *page = yq_page_new (_("Health"), NULL);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->list = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), yq_section_new (_("How everything is"), self->list));
  yq_page_set_content_clamped (page, box, 720);
  g_object_set_data_full (G_OBJECT (page), "yq-health", self, health_free);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (changed_cb), page,
                           G_CONNECT_SWAPPED);
  if (yq_frame_sync (frame) != NULL)
    g_signal_connect_object (yq_frame_sync (frame), "notify", G_CALLBACK (changed_cb), page,
                             G_CONNECT_SWAPPED);
  fill (self);
  return page;
}
