/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMemberList: a sorted array, searched by halves.
 */
#include "protocol/client/member-list.h"

#include "protocol/client/member-private.h"

/* A server that announces newcomers without end gets no further. */
#define MOST_MEMBERS 65536

struct _ParlanceMemberList
{
  GObject parent_instance;
  GPtrArray *members; /* of ParlanceMember, sorted */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceMemberList,
                               parlance_member_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* Returns: whether it is there; else *@ret_index is where it would be */
static gboolean
find (ParlanceMemberList *self, const char *nick, guint *ret_index)
{
  g_autoptr (ParlanceMember) wanted = parlance_member_new (nick);
  guint low = 0;
  guint high = self->members->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = parlance_member_compare (g_ptr_array_index (self->members, middle), wanted);
      if (order == 0)
        {
          *ret_index = middle;
          return TRUE;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *ret_index = low;
  return FALSE;
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  return parlance_member_compare (*(ParlanceMember *const *)a, *(ParlanceMember *const *)b);
}

static gboolean
is_same (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (parlance_member_compare (g_ptr_array_index (a, i), g_ptr_array_index (b, i)) != 0)
      return FALSE;
  return TRUE;
}

void
parlance_member_list_set (ParlanceMemberList *self, const char *const *nicks)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; nicks[i] != NULL && i < MOST_MEMBERS; i++)
    g_ptr_array_add (sorted, parlance_member_new (nicks[i]));
  g_ptr_array_sort (sorted, compare_members);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || parlance_member_compare (g_ptr_array_index (sorted, i - 1),
                                           g_ptr_array_index (sorted, i)) != 0)
      g_ptr_array_add (members, g_object_ref (g_ptr_array_index (sorted, i)));

  /* After most reconnections everybody is still there, and no row has to be made anew. */
  if (is_same (members, self->members))
    return;
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->members);
  self->members = g_steal_pointer (&members);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old->len, self->members->len);
}

gboolean
parlance_member_list_add (ParlanceMemberList *self, const char *nick)
{
  guint index;
  if (self->members->len >= MOST_MEMBERS || find (self, nick, &index))
    return FALSE;
  g_ptr_array_insert (self->members, (int)index, parlance_member_new (nick));
  g_list_model_items_changed (G_LIST_MODEL (self), index, 0, 1);
  return TRUE;
}

gboolean
parlance_member_list_remove (ParlanceMemberList *self, const char *nick)
{
  guint index;
  if (!find (self, nick, &index))
    return FALSE;
  g_ptr_array_remove_index (self->members, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
  return TRUE;
}

ParlanceMemberList *
parlance_member_list_new (void)
{
  return g_object_new (PARLANCE_TYPE_MEMBER_LIST, NULL);
}

guint
parlance_member_list_get_n (ParlanceMemberList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MEMBER_LIST (self), 0);

  return self->members->len;
}

const char *
parlance_member_list_get_nick (ParlanceMemberList *self, guint position)
{
  g_return_val_if_fail (PARLANCE_IS_MEMBER_LIST (self), NULL);

  if (position >= self->members->len)
    return NULL;
  return parlance_member_get_nick (g_ptr_array_index (self->members, position));
}

gboolean
parlance_member_list_contains (ParlanceMemberList *self, const char *nick)
{
  g_return_val_if_fail (PARLANCE_IS_MEMBER_LIST (self), FALSE);
  g_return_val_if_fail (nick != NULL, FALSE);

  guint index;
  return find (self, nick, &index);
}

static GType
list_model_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_MEMBER;
}

static guint
list_model_get_n_items (GListModel *model)
{
  return PARLANCE_MEMBER_LIST (model)->members->len;
}

static gpointer
list_model_get_item (GListModel *model, guint position)
{
  ParlanceMemberList *self = PARLANCE_MEMBER_LIST (model);

  if (position >= self->members->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->members, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_model_get_item_type;
  iface->get_n_items = list_model_get_n_items;
  iface->get_item = list_model_get_item;
}

static void
parlance_member_list_finalize (GObject *object)
{
  g_ptr_array_unref (PARLANCE_MEMBER_LIST (object)->members);
  G_OBJECT_CLASS (parlance_member_list_parent_class)->finalize (object);
}

static void
parlance_member_list_class_init (ParlanceMemberListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_member_list_finalize;
}

static void
parlance_member_list_init (ParlanceMemberList *self)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
}
