/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are kept in an array and found by id in a table, so that thousands of forged answers cost
 * little more than reading them.
 */
#include "protocol/client/browser.h"

struct _ParlanceBrowser
{
  GObject parent_instance;
  ParlanceProber *prober;
  GPtrArray *servers; /* of ParlanceServer */
  GHashTable *by_id;  /* the same, borrowed, by id */
  GSource *expiry;    /* (nullable): runs while there are rows */
};

static void parlance_browser_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceBrowser,
                               parlance_browser,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      parlance_browser_list_model_init))

/* Forged answers may come from forged addresses; an honest machine has one or a few servers. */
static gboolean
has_room_for (ParlanceBrowser *self, const ParlanceHeard *heard)
{
  GInetAddress *host = g_inet_socket_address_get_address (heard->address);
  guint n_of_host = 0;

  if (self->servers->len >= PARLANCE_BROWSER_MAX_SERVERS)
    return FALSE;
  for (guint i = 0; i < self->servers->len; i++)
    n_of_host += (guint)parlance_server_speaks_from (g_ptr_array_index (self->servers, i), host);
  return n_of_host < PARLANCE_BROWSER_MAX_PER_HOST;
}

void
parlance_browser_hear (ParlanceBrowser *self, const ParlanceHeard *heard, gint64 now_us)
{
  g_return_if_fail (PARLANCE_IS_BROWSER (self));

  ParlanceServer *server = g_hash_table_lookup (self->by_id, heard->beacon->id);

  if (server != NULL)
    {
      parlance_server_hear (server, heard, now_us);
      return;
    }
  if (!has_room_for (self, heard))
    return;
  server = parlance_server_new (heard, now_us);
  g_ptr_array_add (self->servers, server);
  g_hash_table_insert (self->by_id, g_strdup (heard->beacon->id), server);
  g_list_model_items_changed (G_LIST_MODEL (self), self->servers->len - 1, 0, 1);
}

gint64
parlance_browser_expire (ParlanceBrowser *self, gint64 now_us)
{
  g_return_val_if_fail (PARLANCE_IS_BROWSER (self), G_MAXINT64);

  gint64 next_us = G_MAXINT64;

  for (guint i = 0; i < self->servers->len;)
    {
      ParlanceServer *server = g_ptr_array_index (self->servers, i);
      gint64 server_us = parlance_server_expire (server, now_us);

      if (server_us != 0)
        {
          next_us = MIN (next_us, server_us);
          i++;
          continue;
        }
      g_hash_table_remove (self->by_id, parlance_server_get_id (server));
      g_ptr_array_remove_index (self->servers, i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
    }
  return next_us;
}

/* A timeout of GLib's would set its own time after each call. */
static gboolean
dispatch_expiry (GSource *source, GSourceFunc function, gpointer user_data)
{
  return function (user_data);
}

static GSourceFuncs expiry_functions = { .dispatch = dispatch_expiry };

static gboolean
on_expiry (gpointer user_data)
{
  ParlanceBrowser *self = user_data;
  gint64 next_us = parlance_browser_expire (self, g_get_monotonic_time ());

  if (self->expiry != NULL)
    g_source_set_ready_time (self->expiry, next_us == G_MAXINT64 ? -1 : next_us);
  return G_SOURCE_CONTINUE;
}

static void
on_heard (const ParlanceHeard *heard, gpointer user_data)
{
  ParlanceBrowser *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  /* An answer puts some server's end off: it is looked at when the timer fires. */
  if (g_source_get_ready_time (self->expiry) < 0)
    g_source_set_ready_time (self->expiry, now_us + PARLANCE_SERVER_LIFETIME_S * G_USEC_PER_SEC);
  parlance_browser_hear (self, heard, now_us);
}

gboolean
parlance_browser_start (ParlanceBrowser *self, GError **error)
{
  g_return_val_if_fail (PARLANCE_IS_BROWSER (self), FALSE);

  if (self->expiry != NULL)
    return TRUE;
  if (!parlance_prober_start (self->prober, error))
    return FALSE;
  self->expiry = g_source_new (&expiry_functions, sizeof (GSource));
  g_source_set_ready_time (self->expiry, self->servers->len > 0 ? 0 : -1);
  g_source_set_callback (self->expiry, on_expiry, self, NULL);
  g_source_attach (self->expiry, g_main_context_get_thread_default ());
  return TRUE;
}

void
parlance_browser_stop (ParlanceBrowser *self)
{
  g_return_if_fail (PARLANCE_IS_BROWSER (self));

  parlance_prober_stop (self->prober);
  if (self->expiry != NULL)
    g_source_destroy (self->expiry);
  g_clear_pointer (&self->expiry, g_source_unref);
}

void
parlance_browser_refresh (ParlanceBrowser *self)
{
  g_return_if_fail (PARLANCE_IS_BROWSER (self));

  parlance_prober_restart (self->prober);
}

ParlanceServer *
parlance_browser_find (ParlanceBrowser *self, const char *id)
{
  g_return_val_if_fail (PARLANCE_IS_BROWSER (self), NULL);

  return g_hash_table_lookup (self->by_id, id);
}

ParlanceProber *
parlance_browser_get_prober (ParlanceBrowser *self)
{
  g_return_val_if_fail (PARLANCE_IS_BROWSER (self), NULL);

  return self->prober;
}

ParlanceBrowser *
parlance_browser_new (guint16 port)
{
  ParlanceBrowser *self = g_object_new (PARLANCE_TYPE_BROWSER, NULL);

  self->prober = parlance_prober_new (port, on_heard, self);
  return self;
}

/* --- GListModel and GObject ------------------------------------------------------------------- */

static GType
parlance_browser_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_SERVER;
}

static guint
parlance_browser_get_n_items (GListModel *model)
{
  return PARLANCE_BROWSER (model)->servers->len;
}

static gpointer
parlance_browser_get_item (GListModel *model, guint position)
{
  const ParlanceBrowser *self = PARLANCE_BROWSER (model);

  return position < self->servers->len ? g_object_ref (g_ptr_array_index (self->servers, position))
                                       : NULL;
}

static void
parlance_browser_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = parlance_browser_get_item_type;
  iface->get_n_items = parlance_browser_get_n_items;
  iface->get_item = parlance_browser_get_item;
}

static void
parlance_browser_dispose (GObject *object)
{
  ParlanceBrowser *self = PARLANCE_BROWSER (object);

  if (self->prober != NULL)
    parlance_browser_stop (self);
  g_clear_pointer (&self->prober, parlance_prober_free);
  G_OBJECT_CLASS (parlance_browser_parent_class)->dispose (object);
}

static void
parlance_browser_finalize (GObject *object)
{
  ParlanceBrowser *self = PARLANCE_BROWSER (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->servers);
  G_OBJECT_CLASS (parlance_browser_parent_class)->finalize (object);
}

static void
parlance_browser_class_init (ParlanceBrowserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_browser_dispose;
  object_class->finalize = parlance_browser_finalize;
}

static void
parlance_browser_init (ParlanceBrowser *self)
{
  self->servers = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
