/* Rows of a spreadsheet against the records there are: what is new, what changed, what is wrong.
 * Pure. The key is the entity's YQ_UNIQUE field (asset_number) within one owner: whoever uses this
 * adds that owner's records.  An empty cell leaves a field as it is. */
#pragma once

#include "record-sheet.h"

typedef enum
{
  YQ_IMPORT_NEW,
  YQ_IMPORT_CHANGED,
  YQ_IMPORT_UNCHANGED,
  YQ_IMPORT_BAD,
  YQ_N_IMPORT_KINDS
} YqImportKind;
const char *yq_import_kind_title (YqImportKind kind); /* translated */

typedef struct
{
  int column; /* of the file; -1: the row as a whole */
  char *why;  /* a translated sentence that names the heading */
} YqImportError;

typedef struct
{
  guint number; /* of the row in the file, 1 is the first line */
  YqImportKind kind;
  char *key;
  YqRecord
    *record; /* what to save: a new one, or a copy with the changes; NULL where bad or unchanged */
  YqRecord *before;  /* the existing one as it was, for undoing; NULL where new or bad */
  GArray *changed;   /* field indexes (guint) that differ from before, or are set in a new one */
  GPtrArray *errors; /* of YqImportError; NULL unless bad */
  guint n_missing;   /* required fields that are still empty: it can be saved, not submitted */
} YqImportRow;

typedef struct _YqImport YqImport;

/* prototype is an unsaved record with owners and defaults set: new rows are made like it, with ids
 * of their own.  names may be NULL, and must live as long as the import. */
YqImport *yq_import_new (const YqEntity *entity, YqRecord *prototype, const YqSheetNames *names);
void yq_import_free (YqImport *self);
/* The records there are already; keeps a reference, does not change it. */
void yq_import_add_existing (YqImport *self, YqRecord *record);
/* May this record get these changes?  Returns a translated sentence why not (free it), or NULL. */
typedef char *(*YqImportGuard) (YqRecord *before, const GArray *changed, gpointer user_data);
void yq_import_set_guard (YqImport *self, YqImportGuard guard, gpointer user_data);

/* A field that every new and changed record gets besides (import_batch): no change by itself. */
void yq_import_set_stamp (YqImport *self, guint field, const char *text);

/* -- the headings -- */
void yq_import_set_header (YqImport *self, const char *const *cells, guint n_cells);
guint yq_import_n_columns (YqImport *self);
const char *yq_import_heading (YqImport *self, guint column);
int yq_import_column_field (YqImport *self, guint column); /* -1: the column is not used */
/* Decides otherwise than the heading says, before the first row; a field belongs to one column. */
void yq_import_map (YqImport *self, guint column, int field);
/* NULL, or why rows cannot be read with these columns (no column for the key); free it. */
char *yq_import_check_header (YqImport *self);

/* -- the rows -- */
void yq_import_add_row (YqImport *self, guint number, const char *const *cells, guint n_cells);
guint yq_import_n_rows (YqImport *self);
const YqImportRow *yq_import_row (YqImport *self, guint i); /* in the order of the file */
guint yq_import_count (YqImport *self, YqImportKind kind);
/* All that is wrong with the row of this number in one line, for 错误原因; NULL where nothing is.
 * Free it. */
char *yq_import_reason (YqImport *self, guint number);

/* A row that could not be saved after all: it is bad, and why is its reason. */
void yq_import_reject (YqImport *self, YqRecord *record, const char *why);
/* What is to be saved: the records of new and changed rows.  A new array of references. */
GPtrArray *yq_import_records (YqImport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqImport, yq_import_free)

/* -- undoing, also after the program was started again -- */
typedef struct
{
  char *id;
  gboolean is_new;  /* delete it, while it is a draft or pending */
  YqValues *before; /* of a changed one; look at changed only */
  YqValues *after;
  GArray *changed; /* guint */
} YqImportUndo;

/* What the import does, as one line of text to be kept. */
char *yq_import_note (YqImport *self);
/* Of YqImportUndo; NULL where the note is no such note. */
GPtrArray *yq_import_read_note (const YqEntity *entity, const char *note);
/* Gives a changed record its earlier values back, except where it was changed once more since.  How
 * many fields. */
guint yq_import_undo (const YqImportUndo *undo, YqRecord *record);
