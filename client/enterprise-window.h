/* The window of those who buy services. */
#pragma once

#include "frame.h"

void yq_enterprise_window_build (YqFrame *frame);
