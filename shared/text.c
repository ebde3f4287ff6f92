/* Translation by gettext.  The catalogue is bound once; a thread that answers in English simply
 * takes the msgids, so that no locale has to be installed and no environment changes at run time.
 */
#define G_LOG_DOMAIN "yiquan-text"

#include "text.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "locale-data.h"

static _Thread_local YqLanguage thread_language = YQ_LANGUAGE_DEFAULT;

static const char *
find_catalogues (void)
{
  const char *dir = g_getenv ("YQ_LOCALE_DIR");

  if (dir != NULL)
    return dir;
  return g_file_test (YQ_LOCALE_DIR "/zh_CN", G_FILE_TEST_IS_DIR) ? YQ_LOCALE_DIR
                                                                  : YQ_BUILD_LOCALE_DIR;
}

void
yq_text_init (gboolean chinese)
{
  const char *locale = setlocale (LC_ALL, "");

  if (locale == NULL || g_str_equal (locale, "C"))
    setlocale (LC_ALL, "C.UTF-8");
  if (chinese)
    g_setenv ("LANGUAGE", "zh_CN", TRUE);
  bindtextdomain (GETTEXT_PACKAGE, find_catalogues ());
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

/* -- Chinese, whatever the language: gettext has one for the whole process -- */

/* The catalogue as msgfmt writes it: numbers of this machine's order, the strings sorted. */
typedef struct
{
  guint32 magic, revision, n, originals, translations; /* the last two: where tables begin */
} Head;

typedef struct
{
  guint32 length, at;
} Place;

#define MAGIC 0x950412deu

static GMappedFile *
open_chinese (void)
{
  g_autofree char *path =
    g_build_filename (find_catalogues (), "zh_CN", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
  g_autoptr(GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  gsize size = file != NULL ? g_mapped_file_get_length (file) : 0;
  const Head *head = file != NULL ? (gconstpointer) g_mapped_file_get_contents (file) : NULL;
  gsize tables;

  if (size < sizeof *head || head->magic != MAGIC)
    return NULL;
  tables = MAX (head->originals, head->translations) + (gsize) head->n * sizeof (Place);
  return head->n < size && tables <= size ? g_steal_pointer (&file) : NULL;
}

/* NULL: not within the file. */
static const char *
string_at (GMappedFile *file, guint32 table, guint32 i)
{
  const char *data = g_mapped_file_get_contents (file);
  const Place *place = (gconstpointer) (data + table + i * sizeof (Place));
  gsize end = (gsize) place->at + place->length;

  return end < g_mapped_file_get_length (file) && data[end] == '\0' ? data + place->at : NULL;
}

const char *
yq_gettext_zh (const char *msgid)
{
  static GMappedFile *file;
  static gsize once;
  const Head *head;
  guint32 low = 0, high;

  if (g_once_init_enter (&once))
    {
      file = open_chinese ();
      g_once_init_leave (&once, 1);
    }
  if (file == NULL || *msgid == '\0')
    return msgid;
  head = (gconstpointer) g_mapped_file_get_contents (file);
  high = head->n;
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      const char *original = string_at (file, head->originals, middle);
      const char *found = string_at (file, head->translations, middle);
      int order = original != NULL ? strcmp (msgid, original) : 0;

      if (original == NULL || found == NULL)
        return msgid;
      if (order == 0)
        return *found != '\0' ? found : msgid;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return msgid;
}
