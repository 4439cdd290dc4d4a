/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the command groups of the DICT front door share with its dispatcher; nobody else includes
 * it.
 */
#pragma once

#include "server/front/context.h"

#include <stdbool.h>

#define DICT_MAX_LINE 1024 /* [bytes], CR LF included: RFC 2229, 2.3 */
#define DICT_MAX_WORDS 8   /* words of one command that are looked at */

typedef struct
{
  bool wants_mime : 1; /* OPTION MIME was given */
} DictState;

/* One command line, cut into words with their quotes resolved. */
typedef struct
{
  const char *words[DICT_MAX_WORDS]; /* NUL-terminated UTF-8 without NUL */
  guint n_words;
} DictCommand;

/* Appends the whole answer to @reply, or nothing: then it comes from the compute pool, and no line
 * behind this one is looked at before. */
typedef void (*DictHandler) (Connection *connection, const DictCommand *command, GString *reply);

/* dict-lookup.c */
void dict_define (Connection *connection, const DictCommand *command, GString *reply);

/* dict-match.c */

/** dict_select_database: which dictionaries a database word names: "*" all, "!" all until one has
 * something. FALSE: none is called that */
gboolean
dict_select_database (const Library *library, const char *name, LibrarySelection *ret_selection);

void dict_match (Connection *connection, const DictCommand *command, GString *reply);

/* dict-show.c */
void dict_show (Connection *connection, const DictCommand *command, GString *reply);
void dict_help (Connection *connection, const DictCommand *command, GString *reply);
void dict_status (Connection *connection, const DictCommand *command, GString *reply);

/* dict-text.c */

/** dict_begin_text: the MIME header, for a client that asked for one, of the text that follows */
void dict_begin_text (Connection *connection, GString *reply);

/** dict_end_text: the line with the dot, and 250 */
void dict_end_text (GString *reply);

/**
 * dict_append_text:
 * @json: (array length=n_json): contents of a JSON string
 *
 * Appends it as lines of text: CR LF at every line's end, a dot doubled where a line begins with
 * it.
 */
void dict_append_text (GString *reply, const char *json, gsize n_json);

/** dict_append_plain_text: the same for plain UTF-8 */
void dict_append_plain_text (GString *reply, const char *text);

/** dict_append_quoted: @json as a quoted string of RFC 2229, 2.2 */
void dict_append_quoted (GString *reply, const char *json, gsize n_json);

/** dict_append_quoted_plain: the same for plain UTF-8, line ends as spaces */
void dict_append_quoted_plain (GString *reply, const char *text);
