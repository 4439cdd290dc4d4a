/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hello says it at first; `account` says it again, as an operator may have made us another since.
 * What a session has learnt goes with it: the next one says hello itself.
 */
#include "client-gui/account-state.h"

#include <string.h>

#include "client-gui/device.h"
#include "protocol/client/account.h"
#include "protocol/wire/errors.h"
#include "protocol/wire/names.h"

struct _ParlanceAccountState
{
  GObject parent_instance;
  ParlanceChat *chat;       /* (nullable) */
  ParlanceSession *session; /* (nullable): that what follows is known of */
  char *folded_nick;        /* (nullable): the same */
  ParlanceAccountKind kind;
  gboolean is_operator;
  guint n_loads; /* that have not been answered */
  GError *error; /* (nullable) */
  gint64 created_ms;
  GListStore *devices;
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_IS_OPERATOR,
  PROP_IS_LOADING,
  PROP_ERROR,
  PROP_CREATED_MS,
  N_PROPS
};

enum
{
  SIGNAL_RIGHTS,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceAccountState, parlance_account_state, G_TYPE_OBJECT)

ParlanceAccountState *
parlance_account_state_new (void)
{
  return g_object_new (PARLANCE_TYPE_ACCOUNT_STATE, NULL);
}

/* --- what is known ---------------------------------------------------------------------------- */

static void
set_kind (ParlanceAccountState *self, ParlanceAccountKind kind, gboolean is_operator)
{
  gboolean is_another = self->kind != kind;
  gboolean is_promoted = self->is_operator != is_operator;

  self->kind = kind;
  self->is_operator = is_operator;
  if (is_another)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
  if (is_promoted)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OPERATOR]);
}

/* @error: (transfer full) (nullable) */
static void
set_error (ParlanceAccountState *self, GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
set_created_ms (ParlanceAccountState *self, gint64 created_ms)
{
  if (self->created_ms == created_ms)
    return;
  self->created_ms = created_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CREATED_MS]);
}

static void
count_load (ParlanceAccountState *self, int step)
{
  gboolean was_loading = self->n_loads > 0;

  self->n_loads = (guint)((int)self->n_loads + step);
  if (was_loading != (self->n_loads > 0))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADING]);
}

/* Without a password nobody takes an account's nick: another one is nobody's. */
static void
on_nick (ParlanceAccountState *self)
{
  const char *nick = parlance_chat_get_nick (self->chat);
  g_autofree char *folded = parlance_name_fold (nick, strlen (nick));

  if (self->session == NULL || g_strcmp0 (folded, self->folded_nick) == 0)
    return;
  g_free (self->folded_nick);
  self->folded_nick = g_steal_pointer (&folded);
  set_kind (self, PARLANCE_ACCOUNT_GUEST, FALSE);
}

static void
on_rights (ParlanceChat *chat, gboolean is_operator, const char *by, gpointer user_data)
{
  ParlanceAccountState *self = user_data;

  if (self->kind != PARLANCE_ACCOUNT_OWN || self->is_operator == is_operator)
    return;
  set_kind (self, self->kind, is_operator);
  g_signal_emit (self, signals[SIGNAL_RIGHTS], 0, by);
}

static void
forget_session (ParlanceAccountState *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->folded_nick, g_free);
  set_error (self, NULL);
  set_created_ms (self, 0);
  g_list_store_remove_all (self->devices);
}

static void
on_state (ParlanceAccountState *self)
{
  ParlanceSession *session = self->chat != NULL ? parlance_chat_get_session (self->chat) : NULL;

  if (session == self->session)
    return;
  forget_session (self);
  if (session == NULL)
    {
      set_kind (self, PARLANCE_ACCOUNT_OFFLINE, FALSE);
      return;
    }
  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);
  const char *nick = parlance_chat_get_nick (self->chat);
  gboolean is_account = parlance_server_info_is_account (info);
  self->session = g_object_ref (session);
  self->folded_nick = parlance_name_fold (nick, strlen (nick));
  /* The token does from here on what the password has done. */
  if (is_account && parlance_chat_get_token (self->chat) != NULL)
    parlance_chat_set_password (self->chat, NULL);
  set_kind (self, is_account ? PARLANCE_ACCOUNT_OWN : PARLANCE_ACCOUNT_GUEST,
            parlance_server_info_is_operator (info));
}

void
parlance_account_state_set_chat (ParlanceAccountState *self, ParlanceChat *chat)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_STATE (self));

  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, chat);
  if (chat != NULL)
    {
      g_signal_connect_swapped (chat, "notify::state", G_CALLBACK (on_state), self);
      g_signal_connect_swapped (chat, "notify::nick", G_CALLBACK (on_nick), self);
      g_signal_connect (chat, "rights", G_CALLBACK (on_rights), self);
    }
  on_state (self);
}

ParlanceAccountKind
parlance_account_state_get_kind (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), PARLANCE_ACCOUNT_OFFLINE);

  return self->kind;
}

gboolean
parlance_account_state_get_is_operator (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), FALSE);

  return self->is_operator;
}

gboolean
parlance_account_state_is_private (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), FALSE);

  return self->session != NULL && parlance_session_is_private (self->session);
}

ParlanceSession *
parlance_account_state_get_session (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), NULL);

  return self->session;
}

const char *
parlance_account_state_get_nick (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), NULL);

  return self->chat != NULL ? parlance_chat_get_nick (self->chat) : "";
}

gboolean
parlance_account_state_get_is_loading (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), FALSE);

  return self->n_loads > 0;
}

const GError *
parlance_account_state_get_error (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), NULL);

  return self->error;
}

gint64
parlance_account_state_get_created_ms (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), 0);

  return self->created_ms;
}

GListModel *
parlance_account_state_get_devices (ParlanceAccountState *self)
{
  g_return_val_if_fail (PARLANCE_IS_ACCOUNT_STATE (self), NULL);

  return G_LIST_MODEL (self->devices);
}

/* --- asking for it ---------------------------------------------------------------------------- */

static void
take_answer (ParlanceAccountState *self, const char *json)
{
  ParlanceAccountAnswer answer = { 0 };
  GError *error = NULL;

  if (!parlance_account_answer_read (json, &answer, &error))
    {
      set_error (self, error);
      return;
    }
  set_error (self, NULL);
  set_created_ms (self, answer.created_ms);
  g_list_store_splice (self->devices, 0, g_list_model_get_n_items (G_LIST_MODEL (self->devices)),
                       answer.devices->pdata, answer.devices->len);
  set_kind (self, PARLANCE_ACCOUNT_OWN, answer.is_operator);
  parlance_account_answer_clear (&answer);
}

static void
on_account (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceAccountState) self = user_data;
  ParlanceSession *session = PARLANCE_SESSION (source);
  GError *error = NULL;
  g_autofree char *json = parlance_session_call_finish (session, result, &error);

  count_load (self, -1);
  if (session != self->session)
    {
      g_clear_error (&error);
      return;
    }
  if (json != NULL)
    take_answer (self, json);
  else
    set_error (self, error);
}

void
parlance_account_state_load (ParlanceAccountState *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_STATE (self));

  if (self->kind != PARLANCE_ACCOUNT_OWN)
    return;
  set_error (self, NULL);
  count_load (self, 1);
  parlance_session_account_async (self->session, on_account, g_object_ref (self));
}

void
parlance_account_state_heed (ParlanceAccountState *self, const GError *error)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_STATE (self));

  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_FORBIDDEN))
    parlance_account_state_load (self);
}

/* --- changing it ------------------------------------------------------------------------------ */

void
parlance_account_state_take_token (ParlanceAccountState *self,
                                   ParlanceSession *session,
                                   const char *token)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_STATE (self));

  if (self->chat == NULL || session != self->session)
    return;
  parlance_chat_set_token (self->chat, token, parlance_session_get_voucher (session));
  /* It was the server's, if any, which an account does without. */
  parlance_chat_set_password (self->chat, NULL);
  set_kind (self, PARLANCE_ACCOUNT_OWN, self->is_operator);
  parlance_account_state_load (self);
}

void
parlance_account_state_forget (ParlanceAccountState *self)
{
  g_return_if_fail (PARLANCE_IS_ACCOUNT_STATE (self));

  if (self->chat == NULL)
    return;
  parlance_chat_set_token (self->chat, NULL, NULL);
  parlance_chat_set_password (self->chat, NULL);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_account_state_dispose (GObject *object)
{
  ParlanceAccountState *self = PARLANCE_ACCOUNT_STATE (object);

  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);
  g_clear_pointer (&self->folded_nick, g_free);
  G_OBJECT_CLASS (parlance_account_state_parent_class)->dispose (object);
}

static void
parlance_account_state_finalize (GObject *object)
{
  ParlanceAccountState *self = PARLANCE_ACCOUNT_STATE (object);

  g_clear_error (&self->error);
  g_object_unref (self->devices);
  G_OBJECT_CLASS (parlance_account_state_parent_class)->finalize (object);
}

static void
parlance_account_state_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceAccountState *self = PARLANCE_ACCOUNT_STATE (object);

  switch (id)
    {
    case PROP_KIND:
      g_value_set_int (value, (int)self->kind);
      break;
    case PROP_IS_OPERATOR:
      g_value_set_boolean (value, self->is_operator);
      break;
    case PROP_IS_LOADING:
      g_value_set_boolean (value, self->n_loads > 0);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_CREATED_MS:
      g_value_set_int64 (value, self->created_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_account_state_class_init (ParlanceAccountStateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = parlance_account_state_dispose;
  object_class->finalize = parlance_account_state_finalize;
  object_class->get_property = parlance_account_state_get_property;
  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, PARLANCE_ACCOUNT_OFFLINE,
                                            PARLANCE_ACCOUNT_OWN, PARLANCE_ACCOUNT_OFFLINE, flags);
  properties[PROP_IS_OPERATOR] = g_param_spec_boolean ("is-operator", NULL, NULL, FALSE, flags);
  properties[PROP_IS_LOADING] = g_param_spec_boolean ("is-loading", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_CREATED_MS] =
      g_param_spec_int64 ("created-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_RIGHTS] =
      g_signal_new ("rights", PARLANCE_TYPE_ACCOUNT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
parlance_account_state_init (ParlanceAccountState *self)
{
  self->devices = g_list_store_new (PARLANCE_TYPE_DEVICE);
}
