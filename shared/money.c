/* Amounts in fen, as people read and write them. */
#define G_LOG_DOMAIN "yiquan-money"

#include "money.h"

#include <string.h>

/* -- writing -- */

static char *
format_fen (gint64 fen, gboolean groups)
{
  guint64 size = fen < 0 ? -(guint64) fen : (guint64) fen;
  g_autofree char *yuan = g_strdup_printf ("%" G_GUINT64_FORMAT, size / 100);
  gsize length = strlen (yuan);
  GString *out = g_string_new (fen < 0 ? "-" : "");

  for (gsize i = 0; i < length; i++)
    {
      if (groups && i > 0 && (length - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, yuan[i]);
    }
  g_string_append_printf (out, ".%02u", (guint) (size % 100));
  return g_string_free (out, FALSE);
}

char *
yq_money_format (gint64 fen)
{
  return format_fen (fen, TRUE);
}

char *
yq_money_plain (gint64 fen)
{
  return format_fen (fen, FALSE);
}

static const char *const digits[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };

/* Below ten thousand. */
static void
append_thousands (GString *out, guint n)
{
  static const char *const units[] = { "仟", "佰", "拾", "" };
  guint unit = 1000;
  gboolean begun = FALSE, gap = FALSE;

  for (guint i = 0; i < 4; i++, unit /= 10)
    {
      guint digit = n / unit % 10;

      if (digit == 0)
        {
          gap = begun;
          continue;
        }
      if (gap)
        g_string_append (out, digits[0]);
      g_string_append (out, digits[digit]);
      g_string_append (out, units[i]);
      begun = TRUE;
      gap = FALSE;
    }
}

static void
append_chinese (GString *out, guint64 n)
{
  guint64 unit = n >= 100000000 ? 100000000 : 10000;

  if (n < 10000)
    {
      append_thousands (out, n);
      return;
    }
  append_chinese (out, n / unit);
  g_string_append (out, unit == 10000 ? "万" : "亿");
  if (n % unit != 0 && n % unit < unit / 10)
    g_string_append (out, digits[0]);
  append_chinese (out, n % unit);
}

char *
yq_money_chinese (gint64 fen)
{
  guint64 size = fen < 0 ? -(guint64) fen : (guint64) fen;
  guint jiao = size / 10 % 10, rest = size % 10;
  GString *out = g_string_new (fen < 0 ? "负" : "");

  if (size == 0)
    g_string_append (out, "零元整");
  if (size >= 100)
    {
      append_chinese (out, size / 100);
      g_string_append (out, size % 100 == 0 ? "元整" : "元");
    }
  if (jiao > 0)
    g_string_append_printf (out, "%s角", digits[jiao]);
  else if (rest > 0 && size >= 100)
    g_string_append (out, digits[0]);
  if (rest > 0)
    g_string_append_printf (out, "%s分", digits[rest]);
  return g_string_free (out, FALSE);
}

/* -- reading -- */

/* Half-width, without the spaces and signs around the number. */
static char *
bare_number (const char *text, gboolean *is_negative)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autoptr(GString) bare = g_string_new (g_strstrip (folded));

  *is_negative = FALSE;
  g_string_replace (bare, "\xe2\x88\x92", "-", 1); /* U+2212 */
  for (guint i = 0; i < 2; i++)                    /* "-¥5" and "¥-5" */
    {
      if (!*is_negative && g_str_has_prefix (bare->str, "-"))
        {
          *is_negative = TRUE;
          g_string_erase (bare, 0, 1);
        }
      if (i == 0 && g_str_has_prefix (bare->str, "¥"))
        g_string_erase (bare, 0, strlen ("¥"));
    }
  if (g_str_has_suffix (bare->str, "元"))
    g_string_truncate (bare, bare->len - strlen ("元"));
  return g_strdup (g_strstrip (bare->str));
}

/* "12,345" or "12345": the number of characters, 0 if malformed. */
static gsize
whole_part (const char *text)
{
  gsize length = strspn (text, "0123456789,");
  gsize first = strspn (text, "0123456789");

  if (first == length)
    return length;
  if (first < 1 || first > 3)
    return 0;
  for (gsize i = first; i < length; i += 4)
    if (text[i] != ',' || strspn (text + i + 1, "0123456789") != 3)
      return 0;
  return length;
}

gboolean
yq_money_parse (const char *text, gint64 *fen)
{
  gboolean is_negative;
  g_autofree char *number = NULL;
  gsize whole, decimals = 0;
  gint64 value = 0;

  if (text == NULL)
    return FALSE;
  number = bare_number (text, &is_negative);
  whole = whole_part (number);
  if (whole > 0 && number[whole] == '.')
    decimals = strspn (number + whole + 1, "0123456789");
  if (whole == 0 || decimals > 2 || (number[whole] == '.' && decimals == 0) ||
      number[whole + (decimals > 0 ? decimals + 1 : 0)] != '\0')
    return FALSE;

  for (gsize i = 0; i < whole + 3; i++)
    {
      int digit = 0;

      if (i < whole + 1 && !g_ascii_isdigit (number[i]))
        continue; /* a comma, the point, the end */
      if (i < whole || i - whole <= decimals)
        digit = number[i] - '0';
      if (__builtin_mul_overflow (value, (gint64) 10, &value) ||
          __builtin_sub_overflow (value, (gint64) digit, &value))
        return FALSE;
    }
  if (!is_negative && value == G_MININT64)
    return FALSE;
  *fen = is_negative ? value : -value;
  return TRUE;
}

gint64
yq_money_share (gint64 fen, gint64 basis_points)
{
  __int128 product = (__int128) fen * basis_points;
  __int128 share = product / 10000 - (product % 10000 < 0);

  return CLAMP (share, G_MININT64, G_MAXINT64);
}
