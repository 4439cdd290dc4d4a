/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomInfo: owns a decoded copy of each member.
 */
#include "protocol/client/room-info.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

struct _ParlanceRoomInfo
{
  char *name;
  char *topic; /* (nullable) */
  gint64 n_members;
  gint64 last_seq;
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceRoomInfo, parlance_room_info)

static const ParlanceField info_fields[] = {
  { "room", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceRoomInfo, name) },
  { "topic", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (ParlanceRoomInfo, topic) },
  { "members", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (ParlanceRoomInfo, n_members) },
  { "last_seq", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (ParlanceRoomInfo, last_seq) },
};

GPtrArray *
parlance_room_info_list_from_json (const char *json, GError **error)
{
  g_autoptr (GPtrArray) infos =
      g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_room_info_unref);
  static const ParlanceField list_fields[] = { { "rooms", PARLANCE_FIELD_ARRAY, TRUE, 0 } };
  ParlanceJsonValue result;
  ParlanceJsonValue rooms;
  gboolean makes_sense = parlance_fields_parse (json, &result, error) &&
                         parlance_fields_read (&result, list_fields, 1, &rooms, error);
  guint32 cursor = 0;

  while (makes_sense && parlance_json_next_element (&rooms, &cursor, &result))
    {
      ParlanceRoomInfo *info = g_atomic_rc_box_new0 (ParlanceRoomInfo);
      g_ptr_array_add (infos, info);
      makes_sense =
          parlance_fields_read (&result, info_fields, G_N_ELEMENTS (info_fields), info, error);
    }
  if (makes_sense)
    return g_steal_pointer (&infos);
  g_prefix_error_literal (error, "the server's answer to rooms makes no sense: ");
  return NULL;
}

static void
info_clear (gpointer data)
{
  ParlanceRoomInfo *self = data;

  g_free (self->name);
  g_free (self->topic);
}

ParlanceRoomInfo *
parlance_room_info_ref (ParlanceRoomInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_room_info_unref (ParlanceRoomInfo *self)
{
  g_atomic_rc_box_release_full (self, info_clear);
}

const char *
parlance_room_info_get_name (const ParlanceRoomInfo *self)
{
  return self->name;
}

const char *
parlance_room_info_get_topic (const ParlanceRoomInfo *self)
{
  return self->topic != NULL ? self->topic : "";
}

gint64
parlance_room_info_get_n_members (const ParlanceRoomInfo *self)
{
  return self->n_members;
}

gint64
parlance_room_info_get_last_seq (const ParlanceRoomInfo *self)
{
  return self->last_seq;
}
