/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of a message that is measured: who sent it and its number among the sender's, so that
 * every receiver can tell a lost, a doubled and a misplaced one by reading 16 bytes. It begins with
 * the four letters of the run (what an earlier run left behind is not counted), four for the sender
 * and eight for the number, sixteen values a letter from '@' to 'O': letters need no escape in any
 * of the protocols, and eight of them are one load.
 */
#pragma once

#include <glib.h>
#include <string.h>

#define CHAT_PAYLOAD_HEAD 16 /* [bytes] */
#define CHAT_RUN_LETTERS 4

#define CHAT_NIBBLES G_GUINT64_CONSTANT (0x0f0f0f0f0f0f0f0f)
#define CHAT_LETTERS G_GUINT64_CONSTANT (0x4040404040404040)

/* Eight letters for 32 bits, the most significant first. */
static inline guint64
chat_payload_letters (guint32 value)
{
  guint64 spread = value;

  spread = (spread | (spread << 16)) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  spread = (spread | (spread << 8)) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  spread = (spread | (spread << 4)) & CHAT_NIBBLES;
  return GUINT64_TO_BE (spread | CHAT_LETTERS);
}

static inline guint32
chat_payload_value (guint64 letters)
{
  guint64 spread = GUINT64_FROM_BE (letters) & CHAT_NIBBLES;

  spread = (spread | (spread >> 4)) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  spread = (spread | (spread >> 8)) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  return (guint32)(spread | (spread >> 16));
}

/* Writes the head of a payload: @run is four letters that occur nowhere else in what is sent. */
static inline void
chat_payload_write (char *head, const char *run, guint16 sender, guint32 number)
{
  guint64 sender_letters = chat_payload_letters (sender);
  guint64 number_letters = chat_payload_letters (number);

  memcpy (head, run, CHAT_RUN_LETTERS);
  memcpy (head + CHAT_RUN_LETTERS, (const char *)&sender_letters + 4, 4);
  memcpy (head + 8, &number_letters, sizeof number_letters);
}

static inline void
chat_payload_read (const char *head, guint *ret_sender, guint32 *ret_number)
{
  guint64 letters;

  memcpy (&letters, head, sizeof letters);
  *ret_sender = chat_payload_value (letters) & 0xffff;
  memcpy (&letters, head + 8, sizeof letters);
  *ret_number = chat_payload_value (letters);
}
