/* A window over a store in a folder of its own, with one page. */
#pragma once

#include "client-fixture.h"
#include "guitest.h"

#include "bits.h"
#include "frame.h"

#define WAIT_MS 10000

typedef struct
{
  Place place;
  YqOutbox *outbox;
  YqFrame *frame;
  YqWindowKind kind;
} Desk;

static inline gboolean
is_for_all (const YqWho *who)
{
  return TRUE;
}

/* The store, as who knows it; build adds the page. */
static inline void
open_desk (Desk *desk, const YqWho *who, void (*build) (YqFrame *frame))
{
  g_autoptr(GError) error = NULL;

  open_place (&desk->place);
  yq_settings_open (desk->place.dir);
  yq_store_set_who (desk->place.store, who);
  desk->kind = (YqWindowKind){ "test", N_("As a carrier"), is_for_all, build };
  desk->outbox = yq_outbox_new (desk->place.store, &error);
  g_assert_no_error (error);
}

static inline void
show_desk (Desk *desk, int width, int height)
{
  desk->frame = yq_frame_new (NULL, &desk->kind, desk->place.store, desk->outbox, NULL);
  gtk_window_set_default_size (GTK_WINDOW (desk->frame), width, height);
  gtk_window_present (GTK_WINDOW (desk->frame));
  gt_settle (GTK_WIDGET (desk->frame));
}

/* To be looked at: into the folder YQ_SHOTS, where it is set. */
static inline void
shoot_desk (Desk *desk, const char *name)
{
  const char *dir = g_getenv ("YQ_SHOTS");
  g_autofree char *path = dir != NULL ? g_build_filename (dir, name, NULL) : NULL;

  gt_settle (GTK_WIDGET (desk->frame));
  if (path != NULL)
    gt_shot (GTK_WIDGET (desk->frame), path, NULL);
}

static inline void
close_desk (Desk *desk)
{
  gtk_window_set_focus (GTK_WINDOW (desk->frame), NULL);
  gt_close (GTK_WIDGET (desk->frame));
  g_clear_object (&desk->outbox);
  settle ();
  close_place (&desk->place);
}
