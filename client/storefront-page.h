/* 店铺首页: a carrier, or one store of it, as those see it who look for services: what it says
 * about itself, its stores, services and instruments.  GTK thread only. */
#pragma once

#include "frame.h"

/* subject is an organisation or a store.  Follows the store of records. */
YqPage *yq_storefront_page_new (YqFrame *frame, YqRecord *subject);
/* Opens that of an organisation by its id; says so where it is not known here. */
void yq_storefront_open (YqFrame *frame, const char *organisation);
