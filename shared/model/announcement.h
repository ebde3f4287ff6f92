/* What the bureau tells everybody: announcement (公告, 政策, 下载, 入库通知). */
#pragma once

#include "common.h"

enum
{
  ANNOUNCEMENT_KIND,
  ANNOUNCEMENT_TITLE,
  ANNOUNCEMENT_TEXT,
  ANNOUNCEMENT_FILES,
  ANNOUNCEMENT_SEAT,
  ANNOUNCEMENT_SHOWN_FROM,
  ANNOUNCEMENT_SHOWN_TO,
  ANNOUNCEMENT_ABOUT,
};

extern const YqEntity yq_announcement;

/* Is it to be shown on this day ("YYYY-MM-DD")? */
gboolean yq_announcement_is_shown (YqRecord *announcement, const char *day);
