/* Identifiers and their check characters. */
#define G_LOG_DOMAIN "yiquan-ids"

#include "ids.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"

#define USCC_LENGTH 18
#define RESIDENT_LENGTH 18
#define CLOCK_WENT_BACK (10 * YQ_SECOND)

static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* The time and a counter behind it that never fall, so that ids of one process sort as they were
 * made. */
static gint64
next_tick (guint random, guint *counter)
{
  static GMutex mutex;
  static gint64 last_ms;
  static guint last_counter;
  gint64 now = MAX (yq_clock_now (), 0);

  g_mutex_lock (&mutex);
  if (now > last_ms || now < last_ms - CLOCK_WENT_BACK)
    {
      last_ms = now;
      last_counter = random & 0x7ff;
    }
  else if (++last_counter > 0xfff)
    {
      last_ms++;
      last_counter = random & 0x7ff;
    }
  now = last_ms;
  *counter = last_counter;
  g_mutex_unlock (&mutex);
  return now;
}

char *
yq_id_new (void)
{
  guint8 random[10];
  guint counter;
  gint64 ms;

  if (getentropy (random, sizeof random) != 0)
    g_error ("The kernel gives no random numbers");
  ms = next_tick (random[8] << 8 | random[9], &counter);
  return g_strdup_printf ("%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          (guint) (ms >> 16 & 0xffffffff), (guint) (ms & 0xffff), counter,
                          (random[0] & 0x3f) | 0x80, random[1], random[2], random[3], random[4],
                          random[5], random[6], random[7]);
}

gboolean
yq_id_is_valid (const char *id)
{
  guint i;

  if (id == NULL)
    return FALSE;
  for (i = 0; i < YQ_ID_SIZE - 1; i++)
    {
      gboolean is_dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (is_dash ? id[i] != '-' : !(g_ascii_isdigit (id[i]) || (id[i] >= 'a' && id[i] <= 'f')))
        return FALSE;
    }
  return id[i] == '\0';
}

gboolean
yq_uscc_is_well_formed (const char *code)
{
  return code != NULL && strlen (code) == USCC_LENGTH &&
         strspn (code, uscc_alphabet) == USCC_LENGTH;
}

gboolean
yq_uscc_is_valid (const char *code)
{
  guint sum = 0, weight = 1;

  if (!yq_uscc_is_well_formed (code))
    return FALSE;
  for (guint i = 0; i < USCC_LENGTH - 1; i++)
    {
      sum += (strchr (uscc_alphabet, code[i]) - uscc_alphabet) * weight;
      weight = weight * 3 % 31;
    }
  return code[USCC_LENGTH - 1] == uscc_alphabet[(31 - sum % 31) % 31];
}

char *
yq_organisation_code (const char *uscc)
{
  if (!yq_uscc_is_well_formed (uscc))
    return NULL;
  return g_strdup_printf ("%.8s-%c", uscc + 8, uscc[16]);
}

gboolean
yq_resident_id_is_valid (const char *number)
{
  static const guint weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  g_autofree char *date = NULL;
  guint sum = 0;

  if (number == NULL || strlen (number) != RESIDENT_LENGTH ||
      strspn (number, "0123456789") < RESIDENT_LENGTH - 1 || number[0] == '0')
    return FALSE;
  date = g_strdup_printf ("%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
  if (!yq_date_is_valid (date) || strcmp (date, "1800-01-01") < 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += (number[i] - '0') * weights[i];
  return number[RESIDENT_LENGTH - 1] == "10X98765432"[sum % 11];
}
