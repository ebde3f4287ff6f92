/* A refusal that is mended elsewhere leads there.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "problem.h"

/* Opens the record a problem leads to, in the frame the button stands in; NULL where it leads
 * nowhere. */
GtkWidget *yq_lead_button_new (const YqProblem *problem);
