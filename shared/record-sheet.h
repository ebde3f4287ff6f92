/* Records as rows of a spreadsheet: headings and cells by the field table, both ways.  Pure; texts
 * only, the files themselves are the client's. */
#pragma once

#include "record.h"

/* -- references by code or title: filled with the records that may be meant -- */
typedef struct _YqSheetNames YqSheetNames;

YqSheetNames *yq_sheet_names_new (void);
void yq_sheet_names_free (YqSheetNames *names);
/* Found by its id, its title and its field "code" or "uscc"; shown by its code, or its title. */
void yq_sheet_names_add (YqSheetNames *names, YqRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqSheetNames, yq_sheet_names_free)

/* -- columns -- */
/* Can this field stand in a spreadsheet at all?  Files, rows and lists of references cannot. */
gboolean yq_sheet_can_hold (const YqField *field);
/* Indexes (guint) of the fields of the template: YQ_SHEET, in the order of the table. */
GArray *yq_sheet_fields (const YqEntity *entity);
/* The heading that a template writes: .sheet, or the title in the language of the moment. */
const char *yq_sheet_heading (const YqField *field);
/* The field meant by a heading: its .sheet, its title (translated or not) or its name; marks like
 * "*", spaces, full-width forms and a unit in brackets do not matter.  -1 where none is meant. */
int yq_sheet_find_field (const YqEntity *entity, const char *heading);
/* 10 000 where the heading says 万元, else 1. */
int yq_sheet_heading_scale (const char *heading);

/* -- cells -- */
/* Reads text into the field: money, dates (2024-03-05, 2024/3/5, 2024年3月5日, 20240305, Excel's
 * day numbers), choices by title or code, regions by code or names, full-width digits.  NULL where
 * all is well, else a translated sentence (free it) and the value unset.  Empty text clears.  Also
 * runs yq_check_field().  names may be NULL. */
char *yq_sheet_read (YqValues *values, guint field, const char *text, int scale,
                     const YqSheetNames *names);
/* "" where unset; money as 12345.60, dates as 2024-03-05, times in Shanghai.  Free it. */
char *yq_sheet_write (const YqValues *values, guint field, const YqSheetNames *names);
