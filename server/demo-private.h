/* What the files of the demo share. */
#pragma once

#include "demo.h"
#include "tx.h"

typedef struct
{
  SqlConn *conn;
  gint64 now; /* the present, ms UTC */
} YqDemo;

/* Ids by name: "organisation carrier1", "account enterprise1", "instrument carrier1 3". */
char *yq_demo_id (const char *entity, const char *name);

/* demo-party.c, demo-catalogue.c, demo-history.c; in this order */
gboolean yq_demo_add_parties (YqDemo *demo, YqTx *tx, GError **error);
gboolean yq_demo_add_catalogue (YqDemo *demo, YqTx *tx, GError **error);
gboolean yq_demo_play_history (YqDemo *demo, GError **error);

/* What is to happen: commands of people at their times, played in that order. */
typedef struct _YqDemoPlay YqDemoPlay;
/* fields is taken; NULL: none.  "{voucher}" in it is the first voucher of who acts; "{use NAME}",
 * in it or as a name, what the order of that name made of its voucher. */
void yq_demo_act (YqDemoPlay *play, gint64 at, const char *user, const char *entity,
                  const char *name, const char *action, char *fields);

/* demo-jiangsu.c: called by demo-history.c */
void yq_demo_script_jiangsu (YqDemo *demo, YqDemoPlay *play);
gboolean yq_demo_finish_jiangsu (YqDemo *demo, GError **error);

/* demo-delta.c: called by demo-party.c and demo-history.c */
gboolean yq_demo_extend_delta (YqTx *tx, GError **error);
void yq_demo_script_delta (YqDemo *demo, YqDemoPlay *play);

/* n-th weekday (Monday to Friday) from the day of now on, 0 being the first; at hours:minutes in
 * Shanghai, ms UTC. Negative n goes back. */
gint64 yq_demo_time (gint64 now, int weekdays, int hours, int minutes);

enum
{
  YQ_DEMO_CONTRACT,
  YQ_DEMO_REPORT,
  YQ_DEMO_LICENCE,
  YQ_DEMO_COMMITMENT,
  YQ_DEMO_INVOICE,
  YQ_DEMO_N_PAPERS
};

/* [{"sha256","name"}] as JSON text. */
char *yq_demo_paper (guint paper);
GBytes *yq_demo_paper_content (guint paper);
