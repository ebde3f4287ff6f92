/* The SQL tables behind the entities: names and texts of statements, built once; making and
 * migrating them. */
#pragma once

#include "model.h"
#include "sql.h"

/* Columns every table begins with, in this order; rank is the search index's. */
typedef enum
{
  YQ_COLUMN_ID,
  YQ_COLUMN_REVISION,
  YQ_COLUMN_STATE,
  YQ_COLUMN_CREATED_AT,
  YQ_COLUMN_UPDATED_AT,
  YQ_COLUMN_BUYER,
  YQ_COLUMN_CARRIER,
  YQ_COLUMN_DESK,
  YQ_COLUMN_REGION,
  YQ_COLUMN_ACCOUNT,
  YQ_N_COLUMNS, /* of those that are read back */
  YQ_COLUMN_RANK = YQ_N_COLUMNS,
  YQ_N_FIXED_COLUMNS
} YqColumn;

typedef struct
{
  const YqEntity *entity;
  char *name;      /* all names are quoted */
  char **fields;   /* one column per field */
  char **sorts;    /* per field: its sort key, or NULL where the field sorts by itself */
  char **keys;     /* per field: "name": as JSON writes it */
  int deciding[4]; /* fields that decide who reads and acts; ends with -1 */
  int public_if;   /* field, or -1 */
  guint masked;    /* YqSees classes that see some field masked */
  char *columns;   /* "id","revision",… and every field: what is read back */
  char *get;       /* SELECT columns … WHERE id = $1 */
  char *insert;
  char *remove;
} YqRecordTable;

const char *yq_column_name (YqColumn column); /* quoted */
/* Of the model's entities; any thread. */
const YqRecordTable *yq_record_table (const YqEntity *entity);
/* Within whose records a YQ_UNIQUE value is unique; YQ_N_COLUMNS: everywhere. */
YqColumn yq_record_unique_within (const YqEntity *entity);
