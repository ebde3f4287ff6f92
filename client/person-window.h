/* The window of a person who does not belong to an organisation yet.  GTK thread only. */
#pragma once

#include "frame.h"

void yq_person_window_build (YqFrame *frame);
