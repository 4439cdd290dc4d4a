/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strings lie behind the context, in the same block: the members of the borrowed kind are
 * const, and nobody has to free them one by one.
 */
#include "client-gui/word-context.h"

#include <string.h>

/* Returns: where the copy is; NULL of NULL */
static const char *
place (char **end, const char *text)
{
  if (text == NULL)
    return NULL;
  char *copy = *end;
  *end = g_stpcpy (copy, text) + 1;
  return copy;
}

static gsize
size_of (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

ParlanceWordContext *
parlance_word_context_copy (const ParlanceWordContext *context)
{
  if (context == NULL)
    return NULL;
  ParlanceWordContext *self = g_malloc (sizeof *self + size_of (context->sentence) +
                                        size_of (context->room) + size_of (context->from));
  char *end = (char *)(self + 1);

  *self = *context;
  self->sentence = place (&end, context->sentence);
  self->room = place (&end, context->room);
  self->from = place (&end, context->from);
  return self;
}

void
parlance_word_context_free (ParlanceWordContext *self)
{
  g_free (self);
}
