/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMember: a nick and its place in the order of nicks.
 */
#include "protocol/client/member.h"

#include <string.h>

#include "protocol/client/member-private.h"

struct _ParlanceMember
{
  GObject parent_instance;
  char *nick;
  char *collation_key;
};

enum
{
  PROP_0,
  PROP_NICK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceMember, parlance_member, G_TYPE_OBJECT)

ParlanceMember *
parlance_member_new (const char *nick)
{
  ParlanceMember *self = g_object_new (PARLANCE_TYPE_MEMBER, NULL);
  g_autofree char *folded = g_utf8_casefold (nick, -1);

  self->nick = g_strdup (nick);
  self->collation_key = g_utf8_collate_key (folded, -1);
  return self;
}

int
parlance_member_compare (ParlanceMember *a, ParlanceMember *b)
{
  int by_key = strcmp (a->collation_key, b->collation_key);

  return by_key != 0 ? by_key : strcmp (a->nick, b->nick);
}

const char *
parlance_member_get_nick (ParlanceMember *self)
{
  g_return_val_if_fail (PARLANCE_IS_MEMBER (self), NULL);

  return self->nick;
}

static void
parlance_member_finalize (GObject *object)
{
  ParlanceMember *self = PARLANCE_MEMBER (object);

  g_free (self->nick);
  g_free (self->collation_key);
  G_OBJECT_CLASS (parlance_member_parent_class)->finalize (object);
}

static void
parlance_member_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NICK)
    g_value_set_string (value, PARLANCE_MEMBER (object)->nick);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_member_class_init (ParlanceMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = parlance_member_finalize;
  object_class->get_property = parlance_member_get_property;
  properties[PROP_NICK] =
      g_param_spec_string ("nick", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_member_init (ParlanceMember *self)
{
}
