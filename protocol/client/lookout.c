/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An attempt that was begun by what was heard fails like any other, and then the server is waited
 * for as before: only news of it begins another one.
 */
#include "protocol/client/lookout.h"

#define SHORT_WAIT_S 2 /* [s] */

struct _ParlanceLookout
{
  GObject parent_instance;
  ParlanceChat *chat;
  ParlanceBrowser *browser;
  char *id; /* (nullable) */
  gboolean is_looking;
  gboolean has_turned;    /* the attempt that is under way: once, lest forged news go on for ever */
  ParlanceServer *server; /* (nullable): ours, while it is heard of */
};

G_DEFINE_FINAL_TYPE (ParlanceLookout, parlance_lookout, G_TYPE_OBJECT)

/* Where it is heard of, and then where it was. */
static void
take_addresses (ParlanceLookout *self)
{
  g_auto (GStrv) heard = parlance_server_dup_addresses (self->server);
  const char *const *known = parlance_chat_get_addresses (self->chat);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (char **address = heard; *address != NULL; address++)
    g_ptr_array_add (all, g_strdup (*address));
  for (; *known != NULL && all->len < PARLANCE_SERVER_MAX_ADDRESSES; known++)
    {
      if (!g_strv_contains ((const char *const *)heard, *known))
        g_ptr_array_add (all, g_strdup (*known));
    }
  g_ptr_array_add (all, NULL);
  parlance_chat_set_addresses (self->chat, (const char *const *)all->pdata);
}

/* Whether what is heard of the server is reason enough to try it there now. */
static gboolean
is_news (ParlanceLookout *self)
{
  const char *const *known = parlance_chat_get_addresses (self->chat);
  const char *heard = parlance_server_get_address (self->server);

  switch (parlance_chat_get_state (self->chat))
    {
    case PARLANCE_CHAT_WAITING:
      /* A short wait is kept to: it spreads those who have all lost the same server. */
      return !g_strv_contains (known, heard) ||
             parlance_chat_get_retry_s (self->chat) > SHORT_WAIT_S;
    case PARLANCE_CHAT_CONNECTING:
      /* Its old place may have somebody who is silent. */
      return !self->has_turned && !g_strv_contains (known, heard);
    case PARLANCE_CHAT_FAILED:
      /* Whom a person has to decide on gets no better by being heard. */
      return !g_strv_contains (known, heard) ||
             parlance_chat_get_error (self->chat)->domain != PARLANCE_TRUST_ERROR;
    default:
      return FALSE;
    }
}

static void
go_there (ParlanceLookout *self)
{
  if (!is_news (self))
    return;
  self->has_turned = parlance_chat_get_state (self->chat) == PARLANCE_CHAT_CONNECTING;
  take_addresses (self);
  if (parlance_chat_get_state (self->chat) == PARLANCE_CHAT_FAILED)
    parlance_chat_connect (self->chat);
  else
    parlance_chat_retry_now (self->chat);
}

static void
on_server_addresses (ParlanceServer *server, GParamSpec *pspec, gpointer user_data)
{
  go_there (user_data);
}

static void
set_server (ParlanceLookout *self, ParlanceServer *server)
{
  if (self->server != NULL)
    g_signal_handlers_disconnect_by_data (self->server, self);
  if (!g_set_object (&self->server, server) || server == NULL)
    return;
  g_signal_connect (server, "notify::addresses", G_CALLBACK (on_server_addresses), self);
  go_there (self);
}

static void
on_heard (GListModel *browser, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ParlanceLookout *self = user_data;

  if (self->is_looking && self->id != NULL)
    set_server (self, parlance_browser_find (self->browser, self->id));
}

/* Whether the server may be elsewhere; what it said itself is not mended by another address. */
static gboolean
is_lost (ParlanceLookout *self)
{
  const GError *error = parlance_chat_get_error (self->chat);

  switch (parlance_chat_get_state (self->chat))
    {
    case PARLANCE_CHAT_WAITING:
      return TRUE;
    case PARLANCE_CHAT_CONNECTING:
      return self->is_looking;
    case PARLANCE_CHAT_FAILED:
      return error != NULL && error->domain != PARLANCE_ERROR;
    default:
      return FALSE;
    }
}

static void
on_state (ParlanceChat *chat, GParamSpec *pspec, gpointer user_data)
{
  ParlanceLookout *self = user_data;
  ParlanceServerInfo *info = parlance_chat_get_server_info (chat);

  if (info != NULL)
    {
      g_free (self->id);
      self->id = g_strdup (parlance_server_info_get_id (info));
    }
  if (parlance_chat_get_state (chat) != PARLANCE_CHAT_CONNECTING)
    self->has_turned = FALSE;
  if (is_lost (self) == self->is_looking)
    return;
  self->is_looking = !self->is_looking;
  if (!self->is_looking)
    {
      set_server (self, NULL);
      parlance_browser_stop (self->browser);
      return;
    }
  /* Rows of the time before say nothing of where it is. */
  parlance_browser_expire (self->browser, G_MAXINT64);
  (void)parlance_browser_start (self->browser, NULL);
}

ParlanceLookout *
parlance_lookout_new (ParlanceChat *chat, ParlanceBrowser *browser, const char *id)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (chat), NULL);
  g_return_val_if_fail (PARLANCE_IS_BROWSER (browser), NULL);

  ParlanceLookout *self = g_object_new (PARLANCE_TYPE_LOOKOUT, NULL);
  self->chat = g_object_ref (chat);
  self->browser = g_object_ref (browser);
  self->id = g_strdup (id);
  g_signal_connect (chat, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect (browser, "items-changed", G_CALLBACK (on_heard), self);
  on_state (chat, NULL, self);
  return self;
}

static void
parlance_lookout_dispose (GObject *object)
{
  ParlanceLookout *self = PARLANCE_LOOKOUT (object);

  set_server (self, NULL);
  if (self->browser != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->browser, self);
      parlance_browser_stop (self->browser);
    }
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->browser);
  g_clear_object (&self->chat);
  G_OBJECT_CLASS (parlance_lookout_parent_class)->dispose (object);
}

static void
parlance_lookout_finalize (GObject *object)
{
  g_free (PARLANCE_LOOKOUT (object)->id);
  G_OBJECT_CLASS (parlance_lookout_parent_class)->finalize (object);
}

static void
parlance_lookout_class_init (ParlanceLookoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_lookout_dispose;
  object_class->finalize = parlance_lookout_finalize;
}

static void
parlance_lookout_init (ParlanceLookout *self)
{
}
