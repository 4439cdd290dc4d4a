/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding a text piece by piece. A piece is a word or a character with its marks: nothing composes
 * over the border of two pieces, so that the folded pieces one after the other are the folded text.
 */
#include "server/dictionary/annotate-text.h"

#include <string.h>

#include "server/dictionary/layout.h"
#include "server/dictionary/library.h"
#include "server/dictionary/source.h"

/* A piece of text and where it stands. */
typedef struct
{
  Token token;
  guint32 start; /* [code points] */
} Piece;

/* Adds the units of @key, which is what @piece is when folded. */
static void
add_units (AnnotateText *self, const Piece *piece, const char *key, gsize n_key)
{
  const char *at = key;
  Unit unit = {
    .start = piece->start,
    .end = piece->start + piece->token.n_points,
    .text_at = (guint32)(piece->token.text - self->text),
    .n_text = piece->token.n_bytes,
    .order = UNIT_IS_FIRST,
  };
  Token token;

  while (token_next (&at, key + n_key, &token))
    {
      if (token.kind == TOKEN_SPACE)
        continue;
      unit.key_at = (guint32)(self->keys->len + (gsize)(token.text - key));
      unit.n_key = token.n_bytes;
      unit.kind = (guint8)token.kind;
      g_array_append_val (self->units, unit);
      unit.order = 0;
    }
  if (unit.order == 0)
    g_array_index (self->units, Unit, self->units->len - 1).order |= UNIT_IS_LAST;
  g_string_append_len (self->keys, key, (gssize)n_key);
}

static void
add_barrier (AnnotateText *self, const Piece *piece)
{
  const Unit unit = {
    .key_at = (guint32)self->keys->len,
    .start = piece->start,
    .end = piece->start + piece->token.n_points,
    .text_at = (guint32)(piece->token.text - self->text),
    .n_text = piece->token.n_bytes,
    .kind = TOKEN_OTHER,
  };

  g_array_append_val (self->units, unit);
}

/* Printed text has apostrophes that no dictionary files its headwords under. */
static void
straighten_apostrophes (LibraryKey *key)
{
  char *out = key->text;

  for (const char *in = key->text; *in;)
    {
      gunichar c = g_utf8_get_char (in);
      gsize n = (guchar)g_utf8_skip[(guchar)*in];

      if (token_is_apostrophe (c))
        *out++ = '\'';
      else
        {
          memmove (out, in, n);
          out += n;
        }
      in += n;
    }
  *out = '\0';
  key->n_bytes = (guint32)(out - key->text);
}

static void
add_piece (AnnotateText *self, const Piece *piece, LibraryKey *scratch)
{
  const Token *token = &piece->token;

  if (token->kind == TOKEN_SPACE)
    {
      g_string_append_c (self->keys, ' ');
      return;
    }
  if (token->n_bytes > DICTIONARY_MAX_HEADWORD)
    {
      add_barrier (self, piece);
      return;
    }
  library_fold (token->text, token->n_bytes, scratch);
  if (token->n_points < token->n_bytes)
    straighten_apostrophes (scratch);
  add_units (self, piece, scratch->text, scratch->n_bytes);
}

/* Leaves in *@ret_begin and *@ret_end, indexes of @pieces, what headwords can reach that cover the
 * piece at @at. White space stands between two units at most once. */
static void
narrow (const GArray *pieces, gint64 at, guint *ret_begin, guint *ret_end)
{
  const guint reach = 2 * LAYOUT_MAX_TOKENS;
  guint low = 0;
  guint high = pieces->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (pieces, Piece, middle).start <= at)
        low = middle;
      else
        high = middle;
    }
  *ret_begin = low > reach ? low - reach : 0;
  *ret_end = MIN (pieces->len, low + reach);
}

void
annotate_text_init (AnnotateText *self, const char *text, gsize n_text, gint64 at)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  const char *end = text + n_text;
  const char *next = text;
  guint begin_piece = 0;
  guint end_piece;
  Piece piece = { .start = 0 };
  LibraryKey scratch;

  self->text = text;
  self->units = g_array_new (FALSE, FALSE, sizeof (Unit));
  self->keys = g_string_sized_new (n_text);

  while (token_next (&next, end, &piece.token))
    {
      g_array_append_val (pieces, piece);
      piece.start += piece.token.n_points;
    }
  end_piece = pieces->len;
  if (at >= 0)
    narrow (pieces, at, &begin_piece, &end_piece);
  for (guint i = begin_piece; i < end_piece; i++)
    add_piece (self, &g_array_index (pieces, Piece, i), &scratch);
}

void
annotate_text_clear (AnnotateText *self)
{
  g_array_unref (self->units);
  g_string_free (self->keys, TRUE);
}
