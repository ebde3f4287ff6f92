/* Which files a field takes: kinds, endings, sizes. */
#include "file-kind.h"

#include <string.h>

#include "api.h"
#include "text.h"

#define LOOK 4096 /* how far the names inside an archive are searched */

/* clang-format off */
static const struct
{
  const char *magic;
  gsize size;
  const char *type;
} magics[] = {
  { "%PDF-", 5, "application/pdf" },
  { "\xff\xd8\xff", 3, "image/jpeg" },
  { "\x89PNG\r\n\x1a\n", 8, "image/png" },
  { "BM", 2, "image/bmp" },
  { "Rar!\x1a\x07", 6, "application/vnd.rar" },
  { "PK\x03\x04", 4, "application/zip" },
  { "PK\x05\x06", 4, "application/zip" }, /* an empty one */
  { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "application/x-ole-storage" },
};

/* What the endings of a field are by content. */
static const struct
{
  const char *type, *endings;
} kinds[] = {
  { "application/pdf", "pdf" },
  { "image/jpeg", "jpg|jpeg" },
  { "image/png", "png" },
  { "image/bmp", "bmp" },
  { "application/zip", "zip" },
  { "application/vnd.rar", "rar" },
  { "application/msword", "doc" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx" },
  { "application/vnd.ms-excel", "xls" },
  { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx" },
};
/* clang-format on */

static gboolean
holds (gconstpointer data, gsize size, const char *word, gsize length)
{
  return memmem (data, MIN (size, LOOK), word, length) != NULL;
}

/* A little-endian BMP header says how long the file is and where its pixels start. */
static gboolean
is_bmp (const guint8 *data, gsize size)
{
  return size >= 26 && data[6] == 0 && data[7] == 0 && data[8] == 0 && data[9] == 0 &&
         (data[14] == 12 || data[14] == 40 || data[14] == 108 || data[14] == 124);
}

static const char *
refine (const char *type, gconstpointer data, gsize size)
{
  if (g_str_equal (type, "image/bmp"))
    return is_bmp (data, size) ? type : NULL;
  if (g_str_equal (type, "application/zip"))
    {
      if (holds (data, size, "word/", 5))
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
      if (holds (data, size, "xl/", 3))
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }
  if (g_str_equal (type, "application/x-ole-storage"))
    {
      /* Names of streams, in UTF-16, stand in the directory: anywhere in the file. */
      if (memmem (data, size, "W\0o\0r\0k\0b\0o\0o\0k", 15) != NULL)
        return "application/vnd.ms-excel";
      return "application/msword";
    }
  return type;
}

const char *
yq_file_type (gconstpointer data, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (size >= magics[i].size && memcmp (data, magics[i].magic, magics[i].size) == 0)
      return refine (magics[i].type, data, size);
  return NULL;
}

const char *
yq_file_accept (const YqField *field)
{
  return field != NULL && field->accept != NULL ? field->accept : YQ_FILES_PAPERS;
}

char *
yq_file_accept_text (const YqField *field)
{
  g_auto(GStrv) endings = g_strsplit (yq_file_accept (field), "|", -1);

  return g_strjoinv (_(", "), endings);
}

gint64
yq_file_max_bytes (const YqField *field)
{
  return field != NULL && field->max_bytes > 0 ? field->max_bytes : YQ_FILE_MAX;
}

gboolean
yq_file_takes_name (const YqField *field, const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *ending = g_ascii_strdown (dot != NULL ? dot + 1 : "", -1);

  return yq_word_in (yq_file_accept (field), ending);
}

gboolean
yq_file_takes_type (const YqField *field, const char *type)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].type, type))
      {
        g_auto(GStrv) endings = g_strsplit (kinds[i].endings, "|", -1);

        for (guint k = 0; endings[k] != NULL; k++)
          if (yq_word_in (yq_file_accept (field), endings[k]))
            return TRUE;
      }
  return FALSE;
}
