/* The four faces of a page: first use, loading, content, failed.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

typedef enum
{
  YQ_FACE_LOADING, /* a skeleton, never a blank */
  YQ_FACE_CONTENT,
  YQ_FACE_FIRST, /* what this is, and one button */
  YQ_FACE_EMPTY, /* nothing matches: offers to clear the filter */
  YQ_FACE_FAILED,
} YqFaceKind;

#define YQ_TYPE_FACE (yq_face_get_type ())
G_DECLARE_FINAL_TYPE (YqFace, yq_face, YQ, FACE, GtkWidget)

GtkWidget *yq_face_new (GtkWidget *content);
void yq_face_set_content (YqFace *face, GtkWidget *content);
void yq_face_show (YqFace *face, YqFaceKind kind);
YqFaceKind yq_face_shown (YqFace *face);
/* button NULL: none.  detailed_action is looked up from the face upwards ("page.new"). */
void yq_face_set_first (YqFace *face, const char *icon, const char *title, const char *text,
                        const char *button, const char *detailed_action);
void yq_face_set_empty (YqFace *face, const char *title, const char *text, const char *button,
                        const char *detailed_action);
/* why is shown; the retry button (if detailed_action) says 重试. */
void yq_face_fail (YqFace *face, const char *title, const char *why, const char *detailed_action);
/* Shape of the skeleton. */
typedef enum
{
  YQ_SKELETON_TABLE,
  YQ_SKELETON_CARDS,
  YQ_SKELETON_FORM
} YqSkeleton;
void yq_face_set_skeleton (YqFace *face, YqSkeleton shape);
