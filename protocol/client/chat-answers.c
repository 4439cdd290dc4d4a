/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading what servers say about chat, by tables.
 */
#include "protocol/client/chat-answers.h"

#include <gio/gio.h>

#include "protocol/client/fields.h"

#define JOIN_OFFSET(member) G_STRUCT_OFFSET (ParlanceJoinAnswer, member)

static const ParlanceField join_fields[] = {
  { "room", PARLANCE_FIELD_STRING, TRUE, JOIN_OFFSET (room) },
  { "topic", PARLANCE_FIELD_STRING, FALSE, JOIN_OFFSET (topic) },
  { "members", PARLANCE_FIELD_STRINGS, FALSE, JOIN_OFFSET (members) },
  { "first_seq", PARLANCE_FIELD_INTEGER, FALSE, JOIN_OFFSET (first_seq) },
  { "last_seq", PARLANCE_FIELD_INTEGER, TRUE, JOIN_OFFSET (last_seq) },
};

typedef struct
{
  char **nicks;
} MembersAnswer;

static const ParlanceField members_fields[] = {
  { "members", PARLANCE_FIELD_STRINGS, TRUE, G_STRUCT_OFFSET (MembersAnswer, nicks) },
};

typedef struct
{
  gint64 seq;
  gint64 time_ms;
} SendAnswer;

static const ParlanceField send_fields[] = {
  { "seq", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (SendAnswer, seq) },
  { "time", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (SendAnswer, time_ms) },
};

#define EVENT_OFFSET(member) G_STRUCT_OFFSET (ParlanceChatEvent, member)

static const ParlanceField event_fields[] = {
  { "room", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (room) },
  { "nick", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (nick) },
  { "topic", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (topic) },
  { "by", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (by) },
  { "from", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (from) },
  { "to", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (to) },
  { "text", PARLANCE_FIELD_STRING, FALSE, EVENT_OFFSET (text) },
};

#define RIGHTS_OFFSET(member) G_STRUCT_OFFSET (ParlanceChatRights, member)

static const ParlanceField rights_fields[] = {
  { "operator", PARLANCE_FIELD_BOOLEAN, TRUE, RIGHTS_OFFSET (is_operator) },
  { "by", PARLANCE_FIELD_STRING, FALSE, RIGHTS_OFFSET (by) },
};

static gboolean
parse (const char *json,
       const char *method,
       const ParlanceField *fields,
       guint n_fields,
       gpointer target,
       GError **error)
{
  ParlanceJsonValue value;

  if (parlance_fields_parse (json, &value, error) &&
      parlance_fields_read (&value, fields, n_fields, target, error))
    return TRUE;
  g_prefix_error (error, "the server's answer to %s makes no sense: ", method);
  return FALSE;
}

gboolean
parlance_join_answer_parse (const char *json, ParlanceJoinAnswer *ret_answer, GError **error)
{
  if (!parse (json, "join", join_fields, G_N_ELEMENTS (join_fields), ret_answer, error))
    return FALSE;
  ret_answer->last_seq = CLAMP (ret_answer->last_seq, 0, G_MAXINT64 - 1);
  return TRUE;
}

void
parlance_join_answer_clear (ParlanceJoinAnswer *self)
{
  g_free (self->room);
  g_free (self->topic);
  g_strfreev (self->members);
}

char **
parlance_members_answer_parse (const char *json, GError **error)
{
  MembersAnswer answer = { 0 };

  if (parse (json, "members", members_fields, G_N_ELEMENTS (members_fields), &answer, error))
    return answer.nicks;
  g_strfreev (answer.nicks);
  return NULL;
}

gboolean
parlance_send_answer_parse (const char *json, gint64 *ret_seq, gint64 *ret_time_ms, GError **error)
{
  SendAnswer answer = { 0 };

  if (!parse (json, "send", send_fields, G_N_ELEMENTS (send_fields), &answer, error))
    return FALSE;
  if (answer.seq < 1 || answer.seq == G_MAXINT64)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the server's answer to send makes no sense: “seq” is out of range");
      return FALSE;
    }
  *ret_seq = answer.seq;
  *ret_time_ms = answer.time_ms;
  return TRUE;
}

gboolean
parlance_chat_event_read (const ParlanceJsonValue *params, ParlanceChatEvent *ret_event)
{
  return parlance_fields_read (params, event_fields, G_N_ELEMENTS (event_fields), ret_event, NULL);
}

void
parlance_chat_event_clear (ParlanceChatEvent *self)
{
  g_free (self->room);
  g_free (self->nick);
  g_free (self->topic);
  g_free (self->by);
  g_free (self->from);
  g_free (self->to);
  g_free (self->text);
}

gboolean
parlance_chat_rights_read (const ParlanceJsonValue *params, ParlanceChatRights *ret_rights)
{
  return parlance_fields_read (params, rights_fields, G_N_ELEMENTS (rights_fields), ret_rights,
                               NULL);
}

void
parlance_chat_rights_clear (ParlanceChatRights *self)
{
  g_free (self->by);
}
