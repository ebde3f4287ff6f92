/* The window of those without an account: the public catalogue and who pays for it. */
#pragma once

#include "frame.h"

void yq_visitor_window_build (YqFrame *frame);
