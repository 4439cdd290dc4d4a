/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rooms of one worker, and handing frames out to their members.
 *
 * A room is handed out in passes: a pass takes the items that are there when it begins and gives
 * all of them to one member after the other, so that each has one write for all that gathered. What
 * comes meanwhile is for the next pass. Who joins and leaves in the middle of one is no special
 * case: items are counted, and each member knows which of them it was handed. So one member can
 * also be handed all of them ahead of the others, before it is told something that must not
 * overtake them.
 */
#include "server/front/chat-desk-parts.h"

#define SMALL_ROOM 8 /* members of one worker's */

static void
item_clear (gpointer data)
{
  output_frame_unref (((DeskItem *)data)->frame);
}

static DeskRoom *
desk_room_new (guint32 id, const char *name)
{
  DeskRoom *self = g_new0 (DeskRoom, 1);

  self->id = id;
  self->name = g_strdup (name);
  self->members = g_ptr_array_new ();
  self->items = g_array_new (FALSE, FALSE, sizeof (DeskItem));
  g_array_set_clear_func (self->items, item_clear);
  return self;
}

void
desk_room_free (DeskRoom *self)
{
  g_ptr_array_unref (self->members);
  g_array_unref (self->items);
  g_free (self->name);
  g_free (self);
}

/* --- members ---------------------------------------------------------------------------------- */

DeskMember *
desk_find_member (const DeskClient *client, guint32 room_id)
{
  for (guint i = 0; i < client->members->len; i++)
    {
      DeskMember *member = g_ptr_array_index (client->members, i);

      if (member->room->id == room_id)
        return member;
    }
  return NULL;
}

DeskMember *
desk_add_member (DeskClient *client, guint32 room_id, const char *name)
{
  ChatDesk *self = client->desk;
  DeskRoom *room = g_hash_table_lookup (self->rooms, GUINT_TO_POINTER (room_id));
  DeskMember *member = g_new0 (DeskMember, 1);

  if (room == NULL)
    {
      room = desk_room_new (room_id, name);
      g_hash_table_insert (self->rooms, GUINT_TO_POINTER (room_id), room);
    }
  member->client = client;
  member->room = room;
  member->index = room->members->len;
  member->n_handed = room->n_done + room->items->len;
  g_ptr_array_add (room->members, member);
  room->n_members++;
  if (client->members->len == 0)
    connection_set_patient (client->connection, TRUE);
  g_ptr_array_add (client->members, member);
  return member;
}

static void
move_member (GPtrArray *members, guint from, guint to)
{
  DeskMember *member = g_ptr_array_index (members, from);

  members->pdata[to] = member;
  member->index = to;
}

/* Closes the gaps that a pass had to leave. */
static void
desk_room_compact (DeskRoom *self)
{
  guint n = 0;

  for (guint i = 0; i < self->members->len; i++)
    {
      if (g_ptr_array_index (self->members, i) != NULL)
        move_member (self->members, i, n++);
    }
  g_ptr_array_set_size (self->members, (gint)n);
}

/* A room that nobody of this worker is in any more. One in the queue stays until its turn. */
static void
desk_room_forget_if_empty (ChatDesk *self, DeskRoom *room)
{
  if (room->n_members > 0 || room->is_queued)
    return;
  g_hash_table_remove (self->rooms, GUINT_TO_POINTER (room->id));
}

void
desk_remove_member (DeskMember *member)
{
  DeskRoom *room = member->room;
  DeskClient *client = member->client;

  room->n_members--;
  if (room->n_passing > 0)
    room->members->pdata[member->index] = NULL;
  else
    {
      guint last = room->members->len - 1;

      if (member->index != last)
        move_member (room->members, last, member->index);
      g_ptr_array_set_size (room->members, (gint)last);
    }
  g_ptr_array_remove_fast (client->members, member);
  if (client->members->len == 0 && client->connection != NULL)
    connection_set_patient (client->connection, FALSE);
  desk_room_forget_if_empty (client->desk, room);
}

/* --- handing out ------------------------------------------------------------------------------ */

static void
desk_queue_room (ChatDesk *self, DeskRoom *room)
{
  DeskQueue *queue = room->members->len <= SMALL_ROOM ? &self->small : &self->large;

  room->next = NULL;
  room->is_queued = TRUE;
  *queue->end = room;
  queue->end = &room->next;
}

void
desk_queue_item (ChatDesk *self, const ChatOp *op)
{
  DeskRoom *room = g_hash_table_lookup (self->rooms, GUINT_TO_POINTER (op->room));

  /* Its last member here has left meanwhile. */
  if (room == NULL)
    {
      shared_frame_unref (op->frame);
      return;
    }
  const DeskItem item = {
    .kind = op->kind,
    .frame = output_frame_new (op->frame),
    .last_seq = op->last_seq,
    .queued_us = g_get_monotonic_time (),
    .client = (const DeskClient *)op->client,
  };
  item.frame->is_own = op->kind == CHAT_OP_PERSONAL;
  g_array_append_val (room->items, item);
  if (!room->is_queued)
    desk_queue_room (self, room);
}

static gboolean
is_for_member (const DeskItem *item, const DeskMember *member)
{
  if (item->kind == CHAT_OP_EVENT)
    return item->client != member->client;
  return !member->is_lagging && item->last_seq > member->seq &&
         (item->kind == CHAT_OP_MESSAGES || item->client == member->client);
}

/* Those of the room's first @n_items that it was not handed yet. Returns: whether there were any */
static gboolean
hand_to_member (const DeskRoom *room, DeskMember *member, guint n_items)
{
  const DeskClient *client = member->client;
  Connection *connection = client->connection;
  guint64 n_handed = member->n_handed;

  if (n_handed >= room->n_done + n_items)
    return FALSE;
  member->n_handed = room->n_done + n_items;
  for (guint i = (guint)(n_handed - room->n_done); i < n_items; i++)
    {
      const DeskItem *item = &g_array_index (room->items, DeskItem, i);

      if (!is_for_member (item, member))
        continue;
      if (item->kind != CHAT_OP_EVENT)
        member->seq = item->last_seq;
      connection_send_frame (connection, item->frame);
      /* One that does not read has just been ended, and its memberships with it. */
      if (client->connection == NULL)
        return TRUE;
    }
  connection_push (connection);
  return TRUE;
}

void
desk_hand_pending (DeskMember *member)
{
  (void)hand_to_member (member->room, member, member->room->items->len);
}

/* Returns: how many members of @n_budget are left */
static guint
desk_room_pass (DeskRoom *self, guint n_budget)
{
  if (self->n_passing == 0)
    {
      self->n_passing = self->items->len;
      self->cursor = 0;
    }
  for (; self->cursor < self->members->len && n_budget > 0; self->cursor++)
    {
      DeskMember *member = g_ptr_array_index (self->members, self->cursor);

      if (member != NULL && hand_to_member (self, member, self->n_passing))
        n_budget--;
    }
  if (self->cursor < self->members->len)
    return 0;
  g_array_remove_range (self->items, 0, self->n_passing);
  self->n_done += self->n_passing;
  self->n_passing = 0;
  desk_room_compact (self);
  return n_budget;
}

/* Of the room that is first. Returns: whether its pass is over */
static gboolean
hand_out_first (ChatDesk *self, DeskQueue *queue, guint *n_budget)
{
  DeskRoom *room = queue->first;

  *n_budget = desk_room_pass (room, *n_budget);
  if (room->n_passing > 0)
    return FALSE;
  queue->first = room->next;
  if (queue->first == NULL)
    queue->end = &queue->first;
  room->is_queued = FALSE;
  if (room->items->len > 0)
    desk_queue_room (self, room);
  else
    desk_room_forget_if_empty (self, room);
  return TRUE;
}

/* Returns: how many members of @n_budget are left */
static guint
hand_out_some (ChatDesk *self, DeskQueue *queue, guint n_budget)
{
  while (queue->first != NULL && n_budget > 0 && hand_out_first (self, queue, &n_budget))
    ;
  return n_budget;
}

/* Once small rooms had @n_small members in this turn. Returns: whether there is more that is not to
 * wait for the worker's turn */
static gboolean
hand_out_large (ChatDesk *self, guint n_small)
{
  const DeskRoom *room = self->large.first;
  guint n_budget;

  if (room == NULL)
    return FALSE;
  n_budget =
      worker_hand_out_budget (self->worker, g_array_index (room->items, DeskItem, 0).queued_us);
  if (n_budget > 0)
    (void)hand_out_some (self, &self->large, MAX (n_budget, n_small + 1) - n_small);
  if (self->large.first != NULL)
    worker_keep_turn (self->worker);
  return n_budget > 0 && self->large.first != NULL;
}

gboolean
desk_hand_out (ChatDesk *self)
{
  /* That takes no longer than to wait for a turn, and need not stand behind a crowd. The last time
   * it is all. */
  guint n_small = worker_is_stopping (self->worker) ? G_MAXUINT : SMALL_ROOM;
  guint n_left = hand_out_some (self, &self->small, n_small);

  return hand_out_large (self, n_small - n_left) || self->small.first != NULL;
}
