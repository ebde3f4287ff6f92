/* What is said about records: review, message and file. */
#pragma once

#include "common.h"

enum
{
  REVIEW_ENTITY,
  REVIEW_RECORD,
  REVIEW_TITLE,
  REVIEW_RECORD_REVISION,
  REVIEW_REVIEW_STAGE,
  REVIEW_ACTION,
  REVIEW_COMMENT,
  REVIEW_FIELD_COMMENTS,
  REVIEW_AMOUNT,
  REVIEW_DECIDED_BY,
  REVIEW_DECIDED_AT,
};

enum
{
  MESSAGE_ACCOUNT,
  MESSAGE_TYPE,
  MESSAGE_TEXT,
  MESSAGE_ENTITY,
  MESSAGE_RECORD,
  MESSAGE_COUNT,
  MESSAGE_SENT_AT,
};

enum
{
  FILE_ACCOUNT,
  FILE_SHA256,
  FILE_NAME,
  FILE_TYPE,
  FILE_SIZE,
  FILE_NAMED_BY,
};

extern const YqEntity yq_review, yq_message, yq_file;
