/* The board of supply and demand (供需发布): post. */
#pragma once

#include "common.h"

enum
{
  POST_KIND,
  POST_TITLE,
  POST_TEXT,
  POST_CONTACT_NAME,
  POST_CONTACT_PHONE,
  POST_UNTIL,
  POST_ORGANISATION_NAME,
  POST_PUBLISHED_AT,
  REVIEW_ENUM (POST),
};

extern const YqEntity yq_post;
