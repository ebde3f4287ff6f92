/* One instrument: facts, photos, and a calendar of free and taken times.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_instrument_page_new (YqFrame *frame, YqRecord *instrument);
