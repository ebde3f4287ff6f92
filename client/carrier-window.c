/* The window of those who offer instruments and services: its pages. */
#define G_LOG_DOMAIN "yiquan-carrier"

#include "carrier-window.h"

#include "face.h"

static YqPage *
build_home (YqFrame *frame, gpointer data)
{
  GtkWidget *face = yq_face_new (NULL);

  yq_face_set_first (YQ_FACE (face), "user-home-symbolic",
                     _("Home"), _("What waits for you stands here."), NULL, NULL);
  yq_face_show (YQ_FACE (face), YQ_FACE_FIRST);
  return yq_page_new (_("Home"), face);
}

void
yq_carrier_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic", _("Home"), build_home, NULL);
}
