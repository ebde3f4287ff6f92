/* Draws picture codes as grey PNGs of thick, bent strokes, and remembers what they say. */
#define G_LOG_DOMAIN "yiquand-picture"

#include "picture-code.h"

#include <math.h>
#include <sodium.h>
#include <string.h>
#include <zlib.h>

#include "clock.h"
#include "ids.h"

#define N_CHARACTERS 5
#define LIFE (5 * 60 * YQ_SECOND)
#define MAX_CODES 10000
#define WIDTH 190
#define HEIGHT 64

typedef struct
{
  char text[N_CHARACTERS + 1];
  gint64 expires_at;
} Code;

struct _YqPictureCodes
{
  GMutex lock;
  GHashTable *codes; /* id -> Code */
  GQueue order;      /* the ids, oldest first; owned by the table */
};

/* Strokes on a grid of 5 by 7 points, x then y; a space lifts the pen.  No character that is taken
 * for another one (0 and O, 1 and I, 5 and S). */
/* clang-format off */
static const struct
{
  char character;
  const char *strokes;
} glyphs[] = {
  { '2', "011030414203064606" },
  { '3', "00402210234445163605" },
  { '4', "30044434 3036" },
  { '6', "4010020516364434130405" },
  { '7', "004016" },
  { '8', "1001021343443616051434414030 10 13" },
  { '9', "43130201103041453616" },
  { 'A', "0602203042 4246 0444" },
  { 'C', "41301001051636 3645" },
  { 'E', "40000646 0333" },
  { 'F', "400006 0333" },
  { 'H', "0006 4046 0343" },
  { 'K', "0006 400346" },
  { 'L', "000646" },
  { 'M', "0600234046" },
  { 'N', "06004640" },
  { 'P', "060030414233 3303" },
  { 'R', "060030414233 3303 2346" },
  { 'T', "0040 2026" },
  { 'U', "000516364540" },
  { 'V', "002640" },
  { 'W', "0016233640" },
  { 'X', "0046 4006" },
  { 'Y', "002340 2326" },
};
/* clang-format on */

/* -- drawing -- */

typedef struct
{
  guint8 grey[HEIGHT][WIDTH];
  double wave, phase; /* how the whole picture bends */
} Canvas;

static double
between (double from, double to)
{
  return from + (to - from) * randombytes_uniform (10001) / 10000.0;
}

/* A round pen from a to b; the edge is soft. */
static void
draw_line (Canvas *canvas, double ax, double ay, double bx, double by, double radius, int ink)
{
  double dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
  int left = MAX ((int) (MIN (ax, bx) - radius - 1), 0);
  int right = MIN ((int) (MAX (ax, bx) + radius + 2), WIDTH);
  int top = MAX ((int) (MIN (ay, by) - radius - 1), 0);
  int bottom = MIN ((int) (MAX (ay, by) + radius + 2), HEIGHT);

  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      {
        double t = length > 0 ? CLAMP (((x - ax) * dx + (y - ay) * dy) / length, 0, 1) : 0;
        double away = hypot (x - ax - t * dx, y - ay - t * dy);
        double cover = CLAMP (radius + 0.5 - away, 0, 1);

        canvas->grey[y][x] = MIN (canvas->grey[y][x], 255 - (int) (cover * (255 - ink)));
      }
}

typedef struct
{
  double x, y, scale_x, scale_y, turn;
} Place;

static void
map (const Canvas *canvas, const Place *place, const char *point, double *x, double *y)
{
  double u = (point[0] - '2') * place->scale_x, v = (point[1] - '3') * place->scale_y;

  *x = place->x + u * cos (place->turn) - v * sin (place->turn);
  *y = place->y + u * sin (place->turn) + v * cos (place->turn);
  *y += canvas->wave * sin (*x / 14 + canvas->phase);
}

static void
draw_glyph (Canvas *canvas, const Place *place, const char *strokes, double radius)
{
  for (const char *at = strokes; at[0] != '\0' && at[1] != '\0'; at += 2)
    {
      double ax, ay, bx, by;

      if (*at == ' ')
        at++;
      if (at[2] == '\0' || at[2] == ' ')
        continue;
      map (canvas, place, at, &ax, &ay);
      map (canvas, place, at + 2, &bx, &by);
      draw_line (canvas, ax, ay, bx, by, radius, 40);
    }
}

static const char *
find_strokes (char character)
{
  for (guint i = 0; i < G_N_ELEMENTS (glyphs); i++)
    if (glyphs[i].character == character)
      return glyphs[i].strokes;
  return "";
}

static void
draw_noise (Canvas *canvas)
{
  for (guint i = 0; i < 3; i++)
    {
      double y = between (8, HEIGHT - 8), slope = between (-0.15, 0.15), bend = between (3, 7);
      double phase = between (0, 6), last = y;

      for (int x = 4; x < WIDTH; x += 4)
        {
          double next = y + slope * x + bend * sin (x / 17.0 + phase);

          draw_line (canvas, x - 4, x == 4 ? next : last, x, next, 0.7, 90);
          last = next;
        }
    }
  for (guint i = 0; i < 120; i++)
    canvas->grey[randombytes_uniform (HEIGHT)][randombytes_uniform (WIDTH)] =
      100 + randombytes_uniform (80);
}

/* -- PNG -- */

static void
append_number (GByteArray *out, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (out, (const guint8 *) &big, sizeof big);
}

static void
append_chunk (GByteArray *out, const char *type, const guint8 *data, gsize size)
{
  guint start;

  append_number (out, size);
  start = out->len;
  g_byte_array_append (out, (const guint8 *) type, 4);
  g_byte_array_append (out, data, size);
  append_number (out, crc32 (0, out->data + start, out->len - start));
}

static GBytes *
write_png (const Canvas *canvas)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  /* width, height, 8 bits, grey, deflate, filter 0, not interlaced */
  static const guint8 head[] = { 0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, 0, 0, 0, 0 };
  guint8 rows[HEIGHT][WIDTH + 1];
  uLongf size = compressBound (sizeof rows);
  g_autofree guint8 *packed = g_malloc (size);
  GByteArray *out = g_byte_array_new ();

  for (guint y = 0; y < HEIGHT; y++)
    {
      rows[y][0] = 0;
      memcpy (&rows[y][1], canvas->grey[y], WIDTH);
    }
  compress2 (packed, &size, (const guint8 *) rows, sizeof rows, 6);
  g_byte_array_append (out, signature, sizeof signature);
  append_chunk (out, "IHDR", head, sizeof head);
  append_chunk (out, "IDAT", packed, size);
  append_chunk (out, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
yq_picture_code_draw (const char *text)
{
  Canvas canvas = { .wave = between (1.5, 3), .phase = between (0, 6) };
  double step = (WIDTH - 30.0) / N_CHARACTERS;

  memset (canvas.grey, 255, sizeof canvas.grey);
  draw_noise (&canvas);
  for (guint i = 0; text[i] != '\0'; i++)
    {
      Place place = { 15 + step * (i + 0.5) + between (-2, 2), HEIGHT / 2 + between (-4, 4),
                      between (4.2, 5.2), between (5, 6.2), between (-0.3, 0.3) };

      draw_glyph (&canvas, &place, find_strokes (text[i]), between (1.5, 2.2));
    }
  return write_png (&canvas);
}

/* -- the codes -- */

YqPictureCodes *
yq_picture_codes_new (void)
{
  YqPictureCodes *self = g_new0 (YqPictureCodes, 1);

  g_mutex_init (&self->lock);
  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->order);
  return self;
}

void
yq_picture_codes_free (YqPictureCodes *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->codes);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gint64
yq_picture_codes_life (void)
{
  return LIFE;
}

static void
drop_oldest (YqPictureCodes *self)
{
  char *id = g_queue_pop_head (&self->order);

  g_hash_table_remove (self->codes, id);
}

char *
yq_picture_codes_add (YqPictureCodes *self, gint64 now, GBytes **png)
{
  Code *code = g_new0 (Code, 1);
  char *id = yq_id_new ();

  for (guint i = 0; i < N_CHARACTERS; i++)
    code->text[i] = glyphs[randombytes_uniform (G_N_ELEMENTS (glyphs))].character;
  code->expires_at = now + LIFE;
  *png = yq_picture_code_draw (code->text);

  g_mutex_lock (&self->lock);
  while (self->order.length >= MAX_CODES)
    drop_oldest (self);
  g_queue_push_tail (&self->order, id);
  g_hash_table_insert (self->codes, id, code);
  id = g_strdup (id);
  g_mutex_unlock (&self->lock);
  return id;
}

gboolean
yq_picture_codes_try (YqPictureCodes *self, const char *id, const char *text, gint64 now)
{
  g_autofree char *typed = g_ascii_strup (text, -1);
  gpointer key, value;
  gboolean is_right = FALSE;

  g_strstrip (typed);
  g_mutex_lock (&self->lock);
  if (g_hash_table_lookup_extended (self->codes, id, &key, &value))
    {
      const Code *code = value;

      is_right = now < code->expires_at && strcmp (code->text, typed) == 0;
      g_queue_remove (&self->order, key);
      g_hash_table_remove (self->codes, id);
    }
  g_mutex_unlock (&self->lock);
  return is_right;
}

char *
yq_picture_codes_peek (YqPictureCodes *self, const char *id)
{
  const Code *code;
  char *text;

  g_mutex_lock (&self->lock);
  code = g_hash_table_lookup (self->codes, id);
  text = code != NULL ? g_strdup (code->text) : NULL;
  g_mutex_unlock (&self->lock);
  return text;
}
