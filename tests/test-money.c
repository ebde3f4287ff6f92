/* Amounts: reading, writing, shares. */
#define G_LOG_DOMAIN "yiquan-test-money"

#include <glib.h>

#include "money.h"

static gint64
random_amount (void)
{
  gint64 value = (gint64) ((guint64) (guint) g_test_rand_int () << 32 | (guint) g_test_rand_int ());

  return value >> g_test_rand_int_range (0, 63);
}

static void
check_round_trip (gint64 fen)
{
  g_autofree char *grouped = yq_money_format (fen);
  g_autofree char *plain = yq_money_plain (fen);
  gint64 a = 1, b = 2;

  g_assert_true (yq_money_parse (grouped, &a));
  g_assert_true (yq_money_parse (plain, &b));
  g_assert_cmpint (a, ==, fen);
  g_assert_cmpint (b, ==, fen);
}

static void
test_what_is_written_is_read (void)
{
  const gint64 edges[] = { 0, 1, -1, 99, 100, 99999, 100000, 100000000, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    check_round_trip (edges[i]);
  for (guint i = 0; i < 100000; i++)
    check_round_trip (random_amount ());
}

static const struct
{
  const char *text;
  gint64 fen;
} readable[] = {
  { "12345.60", 1234560 },
  { "12,345.6", 1234560 },
  { "１２，３４５．６０", 1234560 },
  { "¥ 1,000", 100000 },
  { "￥1000元", 100000 },
  { " 1000 元 ", 100000 },
  { "　5000　", 500000 },
  { "-0.05", -5 },
  { "−¥3.2", -320 },
  { "¥-3.2", -320 },
  { "0", 0 },
  { "007", 700 },
  { "92233720368547758.07", G_MAXINT64 },
  { "-92233720368547758.08", G_MININT64 },
};
static const char *const unreadable[] = {
  "",
  " ",
  "元",
  "1,2345",
  "12,34,567",
  "1234,567",
  ",123",
  "1.234",
  "1.",
  ".5",
  "1..2",
  "1.2.3",
  "1 000",
  "1e3",
  "0x10",
  "+5",
  "--5",
  "-",
  "5元元",
  "5万元",
  "1,000,00",
  "1,",
  "五万",
  "5%",
  "NaN",
  "1.2,345",
  "92233720368547758.08",
  "92233720368547759",
  "99999999999999999999",
};

static void
test_reading (void)
{
  gint64 fen;

  for (guint i = 0; i < G_N_ELEMENTS (readable); i++)
    {
      fen = 42;
      g_assert_true (yq_money_parse (readable[i].text, &fen));
      g_assert_cmpint (fen, ==, readable[i].fen);
    }
  for (guint i = 0; i < G_N_ELEMENTS (unreadable); i++)
    if (yq_money_parse (unreadable[i], &fen))
      g_error ("“%s” was read as %" G_GINT64_FORMAT, unreadable[i], fen);
  g_assert_false (yq_money_parse (NULL, &fen));
  g_assert_false (yq_money_parse ("\xff\xfe", &fen));
}

static void
test_writing (void)
{
  g_autofree char *a = yq_money_format (123456789012);
  g_autofree char *b = yq_money_format (-5);
  g_autofree char *c = yq_money_plain (123456789012);

  g_assert_cmpstr (a, ==, "1,234,567,890.12");
  g_assert_cmpstr (b, ==, "-0.05");
  g_assert_cmpstr (c, ==, "1234567890.12");
}

static void
test_chinese_numerals (void)
{
  static const struct
  {
    gint64 fen;
    const char *words;
  } cases[] = {
    { 0, "零元整" },
    { 5, "伍分" },
    { 50, "伍角" },
    { 55, "伍角伍分" },
    { 100, "壹元整" },
    { 105, "壹元零伍分" },
    { 1000, "壹拾元整" },
    { 100530, "壹仟零伍元叁角" },
    { 140950, "壹仟肆佰零玖元伍角" },
    { 600714, "陆仟零柒元壹角肆分" },
    { 1680002, "壹万陆仟捌佰元零贰分" },
    { 5000000, "伍万元整" },
    { 10700053, "壹拾万柒仟元伍角叁分" },
    { 10050000, "壹拾万零伍佰元整" },
    { 10000000500, "壹亿零伍元整" },
    { 10005000000, "壹亿零伍万元整" },
    { 1020030000, "壹仟零贰拾万零叁佰元整" },
    { 100000000000000, "壹万亿元整" },
    { -5000, "负伍拾元整" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = yq_money_chinese (cases[i].fen);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_shares_round_down (void)
{
  g_assert_cmpint (yq_money_share (100, 5000), ==, 50);
  g_assert_cmpint (yq_money_share (101, 5000), ==, 50);
  g_assert_cmpint (yq_money_share (9999, 1), ==, 0);
  g_assert_cmpint (yq_money_share (10000, 1), ==, 1);
  g_assert_cmpint (yq_money_share (-101, 5000), ==, -51);
  g_assert_cmpint (yq_money_share (G_MAXINT64, 10000), ==, G_MAXINT64);
  g_assert_cmpint (yq_money_share (G_MAXINT64, 20000), ==, G_MAXINT64);
  for (guint i = 0; i < 10000; i++)
    {
      gint64 fen = ABS (random_amount () / 20000), points = g_test_rand_int_range (0, 10001);
      gint64 share = yq_money_share (fen, points);

      g_assert_cmpint (share * 10000, <=, fen * points);
      g_assert_cmpint (share * 10000 + 10000, >, fen * points);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/money/round-trip", test_what_is_written_is_read);
  g_test_add_func ("/money/reading", test_reading);
  g_test_add_func ("/money/writing", test_writing);
  g_test_add_func ("/money/chinese", test_chinese_numerals);
  g_test_add_func ("/money/shares", test_shares_round_down);

  return g_test_run ();
}
