/* The window of experts: what is assigned to them. */
#pragma once

#include "frame.h"

void yq_expert_window_build (YqFrame *frame);
