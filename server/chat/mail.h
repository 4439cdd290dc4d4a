/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the authority tells a worker: one message for a whole batch, a list of operations in the
 * order in which the worker is to carry them out.
 */
#pragma once

#include "server/chat/request.h"

typedef enum
{
  CHAT_OP_ANSWER,   /* @request has been answered */
  CHAT_OP_MESSAGES, /* @frame goes to the members of @room that are behind @last_seq */
  CHAT_OP_PERSONAL, /* the same, but to @client only */
  CHAT_OP_EVENT,    /* @frame goes to every member of @room but @client (nullable) */
  CHAT_OP_TELL,     /* @frame goes to @client */
  CHAT_OP_CLOSE,    /* @client's session has ended, and its connection is to */
  CHAT_OP_PUT_OUT,  /* @client is no member of @room any more, which @frame tells it */
} ChatOpKind;

typedef struct
{
  ChatOpKind kind;
  guint32 room;
  gint64 last_seq;
  ChatClient *client;
  ChatRequest *request; /* (owned) */
  SharedFrame *frame;   /* (owned) */
} ChatOp;

typedef struct
{
  MailboxMessage message; /* first */
  guint n_ops;
  ChatOp ops[];
} ChatMail;

/**
 * chat_mail_post:
 * @ops: (array length=n_ops): what they own goes with them
 */
void chat_mail_post (ChatPort *port, const ChatOp *ops, guint n_ops);

/** chat_mail_answer: posts a single answer */
void chat_mail_answer (ChatRequest *request);

/** chat_mail_free: the mail alone: what its operations own was taken */
void chat_mail_free (ChatMail *self);
