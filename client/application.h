/* The program: its options, the session, and the windows it opens.  GTK thread only. */
#pragma once

#include <adwaita.h>

#include "frame.h"

#define YQ_APPLICATION_ID "cn.yiquan.Yiquan"

#define YQ_TYPE_APPLICATION (yq_application_get_type ())
G_DECLARE_FINAL_TYPE (YqApplication, yq_application, YQ, APPLICATION, AdwApplication)

YqApplication *yq_application_new (void);
/* Opens (or raises) a window of that kind beside or instead of the present one. */
void yq_application_open (YqApplication *application, const YqWindowKind *kind);
