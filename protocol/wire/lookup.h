/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typed parameters of the dictionary methods, for both ends. Source: docs/protocol.md, section 3.
 */
#pragma once

#include "protocol/wire/errors.h"
#include "protocol/wire/json-reader.h"
#include "protocol/wire/limits.h"

typedef struct
{
  char word[PARLANCE_MAX_WORD + 1]; /* `text` of search. Decoded; NUL-terminated, may hold NULs */
  guint32 n_word;                   /* [bytes], 1 to PARLANCE_MAX_WORD */
  ParlanceJsonValue dictionaries;   /* array of strings; text NULL: absent or empty, all */
  guint32 limit;                    /* `max_entries` of define, `limit` of match and search */
  char strategy[32]; /* match: decoded, NUL-terminated; a longer one is cut and so unknown */
} ParlanceLookup;

/**
 * parlance_define_parse:
 * @params: (nullable): what parlance_request_parse() gave; a value without text is as %NULL
 * @ret_lookup: (out): undefined after a fault
 * @ret_fault: (out): invalid_params with the field, or too_long for a word over its limit
 *
 * Does not say whether the word has anything left after normalisation: that is the dictionary's.
 */
gboolean parlance_define_parse (const ParlanceJsonValue *params,
                                ParlanceLookup *ret_lookup,
                                ParlanceFault *ret_fault);

gboolean parlance_match_parse (const ParlanceJsonValue *params,
                               ParlanceLookup *ret_lookup,
                               ParlanceFault *ret_fault);

/** parlance_search_parse: the same for `text` */
gboolean parlance_search_parse (const ParlanceJsonValue *params,
                                ParlanceLookup *ret_lookup,
                                ParlanceFault *ret_fault);

/* Of annotate. */
typedef struct
{
  char text[PARLANCE_MAX_TEXT + 1]; /* decoded; NUL-terminated, and may hold NULs */
  guint32 n_text;                   /* [bytes] */
  gint64 at;                        /* [code points], 0 to the text's length; -1: absent */
  ParlanceJsonValue dictionaries;   /* as in ParlanceLookup */
} ParlanceAnnotate;

/** parlance_annotate_parse: too_long for a text over its limit; @at outside of it is invalid. */
gboolean parlance_annotate_parse (const ParlanceJsonValue *params,
                                  ParlanceAnnotate *ret_annotate,
                                  ParlanceFault *ret_fault);

/**
 * parlance_define_append:
 * @dictionaries: (nullable) (array zero-terminated=1): names; %NULL or empty: all
 * @max_entries: 0: the server's default
 *
 * Appends the `params` object of a `define`.
 */
void parlance_define_append (GString *out,
                             const char *word,
                             const char *const *dictionaries,
                             guint max_entries);

/** parlance_match_append: the same for `match`; @strategy %NULL and @limit 0: the defaults. */
void parlance_match_append (GString *out,
                            const char *word,
                            const char *strategy,
                            const char *const *dictionaries,
                            guint limit);

/** parlance_search_append: the same for `search` */
void parlance_search_append (GString *out,
                             const char *text,
                             const char *const *dictionaries,
                             guint limit);

/** parlance_annotate_append: the same for `annotate`; @at -1: the whole text. */
void parlance_annotate_append (
    GString *out, const char *text, gsize n_text, gint64 at, const char *const *dictionaries);
