/* Records of one kind that stand below each other, as classes do: which are the narrowest, and what
 * they are called with everything above them.  GTK thread only. */
#pragma once

#include "store.h"

typedef struct _YqRecordTree YqRecordTree;

/* The field by which such records name what they belong to: that of only ("kind=service|!parent",
 * see YqField.refers_if), else the one that refers to its own kind; NULL: they stand in no tree. */
const YqField *yq_record_tree_field (const YqEntity *entity, const char *only);

/* Read now, what only says of it: what is known to be small.  Free it. */
YqRecordTree *yq_record_tree_new (YqStore *store, const YqEntity *entity, const char *only);
void yq_record_tree_free (YqRecordTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqRecordTree, yq_record_tree_free)

/* Of YqRecord, each behind what it belongs to; it belongs to the tree. */
GPtrArray *yq_record_tree_all (YqRecordTree *tree);
gboolean yq_record_tree_is_leaf (YqRecordTree *tree, const char *id);
/* Is id the other one, or somewhere below it? */
gboolean yq_record_tree_is_within (YqRecordTree *tree, const char *id, const char *other);
/* "甲 › 乙 › 丙", new; NULL where it is not known. */
char *yq_record_tree_path (YqRecordTree *tree, const char *id);

/* The conditions of refers_if that a query can ask for. */
void yq_record_tree_narrow (YqQuery *query, const char *only);
