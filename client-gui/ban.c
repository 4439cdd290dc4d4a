/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read by a table: what a server sends besides is no business of ours.
 */
#include "client-gui/ban.h"

#include <string.h>

#include "protocol/client/fields.h"

typedef struct
{
  gint64 id;
  gboolean is_mute;
  char *nick;    /* (nullable) */
  char *account; /* (nullable) */
  char *address; /* (nullable) */
  char *reason;  /* (nullable) while it is read, as the next */
  char *by;
  gint64 created_ms;
  gint64 expires_ms;
} Facts;

struct _ParlanceBan
{
  GObject parent_instance;
  Facts facts;
};

G_DEFINE_FINAL_TYPE (ParlanceBan, parlance_ban, G_TYPE_OBJECT)

/* Returns: (transfer full) (nullable) */
static ParlanceBan *
ban_new (const ParlanceJsonValue *value)
{
  static const ParlanceField fields[] = {
    { "id", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (Facts, id) },
    { "mute", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (Facts, is_mute) },
    { "nick", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, nick) },
    { "account", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, account) },
    { "address", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, address) },
    { "reason", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, reason) },
    { "by", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, by) },
    { "created", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Facts, created_ms) },
    { "expires", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Facts, expires_ms) },
  };
  g_autoptr (ParlanceBan) self = g_object_new (PARLANCE_TYPE_BAN, NULL);
  Facts *facts = &self->facts;

  if (!parlance_fields_read (value, fields, G_N_ELEMENTS (fields), facts, NULL) ||
      (facts->nick == NULL && facts->account == NULL && facts->address == NULL))
    return NULL;
  if (facts->reason == NULL)
    facts->reason = g_strdup ("");
  if (facts->by == NULL)
    facts->by = g_strdup ("");
  return g_steal_pointer (&self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Facts *left = &(*(ParlanceBan *const *)a)->facts;
  const Facts *right = &(*(ParlanceBan *const *)b)->facts;

  if (left->created_ms != right->created_ms)
    return left->created_ms < right->created_ms ? 1 : -1;
  return (left->id < right->id) - (left->id > right->id);
}

GPtrArray *
parlance_bans_read (const char *json, gboolean *ret_more, GError **error)
{
  typedef struct
  {
    ParlanceJsonValue bans;
    gboolean more;
  } Answer;
  static const ParlanceField fields[] = {
    { "bans", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (Answer, bans) },
    { "more", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (Answer, more) },
  };
  Answer answer = { 0 };
  ParlanceJsonValue value;
  guint32 cursor = 0;

  g_return_val_if_fail (json != NULL, NULL);

  if (!parlance_fields_parse (json, &value, error) ||
      !parlance_fields_read (&value, fields, G_N_ELEMENTS (fields), &answer, error))
    return NULL;
  GPtrArray *bans = g_ptr_array_new_with_free_func (g_object_unref);
  while (parlance_json_next_element (&answer.bans, &cursor, &value))
    {
      ParlanceBan *ban = ban_new (&value);
      if (ban != NULL)
        g_ptr_array_add (bans, ban);
    }
  g_ptr_array_sort (bans, compare);
  *ret_more = answer.more;
  return bans;
}

gint64
parlance_ban_get_id (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), 0);

  return self->facts.id;
}

ParlanceBanKind
parlance_ban_get_kind (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), PARLANCE_BAN_NICK);

  if (self->facts.is_mute)
    return PARLANCE_BAN_MUTE;
  if (self->facts.address != NULL)
    return PARLANCE_BAN_ADDRESS;
  return self->facts.account != NULL ? PARLANCE_BAN_ACCOUNT : PARLANCE_BAN_NICK;
}

const char *
parlance_ban_get_target (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), NULL);

  const Facts *facts = &self->facts;
  if (facts->nick != NULL)
    return facts->nick;
  return facts->account != NULL ? facts->account : facts->address;
}

const char *
parlance_ban_get_reason (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), NULL);

  return self->facts.reason;
}

const char *
parlance_ban_get_by (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), NULL);

  return self->facts.by;
}

gint64
parlance_ban_get_expires_ms (ParlanceBan *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), 0);

  return self->facts.expires_ms;
}

static gboolean
has (const char *text, const char *folded)
{
  g_autofree char *text_folded = g_utf8_casefold (text, -1);

  return strstr (text_folded, folded) != NULL;
}

gboolean
parlance_ban_matches (ParlanceBan *self, const char *folded)
{
  g_return_val_if_fail (PARLANCE_IS_BAN (self), FALSE);

  return has (parlance_ban_get_target (self), folded) || has (self->facts.reason, folded) ||
         has (self->facts.by, folded);
}

static void
parlance_ban_finalize (GObject *object)
{
  Facts *facts = &PARLANCE_BAN (object)->facts;

  g_free (facts->nick);
  g_free (facts->account);
  g_free (facts->address);
  g_free (facts->reason);
  g_free (facts->by);
  G_OBJECT_CLASS (parlance_ban_parent_class)->finalize (object);
}

static void
parlance_ban_class_init (ParlanceBanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_ban_finalize;
}

static void
parlance_ban_init (ParlanceBan *self)
{
}
