/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state machine over bytes. It accepts what the terminals of the xterm family send in either
 * keypad mode, and passes over sequences it does not know as a whole, so that their letters are
 * never taken for typed ones.
 */
#include "client-cli/key-decoder.h"

#include <string.h>

#define ESCAPE 0x1B
#define DELETE 0x7F
#define PASTE_BEGIN 200
#define PASTE_END 201

void
key_decoder_init (KeyDecoder *self)
{
  memset (self, 0, sizeof *self);
}

static void
start_over (KeyDecoder *self)
{
  self->state = KEY_STATE_GROUND;
  self->alt = FALSE;
  self->n_bytes = 0;
}

static gboolean
give (KeyDecoder *self, Key *ret_key, KeyKind kind, gunichar character)
{
  start_over (self);
  *ret_key = (Key){ .kind = kind, .character = character };
  return TRUE;
}

/* Terminals paste line ends as CR; what came with CR LF gives one. Other controls have no place in
 * a message, and those of a terminal least of all. */
static gboolean
feed_pasted_control (KeyDecoder *self, guchar byte, Key *ret_key)
{
  gboolean after_cr = self->after_cr;

  self->after_cr = byte == '\r';
  if (byte == '\r' || (byte == '\n' && !after_cr))
    return give (self, ret_key, KEY_CHARACTER, '\n');
  if (byte == '\t')
    return give (self, ret_key, KEY_CHARACTER, '\t');
  return FALSE;
}

static gboolean
feed_control (KeyDecoder *self, guchar byte, Key *ret_key)
{
  if (self->pasting)
    return feed_pasted_control (self, byte, ret_key);
  switch (byte)
    {
    case '\r':
    case '\n':
      return give (self, ret_key, KEY_ENTER, 0);
    case '\t':
      return give (self, ret_key, KEY_TAB, 0);
    case '\b':
    case DELETE:
      return give (self, ret_key, KEY_BACKSPACE, 0);
    case 0x00: /* Ctrl-Space */
      return FALSE;
    default:
      return give (self, ret_key, KEY_CONTROL, byte < 0x1B ? byte + 0x60U : byte + 0x40U);
    }
}

/* Returns: how many bytes follow @lead, 0 when it begins no character */
static guint
n_following (guchar lead)
{
  if (lead >= 0xC2 && lead <= 0xDF)
    return 1;
  if (lead >= 0xE0 && lead <= 0xEF)
    return 2;
  return lead >= 0xF0 && lead <= 0xF4 ? 3 : 0;
}

static gboolean
feed_ground (KeyDecoder *self, guchar byte, Key *ret_key)
{
  gboolean alt = self->alt;

  if (byte == ESCAPE)
    {
      start_over (self);
      self->state = KEY_STATE_ESCAPE;
      return FALSE;
    }
  if (byte < 0x20 || byte == DELETE)
    return feed_control (self, byte, ret_key);
  self->after_cr = FALSE;
  if (byte < DELETE)
    return give (self, ret_key, alt ? KEY_ALT : KEY_CHARACTER, byte);

  self->n_missing = n_following (byte);
  if (self->n_missing == 0)
    {
      start_over (self);
      return FALSE;
    }
  self->state = KEY_STATE_CHARACTER;
  self->bytes[0] = (char)byte;
  self->n_bytes = 1;
  return FALSE;
}

static gboolean
feed_character (KeyDecoder *self, guchar byte, Key *ret_key)
{
  gboolean alt = self->alt;

  if ((byte & 0xC0) != 0x80)
    {
      start_over (self);
      return feed_ground (self, byte, ret_key);
    }
  self->bytes[self->n_bytes++] = (char)byte;
  if (--self->n_missing > 0)
    return FALSE;

  gunichar character = g_utf8_get_char_validated (self->bytes, self->n_bytes);
  if (character >= (gunichar)-2 || character < 0xA0)
    {
      start_over (self);
      return FALSE;
    }
  return give (self, ret_key, alt && !self->pasting ? KEY_ALT : KEY_CHARACTER, character);
}

static gboolean
feed_escape (KeyDecoder *self, guchar byte, Key *ret_key)
{
  if (byte == '[' || byte == 'O')
    {
      self->state = byte == '[' ? KEY_STATE_CSI : KEY_STATE_SS3;
      return FALSE;
    }
  if (self->pasting)
    {
      start_over (self);
      return feed_ground (self, byte, ret_key);
    }
  if (byte == '\r' || byte == '\n')
    return give (self, ret_key, KEY_CHARACTER, '\n');
  if (byte == '\b' || byte == DELETE)
    return give (self, ret_key, KEY_ALT_BACKSPACE, 0);
  start_over (self);
  self->alt = byte >= 0x20 && byte != DELETE;
  return feed_ground (self, byte, ret_key);
}

/* The key of a sequence's last letter; modifiers are 1 and a set of 1 Shift, 2 Alt, 4 Ctrl. */
static gboolean
give_letter (KeyDecoder *self, char letter, guint modifiers, Key *ret_key)
{
  gboolean by_word = modifiers > 1 && ((modifiers - 1) & (2 | 4)) != 0;

  switch (letter)
    {
    case 'A':
      return give (self, ret_key, KEY_UP, 0);
    case 'B':
      return give (self, ret_key, KEY_DOWN, 0);
    case 'C':
      return give (self, ret_key, by_word ? KEY_WORD_RIGHT : KEY_RIGHT, 0);
    case 'D':
      return give (self, ret_key, by_word ? KEY_WORD_LEFT : KEY_LEFT, 0);
    case 'F':
      return give (self, ret_key, KEY_END, 0);
    case 'H':
      return give (self, ret_key, KEY_HOME, 0);
    case 'M': /* Enter of the keypad */
      return give (self, ret_key, KEY_ENTER, 0);
    case 'Z':
      return give (self, ret_key, KEY_BACK_TAB, 0);
    default:
      start_over (self);
      return FALSE;
    }
}

static gboolean
give_number (KeyDecoder *self, guint number, Key *ret_key)
{
  switch (number)
    {
    case 1:
    case 7:
      return give (self, ret_key, KEY_HOME, 0);
    case 3:
      return give (self, ret_key, KEY_DELETE, 0);
    case 4:
    case 8:
      return give (self, ret_key, KEY_END, 0);
    default:
      self->pasting = number == PASTE_BEGIN || (self->pasting && number != PASTE_END);
      start_over (self);
      return FALSE;
    }
}

/* Returns: how many numbers were found, those that are left out as 0 */
static guint
read_numbers (const KeyDecoder *self, guint ret_numbers[2])
{
  const char *at = self->bytes;
  guint n = 0;

  if (*at == '[' || (*at >= '<' && *at <= '?')) /* the console's, private ones */
    return 0;

  for (; n < 2 && (n == 0 || *at == ';'); n++)
    {
      at += n > 0 ? 1 : 0;
      ret_numbers[n] = 0;
      for (; g_ascii_isdigit (*at) && ret_numbers[n] < 100000; at++)
        ret_numbers[n] = ret_numbers[n] * 10 + (guint)(*at - '0');
    }
  return n;
}

static gboolean
finish_csi (KeyDecoder *self, char final, Key *ret_key)
{
  guint numbers[2] = { 0, 0 };

  self->bytes[self->n_bytes] = '\0';
  guint n_numbers = read_numbers (self, numbers);
  if (self->pasting && !(final == '~' && numbers[0] == PASTE_END))
    {
      start_over (self);
      return FALSE;
    }
  if (n_numbers == 0)
    {
      start_over (self);
      return FALSE;
    }
  if (final == '~')
    return give_number (self, numbers[0], ret_key);
  if (final == 'R' && n_numbers == 2 && numbers[1] > 0)
    {
      (void)give (self, ret_key, KEY_POSITION, 0);
      ret_key->column = numbers[1] - 1;
      return TRUE;
    }
  return give_letter (self, final, numbers[1], ret_key);
}

static gboolean
feed_csi (KeyDecoder *self, guchar byte, Key *ret_key)
{
  /* The Linux console's function keys have a second bracket before their letter. */
  gboolean bracket = byte == '[' && self->n_bytes == 0;

  if (byte >= 0x40 && byte <= 0x7E && !bracket)
    return finish_csi (self, (char)byte, ret_key);
  if (byte < 0x20 || byte > 0x7E)
    {
      start_over (self);
      return feed_ground (self, byte, ret_key);
    }
  if (self->n_bytes < KEY_SEQUENCE_MAX)
    self->bytes[self->n_bytes++] = (char)byte;
  return FALSE;
}

gboolean
key_decoder_feed (KeyDecoder *self, char byte, Key *ret_key)
{
  guchar unsigned_byte = (guchar)byte;

  switch (self->state)
    {
    case KEY_STATE_GROUND:
      return feed_ground (self, unsigned_byte, ret_key);
    case KEY_STATE_CHARACTER:
      return feed_character (self, unsigned_byte, ret_key);
    case KEY_STATE_ESCAPE:
      return feed_escape (self, unsigned_byte, ret_key);
    case KEY_STATE_CSI:
      return feed_csi (self, unsigned_byte, ret_key);
    case KEY_STATE_SS3:
      /* Keypads in application mode; within a paste it is no key. */
      if (self->pasting)
        {
          start_over (self);
          return FALSE;
        }
      return give_letter (self, byte, 0, ret_key);
    default:
      g_assert_not_reached ();
    }
}

gboolean
key_decoder_is_waiting (const KeyDecoder *self)
{
  return self->state != KEY_STATE_GROUND && !self->pasting;
}

gboolean
key_decoder_expire (KeyDecoder *self, Key *ret_key)
{
  KeyState state = self->state;

  if (!key_decoder_is_waiting (self))
    return FALSE;
  start_over (self);
  if (state == KEY_STATE_ESCAPE)
    return give (self, ret_key, KEY_ESCAPE, 0);
  if (state == KEY_STATE_CSI || state == KEY_STATE_SS3)
    return give (self, ret_key, KEY_ALT, state == KEY_STATE_CSI ? '[' : 'O');
  return FALSE;
}
