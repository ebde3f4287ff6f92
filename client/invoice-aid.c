/* The QR code in the image of an invoice fills in its form, and says where it differs. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

#include "bits.h"
#include "code-scan.h"
#include "invoice-code.h"

/* Kept with the form. */
typedef struct
{
  YqRecordForm *form; /* it owns this */
  YqStore *store;
  const char *prefix;        /* of the names of its fields in this form */
  GCancellable *cancellable; /* of the reading under way */
  char *read;                /* the file that was read last */
} InvoiceAid;

static void
aid_free (gpointer data)
{
  InvoiceAid *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_object (&self->store);
  g_free (self->read);
  g_free (self);
}

/* What the field is called in this form.  Free it. */
static char *
name_of (InvoiceAid *self, const char *name)
{
  return g_strconcat (self->prefix, name, NULL);
}

static guint
field_of (InvoiceAid *self, const char *name)
{
  g_autofree char *own = name_of (self, name);

  return (guint) yq_values_find (yq_record_form_values (self->form), own);
}

static gboolean
is_typed (InvoiceAid *self, const char *name)
{
  g_autofree char *own = name_of (self, name);

  return yq_values_has (yq_record_form_values (self->form), field_of (self, name)) &&
         !yq_form_aids_is_preset (self->form, own);
}

static void
show_filled (InvoiceAid *self, const char *name)
{
  g_autofree char *own = name_of (self, name);

  yq_field_editor_reload (yq_record_form_editor (self->form, own));
  yq_record_form_touched (self->form, own);
}

static const char *
text_of (InvoiceAid *self, const char *name)
{
  return yq_values_text (yq_record_form_values (self->form), field_of (self, name));
}

/* -- what differs -- */

static void
note (InvoiceAid *self, const char *name, gboolean differs, const char *printed)
{
  g_autofree char *own = name_of (self, name);
  YqFieldEditor *editor = yq_record_form_editor (self->form, own);
  g_autofree char *text = NULL;

  if (editor == NULL)
    return;
  if (differs && *printed != '\0')
    text = g_strdup_printf (_("The QR code of the image says %s"), printed);
  else if (differs)
    text = g_strdup (_("By its QR code the invoice has no code"));
  yq_field_editor_set_comment (editor, text);
}

static void
compare (InvoiceAid *self)
{
  YqValues *values = yq_record_form_values (self->form);
  YqInvoiceCode code;
  g_autofree char *amount = NULL;
  g_autofree char *printed = NULL;
  guint differs;

  if (!yq_invoice_code_read (text_of (self, "scanned"), &code))
    {
      memset (&code, 0, sizeof code);
      differs = 0;
    }
  else
    differs = yq_invoice_code_compare (&code, text_of (self, "code"), text_of (self, "number"),
                                       text_of (self, "date"),
                                       yq_values_int (values, field_of (self, "amount")));
  amount = yq_money_text (code.amount);
  printed = code.is_total ? g_strdup (amount) : g_strdup_printf (_("%s without tax"), amount);
  note (self, "code", (differs & YQ_INVOICE_DIFFERS_CODE) != 0, code.code);
  note (self, "number", (differs & YQ_INVOICE_DIFFERS_NUMBER) != 0, code.number);
  note (self, "date", (differs & YQ_INVOICE_DIFFERS_DATE) != 0, code.date);
  note (self, "amount", (differs & YQ_INVOICE_DIFFERS_AMOUNT) != 0, printed);
}

/* -- filling in -- */

/* What was typed is never overwritten. */
static void
fill_text (InvoiceAid *self, const char *name, const char *text)
{
  if (*text == '\0' || is_typed (self, name))
    return;
  yq_values_set_text (yq_record_form_values (self->form), field_of (self, name), text);
  show_filled (self, name);
}

static void
fill (InvoiceAid *self, const YqInvoiceCode *code, const char *text)
{
  YqValues *values = yq_record_form_values (self->form);
  g_autofree char *scanned = name_of (self, "scanned");

  yq_values_set_text (values, field_of (self, "scanned"), text);
  if (!is_typed (self, "number"))
    fill_text (self, "code", code->code);
  fill_text (self, "number", code->number);
  fill_text (self, "date", code->date);
  /* An amount without tax is not the one that was paid. */
  if (code->is_total && !is_typed (self, "amount"))
    {
      yq_values_set_int (values, field_of (self, "amount"), code->amount);
      show_filled (self, "amount");
    }
  yq_record_form_touched (self->form, scanned);
  compare (self);
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) texts = yq_code_scan_finish (result, &error);
  InvoiceAid *self = data;
  YqInvoiceCode code;

  if (texts == NULL) /* the form has gone, or this is no picture: the file's own check says so */
    return;
  for (guint i = 0; texts[i] != NULL; i++)
    if (yq_invoice_code_read (texts[i], &code))
      {
        fill (self, &code, texts[i]);
        return;
      }
}

static void
loaded_cb (GObject *store, GAsyncResult *result, gpointer data)
{
  g_autoptr(GBytes) picture = yq_store_read_file_finish (YQ_STORE (store), result, NULL);
  InvoiceAid *self = data;

  if (picture != NULL)
    yq_code_scan_async (picture, self->cancellable, scanned_cb, self);
}

/* The last image that was added. */
static const char *
image_of (InvoiceAid *self)
{
  JsonArray *files = yq_values_array (yq_record_form_values (self->form), field_of (self, "image"));
  guint n = files != NULL ? json_array_get_length (files) : 0;

  return n > 0 ? json_object_get_string_member_with_default (
                   json_array_get_object_element (files, n - 1), "sha256", NULL)
               : NULL;
}

static void
read_image (InvoiceAid *self)
{
  const char *image = image_of (self);

  if (g_strcmp0 (image, self->read) == 0)
    return;
  g_free (self->read);
  self->read = g_strdup (image);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  yq_values_clear (yq_record_form_values (self->form), field_of (self, "scanned"));
  if (image != NULL)
    yq_store_read_file_async (self->store, image, self->cancellable, loaded_cb, self);
}

static void
changed_cb (YqRecordForm *form, const char *field, InvoiceAid *self)
{
  g_autofree char *image = name_of (self, "image"), *scanned = name_of (self, "scanned");

  if (g_strcmp0 (field, image) == 0)
    read_image (self);
  if (g_strcmp0 (field, scanned) != 0)
    compare (self);
}

void
yq_invoice_aid_add (YqRecordForm *form, YqStore *store, const char *prefix)
{
  InvoiceAid *self;

  if (store == NULL)
    return;
  self = g_new0 (InvoiceAid, 1);
  self->form = form;
  self->prefix = prefix;
  self->store = g_object_ref (store);
  self->cancellable = g_cancellable_new ();
  self->read = g_strdup (image_of (self));
  g_object_set_data_full (G_OBJECT (form), "yq-invoice-aid", self, aid_free);
  g_signal_connect (form, "changed", G_CALLBACK (changed_cb), self);
  compare (self);
}
