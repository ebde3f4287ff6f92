/* Joining and leaving an organisation, on the page of one's account (绑定单位).  GTK thread only.
 */
#pragma once

#include "frame.h"

/* A section that follows the store. */
GtkWidget *yq_bind_organisation_new (YqFrame *frame);
