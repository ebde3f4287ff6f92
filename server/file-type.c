/* What a file is, by its first bytes: names and headers lie. */
#define G_LOG_DOMAIN "yiquand-files"

#include "files.h"

#include <string.h>

#define LOOK 4096 /* how far the names inside an archive are searched */

/* clang-format off */
static const struct
{
  const char *magic;
  gsize size;
  const char *type;
} kinds[] = {
  { "%PDF-", 5, "application/pdf" },
  { "\xff\xd8\xff", 3, "image/jpeg" },
  { "\x89PNG\r\n\x1a\n", 8, "image/png" },
  { "BM", 2, "image/bmp" },
  { "Rar!\x1a\x07", 6, "application/vnd.rar" },
  { "PK\x03\x04", 4, "application/zip" },
  { "PK\x05\x06", 4, "application/zip" }, /* an empty one */
  { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "application/x-ole-storage" },
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
yq_files_type (gconstpointer data, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].size && memcmp (data, kinds[i].magic, kinds[i].size) == 0)
      return refine (kinds[i].type, data, size);
  return NULL;
}
