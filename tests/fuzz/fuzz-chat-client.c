/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server sends a chat that is in a room and has a message on its way: bytes of any kind,
 * after which the connection goes. The list of messages has to stay whole, and all has to be let go
 * in the end. The replies that are waited for have the ids 3 (send) and from 4 on.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/client/fake-chat.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *bytes = g_strndup ((const char *)data, size);
  FakeChat self = { 0 };

  fake_chat_set_up (&self, NULL);
  ParlanceRoom *room = fake_chat_enter (&self, 4);
  parlance_chat_send (self.chat, room, "a", &(ParlanceSendOptions){ .key = "k" });
  parlance_chat_send (self.chat, room, "b", &(ParlanceSendOptions){ .key = "l" });
  fake_chat_expect (&self, "send");

  fake_server_send (&self.server, bytes);
  fake_chat_turn ();
  fake_server_hang_up (&self.server);
  while (parlance_chat_get_state (self.chat) == PARLANCE_CHAT_ONLINE)
    g_main_context_iteration (NULL, TRUE);
  fake_chat_tear_down (&self, NULL);
  return 0;
}
