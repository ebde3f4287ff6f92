/* The window everything happens in: sidebar with pages and counts, header with title, search and
 * sync state, toasts, the Ctrl+K palette.  GTK thread only. */
#pragma once

#include <adwaita.h>

#include "page.h"
#include "sync.h"

typedef struct _YqFrame YqFrame;

/* One kind of window: enterprise, carrier, reviewer.  The table of them is yq_window_kinds. */
typedef struct
{
  const char *name;  /* "enterprise", as in --window */
  const char *title; /* N_() */
  /* May this person open it? */
  gboolean (*is_for) (const YqWho *who);
  /* Adds the pages; called once for a new frame. */
  void (*build) (YqFrame *frame);
  /* Sees carriers, stores and services as those do who look for them. */
  gboolean buys;
} YqWindowKind;

extern const YqWindowKind yq_window_kinds[]; /* ends with { NULL } */
const YqWindowKind *yq_window_kind_find (const char *name);

#define YQ_TYPE_FRAME (yq_frame_get_type ())
G_DECLARE_FINAL_TYPE (YqFrame, yq_frame, YQ, FRAME, AdwApplicationWindow)

/* Holds references.  sync may be NULL (tests): then the state says offline. */
YqFrame *yq_frame_new (GtkApplication *application, const YqWindowKind *kind, YqStore *store,
                       YqOutbox *outbox, YqSync *sync);
/* The frame a widget stands in, or NULL. */
YqFrame *yq_frame_of (GtkWidget *widget);

YqStore *yq_frame_store (YqFrame *frame);
YqOutbox *yq_frame_outbox (YqFrame *frame);
YqSync *yq_frame_sync (YqFrame *frame);     /* may be NULL */
const YqWho *yq_frame_who (YqFrame *frame); /* of the store */
const YqWindowKind *yq_frame_kind (YqFrame *frame);
/* Why this person makes no record of that kind, translated; NULL where she may. */
const char *yq_frame_why_not (YqFrame *frame, const YqEntity *entity);
/* Name and role shown at the top of the sidebar. */
void yq_frame_set_identity (YqFrame *frame, const char *organisation, const char *person);

/* -- pages of the sidebar; built when first shown.  title is translated already -- */
typedef YqPage *(*YqPageFactory) (YqFrame *frame, gpointer user_data);
void yq_frame_add_page (YqFrame *frame, const char *name, const char *icon, const char *title,
                        YqPageFactory factory, gpointer user_data);
void yq_frame_add_separator (YqFrame *frame);
/* How many things there wait for me; 0 hides it. */
void yq_frame_set_badge (YqFrame *frame, const char *name, guint count);
/* Shows a page of the sidebar (and drops what was pushed on it).  Builds it if need be. */
YqPage *yq_frame_show_page (YqFrame *frame, const char *name);
/* Builds a page of the sidebar anew, in its place: what it stands for has come meanwhile.  page is
 * gone afterwards; anything else is left alone. */
void yq_frame_renew_page (YqFrame *frame, YqPage *page);
const char *yq_frame_current (YqFrame *frame); /* the sidebar page's name */
/* Only these pages ("organisation|messages") can be shown, the first there is in the place of all
 * others; NULL: all. */
void yq_frame_set_only (YqFrame *frame, const char *names);
/* Names of the pages in order; NULL-terminated, g_strfreev. */
char **yq_frame_dup_pages (YqFrame *frame);

/* -- one page on top of another, with a back button (Alt+Left, Escape) -- */
void yq_frame_push (YqFrame *frame, YqPage *page); /* takes the floating reference */
void yq_frame_pop (YqFrame *frame);
YqPage *yq_frame_top (YqFrame *frame);

/* -- saying what happened -- */
void yq_frame_toast (YqFrame *frame, const char *text);
/* A toast with a button; called at most once, on the click. */
void yq_frame_toast_action (YqFrame *frame, const char *text, const char *button,
                            GCallback callback, gpointer user_data, GDestroyNotify destroy);
/* 撤销 with a countdown; undo is called as void (*) (gpointer user_data) on the click. */
void yq_frame_toast_undo (YqFrame *frame, const char *text, guint seconds, GCallback undo,
                          gpointer user_data, GDestroyNotify destroy);
/* The same for a batch of the outbox, while it can be undone. */
void yq_frame_toast_batch (YqFrame *frame, const char *text, const char *batch);
/* Takes a batch back, or says that it is too late. */
void yq_frame_undo_batch (YqFrame *frame, const char *batch);
gboolean yq_frame_has_page (YqFrame *frame, const char *name);
/* The first of "a|b" there is; NULL: none. */
const char *yq_frame_first_page (YqFrame *frame, const char *names);
/* The state of a message that stays, above the page; NULL takes it away.  button may be NULL. */
void yq_frame_set_banner (YqFrame *frame, const char *text, const char *button,
                          const char *detailed_action);

/* -- Ctrl+K: everything one can open or start.  Pages are in it by themselves -- */
void yq_frame_add_command (YqFrame *frame, const char *icon, const char *title,
                           const char *keywords, const char *detailed_action);
/* Records found there are opened by this; entity names the kinds searched ("instrument", …). */
typedef void (*YqOpenRecord) (YqFrame *frame, const char *entity, const char *id);
void yq_frame_set_open_record (YqFrame *frame, const char *const *entities, YqOpenRecord open);
void yq_frame_open_record (YqFrame *frame, const char *entity, const char *id);
void yq_frame_open_palette (YqFrame *frame, const char *text);
