/* Mine and theirs, field by field; nothing typed vanishes: what is not chosen stays readable until
 * the choice is made. */
#define G_LOG_DOMAIN "yiquan-conflict"

#include "conflict-dialog.h"

#include "bits.h"
#include "prompt.h"

typedef struct
{
  YqStore *store;
  YqRecord *mine, *theirs;
  GHashTable *keep_mine; /* names of fields */
  YqConflictDone done;
  gpointer user_data;
} Conflict;

static void
conflict_free (Conflict *self)
{
  g_object_unref (self->store);
  g_object_unref (self->mine);
  g_object_unref (self->theirs);
  g_hash_table_unref (self->keep_mine);
  g_free (self);
}

static void
chosen_cb (GtkCheckButton *mine, Conflict *self)
{
  const char *name = g_object_get_data (G_OBJECT (mine), "yq-field");

  if (gtk_check_button_get_active (mine))
    g_hash_table_add (self->keep_mine, g_strdup (name));
  else
    g_hash_table_remove (self->keep_mine, name);
}

static GtkWidget *
choice_new (const char *whose, const char *value)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", whose, *value != '\0' ? value : _("(empty)"));
  GtkWidget *check = gtk_check_button_new_with_label (text);
  GtkWidget *label = gtk_widget_get_last_child (check);

  if (GTK_IS_LABEL (label))
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  return check;
}

static void
append_field (Conflict *self, GtkWidget *box, int field)
{
  const YqField *row = &yq_record_entity (self->mine)->fields[field];
  g_autofree char *mine = yq_store_format (self->store, yq_record_values (self->mine), field);
  g_autofree char *theirs = yq_store_format (self->store, yq_record_values (self->theirs), field);
  GtkWidget *first = choice_new (_("Mine"), mine), *second = choice_new (_("Theirs"), theirs);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_check_button_set_group (GTK_CHECK_BUTTON (second), GTK_CHECK_BUTTON (first));
  g_object_set_data (G_OBJECT (first), "yq-field", (gpointer) row->name);
  g_signal_connect (first, "toggled", G_CALLBACK (chosen_cb), self);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (first), TRUE);
  gtk_box_append (GTK_BOX (column), yq_label_new (_(row->title), "heading"));
  gtk_box_append (GTK_BOX (column), first);
  gtk_box_append (GTK_BOX (column), second);
  gtk_box_append (GTK_BOX (box), column);
}

static void
append_fields (Conflict *self, GtkWidget *box, const char *const *fields)
{
  const YqEntity *entity = yq_record_entity (self->mine);

  for (guint i = 0; i < entity->n_fields; i++)
    if (fields != NULL
          ? g_strv_contains (fields, entity->fields[i].name)
          : !yq_values_equal (yq_record_values (self->mine), yq_record_values (self->theirs), i))
      append_field (self, box, i);
}

static void
answered_cb (const char *response, gpointer data)
{
  Conflict *self = data;
  const YqEntity *entity = yq_record_entity (self->mine);
  YqValues *chosen = NULL;

  if (g_strcmp0 (response, "keep") == 0)
    {
      chosen = yq_values_copy (yq_record_values (self->theirs));
      for (guint i = 0; i < entity->n_fields; i++)
        if (g_hash_table_contains (self->keep_mine, entity->fields[i].name))
          yq_values_copy_field (chosen, yq_record_values (self->mine), i);
    }
  self->done (chosen, self->user_data);
  g_clear_pointer (&chosen, yq_values_free);
  conflict_free (self);
}

void
yq_conflict_dialog_open (GtkWidget *parent, YqStore *store, YqRecord *mine, YqRecord *theirs,
                         const char *const *fields, YqConflictDone done, gpointer user_data)
{
  Conflict *self = g_new0 (Conflict, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->store = g_object_ref (store);
  self->mine = g_object_ref (mine);
  self->theirs = g_object_ref (theirs);
  self->keep_mine = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->done = done;
  self->user_data = user_data;
  append_fields (self, box, fields);
  yq_prompt (parent, _("Somebody else changed the same fields"),
             _("Choose for each field what is right. Nothing is lost until you choose."), box,
             answered_cb, self, "cancel", _("Decide later"), "keep", _("Use the chosen values"),
             NULL);
}
