/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageList: two arrays, one after the other. @stored holds what was delivered, by seq;
 * it has room at both ends, because messages come at the back, older pages at the front. @own holds
 * our messages that were not delivered yet: first the @n_acknowledged that have a seq, sorted by
 * it, then the unsent ones. Settling moves an object from @own to the end of @stored: when it was
 * the first of @own, its position in the model is the same before and after.
 *
 * An array instead of a balanced tree: nothing is ever inserted in the middle of @stored, and a
 * message costs a pointer.
 */
#include "protocol/client/message-list.h"

#include <string.h>

#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"

#define DEFAULT_LIMIT 100000
#define MOST_BYTES (128 * 1024 * 1024) /* [bytes] of messages, however few: against nonsense */

struct _ParlanceMessageList
{
  GObject parent_instance;

  ParlanceMessage **stored; /* (nullable): owned references at @head to @head + @n_stored */
  guint head;
  guint n_stored;
  guint n_allocated;
  gsize n_bytes; /* of the messages in it */

  GPtrArray *own;
  guint n_acknowledged;

  gint64 last_seq;
  guint limit;
  gboolean has_older;
};

enum
{
  PROP_0,
  PROP_HAS_OLDER,
  PROP_N_UNSENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceMessageList,
                               parlance_message_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static ParlanceMessage *
stored_at (ParlanceMessageList *self, guint index)
{
  return self->stored[self->head + index];
}

static void
items_changed (ParlanceMessageList *self, guint position, guint n_removed, guint n_added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* Moves what is stored to a block with room for @n_front before it and @n_back behind it. */
static void
make_room (ParlanceMessageList *self, guint n_front, guint n_back)
{
  if (self->head >= n_front && self->n_allocated - self->head - self->n_stored >= n_back)
    return;

  /* As much again in proportion, so that a message is moved a constant number of times. */
  guint slack = self->n_stored / 2 + 16;
  guint head = n_front > 0 ? n_front + slack : 0;
  guint n_allocated = head + self->n_stored + n_back + slack;
  ParlanceMessage **stored = g_new (ParlanceMessage *, n_allocated);
  if (self->n_stored > 0)
    memcpy (stored + head, self->stored + self->head, self->n_stored * sizeof *stored);
  g_free (self->stored);
  self->stored = stored;
  self->head = head;
  self->n_allocated = n_allocated;
}

/* Takes the reference. */
static void
push_back (ParlanceMessageList *self, ParlanceMessage *message)
{
  make_room (self, 0, 1);
  self->stored[self->head + self->n_stored] = message;
  self->n_stored++;
  self->n_bytes += parlance_message_get_n_bytes (message);
  self->last_seq = parlance_message_get_seq (message);
}

/* Returns: whether it is there; else *@ret_index is where it would be */
static gboolean
find_stored (ParlanceMessageList *self, gint64 seq, guint *ret_index)
{
  guint low = 0;
  guint high = self->n_stored;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (parlance_message_get_seq (stored_at (self, middle)) < seq)
        low = middle + 1;
      else
        high = middle;
    }
  *ret_index = low;
  return low < self->n_stored && parlance_message_get_seq (stored_at (self, low)) == seq;
}

static void
notify_unsent (ParlanceMessageList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSENT]);
}

/* Returns: (transfer full): what stood at @index of our own */
static ParlanceMessage *
steal_own (ParlanceMessageList *self, guint index)
{
  if (index < self->n_acknowledged)
    self->n_acknowledged--;
  return g_ptr_array_steal_index (self->own, index);
}

/* Where among our own @message is that the server passed on. */
static gboolean
find_twin (ParlanceMessageList *self, ParlanceMessage *message, guint *ret_index)
{
  gint64 seq = parlance_message_get_seq (message);
  const char *key = parlance_message_get_key (message);

  for (guint i = 0; i < self->own->len; i++)
    {
      ParlanceMessage *own = g_ptr_array_index (self->own, i);
      if (i < self->n_acknowledged
              ? parlance_message_get_seq (own) == seq
              : key != NULL && g_str_equal (parlance_message_get_key (own), key))
        {
          *ret_index = i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_over_limit (ParlanceMessageList *self)
{
  return self->n_stored > self->limit || (self->n_bytes > MOST_BYTES && self->n_stored > 1);
}

static void
trim (ParlanceMessageList *self)
{
  if (!is_over_limit (self))
    return;

  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_object_unref);
  while (is_over_limit (self))
    {
      ParlanceMessage *message = stored_at (self, 0);
      g_ptr_array_add (removed, message);
      self->n_bytes -= parlance_message_get_n_bytes (message);
      self->head++;
      self->n_stored--;
    }
  items_changed (self, 0, removed->len, 0);
  parlance_message_list_set_has_older (self, TRUE);
}

/* Moves one of our own to the end of @stored, because the server passed it on as @message. Its
 * notifications wait until the list is whole again. */
static ParlanceMessage *
settle (ParlanceMessageList *self, guint index, ParlanceMessage *message)
{
  gboolean was_unsent = index >= self->n_acknowledged;
  ParlanceMessage *own = steal_own (self, index);

  g_object_freeze_notify (G_OBJECT (own));
  parlance_message_set_sent (own, parlance_message_get_seq (message),
                             parlance_message_get_time_ms (message));
  if (index > 0)
    items_changed (self, self->n_stored + index, 1, 0);
  push_back (self, own);
  if (index > 0)
    items_changed (self, self->n_stored - 1, 0, 1);
  g_object_thaw_notify (G_OBJECT (own));
  if (was_unsent)
    notify_unsent (self);
  return own;
}

ParlanceMessage *
parlance_message_list_deliver (ParlanceMessageList *self, ParlanceMessage *message)
{
  g_return_val_if_fail (parlance_message_get_seq (message) > self->last_seq, NULL);

  guint twin;
  if (find_twin (self, message, &twin))
    message = settle (self, twin, message);
  else
    {
      push_back (self, g_object_ref (message));
      items_changed (self, self->n_stored - 1, 0, 1);
    }
  trim (self);
  return message;
}

guint
parlance_message_list_prepend (ParlanceMessageList *self, GPtrArray *messages)
{
  gint64 before_seq =
      self->n_stored > 0 ? parlance_message_get_seq (stored_at (self, 0)) : self->last_seq + 1;
  guint n_added = 0;

  make_room (self, messages->len, 0);
  for (guint i = messages->len; i > 0; i--)
    {
      ParlanceMessage *message = g_ptr_array_index (messages, i - 1);
      if (parlance_message_get_seq (message) >= before_seq)
        continue;
      before_seq = parlance_message_get_seq (message);
      self->head--;
      self->stored[self->head] = g_object_ref (message);
      self->n_stored++;
      self->n_bytes += parlance_message_get_n_bytes (message);
      n_added++;
    }
  if (n_added > 0)
    items_changed (self, 0, 0, n_added);
  return n_added;
}

void
parlance_message_list_add_own (ParlanceMessageList *self, ParlanceMessage *message)
{
  g_ptr_array_add (self->own, g_object_ref (message));
  items_changed (self, self->n_stored + self->own->len - 1, 0, 1);
  notify_unsent (self);
}

/* The message is in the list already, as the object that was made when it was delivered without its
 * key. */
static void
replace_stored (ParlanceMessageList *self, guint index, ParlanceMessage *own)
{
  g_autoptr (ParlanceMessage) delivered = stored_at (self, index);

  self->stored[self->head + index] = g_object_ref (own);
  self->n_bytes -= parlance_message_get_n_bytes (delivered);
  self->n_bytes += parlance_message_get_n_bytes (own);
  items_changed (self, index, 1, 1);
}

static void
insert_acknowledged (ParlanceMessageList *self, guint from, ParlanceMessage *own)
{
  gint64 seq = parlance_message_get_seq (own);
  guint to = 0;
  while (to < self->n_acknowledged &&
         parlance_message_get_seq (g_ptr_array_index (self->own, to)) < seq)
    to++;

  if (from != to)
    items_changed (self, self->n_stored + from, 1, 0);
  g_ptr_array_insert (self->own, (int)to, g_object_ref (own));
  self->n_acknowledged++;
  if (from != to)
    items_changed (self, self->n_stored + to, 0, 1);
}

void
parlance_message_list_acknowledge (ParlanceMessageList *self,
                                   ParlanceMessage *message,
                                   gint64 seq,
                                   gint64 time_ms)
{
  guint from;
  if (!g_ptr_array_find (self->own, message, &from) || from < self->n_acknowledged)
    return; /* it was passed on first */

  g_autoptr (ParlanceMessage) own = steal_own (self, from);
  g_object_freeze_notify (G_OBJECT (own));
  parlance_message_set_sent (own, seq, time_ms);
  if (seq > self->last_seq)
    insert_acknowledged (self, from, own);
  else
    {
      guint index;
      items_changed (self, self->n_stored + from, 1, 0);
      if (find_stored (self, seq, &index))
        replace_stored (self, index, own);
    }
  g_object_thaw_notify (G_OBJECT (own));
  notify_unsent (self);
}

void
parlance_message_list_move_to_end (ParlanceMessageList *self, ParlanceMessage *message)
{
  guint index;
  if (!g_ptr_array_find (self->own, message, &index) || index < self->n_acknowledged ||
      index + 1 == self->own->len)
    return;

  ParlanceMessage *own = steal_own (self, index);
  items_changed (self, self->n_stored + index, 1, 0);
  g_ptr_array_add (self->own, own);
  items_changed (self, self->n_stored + self->own->len - 1, 0, 1);
}

void
parlance_message_list_remove_own (ParlanceMessageList *self, ParlanceMessage *message)
{
  guint index;
  if (!g_ptr_array_find (self->own, message, &index) || index < self->n_acknowledged)
    return;

  g_autoptr (ParlanceMessage) own = steal_own (self, index);
  items_changed (self, self->n_stored + index, 1, 0);
  notify_unsent (self);
}

void
parlance_message_list_restart (ParlanceMessageList *self, gint64 last_seq)
{
  guint n_removed = self->n_stored + self->n_acknowledged;
  g_autoptr (GPtrArray) removed = g_ptr_array_new_full (n_removed, g_object_unref);

  for (guint i = 0; i < self->n_stored; i++)
    g_ptr_array_add (removed, stored_at (self, i));
  while (self->n_acknowledged > 0)
    g_ptr_array_add (removed, steal_own (self, 0));
  self->n_stored = 0;
  self->n_bytes = 0;
  self->head = 0;
  self->last_seq = last_seq;
  if (n_removed > 0)
    items_changed (self, 0, n_removed, 0);
}

gint64
parlance_message_list_get_last_seq (ParlanceMessageList *self)
{
  return self->last_seq;
}

ParlanceMessageList *
parlance_message_list_new (void)
{
  return g_object_new (PARLANCE_TYPE_MESSAGE_LIST, NULL);
}

guint
parlance_message_list_get_n (ParlanceMessageList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), 0);

  return self->n_stored + self->own->len;
}

ParlanceMessage *
parlance_message_list_get (ParlanceMessageList *self, guint position)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), NULL);

  if (position < self->n_stored)
    return stored_at (self, position);
  position -= self->n_stored;
  return position < self->own->len ? g_ptr_array_index (self->own, position) : NULL;
}

ParlanceMessage *
parlance_message_list_find (ParlanceMessageList *self, gint64 seq, guint *ret_position)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), NULL);

  guint position;
  if (!find_stored (self, seq, &position))
    {
      guint i = 0;
      while (i < self->n_acknowledged &&
             parlance_message_get_seq (g_ptr_array_index (self->own, i)) != seq)
        i++;
      if (i == self->n_acknowledged)
        return NULL;
      position = self->n_stored + i;
    }
  if (ret_position != NULL)
    *ret_position = position;
  return parlance_message_list_get (self, position);
}

gint64
parlance_message_list_get_first_seq (ParlanceMessageList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), 0);

  return self->n_stored > 0 ? parlance_message_get_seq (stored_at (self, 0)) : 0;
}

gboolean
parlance_message_list_get_has_older (ParlanceMessageList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), FALSE);

  return self->has_older;
}

void
parlance_message_list_set_has_older (ParlanceMessageList *self, gboolean has_older)
{
  if (self->has_older == has_older)
    return;
  self->has_older = has_older;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_OLDER]);
}

guint
parlance_message_list_get_n_unsent (ParlanceMessageList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), 0);

  return self->own->len - self->n_acknowledged;
}

void
parlance_message_list_set_limit (ParlanceMessageList *self, guint n_messages)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_LIST (self));
  g_return_if_fail (n_messages > 0);

  self->limit = n_messages;
}

guint
parlance_message_list_get_limit (ParlanceMessageList *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (self), 0);

  return self->limit;
}

static GType
list_model_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_MESSAGE;
}

static guint
list_model_get_n_items (GListModel *model)
{
  return parlance_message_list_get_n (PARLANCE_MESSAGE_LIST (model));
}

static gpointer
list_model_get_item (GListModel *model, guint position)
{
  ParlanceMessage *message = parlance_message_list_get (PARLANCE_MESSAGE_LIST (model), position);

  return message != NULL ? g_object_ref (message) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_model_get_item_type;
  iface->get_n_items = list_model_get_n_items;
  iface->get_item = list_model_get_item;
}

static void
parlance_message_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceMessageList *self = PARLANCE_MESSAGE_LIST (object);

  switch (id)
    {
    case PROP_HAS_OLDER:
      g_value_set_boolean (value, self->has_older);
      break;
    case PROP_N_UNSENT:
      g_value_set_uint (value, parlance_message_list_get_n_unsent (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_message_list_finalize (GObject *object)
{
  ParlanceMessageList *self = PARLANCE_MESSAGE_LIST (object);

  for (guint i = 0; i < self->n_stored; i++)
    g_object_unref (stored_at (self, i));
  g_free (self->stored);
  g_ptr_array_unref (self->own);
  G_OBJECT_CLASS (parlance_message_list_parent_class)->finalize (object);
}

static void
parlance_message_list_class_init (ParlanceMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_message_list_finalize;
  object_class->get_property = parlance_message_list_get_property;
  properties[PROP_HAS_OLDER] = g_param_spec_boolean ("has-older", NULL, NULL, FALSE, flags);
  properties[PROP_N_UNSENT] = g_param_spec_uint ("n-unsent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_message_list_init (ParlanceMessageList *self)
{
  self->own = g_ptr_array_new_with_free_func (g_object_unref);
  self->limit = DEFAULT_LIMIT;
}
