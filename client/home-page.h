/* Home of a window: what waits for me, deadlines, and for an enterprise the voucher balance as the
 * one big number. GTK thread only. */
#pragma once

#include "frame.h"

/* One line of "what waits for me": shown with its count, opens a page. */
typedef struct
{
  const char *icon;
  const char *title;  /* N_(), "%u bookings to be accepted" forms: singular */
  const char *titles; /* N_(), plural */
  const YqEntity *entity;
  const char *mine;   /* owner column, or NULL */
  const char *states; /* "a|b"; one where page is NULL */
  const char *page;   /* of the sidebar, "a|b": the first she has, its badge shows the count too;
                         NULL: a list of them */
} YqHomeLine;

typedef struct
{
  const YqHomeLine *lines; /* ends with { NULL } */
  gboolean shows_balance;  /* the vouchers of the organisation */
  gboolean shows_windows;  /* open redemption windows */
  gboolean shows_posts;    /* the newest of the board, where the window has one */
} YqHome;

/* user_data is a const YqHome *. */
YqPage *yq_home_page_new (YqFrame *frame, gpointer user_data);
/* Keeps the badges of the sidebar alike while the frame lives; called once when a window is built.
 */
void yq_home_watch (YqFrame *frame, const YqHome *home);
