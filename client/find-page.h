/* Find what carriers offer: search, filters, results as rows, and the preselection list as a tray.
 * GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_find_page_new (YqFrame *frame, gpointer user_data);

/* The preselection list of the own organisation. */
gboolean yq_preselection_has (YqFrame *frame, const char *instrument);
/* Adds or takes away; says so in a toast. */
void yq_preselection_toggle (YqFrame *frame, YqRecord *instrument);
guint yq_preselection_count (YqFrame *frame);
/* Opens the form of a booking with these instruments (ids, ends with NULL), all of one carrier. */
void yq_booking_start (YqFrame *frame, const char *const *instruments);
/* Opens the form of a supplementary order: what a second invoice of that order is about. */
void yq_booking_start_supplement (YqFrame *frame, YqRecord *order);
/* Opens the form of an order of a service. */
void yq_booking_start_service (YqFrame *frame, const char *service);
