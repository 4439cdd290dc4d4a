/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of the dictionary methods, read into a struct the caller owns and written for a
 * request. What is read borrows its dictionary names from the line; the word is decoded, because
 * it is what the dictionaries are asked for. Source: docs/protocol.md, section 3.
 */
#include "protocol/wire/lookup.h"

#include "protocol/wire/json-scan.h"
#include "protocol/wire/json-writer.h"

#include <string.h>

#define DEFAULT_STRATEGY "prefix"

/* How a method names, bounds and defaults the number of its results. */
typedef struct
{
  const char *field;
  guint32 most;
  guint32 by_default;
  const char *detail;
} CountRule;

static const CountRule define_count = {
  "max_entries", PARLANCE_MAX_ENTRIES, PARLANCE_DEFAULT_ENTRIES,
  "\"max_entries\" must be an integer from 1 to " G_STRINGIFY (PARLANCE_MAX_ENTRIES)
};
static const CountRule match_count = { "limit", PARLANCE_MAX_MATCHES, PARLANCE_DEFAULT_MATCHES,
                                       "\"limit\" must be an integer from 1 to " G_STRINGIFY (
                                           PARLANCE_MAX_MATCHES) };

static const CountRule search_count = { "limit", PARLANCE_MAX_HITS, PARLANCE_DEFAULT_HITS,
                                        "\"limit\" must be an integer from 1 to " G_STRINGIFY (
                                            PARLANCE_MAX_HITS) };

/* How a method names what it looks for. */
typedef struct
{
  const char *field;
  const char *no_string;
  const char *empty;
  const char *too_long;
} WordRule;

#define WORD_RULE(name)                                                                            \
  {                                                                                                \
    name, "\"" name "\" must be a string", "\"" name "\" must not be empty",                       \
        "\"" name "\" is longer than " G_STRINGIFY (PARLANCE_MAX_WORD) " bytes"                    \
  }

static const WordRule lookup_word = WORD_RULE ("word");
static const WordRule search_text = WORD_RULE ("text");

/* The members of `params` that a lookup knows, as they came. A text of NULL: absent. */
typedef struct
{
  ParlanceJsonValue word;
  ParlanceJsonValue dictionaries;
  ParlanceJsonValue count;
  ParlanceJsonValue strategy;
} Members;

static Members
read_members (const ParlanceJsonValue *params, const char *word_field, const char *count_field)
{
  Members members = { 0 };
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;

  if (params == NULL || params->text == NULL)
    return members;
  while (parlance_json_next_member (params, &cursor, &key, &value))
    {
      if (json_key_equals (&key, "dictionaries"))
        members.dictionaries = value;
      else if (json_key_equals (&key, count_field))
        members.count = value;
      else if (json_key_equals (&key, "strategy"))
        members.strategy = value;
      else if (json_key_equals (&key, word_field))
        members.word = value;
    }
  return members;
}

static gboolean
refuse (ParlanceFault *ret_fault, const char *field, const char *detail)
{
  *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, field);
  ret_fault->detail = detail;
  return FALSE;
}

static gboolean
read_word (const ParlanceJsonValue *value,
           const WordRule *rule,
           ParlanceLookup *lookup,
           ParlanceFault *ret_fault)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return refuse (ret_fault, rule->field, rule->no_string);

  gsize n_word = parlance_json_string_n_decoded (value);
  if (n_word == 0)
    return refuse (ret_fault, rule->field, rule->empty);
  if (n_word > PARLANCE_MAX_WORD)
    {
      *ret_fault = parlance_fault_field (PARLANCE_REASON_TOO_LONG, rule->field);
      ret_fault->detail = rule->too_long;
      ret_fault->limit = PARLANCE_MAX_WORD;
      return FALSE;
    }
  parlance_json_string_decode (value, lookup->word);
  lookup->word[n_word] = '\0';
  lookup->n_word = (guint32)n_word;
  return TRUE;
}

static gboolean
read_dictionaries (const ParlanceJsonValue *value,
                   ParlanceJsonValue *ret_names,
                   ParlanceFault *ret_fault)
{
  static const char detail[] = "\"dictionaries\" must be an array of names";
  ParlanceJsonValue name;
  guint32 cursor = 0;

  *ret_names = (ParlanceJsonValue){ 0 };
  if (value->text == NULL)
    return TRUE;
  if (value->type != PARLANCE_JSON_ARRAY)
    return refuse (ret_fault, "dictionaries", detail);
  while (parlance_json_next_element (value, &cursor, &name))
    {
      if (name.type != PARLANCE_JSON_STRING)
        return refuse (ret_fault, "dictionaries", detail);
    }
  if (cursor > 0)
    *ret_names = *value;
  return TRUE;
}

static gboolean
read_count (const ParlanceJsonValue *value,
            const CountRule *rule,
            ParlanceLookup *lookup,
            ParlanceFault *ret_fault)
{
  gint64 count = rule->by_default;

  if (value->text != NULL && !parlance_json_get_int64 (value, &count))
    return refuse (ret_fault, rule->field, rule->detail);
  if (count < 1 || count > rule->most)
    return refuse (ret_fault, rule->field, rule->detail);
  lookup->limit = (guint32)count;
  return TRUE;
}

/* Any string is taken: whether a strategy of that name exists is the dictionary's to say. It must
 * stay unknown here if it is, and be UTF-8, for the error reply tells it. */
static gboolean
read_strategy (const ParlanceJsonValue *value, ParlanceLookup *lookup, ParlanceFault *ret_fault)
{
  if (value->text == NULL)
    {
      g_strlcpy (lookup->strategy, DEFAULT_STRATEGY, sizeof lookup->strategy);
      return TRUE;
    }
  if (value->type != PARLANCE_JSON_STRING)
    return refuse (ret_fault, "strategy", "\"strategy\" must be a string");

  char short_name[sizeof lookup->strategy];
  gsize n_name = parlance_json_string_n_decoded (value);
  g_autofree char *long_name = n_name >= sizeof short_name ? g_malloc (n_name) : NULL;
  char *name = long_name != NULL ? long_name : short_name;
  parlance_json_string_decode (value, name);

  gsize n_kept = MIN (n_name, sizeof short_name - 1);
  while (n_kept < n_name && ((guchar)name[n_kept] & 0xC0) == 0x80) /* inside a character */
    n_kept--;
  for (gsize i = 0; i < n_kept; i++)
    lookup->strategy[i] = name[i] != '\0' ? name[i] : '?'; /* "prefix\0…" is not "prefix" */
  lookup->strategy[n_kept] = '\0';
  return TRUE;
}

gboolean
parlance_define_parse (const ParlanceJsonValue *params,
                       ParlanceLookup *ret_lookup,
                       ParlanceFault *ret_fault)
{
  Members members = read_members (params, lookup_word.field, define_count.field);

  ret_lookup->strategy[0] = '\0';
  return read_word (&members.word, &lookup_word, ret_lookup, ret_fault) &&
         read_dictionaries (&members.dictionaries, &ret_lookup->dictionaries, ret_fault) &&
         read_count (&members.count, &define_count, ret_lookup, ret_fault);
}

gboolean
parlance_match_parse (const ParlanceJsonValue *params,
                      ParlanceLookup *ret_lookup,
                      ParlanceFault *ret_fault)
{
  Members members = read_members (params, lookup_word.field, match_count.field);

  return read_word (&members.word, &lookup_word, ret_lookup, ret_fault) &&
         read_dictionaries (&members.dictionaries, &ret_lookup->dictionaries, ret_fault) &&
         read_count (&members.count, &match_count, ret_lookup, ret_fault) &&
         read_strategy (&members.strategy, ret_lookup, ret_fault);
}

static gboolean
read_text (const ParlanceJsonValue *value, ParlanceAnnotate *annotate, ParlanceFault *ret_fault)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return refuse (ret_fault, "text", "\"text\" must be a string");

  gsize n_text = parlance_json_string_n_decoded (value);
  if (n_text > PARLANCE_MAX_TEXT)
    {
      *ret_fault = parlance_fault_field (PARLANCE_REASON_TOO_LONG, "text");
      ret_fault->detail = "\"text\" is longer than " G_STRINGIFY (PARLANCE_MAX_TEXT) " bytes";
      ret_fault->limit = PARLANCE_MAX_TEXT;
      return FALSE;
    }
  parlance_json_string_decode (value, annotate->text);
  annotate->text[n_text] = '\0';
  annotate->n_text = (guint32)n_text;
  return TRUE;
}

static gboolean
read_at (const ParlanceJsonValue *value, ParlanceAnnotate *annotate, ParlanceFault *ret_fault)
{
  gint64 n_points = 0;

  annotate->at = -1;
  if (value->text == NULL)
    return TRUE;
  /* Not g_utf8_strlen(), which ends at a NUL. */
  for (guint32 i = 0; i < annotate->n_text; i++)
    n_points += ((guchar)annotate->text[i] & 0xC0) != 0x80;
  if (parlance_json_get_int64 (value, &annotate->at) && annotate->at >= 0 &&
      annotate->at <= n_points)
    return TRUE;
  return refuse (ret_fault, "at", "\"at\" must be an integer from 0 to the text's length");
}

gboolean
parlance_annotate_parse (const ParlanceJsonValue *params,
                         ParlanceAnnotate *ret_annotate,
                         ParlanceFault *ret_fault)
{
  ParlanceJsonValue text = { 0 }, at = { 0 }, dictionaries = { 0 };
  ParlanceJsonValue key, value;
  guint32 cursor = 0;

  while (params != NULL && params->text != NULL &&
         parlance_json_next_member (params, &cursor, &key, &value))
    {
      if (json_key_equals (&key, "text"))
        text = value;
      else if (json_key_equals (&key, "at"))
        at = value;
      else if (json_key_equals (&key, "dictionaries"))
        dictionaries = value;
    }
  return read_text (&text, ret_annotate, ret_fault) && read_at (&at, ret_annotate, ret_fault) &&
         read_dictionaries (&dictionaries, &ret_annotate->dictionaries, ret_fault);
}

gboolean
parlance_search_parse (const ParlanceJsonValue *params,
                       ParlanceLookup *ret_lookup,
                       ParlanceFault *ret_fault)
{
  Members members = read_members (params, search_text.field, search_count.field);

  ret_lookup->strategy[0] = '\0';
  return read_word (&members.word, &search_text, ret_lookup, ret_fault) &&
         read_dictionaries (&members.dictionaries, &ret_lookup->dictionaries, ret_fault) &&
         read_count (&members.count, &search_count, ret_lookup, ret_fault);
}

static void
append_string (GString *out, const char *text)
{
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_dictionaries (GString *out, const char *const *dictionaries)
{
  if (dictionaries == NULL || dictionaries[0] == NULL)
    return;
  g_string_append (out, ",\"dictionaries\":");
  for (gsize i = 0; dictionaries[i] != NULL; i++)
    {
      g_string_append_c (out, i == 0 ? '[' : ',');
      append_string (out, dictionaries[i]);
    }
  g_string_append_c (out, ']');
}

/* Appends the word, as the value of its member, and the members that all methods have, and leaves
 * the object open. */
static void
append_lookup (GString *out,
               const char *word,
               const char *const *dictionaries,
               const char *count_field,
               guint count)
{
  append_string (out, word);
  append_dictionaries (out, dictionaries);
  if (count > 0)
    {
      g_string_append_c (out, ',');
      append_string (out, count_field);
      g_string_append_c (out, ':');
      parlance_json_append_int64 (out, count);
    }
}

void
parlance_define_append (GString *out,
                        const char *word,
                        const char *const *dictionaries,
                        guint max_entries)
{
  g_string_append (out, "{\"word\":");
  append_lookup (out, word, dictionaries, define_count.field, max_entries);
  g_string_append_c (out, '}');
}

void
parlance_match_append (GString *out,
                       const char *word,
                       const char *strategy,
                       const char *const *dictionaries,
                       guint limit)
{
  g_string_append (out, "{\"word\":");
  append_lookup (out, word, dictionaries, match_count.field, limit);
  if (strategy != NULL)
    {
      g_string_append (out, ",\"strategy\":");
      append_string (out, strategy);
    }
  g_string_append_c (out, '}');
}

void
parlance_annotate_append (
    GString *out, const char *text, gsize n_text, gint64 at, const char *const *dictionaries)
{
  g_string_append (out, "{\"text\":");
  parlance_json_append_string (out, text, n_text);
  append_dictionaries (out, dictionaries);
  if (at >= 0)
    {
      g_string_append (out, ",\"at\":");
      parlance_json_append_int64 (out, at);
    }
  g_string_append_c (out, '}');
}

void
parlance_search_append (GString *out,
                        const char *text,
                        const char *const *dictionaries,
                        guint limit)
{
  g_string_append (out, "{\"text\":");
  append_lookup (out, text, dictionaries, search_count.field, limit);
  g_string_append_c (out, '}');
}
