/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a chat client has to say in each protocol that is compared: to enter the room, to send, and
 * how it knows that it has entered.
 */
#pragma once

#include <glib.h>

typedef enum
{
  CHAT_PARLANCE,
  CHAT_REDIS, /* pub/sub; a subscriber cannot publish, so senders have a connection of their own */
  CHAT_IRC,   /* the sender does not get what it sends */
  CHAT_BARE,  /* every line goes to everybody as it is */
} ChatDialect;

/* A line to send again and again, and where its changing parts stand. */
typedef struct
{
  GString *line;
  gsize payload_at; /* [bytes] */
  gsize id_at;      /* [bytes] of nine digits, 0: none */
  gsize key_at;     /* [bytes] of an idempotency key, 0: none */
} ChatTemplate;

#define CHAT_ID_BASE 100000000u /* ids of messages have nine digits */

/**
 * chat_dialect_parse:
 * @name: parlance, redis, irc or bare
 *
 * Returns: whether that is one; @ret_dialect is untouched when it is not
 */
gboolean chat_dialect_parse (const char *name, ChatDialect *ret_dialect);

/** chat_dialect_acknowledges: whether each message is answered to its sender */
gboolean chat_dialect_acknowledges (ChatDialect self);

/** chat_dialect_greeting: (transfer full): the first thing to send; "" for nothing */
char *chat_dialect_greeting (ChatDialect self, const char *nick);

/** chat_dialect_is_greeted: whether @line is the last of the answer to a greeting */
gboolean chat_dialect_is_greeted (ChatDialect self, const char *line, gsize n_line);

/** chat_dialect_entry: (transfer full): to be sent then, to enter the room; "" for nothing */
char *chat_dialect_entry (ChatDialect self, const char *room);

/** chat_dialect_has_entered: whether @line is the last of the answer to that */
gboolean chat_dialect_has_entered (ChatDialect self, const char *line, gsize n_line);

/**
 * chat_template_init:
 * @payload: of the first message; CHAT_PAYLOAD_HEAD bytes at least
 * @with_key: (parlance): whether each message has an idempotency key, the head of its payload
 */
void chat_template_init (ChatTemplate *self,
                         ChatDialect dialect,
                         const char *room,
                         const char *payload,
                         gboolean with_key);
void chat_template_clear (ChatTemplate *self);
