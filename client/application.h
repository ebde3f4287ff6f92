/* The program: its options, the person signed in, and the windows it opens.  GTK thread only. */
#pragma once

#include <adwaita.h>

#include "frame.h"
#include "look.h"

#define YQ_APPLICATION_ID "cn.yiquan.Yiquan"

#define YQ_TYPE_APPLICATION (yq_application_get_type ())
G_DECLARE_FINAL_TYPE (YqApplication, yq_application, YQ, APPLICATION, AdwApplication)

/* Reads the options it needs before GTK starts (store, language) and sets language and glyphs.
 * FALSE where they make no sense; it has been said why. */
gboolean yq_application_start (int argc, char **argv);
YqApplication *yq_application_new (void);
/* Opens (or raises) a window of that kind in place of the present one. */
void yq_application_open (YqApplication *application, const YqWindowKind *kind);
/* What is set now; NULL where there is no YqApplication (tests). */
const YqLook *yq_application_look (YqApplication *application);
