/* Cuts text into the tokens that SQLite's unicode61 keeps whole: pairs of Chinese neighbours, and
 * words. */
#define G_LOG_DOMAIN "yiquan-search"

#include "search-text.h"

#include <string.h>

#include "han-table.h"

#define GAP "\xee\x80\x80" /* U+E000 between two runs that would join into a false phrase */
#define MAX_TOKEN 40       /* characters; words are cut there on both sides */
#define MAX_STARTS 12      /* places inside a word from which it can be found */
#define MAX_PARTS 16       /* of what a person typed */
#define MAX_TYPED 400      /* bytes */
#define MAX_KEY 48         /* characters */

typedef enum
{
  KIND_NONE,
  KIND_HAN,  /* written without spaces: Chinese, kana, Hangul */
  KIND_WORD, /* letters and digits of the others */
  KIND_JOIN, /* inside a word: SU-8010, GC/MS */
} Kind;

/* A run of one kind: words may hold joining characters inside. */
typedef struct
{
  Kind kind;
  const char *text;
  gsize size;   /* bytes */
  guint length; /* characters */
} Run;

static gboolean
is_han (gunichar c)
{
  GUnicodeScript script;

  if (c < 0x2e80)
    return FALSE;
  if (c >= 0x4e00 && c <= 0x9fff)
    return TRUE;
  script = g_unichar_get_script (c);
  return g_unichar_isalnum (c) &&
         (script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA ||
          script == G_UNICODE_SCRIPT_KATAKANA || script == G_UNICODE_SCRIPT_HANGUL ||
          script == G_UNICODE_SCRIPT_BOPOMOFO);
}

static Kind
kind_of (gunichar c)
{
  if (is_han (c))
    return KIND_HAN;
  if (g_unichar_isalnum (c))
    return KIND_WORD;
  if ((c < 0x80 && strchr ("-_./+&'*", c) != NULL) || c == 0xb7 || (c >= 0x2010 && c <= 0x2015) ||
      c == 0x2212)
    return KIND_JOIN;
  return KIND_NONE;
}

/* Marks that change how a character looks, not what it is: they would tear words apart. */
static gboolean
is_invisible (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_FORMAT || type == G_UNICODE_NON_SPACING_MARK ||
         type == G_UNICODE_ENCLOSING_MARK;
}

/* What most text is made of folds by itself, a character to a character; 0 where it does not. */
static gunichar
fold_plain (gunichar c)
{
  if (c >= 0xff01 && c <= 0xff5e) /* full width */
    c -= 0xfee0;
  if (c == 0x3000)
    return ' ';
  if (c < 0x80)
    return (gunichar) g_ascii_tolower ((char) c);
  if ((c >= 0x4e00 && c <= 0x9fff) || c == 0x3001 || c == 0x3002 || c == 0xb7 ||
      (c >= 0x2013 && c <= 0x2014) || (c >= 0x201c && c <= 0x201d))
    return c;
  return 0;
}

/* NULL where the text needs all of Unicode's rules. */
static char *
fold_plain_text (const char *text)
{
  g_autoptr(GString) out = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0';)
    {
      gunichar c = (guchar) *p < 0x80 ? (gunichar) *p : g_utf8_get_char_validated (p, -1);
      gunichar folded = fold_plain (c);

      if (folded == 0)
        return NULL;
      if (folded < 0x80)
        g_string_append_c (out, (char) folded);
      else
        g_string_append_unichar (out, folded);
      p = g_utf8_next_char (p);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
fold_any_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (normal, -1);
  g_autofree char *again = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
  GString *out = g_string_sized_new (strlen (again));

  for (const char *p = again; *p != '\0'; p = g_utf8_next_char (p))
    if ((guchar) *p < 0x80 || !is_invisible (g_utf8_get_char (p)))
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
  return g_string_free (out, FALSE);
}

char *
yq_search_fold (const char *text)
{
  char *folded = fold_plain_text (text != NULL ? text : "");

  return folded != NULL ? folded : fold_any_text (text);
}

/* The next run of folded text from *at on; FALSE at its end. */
static gboolean
next_run (const char **at, Run *run)
{
  const char *p = *at;
  Kind kind = KIND_NONE;

  while (*p != '\0' && (kind = kind_of (g_utf8_get_char (p))) != KIND_HAN && kind != KIND_WORD)
    p = g_utf8_next_char (p);
  *run = (Run){ .kind = kind, .text = p };
  if (*p == '\0')
    return FALSE;
  while (*p != '\0')
    {
      const char *next = g_utf8_next_char (p);
      Kind here = kind_of (g_utf8_get_char (p));
      gboolean joins = here == KIND_JOIN && kind == KIND_WORD && *next != '\0' &&
                       kind_of (g_utf8_get_char (next)) == KIND_WORD;

      if (here != kind && !joins)
        break;
      p = next;
      run->length++;
    }
  run->size = p - run->text;
  *at = p;
  return TRUE;
}

/* -- words -- */

/* The word without its joining characters, at most MAX_TOKEN * 4 characters of it; starts receives
 * the byte offsets where a part begins: at its head, behind a joining character, between letters
 * and digits. */
static char *
join_word (const Run *run, gsize starts[MAX_STARTS], guint *n_starts)
{
  GString *out = g_string_new (NULL);
  gboolean begins = TRUE, digit = FALSE;
  guint length = 0;

  *n_starts = 0;
  for (const char *p = run->text; p < run->text + run->size && length < MAX_TOKEN * 4;
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (kind_of (c) == KIND_JOIN)
        {
          begins = TRUE;
          continue;
        }
      if (begins || g_unichar_isdigit (c) != digit)
        {
          if (*n_starts < MAX_STARTS)
            starts[(*n_starts)++] = out->len;
          digit = g_unichar_isdigit (c);
        }
      begins = FALSE;
      g_string_append_unichar (out, c);
      length++;
    }
  return g_string_free (out, FALSE);
}

static gsize
token_size (const char *text)
{
  const char *end = text;

  for (guint i = 0; i < MAX_TOKEN && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  return end - text;
}

/* "su-8010" is found as su8010 and as 8010. */
static void
append_word (GString *out, const Run *run)
{
  gsize starts[MAX_STARTS];
  guint n_starts;
  g_autofree char *word = join_word (run, starts, &n_starts);

  for (guint i = 0; i < n_starts; i++)
    {
      g_string_append_len (out, word + starts[i], token_size (word + starts[i]));
      g_string_append_c (out, ' ');
    }
}

/* -- pairs -- */

/* The letter a character's pinyin begins with, or 0. */
static char
initial_of (gunichar c)
{
  gsize i = c - HAN_FIRST;

  if (c < HAN_FIRST || i >= sizeof han_initials - 1 || han_initials[i] == '-')
    return 0;
  return han_initials[i];
}

static void
append_pairs (GString *out, const Run *run)
{
  const char *p = run->text;

  for (guint i = 0; i + 1 < run->length; i++)
    {
      const char *next = g_utf8_next_char (p);

      g_string_append_len (out, p, g_utf8_next_char (next) - p);
      g_string_append_c (out, ' ');
      p = next;
    }
}

/* "ab bc" from "ab, bc" would be found as the phrase "abc": say where one run ends. */
static void
append_gap (GString *out, const Run *before, const Run *run)
{
  const char *last;

  if (before->kind != KIND_HAN || run->length < 2)
    return;
  last = g_utf8_prev_char (before->text + before->size);
  if (g_utf8_get_char (last) == g_utf8_get_char (run->text))
    g_string_append (out, GAP " ");
}

static char *
finish (GString *out)
{
  if (out->len > 0)
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static char *
pairs_of (const char *folded)
{
  const char *at = folded;
  Run run, before = { KIND_NONE };
  GString *out = g_string_new (NULL);

  for (; next_run (&at, &run); before = run)
    if (run.kind == KIND_HAN)
      {
        append_gap (out, &before, &run);
        append_pairs (out, &run);
      }
    else
      append_word (out, &run);
  return finish (out);
}

char *
yq_search_pairs (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);

  return pairs_of (folded);
}

static char *
singles_of (const char *folded)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);
  GString *out = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_han (c) && g_hash_table_add (seen, GUINT_TO_POINTER (c)))
        {
          g_string_append_unichar (out, c);
          g_string_append_c (out, ' ');
        }
    }
  return finish (out);
}

char *
yq_search_singles (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);

  return singles_of (folded);
}

static char *
initials_of (const char *folded)
{
  GString *out = g_string_new (NULL);
  char last = 0;
  gboolean gap = FALSE;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      char letter = initial_of (g_utf8_get_char (p));

      if (letter != 0 && last != 0)
        {
          if (gap)
            g_string_append (out, GAP " ");
          g_string_append_c (out, last);
          g_string_append_c (out, letter);
          g_string_append_c (out, ' ');
          gap = FALSE;
        }
      else if (letter == 0)
        gap = out->len > 0;
      last = letter;
    }
  return finish (out);
}

char *
yq_search_initials (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);

  return initials_of (folded);
}

void
yq_search_cut (const char *text, char **pairs, char **singles, char **initials)
{
  g_autofree char *folded = yq_search_fold (text);

  *pairs = pairs_of (folded);
  *singles = singles_of (folded);
  *initials = initials_of (folded);
}

char *
yq_search_letters (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);
  GString *out = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      char letter = initial_of (g_utf8_get_char (p));

      if (letter != 0)
        g_string_append_c (out, letter);
    }
  return g_string_free (out, FALSE);
}

/* -- what a person typed -- */

static void
append_prefix (GString *out, const char *word, gsize size)
{
  g_string_append_printf (out, "pairs : \"%.*s\" *", (int) size, word);
}

/* Parts of a word one after another, all of two characters or more: "su 8010" for su8010. */
static void
append_parts (GString *out, const char *word, const gsize *starts, guint n_starts)
{
  gsize size = strlen (word);

  if (n_starts < 2 || n_starts > 4)
    return;
  for (guint i = 0; i < n_starts; i++)
    if ((i + 1 < n_starts ? starts[i + 1] : size) - starts[i] < 2)
      return;
  for (guint i = 0; i < n_starts; i++)
    {
      const char *part = word + starts[i];
      gsize length = (i + 1 < n_starts ? starts[i + 1] : size) - starts[i];

      g_string_append (out, i == 0 ? " OR (" : " AND ");
      append_prefix (out, part, MIN (length, token_size (part)));
    }
  g_string_append_c (out, ')');
}

/* Letters may be the beginnings of Chinese syllables: smdj for 扫描电镜. */
static void
append_initials (GString *out, const char *word)
{
  gsize length = strlen (word);

  if (length < 2 || length > MAX_TOKEN || strspn (word, "abcdefghjklmnopqrstwxyz") != length)
    return;
  g_string_append (out, " OR initials : \"");
  for (gsize i = 0; i + 1 < length; i++)
    g_string_append_printf (out, "%s%.2s", i > 0 ? " " : "", word + i);
  g_string_append_c (out, '"');
}

static void
append_typed_word (GString *out, const Run *run)
{
  gsize starts[MAX_STARTS];
  guint n_starts;
  g_autofree char *word = join_word (run, starts, &n_starts);

  g_string_append_c (out, '(');
  append_prefix (out, word, token_size (word));
  append_parts (out, word, starts, n_starts);
  append_initials (out, word);
  g_string_append_c (out, ')');
}

static void
append_typed_han (GString *out, const Run *run)
{
  if (run->length == 1)
    g_string_append_printf (out, "singles : \"%.*s\"", (int) run->size, run->text);
  else
    {
      g_string_append (out, "pairs : \"");
      append_pairs (out, run);
      g_string_truncate (out, out->len - 1);
      g_string_append_c (out, '"');
    }
}

static void
append_filter (GString *out, const char *token)
{
  g_string_append (out, "filters : \"");
  for (const char *p = token; *p != '\0'; p++)
    g_string_append_printf (out, *p == '"' ? "\"\"" : "%c", *p);
  g_string_append_c (out, '"');
}

char *
yq_search_query (const char *typed, const char *const *filters)
{
  g_autofree char *folded = yq_search_fold (typed);
  const char *at = folded;
  GString *out = g_string_new (NULL);
  Run run;

  if (strlen (folded) > MAX_TYPED)
    *g_utf8_find_prev_char (folded, folded + MAX_TYPED) = '\0';
  for (guint i = 0; i < MAX_PARTS && next_run (&at, &run); i++)
    {
      g_string_append (out, out->len > 0 ? " AND " : "");
      if (run.kind == KIND_HAN)
        append_typed_han (out, &run);
      else
        append_typed_word (out, &run);
    }
  for (guint i = 0; filters != NULL && filters[i] != NULL; i++)
    {
      g_string_append (out, out->len > 0 ? " AND " : "");
      append_filter (out, filters[i]);
    }
  if (out->len > 0)
    return g_string_free (out, FALSE);
  g_string_free (out, TRUE);
  return NULL;
}

/* -- one text without an index -- */

typedef char *(*MakeColumn) (const char *folded);

static const struct
{
  const char *name;
  MakeColumn make;
} columns[] = {
  { "pairs : ", pairs_of },
  { "singles : ", singles_of },
  { "initials : ", initials_of },
};

typedef struct
{
  const char *at;                       /* in the query */
  gboolean is_decided;                  /* the rest is only read past */
  char *folded;                         /* the text */
  char *tokens[G_N_ELEMENTS (columns)]; /* of it, where they were asked for */
} Match;

static gboolean
skip (Match *match, const char *word)
{
  if (!g_str_has_prefix (match->at, word))
    return FALSE;
  match->at += strlen (word);
  return TRUE;
}

/* Tokens stand one space apart: a phrase is where it begins and ends at one of them. */
static gboolean
holds (const char *tokens, const char *phrase, gsize size, gboolean is_prefix)
{
  for (const char *p = tokens; size > 0 && p != NULL; p = strchr (p, ' '))
    {
      p += *p == ' ';
      if (strncmp (p, phrase, size) == 0 && (is_prefix || p[size] == '\0' || p[size] == ' '))
        return TRUE;
    }
  return FALSE;
}

/* Of most texts a look at the phrase's first token is enough: Chinese stands together in the text
 * (a single character is found with that), and of a word all letters come in their order.  Initials
 * stand nowhere. */
static gboolean
may_hold (Match *match, guint column, const char *token)
{
  gsize size = strcspn (token, " \"");
  const char *at = match->folded;

  if (columns[column].make == initials_of)
    return TRUE;
  if (is_han (g_utf8_get_char (token)))
    return memmem (at, strlen (at), token, size) != NULL;
  for (gsize i = 0; i < size && at != NULL; i++)
    at = (at = strchr (at, token[i])) != NULL ? at + 1 : NULL;
  return at != NULL;
}

/* pairs : "ab bc"   or   pairs : "word" * */
static gboolean
match_phrase (Match *match)
{
  const char *phrase, *end;
  gboolean is_prefix;
  guint column = 0;

  while (column < G_N_ELEMENTS (columns) && !skip (match, columns[column].name))
    column++;
  g_return_val_if_fail (column < G_N_ELEMENTS (columns) && *match->at == '"', FALSE);

  phrase = match->at + 1;
  end = strchr (phrase, '"');
  match->at = end + 1;
  is_prefix = skip (match, " *");
  if (match->is_decided || !may_hold (match, column, phrase))
    return FALSE;
  if (columns[column].make == singles_of)
    return TRUE;
  if (match->tokens[column] == NULL)
    match->tokens[column] = columns[column].make (match->folded);
  return holds (match->tokens[column], phrase, end - phrase, is_prefix);
}

static gboolean match_any (Match *match);

static gboolean
match_one (Match *match)
{
  gboolean found;

  if (!skip (match, "("))
    return match_phrase (match);
  found = match_any (match);
  skip (match, ")");
  return found;
}

static gboolean
match_all (Match *match)
{
  gboolean was_decided = match->is_decided;
  gboolean found = match_one (match);

  while (skip (match, " AND "))
    {
      match->is_decided = was_decided || !found;
      found = match_one (match) && found;
    }
  match->is_decided = was_decided;
  return found;
}

static gboolean
match_any (Match *match)
{
  gboolean was_decided = match->is_decided;
  gboolean found = match_all (match);

  while (skip (match, " OR "))
    {
      match->is_decided = was_decided || found;
      found = match_all (match) || found;
    }
  match->is_decided = was_decided;
  return found;
}

gboolean
yq_search_matches (const char *query, const char *text)
{
  Match match = { .at = query, .folded = yq_search_fold (text) };
  gboolean found = match_any (&match);

  g_free (match.folded);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    g_free (match.tokens[i]);
  return found;
}

/* -- sorting -- */

/* value in n hexadecimal digits; as printf would, in a tenth of the time. */
static void
append_hex (GString *out, guint value, guint n)
{
  while (n-- > 0)
    g_string_append_c (out, "0123456789abcdef"[value >> 4 * n & 15]);
}

/* ASCII as it is; GB 2312 by its code (level 1 is in the order of pinyin); then the rest of GBK,
 * then all others by Unicode. */
static void
append_key (GString *out, gunichar c)
{
  guint code =
    c >= HAN_FIRST && c - HAN_FIRST < G_N_ELEMENTS (han_codes) ? han_codes[c - HAN_FIRST] : 0;

  if (c < 0x80)
    append_hex (out, c, 2);
  else if (code >= 0xb0a1 && code <= 0xf7fe && (code & 0xff) >= 0xa1)
    append_hex (out, code, 4);
  else if (code != 0)
    append_hex (out, 0xf80000 | code, 6);
  else
    append_hex (out, 0xf9000000 | c, 8);
}

char *
yq_search_sort_key (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (const char *p = g_strstrip (folded); *p != '\0' && n < MAX_KEY;
       p = g_utf8_next_char (p), n++)
    append_key (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}
