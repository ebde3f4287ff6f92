/* The window everything happens in. */
#define G_LOG_DOMAIN "yiquan-frame"

#include "frame.h"

#include "api.h"
#include "bits.h"
#include "key-help.h"
#include "palette.h"
#include "sidebar.h"
#include "split.h"
#include "tooltip.h"
#include "tray.h"

typedef struct
{
  char *name, *title, *icon;
  YqPageFactory factory;
  gpointer user_data;
  YqPage *page; /* borrowed from the stack; NULL until shown */
} Entry;

struct _YqFrame
{
  AdwApplicationWindow parent_instance;
  const YqWindowKind *kind;
  YqStore *store;
  YqOutbox *outbox;
  YqSync *sync;
  GPtrArray *entries; /* Entry */
  Entry *current;
  GPtrArray *pushed; /* YqPage, borrowed from the stack */
  YqPage *top;
  GtkWidget *split, *sidebar, *header, *side_button, *back, *title, *subtitle, *actions, *search;
  GtkWidget *search_words, *tray, *banner, *banner_text, *banner_button, *toasts, *stack, *palette;
  GtkEventController *keys;
  YqOpenRecord open_record;
  char *only; /* pages that can be shown, or NULL */
};

G_DEFINE_FINAL_TYPE (YqFrame, yq_frame, ADW_TYPE_APPLICATION_WINDOW)

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->title);
  g_free (entry->icon);
  g_free (entry);
}

static Entry *
find_entry (YqFrame *self, const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (g_strcmp0 (entry->name, name) == 0)
        return entry;
    }
  return NULL;
}

/* -- what is on top -- */
static void
refresh_title (YqFrame *self)
{
  const char *title = self->top ? yq_page_title (self->top) : "";
  const char *subtitle = self->top ? yq_page_subtitle (self->top) : NULL;
  g_autofree char *window = g_strdup_printf ("%s — %s", title, _(self->kind->title));

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle ? subtitle : "");
  gtk_widget_set_visible (self->subtitle, subtitle != NULL);
  gtk_widget_set_visible (self->back, self->pushed->len > 0);
  gtk_window_set_title (GTK_WINDOW (self), window);
}

static void
add_page_keys (YqFrame *self, YqPage *page)
{
  for (guint i = 0; i < yq_page_n_keys (page); i++)
    {
      const char *action;
      const char *accelerator = yq_page_key (page, i, NULL, &action);
      g_autofree char *name = NULL;
      g_autoptr(GVariant) target = NULL;
      GtkShortcut *shortcut;

      if (action == NULL || !g_action_parse_detailed_name (action, &name, &target, NULL))
        continue;
      shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (accelerator),
                                   gtk_named_action_new (name));
      gtk_shortcut_set_arguments (shortcut, target);
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (self->keys), shortcut);
    }
}

static void
set_top (YqFrame *self, YqPage *page)
{
  if (self->top == page)
    return;
  if (self->top != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->top, refresh_title, self);
      gtk_widget_set_visible (yq_page_header_box (self->top), FALSE);
      gtk_widget_remove_controller (GTK_WIDGET (self), self->keys);
      g_signal_emit_by_name (self->top, "hidden");
    }
  self->top = page;
  self->keys = gtk_shortcut_controller_new ();
  gtk_widget_add_controller (GTK_WIDGET (self), self->keys);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page",
                                  G_ACTION_GROUP (yq_page_action_map (page)));
  add_page_keys (self, page);
  if (gtk_widget_get_parent (yq_page_header_box (page)) == NULL)
    gtk_box_append (GTK_BOX (self->actions), yq_page_header_box (page));
  gtk_widget_set_visible (yq_page_header_box (page), TRUE);
  g_signal_connect_object (page, "notify", G_CALLBACK (refresh_title), self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  refresh_title (self);
  g_signal_emit_by_name (page, "shown");
}

static void
drop_page (YqFrame *self, YqPage *page)
{
  gtk_box_remove (GTK_BOX (self->actions), yq_page_header_box (page));
  gtk_stack_remove (GTK_STACK (self->stack), GTK_WIDGET (page));
}

/* -- actions -- */
static void
show_page_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  yq_frame_show_page (YQ_FRAME (frame), g_variant_get_string (parameter, NULL));
}

static void
show_nth_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  YqFrame *self = YQ_FRAME (frame);
  guint i = (guint) g_variant_get_int32 (parameter);

  if (i < self->entries->len)
    yq_frame_show_page (self, ((Entry *) g_ptr_array_index (self->entries, i))->name);
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  yq_frame_pop (YQ_FRAME (frame));
}

static void
palette_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  yq_frame_open_palette (YQ_FRAME (frame), NULL);
}

static void
sync_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  YqFrame *self = YQ_FRAME (frame);

  if (self->sync != NULL)
    yq_sync_now (self->sync);
  else
    yq_frame_toast (self, _("Offline: it is sent by itself once the server answers."));
}

static void
tray_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  yq_tray_popup (YQ_TRAY (YQ_FRAME (frame)->tray));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  gtk_window_present (GTK_WINDOW (yq_key_help_new (frame, YQ_FRAME (frame)->top)));
}

static void
sidebar_cb (GSimpleAction *action, GVariant *parameter, gpointer frame)
{
  YqSplit *split = YQ_SPLIT (YQ_FRAME (frame)->split);

  yq_split_set_open (split, !yq_split_is_open (split));
}

static const GActionEntry actions[] = {
  { "page", show_page_cb, "s" }, { "nth-page", show_nth_cb, "i" },
  { "back", back_cb },           { "palette", palette_cb },
  { "sync", sync_cb },           { "tray", tray_cb },
  { "help", help_cb },           { "sidebar", sidebar_cb },
};

/* -- what the parts tell -- */
static void
sidebar_chosen_cb (YqSidebar *sidebar, const char *name, YqFrame *self)
{
  yq_split_set_open (YQ_SPLIT (self->split), FALSE);
  yq_frame_show_page (self, name);
}

static void
open_record_cb (GtkWidget *source, const char *entity, const char *id, YqFrame *self)
{
  yq_frame_open_record (self, entity, id);
}

static void
collapsed_cb (YqFrame *self)
{
  gboolean collapsed = yq_split_is_collapsed (YQ_SPLIT (self->split));

  gtk_widget_set_visible (self->side_button, collapsed);
  gtk_widget_set_visible (self->search_words, !collapsed);
  yq_tray_set_narrow (YQ_TRAY (self->tray), collapsed);
}

/* -- building -- */
static GtkWidget *
build_search (YqFrame *self)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *cap = gtk_label_new ("Ctrl+K");

  self->search_words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("edit-find-symbolic"));
  gtk_box_append (GTK_BOX (self->search_words), yq_label_new (_("Search"), "dim-label"));
  gtk_widget_add_css_class (cap, "keycap");
  gtk_widget_set_valign (cap, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->search_words), cap);
  gtk_box_append (GTK_BOX (box), self->search_words);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.palette");
  gtk_widget_add_css_class (button, "frame-search");
  yq_set_tooltip (button, _("Search everything"));
  yq_set_name (button, _("Search everything"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

static GtkWidget *
build_header (YqFrame *self)
{
  GtkWidget *handle = gtk_window_handle_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *titles = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->side_button = yq_icon_button_new ("yq-sidebar-symbolic", _("Pages"), "win.sidebar");
  self->back = yq_icon_button_new ("go-previous-symbolic", _("Back"), "win.back");
  self->title = yq_label_new ("", "page-title");
  self->subtitle = yq_label_new ("", "dim-label small");
  self->actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->search = build_search (self);
  self->tray = yq_tray_new (self->outbox, self->sync);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (titles, TRUE);
  gtk_widget_set_valign (titles, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->tray, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->actions, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (titles), self->title);
  gtk_box_append (GTK_BOX (titles), self->subtitle);
  gtk_box_append (GTK_BOX (box), self->side_button);
  gtk_box_append (GTK_BOX (box), self->back);
  gtk_box_append (GTK_BOX (box), titles);
  gtk_box_append (GTK_BOX (box), self->actions);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->tray);
  gtk_box_append (GTK_BOX (box), gtk_window_controls_new (GTK_PACK_END));
  gtk_widget_add_css_class (box, "frame-header");
  gtk_widget_set_visible (self->side_button, FALSE);
  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (handle), box);
  return handle;
}

static GtkWidget *
build_banner (YqFrame *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->banner = gtk_revealer_new ();
  self->banner_text = yq_label_new_wrapped ("", NULL);
  self->banner_button = yq_button_new ("", NULL, NULL);
  gtk_widget_set_hexpand (self->banner_text, TRUE);
  gtk_box_append (GTK_BOX (box), self->banner_text);
  gtk_box_append (GTK_BOX (box), self->banner_button);
  gtk_widget_add_css_class (box, "frame-banner");
  gtk_revealer_set_child (GTK_REVEALER (self->banner), box);
  return self->banner;
}

static void
build (YqFrame *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *overlay = gtk_overlay_new ();

  self->stack = gtk_stack_new ();
  gtk_stack_set_transition_type (GTK_STACK (self->stack), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_transition_duration (GTK_STACK (self->stack), 120);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  self->toasts = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), self->stack);
  gtk_widget_set_vexpand (self->toasts, TRUE);
  gtk_box_append (GTK_BOX (content), build_header (self));
  gtk_box_append (GTK_BOX (content), build_banner (self));
  gtk_box_append (GTK_BOX (content), self->toasts);

  self->sidebar = yq_sidebar_new (self->kind, yq_store_who (self->store));
  self->split = yq_split_new (self->sidebar, content);
  self->palette = yq_palette_new (self->store);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->split);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->palette);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), overlay);

  g_signal_connect (self->sidebar, "chosen", G_CALLBACK (sidebar_chosen_cb), self);
  g_signal_connect (self->tray, "open-record", G_CALLBACK (open_record_cb), self);
  g_signal_connect (self->palette, "open-record", G_CALLBACK (open_record_cb), self);
  g_signal_connect_swapped (self->split, "notify::collapsed", G_CALLBACK (collapsed_cb), self);
}

static void
yq_frame_dispose (GObject *object)
{
  YqFrame *self = YQ_FRAME (object);

  if (self->top != NULL)
    g_signal_handlers_disconnect_by_func (self->top, refresh_title, self);
  self->top = NULL;
  G_OBJECT_CLASS (yq_frame_parent_class)->dispose (object);
  g_clear_object (&self->store);
  g_clear_object (&self->outbox);
  g_clear_object (&self->sync);
}

static void
yq_frame_finalize (GObject *object)
{
  YqFrame *self = YQ_FRAME (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->pushed);
  g_free (YQ_FRAME (object)->only);
  G_OBJECT_CLASS (yq_frame_parent_class)->finalize (object);
}

static void
bind_key (GtkWidgetClass *klass, guint key, GdkModifierType modifiers, const char *action)
{
  gtk_widget_class_add_binding_action (klass, key, modifiers, action, NULL);
}

static void
yq_frame_class_init (YqFrameClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_frame_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_frame_finalize;
  bind_key (widget_class, GDK_KEY_k, GDK_CONTROL_MASK, "win.palette");
  bind_key (widget_class, GDK_KEY_F5, 0, "win.sync");
  bind_key (widget_class, GDK_KEY_F9, 0, "win.sidebar");
  bind_key (widget_class, GDK_KEY_question, GDK_SHIFT_MASK, "win.help");
  bind_key (widget_class, GDK_KEY_question, 0, "win.help");
  bind_key (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "win.back");
  bind_key (widget_class, GDK_KEY_Escape, 0, "win.back");
  for (guint i = 0; i < 9; i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_CONTROL_MASK,
                                         "win.nth-page", "i", (int) i);
}

static void
yq_frame_init (YqFrame *self)
{
  self->entries = g_ptr_array_new_with_free_func (free_entry);
  self->pushed = g_ptr_array_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_window_set_default_size (GTK_WINDOW (self), 1280, 800);
}

YqFrame *
yq_frame_new (GtkApplication *application, const YqWindowKind *kind, YqStore *store,
              YqOutbox *outbox, YqSync *sync)
{
  YqFrame *self = g_object_new (YQ_TYPE_FRAME, "application", application, NULL);

  self->kind = kind;
  self->store = g_object_ref (store);
  self->outbox = g_object_ref (outbox);
  g_set_object (&self->sync, sync);
  build (self);
  if (kind->build != NULL)
    kind->build (self);
  if (self->current == NULL && self->entries->len > 0)
    yq_frame_show_page (self, ((Entry *) g_ptr_array_index (self->entries, 0))->name);
  return self;
}

YqFrame *
yq_frame_of (GtkWidget *widget)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (widget));

  return root != NULL && YQ_IS_FRAME (root) ? YQ_FRAME (root) : NULL;
}

YqStore *
yq_frame_store (YqFrame *self)
{
  return self->store;
}

YqOutbox *
yq_frame_outbox (YqFrame *self)
{
  return self->outbox;
}

YqSync *
yq_frame_sync (YqFrame *self)
{
  return self->sync;
}

const YqWho *
yq_frame_who (YqFrame *self)
{
  return yq_store_who (self->store);
}

const YqWindowKind *
yq_frame_kind (YqFrame *self)
{
  return self->kind;
}

const char *
yq_frame_why_not (YqFrame *self, const YqEntity *entity)
{
  const YqWho *who = yq_frame_who (self);

  if (yq_access_may_create (yq_store_world (self->store), who, entity))
    return NULL;
  return who->account == NULL ? _("Sign in first")
                              : _("Join an organisation first, on the page of your account");
}

void
yq_frame_set_identity (YqFrame *self, const char *organisation, const char *person)
{
  yq_sidebar_set_identity (YQ_SIDEBAR (self->sidebar), organisation, person);
}

/* -- pages -- */
void
yq_frame_add_page (YqFrame *self, const char *name, const char *icon, const char *title,
                   YqPageFactory factory, gpointer user_data)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autofree char *action = g_strdup_printf ("win.page::%s", name);

  entry->name = g_strdup (name);
  entry->title = g_strdup (title);
  entry->icon = g_strdup (icon);
  entry->factory = factory;
  entry->user_data = user_data;
  g_ptr_array_add (self->entries, entry);
  yq_sidebar_add (YQ_SIDEBAR (self->sidebar), name, icon, title);
  yq_palette_add (YQ_PALETTE (self->palette), icon, title, NULL, action);
}

void
yq_frame_add_separator (YqFrame *self)
{
  yq_sidebar_add_separator (YQ_SIDEBAR (self->sidebar));
}

void
yq_frame_set_badge (YqFrame *self, const char *name, guint count)
{
  /* Not everybody has every page of a kind of window. */
  if (find_entry (self, name) != NULL)
    yq_sidebar_set_count (YQ_SIDEBAR (self->sidebar), name, count);
}

gboolean
yq_frame_has_page (YqFrame *self, const char *name)
{
  return find_entry (self, name) != NULL;
}

const char *
yq_frame_first_page (YqFrame *self, const char *names)
{
  g_auto(GStrv) each = g_strsplit (names, "|", -1);
  Entry *entry = NULL;

  for (guint i = 0; each[i] != NULL && entry == NULL; i++)
    entry = find_entry (self, each[i]);
  return entry != NULL ? entry->name : NULL;
}

YqPage *
yq_frame_show_page (YqFrame *self, const char *name)
{
  gboolean may = self->only == NULL || yq_word_in (self->only, name);
  Entry *entry = find_entry (self, may ? name : yq_frame_first_page (self, self->only));

  g_return_val_if_fail (entry != NULL, NULL);
  if (entry->page == NULL)
    {
      entry->page = entry->factory (self, entry->user_data);
      gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (entry->page));
    }
  self->current = entry;
  yq_sidebar_select (YQ_SIDEBAR (self->sidebar), entry->name);
  if (self->pushed->len > 0)
    {
      g_autoptr(GPtrArray) old = g_steal_pointer (&self->pushed);

      self->pushed = g_ptr_array_new ();
      set_top (self, entry->page);
      for (guint i = 0; i < old->len; i++)
        drop_page (self, g_ptr_array_index (old, i));
    }
  else
    set_top (self, entry->page);
  return entry->page;
}

void
yq_frame_renew_page (YqFrame *self, YqPage *page)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->page != page || page == NULL)
        continue;
      entry->page = entry->factory (self, entry->user_data);
      gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (entry->page));
      if (self->top == page)
        set_top (self, entry->page);
      drop_page (self, page);
      return;
    }
}

void
yq_frame_set_only (YqFrame *self, const char *names)
{
  if (g_strcmp0 (self->only, names) == 0)
    return;
  g_free (self->only);
  self->only = g_strdup (names);
  if (names != NULL && self->current != NULL && !yq_word_in (names, self->current->name))
    yq_frame_show_page (self, self->current->name);
}

const char *
yq_frame_current (YqFrame *self)
{
  return self->current ? self->current->name : NULL;
}

void
yq_frame_push (YqFrame *self, YqPage *page)
{
  g_ptr_array_add (self->pushed, page);
  gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  set_top (self, page);
}

void
yq_frame_pop (YqFrame *self)
{
  YqPage *page;

  if (self->pushed->len == 0)
    return;
  page = g_ptr_array_index (self->pushed, self->pushed->len - 1);
  g_ptr_array_set_size (self->pushed, (int) self->pushed->len - 1);
  set_top (self, self->pushed->len > 0 ? g_ptr_array_index (self->pushed, self->pushed->len - 1)
                                       : self->current->page);
  drop_page (self, page);
}

YqPage *
yq_frame_top (YqFrame *self)
{
  return self->top;
}

char **
yq_frame_dup_pages (YqFrame *self)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < self->entries->len; i++)
    g_strv_builder_add (names, ((Entry *) g_ptr_array_index (self->entries, i))->name);
  return g_strv_builder_end (names);
}

/* -- saying what happened -- */
void
yq_frame_toast (YqFrame *self, const char *text)
{
  yq_frame_toast_action (self, text, NULL, NULL, NULL, NULL);
}

typedef struct
{
  GCallback callback;
  gpointer user_data;
  GDestroyNotify destroy;
  char *text;
  AdwToast *toast; /* weak */
  guint seconds, tick_id;
} Offer;

static void
free_offer (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_clear_handle_id (&offer->tick_id, g_source_remove);
  if (offer->destroy != NULL)
    offer->destroy (offer->user_data);
  g_free (offer->text);
  g_free (offer);
}

static void
offer_taken_cb (AdwToast *toast, Offer *offer)
{
  GCallback callback = g_steal_pointer (&offer->callback);

  if (callback != NULL)
    ((void (*) (gpointer)) callback) (offer->user_data);
}

static Offer *
show_offer (YqFrame *self, const char *text, const char *button, GCallback callback,
            gpointer user_data, GDestroyNotify destroy)
{
  AdwToast *toast = adw_toast_new (text);
  Offer *offer = g_new0 (Offer, 1);

  offer->callback = callback;
  offer->user_data = user_data;
  offer->destroy = destroy;
  offer->toast = toast;
  offer->text = g_strdup (text);
  adw_toast_set_button_label (toast, button);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (offer_taken_cb), offer, free_offer,
                         0);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
  return offer;
}

void
yq_frame_toast_action (YqFrame *self, const char *text, const char *button, GCallback callback,
                       gpointer user_data, GDestroyNotify destroy)
{
  g_autofree char *safe = g_markup_escape_text (text, -1);

  show_offer (self, safe, button, callback, user_data, destroy);
}

static gboolean
count_down_cb (gpointer data)
{
  Offer *offer = data;
  g_autofree char *label = NULL;

  if (--offer->seconds == 0)
    {
      offer->tick_id = 0;
      adw_toast_dismiss (offer->toast);
      return G_SOURCE_REMOVE;
    }
  label = g_strdup_printf (_("Undo (%u)"), offer->seconds);
  adw_toast_set_button_label (offer->toast, label);
  return G_SOURCE_CONTINUE;
}

void
yq_frame_toast_undo (YqFrame *self, const char *text, guint seconds, GCallback undo,
                     gpointer user_data, GDestroyNotify destroy)
{
  g_autofree char *safe = g_markup_escape_text (text, -1);
  g_autofree char *label = g_strdup_printf (_("Undo (%u)"), seconds);
  Offer *offer = show_offer (self, safe, label, undo, user_data, destroy);

  adw_toast_set_timeout (offer->toast, seconds + 1);
  adw_toast_set_priority (offer->toast, ADW_TOAST_PRIORITY_HIGH);
  offer->seconds = seconds;
  offer->tick_id = g_timeout_add_seconds (1, count_down_cb, offer);
}

void
yq_frame_undo_batch (YqFrame *self, const char *batch)
{
  yq_frame_toast (self, yq_outbox_undo (self->outbox, batch, NULL)
                          ? _("Undone: nothing was sent")
                          : _("Too late to undo: it has been sent"));
}

typedef struct
{
  YqFrame *frame; /* the toast is in it */
  char *batch;
} Undo;

static void
undo_cb (gpointer data)
{
  Undo *undo = data;

  yq_frame_undo_batch (undo->frame, undo->batch);
}

static void
undo_free (gpointer data)
{
  g_free (((Undo *) data)->batch);
  g_free (data);
}

void
yq_frame_toast_batch (YqFrame *self, const char *text, const char *batch)
{
  Undo *undo = g_new (Undo, 1);

  *undo = (Undo){ self, g_strdup (batch) };
  yq_frame_toast_undo (self, text, YQ_UNDO_MS / 1000, G_CALLBACK (undo_cb), undo, undo_free);
}

void
yq_frame_set_banner (YqFrame *self, const char *text, const char *button,
                     const char *detailed_action)
{
  if (text != NULL)
    gtk_label_set_text (GTK_LABEL (self->banner_text), text);
  gtk_widget_set_visible (self->banner_button, button != NULL);
  if (button != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->banner_button), button);
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->banner_button),
                                               detailed_action);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->banner), text != NULL);
}

/* -- Ctrl+K -- */
void
yq_frame_add_command (YqFrame *self, const char *icon, const char *title, const char *keywords,
                      const char *detailed_action)
{
  yq_palette_add (YQ_PALETTE (self->palette), icon, title, keywords, detailed_action);
}

void
yq_frame_set_open_record (YqFrame *self, const char *const *entities, YqOpenRecord open)
{
  self->open_record = open;
  yq_palette_set_entities (YQ_PALETTE (self->palette), entities);
}

void
yq_frame_open_record (YqFrame *self, const char *entity, const char *id)
{
  if (self->open_record != NULL)
    self->open_record (self, entity, id);
}

void
yq_frame_open_palette (YqFrame *self, const char *text)
{
  yq_palette_open (YQ_PALETTE (self->palette), text);
}
