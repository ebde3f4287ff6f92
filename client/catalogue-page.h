/* The carrier's own catalogue: a dense table with batch steps, import and export.  GTK thread only.
 */
#pragma once

#include "frame.h"

YqPage *yq_catalogue_page_new (YqFrame *frame, gpointer user_data);
