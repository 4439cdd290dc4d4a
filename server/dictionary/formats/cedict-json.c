/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The form that CC-CEDICT has as a package of npm: a JSON array of one flat object a record. The
 * array is walked from object to object, and each is parsed when all of it has been read; RFC 8259
 * says what it may hold.
 */
#include "server/dictionary/formats/cedict-record.h"

#include <string.h>

/* --- one object --- */

typedef struct
{
  const char *at;
  const char *end;
  const char *reason; /* (nullable): why it cannot be read */
} Parser;

static gboolean
fail (Parser *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  return FALSE;
}

static gboolean
is_json_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What stands next, white space skipped; NUL: nothing. */
static char
peek (Parser *self)
{
  while (self->at < self->end && is_json_space (*self->at))
    self->at++;
  return self->at < self->end ? *self->at : '\0';
}

static gboolean
take (Parser *self, char c)
{
  if (peek (self) != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
parse_hex (Parser *self, gunichar *ret_unit)
{
  if (self->end - self->at < 4)
    return FALSE;
  *ret_unit = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);
      if (digit < 0)
        return FALSE;
      *ret_unit = *ret_unit << 4 | (gunichar)digit;
    }
  return TRUE;
}

/* After `\u`. A half of a pair, and NUL, become U+FFFD. */
static gboolean
parse_unicode (Parser *self, GString *out)
{
  gunichar c, low;
  if (!parse_hex (self, &c))
    return FALSE;
  if (c >= 0xD800 && c < 0xDC00 && self->end - self->at >= 6 && memcmp (self->at, "\\u", 2) == 0)
    {
      const char *kept = self->at;
      self->at += 2;
      if (!parse_hex (self, &low))
        return FALSE;
      if (low >= 0xDC00 && low < 0xE000)
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      else
        self->at = kept;
    }
  g_string_append_unichar (out, c == 0 || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c);
  return TRUE;
}

static gboolean
parse_escape (Parser *self, GString *out)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  char letter = self->at < self->end ? *self->at++ : '\0';
  if (letter == 'u')
    return parse_unicode (self, out);
  const char *found = letter == '\0' ? NULL : strchr (letters, letter);
  if (found == NULL)
    return FALSE;
  g_string_append_c (out, meanings[found - letters]);
  return TRUE;
}

/* Appends the string that comes next. */
static gboolean
parse_string (Parser *self, GString *out)
{
  if (!take (self, '"'))
    return fail (self, "expected a string");
  while (self->at < self->end && *self->at != '"')
    {
      const char *plain = self->at;
      while (self->at < self->end && *self->at != '"' && *self->at != '\\' &&
             (guchar)*self->at >= 0x20)
        self->at++;
      g_string_append_len (out, plain, self->at - plain);
      if (self->at == self->end || *self->at == '"')
        continue;
      if (*self->at++ != '\\')
        return fail (self, "a control character in a string");
      if (!parse_escape (self, out))
        return fail (self, "an escape that JSON does not know");
    }
  return take (self, '"') || fail (self, "a string has no end");
}

static gboolean
parse_senses (Parser *self, GString *out)
{
  g_string_truncate (out, 0);
  if (!take (self, '['))
    return fail (self, "expected an array of senses");
  if (take (self, ']'))
    return TRUE;
  do
    {
      gsize begin = out->len;
      if (!parse_string (self, out))
        return FALSE;
      for (gsize i = begin; i < out->len; i++)
        if (out->str[i] == '\n')
          out->str[i] = ' ';
      g_string_append_c (out, '\n');
    }
  while (take (self, ','));
  return take (self, ']') || fail (self, "expected , or ] after a sense");
}

/* Passes over a value that nobody asked for. That its brackets match was seen when the object's end
 * was looked for. */
static gboolean
skip_value (Parser *self, GString *scratch)
{
  guint depth = 0;
  do
    {
      char c = peek (self);
      if (c == '"')
        {
          if (!parse_string (self, scratch))
            return FALSE;
          continue;
        }
      if (c == '\0' || (depth == 0 && (c == ',' || c == '}' || c == ']')))
        return fail (self, "expected a value");
      if (c == '{' || c == '[')
        depth++;
      else if (c == '}' || c == ']')
        depth--;
      self->at++;
      while (depth == 0 && self->at < self->end && strchr ("{}[],\" \t\r\n", *self->at) == NULL)
        self->at++;
    }
  while (depth > 0);
  return TRUE;
}

static gboolean
parse_member (Parser *self, CedictRecord *record, GString *name)
{
  g_string_truncate (name, 0);
  if (!parse_string (self, name))
    return FALSE;
  if (!take (self, ':'))
    return fail (self, "expected : after a member's name");
  GString *value = NULL;
  if (g_str_equal (name->str, "english"))
    return parse_senses (self, record->senses);
  if (g_str_equal (name->str, "traditional"))
    value = record->traditional;
  else if (g_str_equal (name->str, "simplified"))
    value = record->simplified;
  else if (g_str_equal (name->str, "pinyin"))
    value = record->pinyin;
  else
    return skip_value (self, name);
  g_string_truncate (value, 0);
  return parse_string (self, value);
}

const char *
cedict_record_parse_json (CedictRecord *self, const char *text, gsize n_text)
{
  Parser parser = { text, text + n_text, NULL };
  g_autoptr (GString) name = g_string_new (NULL);
  g_string_truncate (self->traditional, 0);
  g_string_truncate (self->simplified, 0);
  g_string_truncate (self->pinyin, 0);
  g_string_truncate (self->senses, 0);
  if (!take (&parser, '{'))
    return "expected an object";
  if (!take (&parser, '}'))
    {
      do
        if (!parse_member (&parser, self, name))
          return parser.reason;
      while (take (&parser, ','));
      if (!take (&parser, '}'))
        return "expected , or } after a member";
    }
  if (self->traditional->len == 0 || self->simplified->len == 0)
    return "no member 'traditional' or 'simplified'";
  return NULL;
}

/* --- the array --- */

/* Consumes white space. What comes next is in *@ret_next; NUL: the end of the file. */
static gboolean
skip_spaces (Input *input, char *ret_next, GError **error)
{
  for (;;)
    {
      gsize n, at = 0;
      guint64 n_lines = 0;
      const char *text = input_peek (input, &n);
      for (; at < n && is_json_space (text[at]); at++)
        n_lines += text[at] == '\n';
      char next = at < n ? text[at] : '\0';
      gboolean is_end = at == n;
      input_consume (input, at, n_lines);
      *ret_next = next;
      if (!is_end)
        return TRUE;
      InputResult more = input_more (input, error);
      if (more != INPUT_RECORD)
        return more == INPUT_END;
    }
}

/* Looks for the end of the object that begins here. *@ret_n: its length [bytes]. */
static gboolean
find_object_end (Input *input, gsize *ret_n, guint64 *ret_n_lines, GError **error)
{
  gsize at = 0;
  guint depth = 0;
  gboolean is_string = FALSE;
  *ret_n_lines = 0;
  for (;;)
    {
      gsize n;
      const char *text = input_peek (input, &n);
      for (; at < n; at++)
        {
          *ret_n_lines += text[at] == '\n';
          if (is_string && text[at] == '\\')
            at++; /* perhaps past the end: then the next block is short of its first byte */
          else if (text[at] == '"')
            is_string = !is_string;
          else if (!is_string && (text[at] == '{' || text[at] == '['))
            depth++;
          else if (!is_string && (text[at] == '}' || text[at] == ']') && --depth == 0)
            {
              *ret_n = at + 1;
              return TRUE;
            }
        }
      InputResult more = input_more (input, error);
      if (more == INPUT_END)
        input_damaged (input, error, "the file ends within a record");
      if (more != INPUT_RECORD)
        return FALSE;
    }
}

/* Consumes the character that comes next, and white space behind it. */
static gboolean
skip_one (Input *input, char *ret_next, GError **error)
{
  input_consume (input, 1, 0);
  return skip_spaces (input, ret_next, error);
}

static InputResult
fail_array (const CedictJson *self, const char *reason, GError **error)
{
  input_damaged (self->input, error, "%s after record %" G_GUINT64_FORMAT, reason, self->n_records);
  return INPUT_FAILED;
}

/* Goes to the next record, or to the end of the array. */
static InputResult
find_record (CedictJson *self, GError **error)
{
  gboolean is_first = self->n_records == 0;
  gboolean may_close = TRUE; /* no comma stands before the bracket */
  char next;
  if (!skip_spaces (self->input, &next, error))
    return INPUT_FAILED;
  if (is_first ? next != '[' : next != ',' && next != ']')
    return fail_array (self, is_first ? "expected [" : "expected , or ]", error);
  if (next != ']')
    {
      may_close = is_first;
      if (!skip_one (self->input, &next, error))
        return INPUT_FAILED;
    }
  if (next == '{')
    return INPUT_RECORD;
  if (next != ']' || !may_close)
    return fail_array (self, "expected {", error);
  if (!skip_one (self->input, &next, error))
    return INPUT_FAILED;
  return next == '\0' ? INPUT_END : fail_array (self, "expected the end of the file", error);
}

InputResult
cedict_json_read (CedictJson *self, CedictRecord *ret_record, GError **error)
{
  gsize n;
  guint64 n_lines;
  InputResult result = find_record (self, error);
  if (result != INPUT_RECORD)
    return result;
  if (!find_object_end (self->input, &n, &n_lines, error))
    return INPUT_FAILED;
  gsize n_there;
  const char *text = input_peek (self->input, &n_there);
  self->n_records++;
  input_consume (self->input, n, n_lines);
  if (!input_check_utf8 (self->input, text, n, error))
    return INPUT_FAILED;
  const char *reason = cedict_record_parse_json (ret_record, text, n);
  if (reason == NULL)
    return INPUT_RECORD;
  input_damaged (self->input, error, "record %" G_GUINT64_FORMAT ": %s", self->n_records, reason);
  return INPUT_FAILED;
}
