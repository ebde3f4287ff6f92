/* One record as a page: step bar, form or facts, step buttons, history, where it is (仅在本机 …).
 * GTK thread only. */
#pragma once

#include "frame.h"
#include "record-form.h"
#include "step-bar.h"

#define YQ_TYPE_RECORD_PAGE (yq_record_page_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordPage, yq_record_page, YQ, RECORD_PAGE, GtkWidget)

/* A page for yq_frame_push(): follows the store, so that what arrives is shown at once.  The record
 * need not be in the store yet (a new one). */
YqPage *yq_record_page_open (YqFrame *frame, YqRecord *record);
YqRecordPage *yq_record_page_of (YqPage *page);

YqRecord *yq_record_page_record (YqRecordPage *page);
YqRecordForm *yq_record_page_form (YqRecordPage *page); /* NULL where only facts are shown */
YqStepBar *yq_record_page_step_bar (YqRecordPage *page);
YqStepButtons *yq_record_page_buttons (YqRecordPage *page);
/* Boxes for the window's own things: under the step bar, under the form, and at the right side. */
GtkWidget *yq_record_page_top (YqRecordPage *page);
GtkWidget *yq_record_page_bottom (YqRecordPage *page);
GtkWidget *yq_record_page_side (YqRecordPage *page);
/* One more button beside those of the steps; takes the floating reference. */
void yq_record_page_add_button (YqRecordPage *page, GtkWidget *button);
/* Takes a step as if its button was clicked: checks, asks for the step's own fields, queues it. */
void yq_record_page_take_step (YqRecordPage *page, const char *action);

/* Asks for the step's own fields where it has any (a dialog), then queues the command; done (may be
 * NULL) is told whether it was queued. For lists and boards that act without opening the record. */
typedef void (*YqStepDone) (gboolean queued, gpointer user_data);
void yq_step_run (GtkWidget *parent, YqOutbox *outbox, YqRecord *record, const char *action,
                  const YqValues *preset, YqStepDone done, gpointer user_data);

/* The same with the step's own fields filled in already: nothing is asked. */
void yq_step_queue (GtkWidget *parent, YqOutbox *outbox, YqRecord *record, const char *action,
                    const YqValues *args, YqStepDone done, gpointer user_data);

/* The step's own fields as a form that stands in a page instead of a dialog: filled in as far as is
 * known, kept as it is typed. */
GtkWidget *yq_step_form_new (YqOutbox *outbox, YqRecord *record, const char *action);
/* Takes the step with what the form says; FALSE where it shows errors. */
gboolean yq_step_form_take (GtkWidget *form, GtkWidget *parent, YqStepDone done,
                            gpointer user_data);

/* Signals: "step" (const char *action) -> gboolean: TRUE stops the usual way; "reloaded" (): record
 * and form were built anew from the store. */
