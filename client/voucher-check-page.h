/* 验券: is the voucher somebody shows genuine?  From the text of its QR code, a picture of it or
 * the clipboard; without a network.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_voucher_check_page_new (YqFrame *frame, gpointer user_data);
