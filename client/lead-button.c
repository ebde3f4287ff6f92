/* A refusal that is mended elsewhere leads there. */
#define G_LOG_DOMAIN "yiquan-lead"

#include "lead-button.h"

#include "bits.h"
#include "frame.h"
#include "model.h"

static void
clicked_cb (GtkWidget *button)
{
  YqFrame *frame = yq_frame_of (button);
  const char *entity = g_object_get_data (G_OBJECT (button), "yq-entity");
  g_autofree char *record = g_strdup (g_object_get_data (G_OBJECT (button), "yq-record"));

  if (frame != NULL)
    yq_frame_open_record (frame, entity, record);
}

GtkWidget *
yq_lead_button_new (const YqProblem *problem)
{
  const char *name;
  const char *record = yq_problem_lead (problem, &name);
  const YqEntity *entity = record != NULL ? yq_model_find (name) : NULL;
  g_autofree char *label = NULL;
  GtkWidget *button;

  if (entity == NULL)
    return NULL;
  label = g_strdup_printf (_("Open: %s"), _(entity->title));
  button = yq_button_new (label, NULL, NULL);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "yq-entity", (gpointer) entity->name);
  g_object_set_data_full (G_OBJECT (button), "yq-record", g_strdup (record), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), NULL);
  return button;
}
