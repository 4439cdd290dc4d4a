/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words to look up, one by one, from the command line or from standard input, without ever
 * blocking the main loop or reading further ahead than one buffer. Words that cannot be looked up
 * (too long, not UTF-8) are told apart here and take their turn among the others.
 */
#pragma once

#include "client-cli/app.h"

#define WORDS_MAX_LINE 65536 /* [bytes] of standard input that are kept to name what is refused */

typedef struct _Words Words;

typedef enum
{
  WORDS_READY,   /* a word was given */
  WORDS_REFUSED, /* one was that cannot be looked up */
  WORDS_WAIT,    /* none yet: `on_ready` will be called */
  WORDS_END,     /* no more */
} WordsStatus;

/**
 * words_new:
 * @on_ready: called from the main loop after words_next() said %WORDS_WAIT
 *
 * Takes the words of the options of @app or, without any or with "-" alone, standard input.
 */
Words *words_new (App *app, void (*on_ready) (gpointer user_data), gpointer user_data);
void words_free (Words *self);

/**
 * words_next:
 * @ret_word: (out) (transfer full): of %WORDS_READY: well-formed UTF-8, 1 to PARLANCE_MAX_WORD
 *   bytes; of %WORDS_REFUSED: the word with replacement characters for what is not UTF-8, or %NULL
 *   for a line of more than WORDS_MAX_LINE bytes
 * @ret_refusal: (out) (transfer full): of %WORDS_REFUSED: why, of %PARLANCE_ERROR
 *
 * Blank lines of standard input are passed over.
 */
WordsStatus words_next (Words *self, char **ret_word, GError **ret_refusal);
