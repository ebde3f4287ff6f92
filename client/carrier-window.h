/* The window of those who offer instruments and services. */
#pragma once

#include "frame.h"

void yq_carrier_window_build (YqFrame *frame);
