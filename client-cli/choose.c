/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Speed is what most of this is about. A server on this machine answers within a millisecond and
 * then nothing else is waited for; on the network the one that was used last is taken as soon as
 * this machine has had time to answer. Only the first time, when nothing is known of any server,
 * all of them are given time to be heard.
 *
 * What was heard of within the last 16 s is still there, as far as discovery goes. A script that
 * runs the program in a loop is soon over the number of answers that one address gets in a second;
 * it is served by that: its server is connected to without having answered again.
 */
#include "client-cli/choose.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client-cli/choose-menu.h"
#include "client-cli/choose-ping.h"
#include "protocol/client/browser.h"
#include "protocol/client/connector.h"
#include "protocol/client/recent.h"
#include "protocol/wire/limits.h"

#define LOCAL_GRACE_MS 5 /* after the first answer from this machine: others on it */
#define LOCAL_MS 50      /* for this machine to answer; afterwards it has no server that does */
#define ALL_MS 600       /* for everybody to answer */
#define NOBODY_MS 2000   /* then nobody is there */
#define ATTEMPT_MS 1000  /* for an address where a server was, or may be */
#define SAVE_MS 300      /* after the choice: the command comes first */

struct _Chooser
{
  App *app;
  ParlanceBrowser *browser;
  ParlanceRecent *recent;
  gint64 start_us;
  gint64 local_us; /* when a server on this machine was first seen; 0: none was */
  guint timer;     /* source id; 0: none */
  guint save;      /* source id; 0: there is nothing to save */
  gboolean tried_loopback;
  gboolean tried_recent;
  GCancellable *connecting; /* (nullable): an attempt by TCP is under way */
  guint connect_timer;
  void (*attempted) (Chooser *self, gboolean is_there); /* what follows it */
  char **addresses; /* of the attempt, then those that were chosen */
};

static void evaluate (Chooser *self);

static gboolean
on_timer (gpointer user_data)
{
  Chooser *self = user_data;

  self->timer = 0;
  evaluate (self);
  return G_SOURCE_REMOVE;
}

static void
evaluate_in (Chooser *self, gint64 wait_us)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add ((guint)(MAX (wait_us, 0) + 999) / 1000, on_timer, self);
}

static void
stop_looking (Chooser *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->connect_timer, g_source_remove);
  if (self->browser != NULL)
    g_signal_handlers_disconnect_by_data (self->browser, self);
  g_clear_object (&self->browser);
}

/* --- a choice --------------------------------------------------------------------------------- */

static void
save (Chooser *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->save, g_source_remove);
  /* What cannot be remembered is looked for the next time. */
  if (!parlance_recent_save (self->recent, &error))
    g_info ("the server is not remembered: %s", error->message);
}

static gboolean
on_save (gpointer user_data)
{
  Chooser *self = user_data;

  self->save = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

static void
choose_addresses (Chooser *self, char **addresses)
{
  g_strfreev (self->addresses);
  self->addresses = addresses;
  stop_looking (self);
  app_server_chosen (self->app, (const char *const *)self->addresses);
}

static void
choose (Chooser *self, ParlanceServer *server)
{
  g_autoptr (ParlanceServer) chosen = g_object_ref (server);

  parlance_recent_note (self->recent, parlance_recent_use_new (chosen, g_get_real_time ()));
  parlance_trust_set_announced (self->app->trust, parlance_server_get_id (chosen),
                                parlance_server_get_tls (chosen),
                                parlance_server_get_fingerprint (chosen));
  self->save = g_timeout_add (SAVE_MS, on_save, self);
  choose_addresses (self, parlance_server_dup_addresses (chosen));
}

/* --- where a server was, or may be, by TCP ---------------------------------------------------- */

typedef struct
{
  Chooser *chooser; /* not to be used when the attempt was cancelled */
  GCancellable *cancellable;
} Attempt;

/* @attempt: (transfer full) */
static void
conclude (Attempt *attempt, gboolean is_there)
{
  g_autoptr (GCancellable) cancellable = attempt->cancellable;
  Chooser *self = attempt->chooser;

  g_free (attempt);
  if (g_cancellable_is_cancelled (cancellable))
    return;
  g_clear_handle_id (&self->connect_timer, g_source_remove);
  g_clear_object (&self->connecting);
  self->attempted (self, is_there);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GSocketConnection) connection = parlance_connector_connect_finish (result, NULL);

  conclude (user_data, connection != NULL);
}

static void
on_pinged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  conclude (user_data, choose_ping_finish (result));
}

static gboolean
on_attempt_timeout (gpointer user_data)
{
  Chooser *self = user_data;

  self->connect_timer = 0;
  g_cancellable_cancel (self->connecting);
  g_clear_object (&self->connecting);
  self->attempted (self, FALSE);
  return G_SOURCE_REMOVE;
}

/* @addresses: (transfer full); @id: (nullable): of the server that is to be there. Where none is
 * known of, any program may listen, and it has to answer as a server does. */
static void
attempt (Chooser *self, char **addresses, const char *id, void (*done) (Chooser *, gboolean))
{
  Attempt *data = g_new (Attempt, 1);
  const char *const *there = (const char *const *)addresses;

  parlance_trust_set_id (self->app->trust, id);
  g_strfreev (self->addresses);
  self->addresses = addresses;
  self->attempted = done;
  self->connecting = g_cancellable_new ();
  self->connect_timer =
      g_timeout_add (MIN (ATTEMPT_MS, self->app->options.timeout_ms), on_attempt_timeout, self);
  *data = (Attempt){ self, g_object_ref (self->connecting) };
  if (id != NULL)
    parlance_connector_connect_async (there, self->connecting, on_connected, data);
  else
    choose_ping_async (there, self->app->options.tls, self->connecting, on_pinged, data);
}

static void
choose_attempted (Chooser *self, gboolean is_there)
{
  if (is_there)
    choose_addresses (self, g_steal_pointer (&self->addresses));
  else
    evaluate (self);
}

static char **
loopback_addresses (void)
{
  return g_strsplit ("127.0.0.1:" G_STRINGIFY (PARLANCE_DEFAULT_PORT) " [::1]:" G_STRINGIFY (
                         PARLANCE_DEFAULT_PORT),
                     " ", -1);
}

/* --- who was heard ---------------------------------------------------------------------------- */

static ParlanceServer *
server_at (const Chooser *self, guint position)
{
  /* The model holds it. */
  g_autoptr (ParlanceServer) server =
      g_list_model_get_item (G_LIST_MODEL (self->browser), position);

  return server;
}

/* Of those on this machine, or of all: the one that was used last, or else the only one. */
static ParlanceServer *
preferred (const Chooser *self, gboolean local_only)
{
  guint n_servers = g_list_model_get_n_items (G_LIST_MODEL (self->browser));
  ParlanceServer *only = NULL;
  guint n_candidates = 0;

  for (guint i = 0; i < parlance_recent_get_n (self->recent); i++)
    {
      ParlanceServer *server =
          parlance_browser_find (self->browser, parlance_recent_get_id (self->recent, i));
      if (server != NULL && (!local_only || parlance_server_get_is_local (server)))
        return server;
    }
  for (guint i = 0; i < n_servers; i++)
    {
      if (local_only && !parlance_server_get_is_local (server_at (self, i)))
        continue;
      only = server_at (self, i);
      n_candidates++;
    }
  return n_candidates == 1 ? only : NULL;
}

static gboolean
any_is_local (const Chooser *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->browser)); i++)
    {
      if (parlance_server_get_is_local (server_at (self, i)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_last_used (const Chooser *self, ParlanceServer *server)
{
  return server != NULL && parlance_recent_get_n (self->recent) > 0 &&
         strcmp (parlance_recent_get_id (self->recent, 0), parlance_server_get_id (server)) == 0;
}

/* As far as discovery goes. */
static gboolean
last_used_is_alive (const Chooser *self)
{
  if (parlance_recent_get_n (self->recent) == 0)
    return FALSE;
  gint64 silent_us = g_get_real_time () - parlance_recent_get_seen (self->recent, 0);
  return silent_us >= 0 && silent_us < PARLANCE_SERVER_LIFETIME_S * G_USEC_PER_SEC;
}

static void
ask (Chooser *self)
{
  g_autoptr (ParlanceServer) server =
      choose_menu_run (self->app->output, G_LIST_MODEL (self->browser));

  if (server != NULL)
    {
      choose (self, server);
      return;
    }
  stop_looking (self);
  app_fail (self->app, EXIT_FAILED,
            "several servers were found: name one with --server, or in PARLANCE_SERVER");
}

static void
nobody_is_there (Chooser *self)
{
  stop_looking (self);
  app_fail (self->app, EXIT_FAILED,
            "no server was found on the network. “parlance doctor” says why; --server HOST[:PORT] "
            "names one that discovery does not reach.");
}

static gboolean
tries_recent (const Chooser *self, gboolean any, gboolean all_had_time)
{
  if (self->tried_recent || parlance_recent_get_n (self->recent) == 0)
    return FALSE;
  return all_had_time ? !any : last_used_is_alive (self);
}

/* Nobody on this machine has answered. */
static void
evaluate_network (Chooser *self, gint64 elapsed_us)
{
  gint64 nobody_us = MIN (NOBODY_MS, self->app->options.timeout_ms) * G_GINT64_CONSTANT (1000);
  gint64 all_us = MIN (ALL_MS * 1000, nobody_us);
  ParlanceServer *server = preferred (self, FALSE);
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->browser)) > 0;

  if (server != NULL && (elapsed_us >= all_us || is_last_used (self, server)))
    choose (self, server);
  else if (tries_recent (self, any, elapsed_us >= all_us))
    {
      /* Where discovery does not reach, an address may. */
      self->tried_recent = TRUE;
      attempt (self, parlance_recent_dup_addresses (self->recent, 0),
               parlance_recent_get_id (self->recent, 0), choose_attempted);
    }
  else if (elapsed_us < all_us)
    evaluate_in (self, all_us - elapsed_us);
  else if (any)
    ask (self);
  else if (elapsed_us < nobody_us)
    evaluate_in (self, nobody_us - elapsed_us);
  else
    nobody_is_there (self);
}

static void
evaluate (Chooser *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 elapsed_us = now_us - self->start_us;

  if (self->browser == NULL || self->connecting != NULL)
    return;
  if (self->local_us == 0 && any_is_local (self))
    self->local_us = now_us;
  if (self->local_us != 0)
    {
      ParlanceServer *server = preferred (self, TRUE);
      gint64 left_us = self->local_us + LOCAL_GRACE_MS * 1000 - now_us;

      if (server != NULL && (is_last_used (self, server) || left_us <= 0))
        choose (self, server);
      else if (left_us > 0)
        evaluate_in (self, left_us);
      else
        ask (self);
    }
  else if (elapsed_us < LOCAL_MS * 1000)
    evaluate_in (self, LOCAL_MS * 1000 - elapsed_us);
  else if (!self->tried_loopback)
    {
      /* There may be one that is not to be found, but is there. */
      self->tried_loopback = TRUE;
      attempt (self, loopback_addresses (), NULL, choose_attempted);
    }
  else
    evaluate_network (self, elapsed_us);
}

static void
on_items_changed (
    GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  /* Not here: a choice lets go of the browser. */
  evaluate_in (user_data, 0);
}

/* --- life ------------------------------------------------------------------------------------- */

static void
look (Chooser *self)
{
  g_autoptr (GError) error = NULL;

  self->browser = parlance_browser_new (self->app->options.discovery_port);
  self->start_us = g_get_monotonic_time ();
  g_signal_connect (self->browser, "items-changed", G_CALLBACK (on_items_changed), self);
  /* Without a socket nobody is heard, and what else can be tried is. */
  if (!parlance_browser_start (self->browser, &error))
    g_info ("%s", error->message);
  evaluate (self);
}

static void
look_unless_connected (Chooser *self, gboolean is_there)
{
  if (is_there)
    choose_addresses (self, g_steal_pointer (&self->addresses));
  else
    look (self);
}

Chooser *
chooser_start (App *app)
{
  Chooser *self = g_new0 (Chooser, 1);

  self->app = app;
  self->recent = parlance_recent_load (NULL);
  if (last_used_is_alive (self) && parlance_recent_get_is_local (self->recent, 0))
    attempt (self, parlance_recent_dup_addresses (self->recent, 0),
             parlance_recent_get_id (self->recent, 0), look_unless_connected);
  else
    look (self);
  return self;
}

void
chooser_stop (Chooser *self)
{
  if (self == NULL)
    return;
  stop_looking (self);
  if (self->connecting != NULL)
    g_cancellable_cancel (self->connecting);
  g_clear_object (&self->connecting);
  if (self->save != 0)
    save (self);
}

void
chooser_free (Chooser *self)
{
  if (self == NULL)
    return;
  chooser_stop (self);
  parlance_recent_free (self->recent);
  g_strfreev (self->addresses);
  g_free (self);
}
