/* The window of the science bureau. */
#pragma once

#include "frame.h"

void yq_reviewer_window_build (YqFrame *frame);
