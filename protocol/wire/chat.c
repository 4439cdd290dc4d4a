/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each method has the members it knows; what is said of a member is said once, in
 * params.c or here.
 * Source: docs/protocol.md, sections 4 and 5.
 */
#include "protocol/wire/chat.h"

#include "protocol/wire/json-writer.h"
#include "protocol/wire/names.h"
#include "protocol/wire/params.h"

#include <string.h>

static gboolean
read_limit (const ParlanceJsonValue *params, guint32 *ret_limit, ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;
  gint64 limit = PARLANCE_DEFAULT_HISTORY;

  parlance_params_find (params, "limit", &value);
  if (value.text != NULL &&
      (!parlance_json_get_int64 (&value, &limit) || limit < 1 || limit > PARLANCE_MAX_HISTORY))
    return parlance_params_refuse (
        ret_fault, "limit",
        "\"limit\" must be an integer from 1 to " G_STRINGIFY (PARLANCE_MAX_HISTORY));
  *ret_limit = (guint32)limit;
  return TRUE;
}

gboolean
parlance_room_parse (const ParlanceJsonValue *params,
                     ParlanceChatParams *ret_chat,
                     ParlanceFault *ret_fault)
{
  ParlanceJsonValue room;

  parlance_params_find (params, "room", &room);
  return parlance_params_read_name (&room, "room", parlance_room_is_valid, &ret_chat->room,
                                    ret_fault);
}

gboolean
parlance_join_parse (const ParlanceJsonValue *params,
                     ParlanceChatParams *ret_chat,
                     ParlanceFault *ret_fault)
{
  return parlance_room_parse (params, ret_chat, ret_fault) &&
         parlance_params_read_number (params, "after_seq", 0, &ret_chat->after, ret_fault);
}

gboolean
parlance_topic_parse (const ParlanceJsonValue *params,
                      ParlanceChatParams *ret_chat,
                      ParlanceFault *ret_fault)
{
  ParlanceJsonValue topic;
  guint32 n_topic;

  parlance_params_find (params, "topic", &topic);
  if (!parlance_room_parse (params, ret_chat, ret_fault) ||
      !parlance_params_read_text (&topic, "topic", TRUE, PARLANCE_MAX_TOPIC, ret_chat->text,
                                  &n_topic, ret_fault))
    return FALSE;
  if (parlance_params_has_nul (ret_chat->text, n_topic))
    return parlance_params_refuse (ret_fault, "topic", "it must not hold NUL");
  return TRUE;
}

gboolean
parlance_history_parse (const ParlanceJsonValue *params,
                        ParlanceChatParams *ret_chat,
                        ParlanceFault *ret_fault)
{
  if (!parlance_room_parse (params, ret_chat, ret_fault) ||
      !parlance_params_read_number (params, "before", 0, &ret_chat->before, ret_fault) ||
      !parlance_params_read_number (params, "after", 0, &ret_chat->after, ret_fault) ||
      !read_limit (params, &ret_chat->limit, ret_fault))
    return FALSE;
  if (ret_chat->before >= 0 && ret_chat->after >= 0)
    return parlance_params_refuse (ret_fault, "after",
                                   "\"before\" and \"after\" exclude each other");
  return TRUE;
}

gboolean
parlance_search_messages_parse (const ParlanceJsonValue *params,
                                ParlanceChatParams *ret_chat,
                                ParlanceFault *ret_fault)
{
  ParlanceJsonValue room;
  ParlanceJsonValue text;
  guint32 n_text;

  ret_chat->room.text[0] = '\0';
  ret_chat->room.n_bytes = 0;
  parlance_params_find (params, "room", &room);
  parlance_params_find (params, "text", &text);
  if (room.text != NULL && !parlance_room_parse (params, ret_chat, ret_fault))
    return FALSE;
  if (!parlance_params_read_text (&text, "text", FALSE, PARLANCE_MAX_WORD, ret_chat->text, &n_text,
                                  ret_fault) ||
      !read_limit (params, &ret_chat->limit, ret_fault))
    return FALSE;
  if (parlance_params_has_nul (ret_chat->text, n_text))
    return parlance_params_refuse (ret_fault, "text", "it must not hold NUL");
  return TRUE;
}

/* --- hello ------------------------------------------------------------------------------------ */

/* A string member that may be absent. */
static gboolean
check_string (const ParlanceJsonValue *params, const char *field, ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  parlance_params_find (params, field, &value);
  return value.text == NULL || value.type == PARLANCE_JSON_STRING ||
         parlance_params_refuse (ret_fault, field, "it must be a string");
}

gboolean
parlance_hello_parse (const ParlanceJsonValue *params,
                      ParlanceHello *ret_hello,
                      ParlanceFault *ret_fault)
{
  static const char *const strings[] = { "nick", "password", "resume" };
  ParlanceJsonValue value;
  gint64 version;

  /* Whoever overwrites the password afterwards does not ask whether there was one. */
  ret_hello->password[0] = '\0';
  parlance_params_find (params, "protocol", &value);
  if (value.text == NULL || !parlance_json_get_int64 (&value, &version) ||
      version != PARLANCE_PROTOCOL_VERSION)
    return parlance_params_refuse (ret_fault, "protocol", "this server speaks protocol 1");
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      if (!check_string (params, strings[i], ret_fault))
        return FALSE;
    }

  if (!parlance_params_read_client (params, ret_hello->client, ret_fault) ||
      !parlance_params_read_password (params, "password", ret_hello->password, ret_fault))
    return FALSE;

  ret_hello->nick.text[0] = '\0';
  ret_hello->nick.n_bytes = 0;
  parlance_params_find (params, "nick", &value);
  if (value.text != NULL && !parlance_params_read_name (&value, "nick", parlance_nick_is_valid,
                                                        &ret_hello->nick, ret_fault))
    return FALSE;

  ret_hello->resume[0] = '\0';
  parlance_params_find (params, "resume", &value);
  ret_hello->has_resume = value.text != NULL;
  if (value.text != NULL && parlance_json_string_n_decoded (&value) <= PARLANCE_MAX_TOKEN)
    ret_hello->resume[parlance_json_string_decode (&value, ret_hello->resume)] = '\0';
  return TRUE;
}

/* --- send ------------------------------------------------------------------------------------- */

static gboolean
read_kind (const ParlanceJsonValue *params, const char **ret_kind, ParlanceFault *ret_fault)
{
  static const char *const kinds[] = { "text", "action", "definition" };
  ParlanceJsonValue value;

  *ret_kind = kinds[0];
  parlance_params_find (params, "kind", &value);
  if (value.text == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds) && value.type == PARLANCE_JSON_STRING; i++)
    {
      *ret_kind = kinds[i];
      if (parlance_json_string_equals (&value, kinds[i]))
        return TRUE;
    }
  return parlance_params_refuse (ret_fault, "kind",
                                 "\"kind\" must be \"text\", \"action\" or \"definition\"");
}

/* Appends a string member again, escaped in the one way that the writer has. */
static void
append_string (GString *out, const ParlanceJsonValue *value)
{
  g_autofree char *decoded = g_malloc (value->n_bytes);

  parlance_json_append_string (out, decoded, parlance_json_string_decode (value, decoded));
}

/* Text that goes to people: a string without NUL, of one byte at least unless @may_be_empty. */
static gboolean
is_text (const ParlanceJsonValue *value, gboolean may_be_empty)
{
  if (value->type != PARLANCE_JSON_STRING)
    return FALSE;

  g_autofree char *decoded = g_malloc (value->n_bytes);
  gsize n_bytes = parlance_json_string_decode (value, decoded);
  return (may_be_empty || n_bytes > 0) && memchr (decoded, '\0', n_bytes) == NULL;
}

typedef enum
{
  ENTRY_TEXT,  /* a string, required */
  ENTRY_SHORT, /* a string, may be absent or empty */
  ENTRY_TEXTS, /* an array of strings, may be absent */
  ENTRY_FORMS, /* an object of strings or of arrays of them, may be absent */
} EntryRule;

static gboolean
append_texts (GString *out, const ParlanceJsonValue *array)
{
  ParlanceJsonValue text;
  guint32 cursor = 0;
  char separator = '[';

  if (array->type != PARLANCE_JSON_ARRAY)
    return FALSE;
  while (parlance_json_next_element (array, &cursor, &text))
    {
      if (!is_text (&text, TRUE))
        return FALSE;
      g_string_append_c (out, separator);
      append_string (out, &text);
      separator = ',';
    }
  if (separator == '[')
    g_string_append_c (out, '[');
  g_string_append_c (out, ']');
  return TRUE;
}

static gboolean
append_forms (GString *out, const ParlanceJsonValue *object)
{
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;
  char separator = '{';

  if (object->type != PARLANCE_JSON_OBJECT)
    return FALSE;
  while (parlance_json_next_member (object, &cursor, &key, &value))
    {
      g_string_append_c (out, separator);
      separator = ',';
      if (!is_text (&key, TRUE))
        return FALSE;
      append_string (out, &key);
      g_string_append_c (out, ':');
      if (is_text (&value, TRUE))
        append_string (out, &value);
      else if (!append_texts (out, &value))
        return FALSE;
    }
  if (separator == '{')
    g_string_append_c (out, '{');
  g_string_append_c (out, '}');
  return TRUE;
}

static gboolean
append_entry_member (GString *out, EntryRule rule, const ParlanceJsonValue *value)
{
  switch (rule)
    {
    case ENTRY_TEXT:
    case ENTRY_SHORT:
      if (!is_text (value, rule == ENTRY_SHORT))
        return FALSE;
      append_string (out, value);
      return TRUE;
    case ENTRY_TEXTS:
      return append_texts (out, value);
    case ENTRY_FORMS:
    default:
      return append_forms (out, value);
    }
}

/* An entry as `define` gives it: what is not of one is left out. */
static gboolean
append_entry (GString *out, const ParlanceJsonValue *entry)
{
  static const struct
  {
    const char *name;
    EntryRule rule;
  } members[] = {
    { "dictionary", ENTRY_TEXT }, { "headword", ENTRY_TEXT }, { "via", ENTRY_SHORT },
    { "phonetic", ENTRY_SHORT },  { "text", ENTRY_TEXT },     { "tags", ENTRY_TEXTS },
    { "forms", ENTRY_FORMS },
  };
  char separator = '{';

  if (entry->type != PARLANCE_JSON_OBJECT)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      ParlanceJsonValue value;

      parlance_params_find (entry, members[i].name, &value);
      if (value.text == NULL && members[i].rule == ENTRY_TEXT)
        return FALSE;
      if (value.text == NULL)
        continue;
      g_string_append_printf (out, "%c\"%s\":", separator, members[i].name);
      separator = ',';
      if (!append_entry_member (out, members[i].rule, &value))
        return FALSE;
    }
  g_string_append_c (out, '}');
  return TRUE;
}

static gboolean
read_key (const ParlanceJsonValue *params, ParlanceChatParams *chat, ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  chat->n_key = 0;
  parlance_params_find (params, "key", &value);
  return value.text == NULL || parlance_params_read_text (&value, "key", FALSE, PARLANCE_MAX_KEY,
                                                          chat->key, &chat->n_key, ret_fault);
}

static gboolean
append_said (GString *body, const ParlanceJsonValue *params, ParlanceFault *ret_fault)
{
  char text[PARLANCE_MAX_TEXT + 1];
  guint32 n_text;
  ParlanceJsonValue value;

  parlance_params_find (params, "text", &value);
  if (!parlance_params_read_text (&value, "text", FALSE, PARLANCE_MAX_TEXT, text, &n_text,
                                  ret_fault))
    return FALSE;
  if (parlance_params_has_nul (text, n_text))
    return parlance_params_refuse (ret_fault, "text", "it must not hold NUL");
  PARLANCE_APPEND_LITERAL (body, ",\"text\":");
  parlance_json_append_string (body, text, n_text);
  return TRUE;
}

gboolean
parlance_send_parse (const ParlanceJsonValue *params,
                     GString *body,
                     ParlanceChatParams *ret_chat,
                     ParlanceFault *ret_fault)
{
  const char *kind;
  gint64 reply_to;
  ParlanceJsonValue entry;

  if (!parlance_room_parse (params, ret_chat, ret_fault) || !read_kind (params, &kind, ret_fault) ||
      !read_key (params, ret_chat, ret_fault) ||
      !parlance_params_read_number (params, "reply_to", 1, &reply_to, ret_fault))
    return FALSE;

  PARLANCE_APPEND_LITERAL (body, "\"kind\":\"");
  g_string_append (body, kind);
  g_string_append_c (body, '"');
  if (!append_said (body, params, ret_fault))
    return FALSE;
  if (reply_to > 0)
    {
      PARLANCE_APPEND_LITERAL (body, ",\"reply_to\":");
      parlance_json_append_int64 (body, reply_to);
    }

  parlance_params_find (params, "entry", &entry);
  if (entry.text == NULL)
    return TRUE;
  if (strcmp (kind, "definition") != 0)
    return parlance_params_refuse (ret_fault, "entry",
                                   "\"entry\" belongs to the kind \"definition\"");
  PARLANCE_APPEND_LITERAL (body, ",\"entry\":");
  if (!append_entry (body, &entry))
    return parlance_params_refuse (ret_fault, "entry",
                                   "\"entry\" must be an entry as define returns it");
  return TRUE;
}
