/* Jurisdictions, programmes and categories as shipped in data/, written as records. */
#pragma once

#include "tx.h"

/* folder is the data folder.  What is there already (by id) is left alone. */
gboolean yq_load_data (YqTx *tx, const char *folder, GError **error);
/* data/ of the source tree (YQ_SOURCE_DIR) or of the installation. */
char *yq_data_folder (void);
/* A UUID made of a name, the same everywhere: for shipped records. */
char *yq_id_of_name (const char *name);
