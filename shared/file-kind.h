/* Which files a field takes, for both sides: kinds and sizes as the manuals state them (delta 5.6.2
 * and 2.3; zhejiang-enterprise 2.1).  What a file is, its content says; names and headers lie.  Any
 * thread. */
#pragma once

#include "schema.h"

/* Endings with bars between, for YqField.accept.  NULL there is papers:
 * 只能上传pdf/doc/docx/jpg/png/zip/rar文件, 且大小不超过5MB. */
#define YQ_FILES_PAPERS "pdf|doc|docx|jpg|jpeg|png|zip|rar"
/* 营业执照: 建议上传格式为JPG/JPEG/PNG/BMP; and a scan as pdf. */
#define YQ_FILES_LICENCE "jpg|jpeg|png|bmp|pdf"
/* 发票: 只能上传jpg/png文件，且不超过500KB. */
#define YQ_FILES_INVOICE "jpg|jpeg|png"
#define YQ_FILES_INVOICE_BYTES (500 * 1024)
#define YQ_FILES_PHOTOS "jpg|jpeg|png"

/* The media type of a whole file by its content (pdf doc docx xls xlsx jpg png bmp zip rar), or
 * NULL.  Static. */
const char *yq_file_type (gconstpointer data, gsize size);

/* field may be NULL: as one of papers.  The endings it takes, with bars between; static. */
const char *yq_file_accept (const YqField *field);
/* The same to be read: "pdf, doc, docx".  Free it. */
char *yq_file_accept_text (const YqField *field);
/* Of one file. */
gint64 yq_file_max_bytes (const YqField *field);
/* Does the field take a file of that name, of that media type?  type may be NULL: unknown. */
gboolean yq_file_takes_name (const YqField *field, const char *name);
gboolean yq_file_takes_type (const YqField *field, const char *type);
