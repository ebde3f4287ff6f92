/* What the dialogs about accounts share: rows, a picture code, a code by SMS with its countdown, a
 * notice, one button.  They ask the server at once: without a network they say so.  GTK thread
 * only. */
#pragma once

#include <adwaita.h>

#include "api-client.h"

typedef struct _YqAccountDialog YqAccountDialog;

struct _YqAccountDialog
{
  GtkWidget *window, *box, *button;
  YqApiClient *api;
  GCancellable *cancellable;
  /* what stands in the way of the button, or NULL */
  const char *(*missing) (YqAccountDialog *dialog);
  void (*submit) (YqAccountDialog *dialog);
  void (*destroy) (YqAccountDialog *dialog); /* of data; may be NULL */
  gpointer data;

  GtkWidget *notice;
  GtkWidget *picture_box, *picture, *picture_text; /* NULL: no picture code here, or not yet */
  char *picture_id;
  gboolean needs_picture, code_needs_picture; /* the server wants one with what the button sends, or
                                                 with the wish for a code */
  gboolean picture_stands_in;                 /* it proves what a code would, where none are sent */
  GtkWidget *picture_slot; /* above the button: where one goes that only failures demand */
  GtkWidget *code_list, *code_text, *code_button; /* NULL: no code by SMS here */
  char *code_id;
  guint countdown, seconds_left;
  gboolean has_sms; /* known once a picture came; TRUE before */
  void (*ask_code) (YqAccountDialog *dialog, JsonObject *body); /* fills in for whom */
  const char *(*missing_for_code) (YqAccountDialog *dialog);
};

/* A window over parent.  Its life is the window's. */
YqAccountDialog *yq_account_dialog_new (GtkWidget *parent, const char *title, const char *text,
                                        YqApiClient *api);
YqAccountDialog *yq_account_dialog_of (GtkWidget *window);
GtkWidget *yq_account_dialog_add_list (YqAccountDialog *dialog, const char *title);
GtkWidget *yq_account_dialog_add_entry (YqAccountDialog *dialog, GtkWidget *list, const char *title,
                                        gboolean is_secret);
GtkWidget *yq_account_dialog_add_choice (YqAccountDialog *dialog, GtkWidget *list,
                                         const char *title, const char *const *choices);
void yq_account_dialog_add_picture (YqAccountDialog *dialog);
/* Seen only where the server sends no codes, or after too many failures. */
void yq_account_dialog_add_stand_in (YqAccountDialog *dialog);
void yq_account_dialog_add_code (YqAccountDialog *dialog);
/* The last to be added. */
void yq_account_dialog_add_button (YqAccountDialog *dialog, const char *label);
const char *yq_account_dialog_text (GtkWidget *entry);
/* Looks again what is missing. */
void yq_account_dialog_check (YqAccountDialog *dialog);
/* NULL takes it away. */
void yq_account_dialog_tell (YqAccountDialog *dialog, const char *text, gboolean is_good);

/* {"id","text"} as body member "captcha" or "code", where there is one. */
void yq_account_dialog_put_picture (YqAccountDialog *dialog, JsonObject *body);
void yq_account_dialog_put_code (YqAccountDialog *dialog, JsonObject *body);

/* why NULL: it worked; answer is NULL where there is none. */
typedef void (*YqAccountAnswer) (YqAccountDialog *dialog, JsonObject *answer, const char *why);
/* POST; takes body.  A refusal is shown in the notice, and a new picture is fetched; after too many
 * failures the server demands one, and the dialog shows it. */
void yq_account_dialog_post (YqAccountDialog *dialog, const char *path, JsonObject *body,
                             YqAccountAnswer done);

/* The picture of a data: URL, or NULL. */
GdkTexture *yq_picture_code_texture (const char *url);
