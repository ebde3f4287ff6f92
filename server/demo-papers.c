/* The papers that demo records carry: small PDF files in Chinese, and one image of an invoice. */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include <qrencode.h>
#include <string.h>
#include <zlib.h>

#include "load-data.h"

typedef struct
{
  const char *name;  /* of the file */
  const char *owner; /* the account that uploads it */
  const char *lines[8];
} Paper;

/* clang-format off */
static const Paper papers[YQ_DEMO_N_PAPERS] = {
  [YQ_DEMO_CONTRACT] = { "技术服务合同.pdf", "enterprise1", {
    "技术服务合同", "甲方：委托单位（企业）", "乙方：服务单位（载体）",
    "一、乙方按约定的仪器和方法完成样品测试，出具测试报告。", "二、服务费用按双方确认的收费标准结算。",
    "三、甲方使用科技创新券抵扣的部分，按当地规定办理兑付。", "（演示资料，不具法律效力）" } },
  [YQ_DEMO_REPORT] = { "测试报告.pdf", "carrier1", {
    "测试报告", "样品：委托方送样", "方法：按相关国家标准执行", "结果：见附表及图谱，样品符合委托要求。",
    "（演示资料）" } },
  [YQ_DEMO_LICENCE] = { "营业执照.pdf", "enterprise1", {
    "营业执照（副本）", "统一社会信用代码、名称、住所、法定代表人见登记信息。", "（演示资料）" } },
  [YQ_DEMO_COMMITMENT] = { "承诺书.pdf", "carrier1", {
    "承诺书", "本单位承诺遵守科技创新券管理规定，提供的服务真实、合规。", "（演示资料）" } },
  [YQ_DEMO_INVOICE] = { "发票.png", "enterprise1", { "01,32,,26332000000012345678,6000.00,20260302,,8A1B" } },
};
/* clang-format on */

/* -- PDF: one page, the Chinese font every reader brings along -- */

static void
append_text (GString *out, const char *utf8)
{
  gsize written = 0;
  g_autofree char *utf16 = g_convert (utf8, -1, "UTF-16BE", "UTF-8", NULL, &written, NULL);

  g_string_append_c (out, '<');
  for (gsize i = 0; i < written; i++)
    g_string_append_printf (out, "%02X", (guint8) utf16[i]);
  g_string_append_c (out, '>');
}

static GString *
make_page (const Paper *paper)
{
  GString *page = g_string_new ("BT\n");

  for (guint i = 0; i < G_N_ELEMENTS (paper->lines) && paper->lines[i] != NULL; i++)
    {
      g_string_append_printf (page, "/F1 %d Tf 1 0 0 1 %d %d Tm ", i == 0 ? 20 : 12,
                              i == 0 ? 230 : 80, 760 - 34 * (int) i);
      append_text (page, paper->lines[i]);
      g_string_append (page, " Tj\n");
    }
  return g_string_append (page, "ET\n");
}

static GBytes *
make_pdf (const Paper *paper)
{
  g_autoptr(GString) page = make_page (paper);
  g_autofree char *content =
    g_strdup_printf ("<< /Length %u >>\nstream\n%sendstream", (guint) page->len, page->str);
  const char *const objects[] = {
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    " /Resources << /Font << /F1 5 0 R >> >> >>",
    content,
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
    " /DescendantFonts [6 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >>"
    " /FontDescriptor 7 0 R /DW 1000 >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
  };
  GString *pdf = g_string_new ("%PDF-1.5\n");
  gsize offsets[G_N_ELEMENTS (objects)], table;

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      offsets[i] = pdf->len;
      g_string_append_printf (pdf, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
  table = pdf->len;
  g_string_append_printf (pdf, "xref\n0 %u\n0000000000 65535 f \n",
                          (guint) G_N_ELEMENTS (objects) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_string_append_printf (pdf, "%010u 00000 n \n", (guint) offsets[i]);
  g_string_append_printf (pdf, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%u\n%%%%EOF\n",
                          (guint) G_N_ELEMENTS (objects) + 1, (guint) table);
  return g_string_free_to_bytes (pdf);
}

/* -- PNG: the QR code that is printed on an invoice -- */

static void
append_chunk (GByteArray *png, const char *type, const guint8 *data, guint32 length)
{
  guint32 size = GUINT32_TO_BE (length);
  guint32 crc = crc32 (crc32 (0, (const guint8 *) type, 4), data, length);

  if (length == 0)
    crc = crc32 (0, (const guint8 *) type, 4);
  crc = GUINT32_TO_BE (crc);
  g_byte_array_append (png, (const guint8 *) &size, 4);
  g_byte_array_append (png, (const guint8 *) type, 4);
  if (length > 0)
    g_byte_array_append (png, data, length);
  g_byte_array_append (png, (const guint8 *) &crc, 4);
}

static GBytes *
make_png (const char *code)
{
  enum
  {
    SCALE = 8,
    MARGIN = 4
  };
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', 13, 10, 26, 10 };
  QRcode *qr = QRcode_encodeString (code, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  guint side = (qr->width + 2 * MARGIN) * SCALE;
  g_autofree guint8 *rows = g_malloc (side * (side + 1));
  guint8 head[13] = { side >> 24, side >> 16, side >> 8, side, side >> 24, side >> 16, side >> 8,
                      side,       8,          0,         0,    0,          0 };
  GByteArray *png = g_byte_array_new ();
  uLongf packed = compressBound (side * (side + 1));
  g_autofree guint8 *data = g_malloc (packed);

  memset (rows, 0xff, side * (side + 1));
  for (guint y = 0; y < side; y++)
    {
      int row = (int) (y / SCALE) - MARGIN;

      rows[y * (side + 1)] = 0; /* no filter */
      for (guint x = 0; x < side; x++)
        {
          int column = (int) (x / SCALE) - MARGIN;

          if (row >= 0 && column >= 0 && row < qr->width && column < qr->width &&
              (qr->data[row * qr->width + column] & 1))
            rows[y * (side + 1) + 1 + x] = 0;
        }
    }
  QRcode_free (qr);
  compress (data, &packed, rows, side * (side + 1));
  g_byte_array_append (png, signature, sizeof signature);
  append_chunk (png, "IHDR", head, sizeof head);
  append_chunk (png, "IDAT", data, packed);
  append_chunk (png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (png);
}

GBytes *
yq_demo_paper_content (guint paper)
{
  return paper == YQ_DEMO_INVOICE ? make_png (papers[paper].lines[0]) : make_pdf (&papers[paper]);
}

char *
yq_demo_paper (guint paper)
{
  g_autoptr(GBytes) content = yq_demo_paper_content (paper);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

  return g_strdup_printf ("[{\"sha256\":\"%s\",\"name\":\"%s\"}]", sha256, papers[paper].name);
}

gboolean
yq_demo_add_files (YqFiles *files, GError **error)
{
  for (guint i = 0; i < YQ_DEMO_N_PAPERS; i++)
    {
      g_autofree char *account = yq_demo_id ("account", papers[i].owner);
      g_autoptr(GBytes) content = yq_demo_paper_content (i);
      g_autofree char *sha256 = yq_files_add (files, account, content, error);

      if (sha256 == NULL)
        return FALSE;
    }
  return TRUE;
}
