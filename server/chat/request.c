/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a request gathers on its way.
 */
#include "server/chat/request.h"

void
chat_request_clear (ChatRequest *self)
{
  if (self->result != NULL)
    g_string_free (self->result, TRUE);
  self->result = NULL;
  g_clear_pointer (&self->room_name, g_free);
  shared_frame_unref (self->frame);
  self->frame = NULL;
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->check.known, g_free);
  g_clear_pointer (&self->check.hash, g_free);
}
