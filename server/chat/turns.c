/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines stand in a queue: the first one's first request is taken, and the line goes to the end. A
 * line is there as long as something waits in it, so that none outlives what its address points to.
 */
#include "server/chat/turns.h"

typedef struct Line Line;

struct Line
{
  gpointer address;   /* never looked into */
  ChatRequest *first; /* (owned): by ChatRequest.next */
  ChatRequest **end;
  guint n_pages; /* of them: all but pieces of catching up */
  Line *next;
};

struct Turns
{
  GHashTable *lines; /* address -> Line (owned) */
  Line *first;
  Line **end;
};

Turns *
turns_new (void)
{
  Turns *self = g_new0 (Turns, 1);

  self->lines = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->end = &self->first;
  return self;
}

void
turns_free (Turns *self)
{
  ChatRequest *request;

  if (self == NULL)
    return;
  while ((request = turns_take (self)) != NULL)
    request->message.discard (&request->message);
  g_hash_table_unref (self->lines);
  g_free (self);
}

static gboolean
is_page (const ChatRequest *request)
{
  return request->verb != CHAT_CATCH_UP;
}

static void
append_line (Turns *self, Line *line)
{
  line->next = NULL;
  *self->end = line;
  self->end = &line->next;
}

static Line *
find_or_add (Turns *self, ChatClient *client)
{
  gpointer address = client->address != NULL ? client->address : client;
  Line *line = g_hash_table_lookup (self->lines, address);

  if (line != NULL)
    return line;
  line = g_new0 (Line, 1);
  line->address = address;
  line->end = &line->first;
  g_hash_table_insert (self->lines, address, line);
  append_line (self, line);
  return line;
}

gboolean
turns_add (Turns *self, ChatRequest *request)
{
  Line *line = find_or_add (self, request->client);

  if (is_page (request) && line->n_pages == TURNS_MAX_OF_ADDRESS)
    return FALSE;
  line->n_pages += is_page (request) != FALSE;
  request->next = NULL;
  *line->end = request;
  line->end = &request->next;
  return TRUE;
}

ChatRequest *
turns_take (Turns *self)
{
  Line *line = self->first;

  if (line == NULL)
    return NULL;
  self->first = line->next;
  if (self->first == NULL)
    self->end = &self->first;

  ChatRequest *request = line->first;
  line->first = request->next;
  line->n_pages -= is_page (request) != FALSE;
  if (line->first != NULL)
    append_line (self, line);
  else
    g_hash_table_remove (self->lines, line->address);
  return request;
}
