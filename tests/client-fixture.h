/* A store in a folder of its own, filled as the feed would fill it. */
#pragma once

#include <glib/gstdio.h>

#include "catalogue.h"
#include "clock.h"
#include "ids.h"
#include "model.h"
#include "order.h"
#include "outbox.h"
#include "record-json.h"
#include "store-private.h"
#include "store-received.h"
#include "store-rows.h"

#define BUYER "018f3c00-0000-7000-8000-000000000001"
#define CARRIER "018f3c00-0000-7000-8000-000000000002"
#define ACCOUNT "018f3c00-0000-7000-8000-0000000000aa"

typedef struct
{
  char *dir;
  YqStore *store;
} Place;

static inline GBytes *
make_key (void)
{
  guint8 key[YQ_STORE_KEY_SIZE];

  memset (key, 7, sizeof key);
  return g_bytes_new (key, sizeof key);
}

static inline void
open_place (Place *place)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };
  g_autoptr(GBytes) key = make_key ();
  g_autoptr(GError) error = NULL;

  if (place->dir == NULL)
    place->dir = g_dir_make_tmp ("yiquan-store-XXXXXX", NULL);
  place->store = yq_store_open (place->dir, key, &error);
  g_assert_no_error (error);
  yq_store_set_who (place->store, &who);
}

/* What a lane still reads for nobody keeps the store until it has come back. */
static inline void
let_readings_end (YqStore *store)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&G_OBJECT (store)->ref_count) > 1 && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static inline void
close_place (Place *place)
{
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", place->dir);

  if (place->store != NULL)
    {
      let_readings_end (place->store);
      g_assert_finalize_object (place->store);
    }
  g_assert_cmpint (system (command), ==, 0);
  g_free (place->dir);
}

static inline void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* One element of a feed. */
static inline void
receive (YqStore *store, YqScope scope, gint64 generation, const char *json)
{
  YqStoreDb *db = yq_store_db (store);
  g_autoptr(GError) error = NULL;
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (json, -1, &problem);
  g_autoptr(YqReceived) received = NULL;
  gboolean changed;

  g_assert_null (problem);
  received = yq_received_new (json_node_get_object (node));
  if (received == NULL)
    return;
  g_assert_true (yq_store_begin (store, db, &error));
  g_assert_true (yq_store_end (
    store, db, yq_store_db_receive (db, received, scope, generation, &changed, &error), &error));
  g_assert_no_error (error);
  if (changed)
    yq_store_notice (store, received->entity, received->id);
}

static inline char *
instrument_json (const char *id, gint64 revision, const char *name, const char *fields)
{
  return g_strdup_printf (
    "{\"entity\":\"instrument\",\"id\":\"%s\",\"revision\":%" G_GINT64_FORMAT
    ",\"state\":\"listed\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"carrier\":\"" CARRIER
    "\",\"region\":\"330421\",\"fields\":{\"name\":\"%s\",\"region\":\"330421\"%s%s}}",
    id, revision, name, *fields ? "," : "", fields);
}

static inline void
receive_instrument (YqStore *store, const char *id, gint64 revision, const char *name,
                    const char *fields)
{
  g_autofree char *json = instrument_json (id, revision, name, fields);

  receive (store, YQ_SCOPE_CATALOGUE, 1, json);
}

static inline char *
order_json (const char *id, gint64 revision, const char *state, const char *fields)
{
  return g_strdup_printf ("{\"entity\":\"order\",\"id\":\"%s\",\"revision\":%" G_GINT64_FORMAT
                          ",\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
                          "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
                          "\",\"carrier\":\"" CARRIER "\",\"region\":\"330421\",\"fields\":{%s}}",
                          id, revision, state, fields);
}

static inline void
receive_order (YqStore *store, const char *id, gint64 revision, const char *state,
               const char *fields)
{
  g_autofree char *json = order_json (id, revision, state, fields);

  receive (store, YQ_SCOPE_MINE, 1, json);
}
