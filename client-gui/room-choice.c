/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is compared at every key that a person types is folded once.
 */
#include "client-gui/room-choice.h"

#include <string.h>

#include "protocol/wire/names.h"

struct _ParlanceRoomChoice
{
  GObject parent_instance;
  ParlanceRoomInfo *info;
  char *name_folded;
  char *text_folded; /* name and topic */
};

G_DEFINE_FINAL_TYPE (ParlanceRoomChoice, parlance_room_choice, G_TYPE_OBJECT)

ParlanceRoomChoice *
parlance_room_choice_new (ParlanceRoomInfo *info)
{
  ParlanceRoomChoice *self = g_object_new (PARLANCE_TYPE_ROOM_CHOICE, NULL);
  const char *name = parlance_room_info_get_name (info);
  g_autofree char *text = g_strconcat (name, "\n", parlance_room_info_get_topic (info), NULL);

  self->info = parlance_room_info_ref (info);
  self->name_folded = parlance_name_fold (name, strlen (name));
  self->text_folded = g_utf8_casefold (text, -1);
  return self;
}

ParlanceRoomInfo *
parlance_room_choice_get_info (ParlanceRoomChoice *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_CHOICE (self), NULL);

  return self->info;
}

gboolean
parlance_room_choice_contains (ParlanceRoomChoice *self, const char *folded)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_CHOICE (self), FALSE);

  return strstr (self->text_folded, folded) != NULL;
}

gboolean
parlance_room_choice_is_called (ParlanceRoomChoice *self, const char *name_folded)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_CHOICE (self), FALSE);

  return g_str_equal (self->name_folded, name_folded);
}

int
parlance_room_choice_compare (gconstpointer a, gconstpointer b, gpointer unused)
{
  const ParlanceRoomChoice *left = a;
  const ParlanceRoomChoice *right = b;
  gint64 n_left = parlance_room_info_get_n_members (left->info);
  gint64 n_right = parlance_room_info_get_n_members (right->info);

  if (n_left != n_right)
    return n_left > n_right ? -1 : 1;
  return strcmp (left->name_folded, right->name_folded);
}

static void
parlance_room_choice_finalize (GObject *object)
{
  ParlanceRoomChoice *self = PARLANCE_ROOM_CHOICE (object);

  parlance_room_info_unref (self->info);
  g_free (self->name_folded);
  g_free (self->text_folded);
  G_OBJECT_CLASS (parlance_room_choice_parent_class)->finalize (object);
}

static void
parlance_room_choice_class_init (ParlanceRoomChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_room_choice_finalize;
}

static void
parlance_room_choice_init (ParlanceRoomChoice *self)
{
}
