/* A carrier's window with the import of instruments, and a sheet to be. */
#pragma once

#include "frame-fixture.h"

#include "import-page.h"

#define A "018f3c00-0000-7000-8000-00000000000a"

typedef struct
{
  Desk desk;
  char *path;
} Fixture;

static inline YqPage *
build_page (YqFrame *frame, gpointer data)
{
  return yq_import_page_new (frame, &yq_instrument);
}

static inline void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "import", "document-open-symbolic", "导入", build_page, NULL);
}

static inline void
set_up (Fixture *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, CARRIER } };
  const YqWho who = { ACCOUNT, CARRIER, grants, 1, FALSE };

  open_desk (&f->desk, &who, build_window);
  show_desk (&f->desk, 1270, 780);
  f->path = g_build_filename (f->desk.place.dir, "rows.csv", NULL);
}

static inline void
tear_down (Fixture *f, gconstpointer data)
{
  g_free (f->path);
  close_desk (&f->desk);
}

/* Somebody else changed what was typed here: which of the two holds is open. */
static inline void
make_conflict (Fixture *f)
{
  g_autoptr(YqRecord) mine = NULL;

  receive_instrument (f->desk.place.store, A, 1, "电镜", "\"asset_number\":\"A-1\"");
  mine = yq_store_get (f->desk.place.store, &yq_instrument, A);
  yq_record_set_text (mine, INSTRUMENT_NAME, "我的电镜");
  g_assert_true (yq_store_save_draft (f->desk.place.store, mine, NULL));
  receive_instrument (f->desk.place.store, A, 2, "他的电镜", "\"asset_number\":\"A-1\"");
  settle ();
  g_assert_true (yq_store_is_in_conflict (f->desk.place.store, &yq_instrument, A));
}
