/* Qualifications of a carrier (载体资格), and the changes of an organisation's name.  GTK thread
 * only. */
#pragma once

#include "frame.h"

/* A page of the sidebar. */
YqPage *yq_qualifications_page_new (YqFrame *frame, gpointer user_data);
/* A new one, filled in with what the organisation's profile says; pushed on the frame. */
void yq_qualification_start (YqFrame *frame);
void yq_name_change_start (YqFrame *frame);
/* The list of changes with their states, and the button for another one; follows the store. */
GtkWidget *yq_name_changes_new (YqFrame *frame);
