/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A regular expression from a stranger: it may be wrong, and it may be built to take for ever.
 */
#pragma once

#include <glib.h>

typedef struct Regexp Regexp;

typedef enum
{
  REGEXP_DAMAGED = -2, /* the text is not UTF-8 */
  REGEXP_OVER_LIMIT = -1,
  REGEXP_NONE = 0,
  REGEXP_FOUND = 1,
} RegexpFind;

/**
 * regexp_new:
 * @pattern: UTF-8, in the language of PCRE2
 *
 * Returns: (transfer full): %NULL with %LIBRARY_ERROR_PATTERN, what is wrong with it and where
 * Thread: any; the expression belongs to it
 */
Regexp *regexp_new (const char *pattern, gsize n_pattern, GError **error);
void regexp_free (Regexp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Regexp, regexp_free)

/** regexp_find: whether it matches anywhere in @text; after OVER_LIMIT regexp_explain() */
RegexpFind regexp_find (Regexp *self, const char *text, gsize n_text);

/** regexp_explain: sets %LIBRARY_ERROR_PATTERN: which limit it passed */
void regexp_explain (const Regexp *self, GError **error);
