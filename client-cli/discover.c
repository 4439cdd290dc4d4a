/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance discover: the servers on the network, each shown as soon as it is found. The answers of
 * one server's addresses come within a moment of each other; that moment is waited for, so that
 * what is shown is whole.
 */
#include "client-cli/command.h"
#include "client-cli/server-row.h"

#define LOOK_MS 1500 /* three rounds of queries have been answered by then */
#define SETTLE_MS 15

typedef struct
{
  App *app;
  ParlanceBrowser *browser;
  GPtrArray *rows; /* of Row, as the browser has them */
  guint end;       /* source id; 0: none */
  gboolean titled;
  guint n_shown;
} Discover;

typedef struct
{
  Discover *discover;
  ParlanceServer *server;
  guint settling; /* source id; 0: there is nothing new to show */
  gboolean shown;
} Row;

static void
show (Discover *self, ParlanceServer *server, const char *event)
{
  App *app = self->app;
  GString *out = output_get_buffer (app->output);
  const char *shown_event = app->options.watch ? event : NULL;

  self->n_shown++;
  if (app->options.json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      server_row_append_json (json, server, shown_event);
      output_append_json (app->output, json->str, json->len);
    }
  else
    {
      if (!self->titled)
        {
          g_string_append (out, app->options.watch ? "         " : "");
          server_row_append_titles (out, &app->style);
        }
      self->titled = TRUE;
      if (shown_event != NULL)
        g_string_append_printf (out, "%-7s  ", shown_event);
      server_row_append (out, &app->style, server);
    }
  /* Found means shown: nobody waits for the output to be idle. */
  (void)output_flush (app->output);
}

static gboolean
on_settled (gpointer user_data)
{
  Row *row = user_data;

  row->settling = 0;
  show (row->discover, row->server, row->shown ? "changed" : "found");
  row->shown = TRUE;
  return G_SOURCE_REMOVE;
}

static void
on_notify (GObject *server, GParamSpec *pspec, gpointer user_data)
{
  Row *row = user_data;

  if (row->settling == 0 && row->discover->app->options.watch)
    row->settling = g_timeout_add (SETTLE_MS, on_settled, row);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  if (row->settling != 0)
    g_source_remove (row->settling);
  g_signal_handlers_disconnect_by_data (row->server, row);
  g_object_unref (row->server);
  g_free (row);
}

static void
on_items_changed (
    GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  Discover *self = user_data;

  for (guint i = 0; i < n_removed; i++)
    {
      const Row *row = g_ptr_array_index (self->rows, position);
      if (row->shown && self->app->options.watch)
        show (self, row->server, "gone");
      g_ptr_array_remove_index (self->rows, position);
    }
  for (guint i = 0; i < n_added; i++)
    {
      Row *row = g_new0 (Row, 1);

      row->discover = self;
      row->server = g_list_model_get_item (model, position + i);
      row->settling = g_timeout_add (SETTLE_MS, on_settled, row);
      g_signal_connect (row->server, "notify", G_CALLBACK (on_notify), row);
      g_ptr_array_insert (self->rows, (gint)(position + i), row);
    }
}

static gboolean
on_end (gpointer user_data)
{
  Discover *self = user_data;

  self->end = 0;
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      if (row->settling == 0)
        continue;
      g_source_remove (row->settling);
      (void)on_settled (row);
    }
  if (self->n_shown == 0)
    {
      app_note (self->app, EXIT_FAILED);
      if (!self->app->options.json)
        output_remark (self->app->output,
                       "No server was found on the network. “parlance doctor” says why.");
    }
  app_quit (self->app);
  return G_SOURCE_REMOVE;
}

static void
discover_free (gpointer data)
{
  Discover *self = data;

  if (self->end != 0)
    g_source_remove (self->end);
  g_signal_handlers_disconnect_by_data (self->browser, self);
  g_ptr_array_unref (self->rows);
  g_object_unref (self->browser);
  g_free (self);
}

void
discover_start (App *app)
{
  Discover *self = g_new0 (Discover, 1);
  g_autoptr (GError) error = NULL;
  gboolean limited = (app->options.given & OPTION_TIMEOUT) != 0;

  self->app = app;
  self->browser = parlance_browser_new (app->options.discovery_port);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  app->command_data = self;
  app->command_data_free = discover_free;
  g_signal_connect (self->browser, "items-changed", G_CALLBACK (on_items_changed), self);
  if (!parlance_browser_start (self->browser, &error))
    {
      app_fail (app, EXIT_FAILED, "%s", error->message);
      return;
    }
  if (limited || !app->options.watch)
    self->end = g_timeout_add (limited ? app->options.timeout_ms : LOOK_MS, on_end, self);
}
