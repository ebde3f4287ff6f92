/* One file of each kind, and which fields take it: for both sides (shared/file-kind.h). */
#pragma once

#include "model.h"
#include "party.h"
#include "redemption.h"
#include "storefront.h"
#include "voucher.h"

#define FILE_CASE(name, text, takers)   \
  {                                     \
    name, text, sizeof text - 1, takers \
  }

typedef struct
{
  const char *name, *content;
  gsize size;
  const char *takers; /* "papers|licence", "" where none does */
} FileCase;

/* By the manuals: papers are pdf/doc/docx/jpg/png/zip/rar (delta 5.6.2), a licence
 * jpg/jpeg/png/bmp (delta 2.3) or a scan in pdf, an invoice's image jpg/png (delta 5.6.2(2)). */
static const FileCase file_cases[] = {
  FILE_CASE ("合同.pdf", "%PDF-1.4 x", "papers|licence"),
  FILE_CASE ("合同.PDF", "%PDF-1.7 x", "papers|licence"),
  FILE_CASE ("照片.jpg", "\xff\xd8\xff\xe0 x", "papers|licence|invoice|photo"),
  FILE_CASE ("照片.jpeg", "\xff\xd8\xff\xe1 x", "papers|licence|invoice|photo"),
  FILE_CASE ("照片.png", "\x89PNG\r\n\x1a\n x", "papers|licence|invoice|photo"),
  FILE_CASE ("营业执照.bmp", "BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x28\0\0\0\0\0\0\0\0\0\0\0x", "licence"),
  FILE_CASE ("说明.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "papers"),
  FILE_CASE ("说明.docx", "PK\x03\x04 [Content_Types].xml word/document.xml", "papers"),
  FILE_CASE ("清单.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W\0o\0r\0k\0b\0o\0o\0k\0", ""),
  FILE_CASE ("清单.xlsx", "PK\x03\x04 [Content_Types].xml xl/workbook.xml", ""),
  FILE_CASE ("材料.zip", "PK\x03\x04 a.txt", "papers"),
  FILE_CASE ("材料.rar", "Rar!\x1a\x07\x01 x", "papers"),
  FILE_CASE ("说明.txt", "Text", ""),
  FILE_CASE ("程序.exe", "MZ x", ""),
};

/* One field of each sort. */
static const struct
{
  const char *taker;
  const YqEntity *entity;
  guint field;
  gint64 max_bytes;
} file_fields[] = {
  { "papers", &yq_claim, CLAIM_PAPERS, 5 * 1024 * 1024 },
  { "papers", &yq_voucher_use, VOUCHER_USE_CONTRACT_FILES, 5 * 1024 * 1024 },
  { "licence", &yq_organisation, ORGANISATION_LICENCES, 5 * 1024 * 1024 },
  { "invoice", &yq_invoice, INVOICE_IMAGE, 500 * 1024 },
  { "photo", &yq_service, SERVICE_PHOTOS, 5 * 1024 * 1024 },
};
