/* Enterprises that all claim at once: copies of the demo's enterprise1 that have claimed nothing
 * yet, each with an account, a grant, a membership and a session. */
#pragma once

#include "demo-private.h"
#include "ids.h"
#include "party.h"
#include "session.h"
#include "tx.h"
#include "world-sql.h"

/* Valid by GB 32100-2015 and like no other. */
static inline char *
claimant_uscc (guint i)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

  for (guint k = 0; k < 31; k++)
    {
      char *code = g_strdup_printf ("91330421X%08u%c", i, alphabet[k]);

      if (yq_uscc_is_valid (code))
        return code;
      g_free (code);
    }
  g_return_val_if_reached (NULL);
}

static inline YqRecord *
claimant_organisation (YqRecord *model, guint i)
{
  YqRecord *record = yq_record_new (&yq_organisation, NULL);
  g_autofree char *name = g_strdup_printf ("嘉善第%u精密机械有限公司", i);
  g_autofree char *uscc = claimant_uscc (i);

  for (guint f = 0; f < yq_organisation.n_fields; f++)
    yq_values_copy_field (yq_record_values (record), yq_record_values (model), f);
  yq_record_set_text (record, ORGANISATION_NAME, name);
  yq_record_set_text (record, ORGANISATION_USCC, uscc);
  yq_record_set_state (record, yq_record_state (model));
  yq_record_set_region (record, yq_record_region (model));
  return record;
}

static inline YqRecord *
claimant_membership (YqRecord *account, YqRecord *organisation)
{
  YqRecord *record = yq_record_new (&yq_membership, NULL);

  yq_record_set_state (record, "active");
  yq_record_set_account (record, yq_record_id (account));
  yq_record_set_buyer (record, yq_record_id (organisation));
  yq_record_set_region (record, yq_record_region (organisation));
  yq_record_set_text (record, MEMBERSHIP_ACCOUNT, yq_record_id (account));
  yq_record_set_text (record, MEMBERSHIP_ORGANISATION, yq_record_id (organisation));
  yq_record_set_text (record, MEMBERSHIP_ROLE, "manager");
  return record;
}

/* The token of number i; to be freed.  model is enterprise1's organisation. */
static inline char *
claimant_add (YqTx *tx, YqRecord *model, guint i, GError **error)
{
  g_autoptr(YqRecord) organisation = claimant_organisation (model, i);
  g_autoptr(YqRecord) account = yq_record_new (&yq_account, NULL);
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);
  g_autoptr(YqRecord) membership = claimant_membership (account, organisation);
  g_autofree char *username = g_strdup_printf ("claimant%u", i);

  yq_record_set_text (account, ACCOUNT_USERNAME, username);
  yq_record_set_text (account, ACCOUNT_REAL_NAME, "沈一鸣");
  yq_record_set_account (account, yq_record_id (account));
  yq_record_set_account (grant, yq_record_id (account));
  yq_record_set_text (grant, GRANT_ACCOUNT, yq_record_id (account));
  yq_record_set_text (grant, GRANT_ROLE, "manager");
  yq_record_set_text (grant, GRANT_ORGANISATION, yq_record_id (organisation));
  if (!yq_tx_insert (tx, organisation, "save", error) ||
      !yq_tx_insert (tx, account, "save", error) || !yq_tx_insert (tx, grant, "save", error) ||
      !yq_tx_insert (tx, membership, "derive", error))
    return NULL;
  return yq_session_write (tx->conn, yq_record_id (account), tx->now, error);
}
