/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PCRE2 behind limits, compiled to machine code where the system lets it and interpreted where not.
 */
#include "server/dictionary/regexp.h"

#include "server/dictionary/library.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MAX_STEPS 250000          /* at one key: some milliseconds */
#define MAX_DEPTH 10000           /* of backtracking, where it is interpreted */
#define MAX_HEAP_KIB 4096         /* the same */
#define MAX_NESTING 100           /* of parentheses */
#define MIN_STACK_BYTES 32768     /* of what is compiled to machine code */
#define MAX_STACK_BYTES (1 << 20) /* the same */
#define MAX_MESSAGE 256           /* [bytes] PCRE2's own are shorter */

struct Regexp
{
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
  gboolean is_native;
  int status; /* of the last match */
};

static void
refuse (int status, gsize offset, GError **error)
{
  PCRE2_UCHAR message[MAX_MESSAGE];

  if (pcre2_get_error_message (status, message, sizeof message) < 0)
    message[0] = '\0';
  g_set_error (error, LIBRARY_ERROR, LIBRARY_ERROR_PATTERN,
               "not a regular expression: %s (at byte %" G_GSIZE_FORMAT ")", (const char *)message,
               offset);
}

static pcre2_code *
compile (const char *pattern, gsize n_pattern, GError **error)
{
  const guint32 options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C;
  pcre2_compile_context *context = pcre2_compile_context_create (NULL);
  pcre2_code *code;
  int status;
  PCRE2_SIZE offset;

  pcre2_set_parens_nest_limit (context, MAX_NESTING);
  code = pcre2_compile ((PCRE2_SPTR)pattern, n_pattern, options, &status, &offset, context);
  pcre2_compile_context_free (context);
  if (!code)
    refuse (status, offset, error);
  return code;
}

/* Without it, or where memory may not be executable, the expression is interpreted; also one that
 * begins with (*NO_JIT), of which pcre2_jit_compile() makes nothing and says that all is well. */
static gboolean
compile_natively (pcre2_code *code)
{
  gsize n_bytes = 0;

  return pcre2_jit_compile (code, PCRE2_JIT_COMPLETE) == 0 &&
         pcre2_pattern_info (code, PCRE2_INFO_JITSIZE, &n_bytes) == 0 && n_bytes > 0;
}

Regexp *
regexp_new (const char *pattern, gsize n_pattern, GError **error)
{
  pcre2_code *code = compile (pattern, n_pattern, error);
  Regexp *self;

  if (!code)
    return NULL;
  self = g_new0 (Regexp, 1);
  self->code = code;
  self->data = pcre2_match_data_create (1, NULL);
  self->context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (self->context, MAX_STEPS);
  pcre2_set_depth_limit (self->context, MAX_DEPTH);
  pcre2_set_heap_limit (self->context, MAX_HEAP_KIB);
  self->is_native = compile_natively (code);
  if (self->is_native)
    {
      self->stack = pcre2_jit_stack_create (MIN_STACK_BYTES, MAX_STACK_BYTES, NULL);
      pcre2_jit_stack_assign (self->context, NULL, self->stack);
    }
  return self;
}

void
regexp_free (Regexp *self)
{
  if (!self)
    return;
  pcre2_match_data_free (self->data);
  pcre2_match_context_free (self->context);
  pcre2_jit_stack_free (self->stack);
  pcre2_code_free (self->code);
  g_free (self);
}

static gboolean
is_ascii (const char *text, gsize n_text)
{
  guchar all = 0;

  for (gsize i = 0; i < n_text; i++)
    all |= (guchar)text[i];
  return all < 0x80;
}

RegexpFind
regexp_find (Regexp *self, const char *text, gsize n_text)
{
  PCRE2_SPTR subject = (PCRE2_SPTR)text;

  /* The short way checks nothing: it is for what is UTF-8 beyond doubt. */
  if (self->is_native && is_ascii (text, n_text))
    self->status = pcre2_jit_match (self->code, subject, n_text, 0, 0, self->data, self->context);
  else
    self->status = pcre2_match (self->code, subject, n_text, 0, 0, self->data, self->context);

  if (self->status >= 0)
    return REGEXP_FOUND;
  if (self->status == PCRE2_ERROR_NOMATCH)
    return REGEXP_NONE;
  if (self->status <= PCRE2_ERROR_UTF8_ERR1 && self->status >= PCRE2_ERROR_UTF8_ERR21)
    return REGEXP_DAMAGED;
  return REGEXP_OVER_LIMIT;
}

void
regexp_explain (const Regexp *self, GError **error)
{
  PCRE2_UCHAR message[MAX_MESSAGE];

  if (pcre2_get_error_message (self->status, message, sizeof message) < 0)
    message[0] = '\0';
  g_set_error (error, LIBRARY_ERROR, LIBRARY_ERROR_PATTERN,
               "the regular expression takes too much work: %s", (const char *)message);
}
