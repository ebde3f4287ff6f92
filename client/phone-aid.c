/* The mobile phone of one's own account is changed by a dialog that asks for proof. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

#include "bits.h"
#include "party.h"

static void
name_button (GtkWidget *button, YqRecord *account)
{
  gtk_button_set_label (GTK_BUTTON (button), yq_record_has (account, ACCOUNT_PHONE)
                                               ? _("Change the mobile phone…")
                                               : _("Add a mobile phone…"));
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, GtkWidget *button)
{
  g_autoptr(YqRecord) account = yq_store_get (store, &yq_account, yq_store_who (store)->account);

  if (account != NULL)
    name_button (button, account);
}

void
yq_phone_aid_add (YqRecordForm *form, YqStore *store, const char *prefix)
{
  YqRecord *account = yq_record_form_record (form);
  GtkWidget *button;

  if (store == NULL || account == NULL ||
      g_strcmp0 (yq_record_id (account), yq_store_who (store)->account) != 0)
    return;
  button = yq_button_new ("", "app.change-phone", NULL);
  name_button (button, account);
  g_signal_connect_object (store, "changed::account", G_CALLBACK (changed_cb), button, 0);
  yq_record_form_set_changer (form, "phone", button);
}
