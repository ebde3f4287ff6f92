/* 店铺首页: a carrier as buyers see it, with its stores, services and instruments.  GTK thread
 * only. */
#pragma once

#include "frame.h"

YqPage *yq_storefront_page_new (YqFrame *frame, YqRecord *organisation);
/* Opens it by the organisation's id; says so where it is not known here. */
void yq_storefront_open (YqFrame *frame, const char *organisation);
