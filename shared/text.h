/* Translation, the same macros on both sides.  The client speaks its own language; the server
 * answers each request in the language it asks for, on the thread that serves it. */
#pragma once

#include <glib.h>

#define _(msgid) yq_gettext(msgid)
#define N_(msgid) (msgid)

typedef enum
{
  YQ_LANGUAGE_DEFAULT, /* whatever gettext has been set up for */
  YQ_LANGUAGE_EN,      /* the msgids themselves */
} YqLanguage;

/* Call once at start, before other threads: binds the message catalogue and makes zh_CN the default
 * language where chinese is TRUE, whatever the locale of the machine. */
void yq_text_init (gboolean chinese);
/* Of the calling thread only. */
void yq_text_set_language (YqLanguage language);
YqLanguage yq_text_language (void); /* for a thread that answers this one */
/* The same, and what it was before.  What is kept in a record is written in YQ_LANGUAGE_DEFAULT,
 * whoever asks: others read it. */
YqLanguage yq_text_swap_language (YqLanguage language);
const char *yq_gettext (const char *msgid) G_GNUC_FORMAT (1);
const char *yq_ngettext (const char *one, const char *many, gulong n) G_GNUC_FORMAT (1)
  G_GNUC_FORMAT (2);
/* In Chinese whatever the thread speaks: as sheets of China name it.  msgid itself where it has no
 * translation.  For N_() strings of one form. */
const char *yq_gettext_zh (const char *msgid);
