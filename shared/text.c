/* Translation by gettext.  The catalogue is bound once; a thread that answers in English simply
 * takes the msgids, so that no locale has to be installed and no environment changes at run time.
 */
#define G_LOG_DOMAIN "yiquan-text"

#include "text.h"

#include <libintl.h>
#include <locale.h>

#include "locale-data.h"

static _Thread_local YqLanguage thread_language = YQ_LANGUAGE_DEFAULT;

void
yq_text_init (gboolean chinese)
{
  const char *locale = setlocale (LC_ALL, "");
  const char *dir = g_getenv ("YQ_LOCALE_DIR");

  if (locale == NULL || g_str_equal (locale, "C"))
    setlocale (LC_ALL, "C.UTF-8");
  if (chinese)
    g_setenv ("LANGUAGE", "zh_CN", TRUE);
  if (dir == NULL)
    dir = g_file_test (YQ_LOCALE_DIR "/zh_CN", G_FILE_TEST_IS_DIR) ? YQ_LOCALE_DIR
                                                                   : YQ_BUILD_LOCALE_DIR;
  bindtextdomain (GETTEXT_PACKAGE, dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

void
yq_text_set_language (YqLanguage language)
{
  thread_language = language;
}

YqLanguage
yq_text_language (void)
{
  return thread_language;
}

YqLanguage
yq_text_swap_language (YqLanguage language)
{
  YqLanguage before = thread_language;

  thread_language = language;
  return before;
}

const char *
yq_gettext (const char *msgid)
{
  if (thread_language == YQ_LANGUAGE_EN || *msgid == '\0')
    return msgid;
  return dgettext (GETTEXT_PACKAGE, msgid);
}

const char *
yq_ngettext (const char *one, const char *many, gulong n)
{
  if (thread_language == YQ_LANGUAGE_EN)
    return n == 1 ? one : many;
  return dngettext (GETTEXT_PACKAGE, one, many, n);
}
