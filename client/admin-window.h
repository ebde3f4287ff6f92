/* The administrator's window.  GTK thread only. */
#pragma once

#include "frame.h"

void yq_admin_window_build (YqFrame *frame);
