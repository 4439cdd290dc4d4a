/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Posting operations, and freeing those that nobody carried out.
 */
#include "server/chat/mail.h"

#include <string.h>

static void
chat_mail_discard (MailboxMessage *message)
{
  ChatMail *self = (ChatMail *)message;

  for (guint i = 0; i < self->n_ops; i++)
    {
      ChatOp *op = &self->ops[i];

      shared_frame_unref (op->frame);
      if (op->request != NULL)
        op->request->message.discard (&op->request->message);
    }
  g_free (self);
}

void
chat_mail_post (ChatPort *port, const ChatOp *ops, guint n_ops)
{
  ChatMail *self = g_malloc (sizeof *self + n_ops * sizeof *ops);

  self->message.deliver = port->deliver;
  self->message.discard = chat_mail_discard;
  self->n_ops = n_ops;
  memcpy (self->ops, ops, n_ops * sizeof *ops);
  port->post (port, &self->message);
}

void
chat_mail_answer (ChatRequest *request)
{
  const ChatOp op = { .kind = CHAT_OP_ANSWER, .request = request };

  chat_mail_post (request->client->port, &op, 1);
}

void
chat_mail_free (ChatMail *self)
{
  g_free (self);
}
