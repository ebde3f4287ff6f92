/* Regions beyond those of GB/T 2260: zones that have a code of their own, and what the standard
 * changed since this program was built. */
#pragma once

#include "common.h"

enum
{
  REGION_CODE,
  REGION_NAME,
  REGION_PATH,
  REGION_WITHDRAWN,
  REGION_NOTE,
};

/* Known everywhere in a process as soon as it is read or written: see yq_region_learn. */
extern const YqEntity yq_region;
