/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance status: which server answers, how quickly, and with what. Asks for everything at once
 * after a ping that is timed alone.
 */
#include <string.h>

#include "client-cli/command.h"
#include "protocol/wire/json-writer.h"
#include "protocol/wire/limits.h"

typedef struct
{
  App *app;
  gint64 ping_sent_us; /* monotonic */
  gint64 round_trip_us;
  guint n_pending;
  ParlanceServerInfo *server;
  GPtrArray *dictionaries; /* of ParlanceDictionaryInfo */
  char *stats;             /* (nullable): NULL: not for us to know */
} Status;

static void
status_free (gpointer data)
{
  Status *self = data;

  g_clear_pointer (&self->server, parlance_server_info_unref);
  g_clear_pointer (&self->dictionaries, g_ptr_array_unref);
  g_free (self->stats);
  g_free (self);
}

static void
append_json_member (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, ",\"%s\":%s", name, value);
}

static void
show_json (Status *self)
{
  g_autofree char *peer = parlance_session_dup_peer (self->app->session);
  const char *address = peer != NULL ? peer : self->app->options.server;
  const char *fingerprint = parlance_session_get_peer_fingerprint (self->app->session);
  g_autoptr (GString) json = g_string_new ("{\"address\":");
  g_autoptr (GString) dictionaries = g_string_new ("[");

  for (guint i = 0; i < self->dictionaries->len; i++)
    g_string_append_printf (
        dictionaries, "%s%s", i > 0 ? "," : "",
        parlance_dictionary_info_get_json (g_ptr_array_index (self->dictionaries, i)));
  g_string_append_c (dictionaries, ']');

  parlance_json_append_string (json, address, strlen (address));
  g_string_append (json, ",\"round_trip_us\":");
  parlance_json_append_int64 (json, self->round_trip_us);
  g_string_append (json, ",\"fingerprint\":");
  if (fingerprint != NULL)
    parlance_json_append_string (json, fingerprint, strlen (fingerprint));
  else
    g_string_append (json, "null");
  append_json_member (json, "hello", parlance_server_info_get_json (self->server));
  append_json_member (json, "dictionaries", dictionaries->str);
  append_json_member (json, "stats", self->stats != NULL ? self->stats : "null");
  g_string_append_c (json, '}');
  output_append_json (self->app->output, json->str, json->len);
}

/* Takes @value. */
static void
add_row (GPtrArray *cells, const char *label, char *value)
{
  g_ptr_array_add (cells, g_strdup (label));
  g_ptr_array_add (cells, value);
}

/* A row for what the server is compiling, where @value is not null. */
static void
add_loading (GPtrArray *cells, const ParlanceJsonValue *value)
{
  ParlanceJsonValue name;
  ParlanceJsonValue member;
  gint64 done;
  gint64 total;

  if (value->type != PARLANCE_JSON_OBJECT ||
      !parlance_json_get_member (value, "dictionary", &name) || name.type != PARLANCE_JSON_STRING ||
      !parlance_json_get_member (value, "done", &member) ||
      !parlance_json_get_int64 (&member, &done) ||
      !parlance_json_get_member (value, "total", &member) ||
      !parlance_json_get_int64 (&member, &total) || total <= 0)
    return;
  g_autofree char *text = g_malloc ((gsize)name.n_bytes + 1);
  text[parlance_json_string_decode (&name, text)] = '\0';
  add_row (cells, "loading",
           g_strdup_printf ("%s, %.0f %%", text, 100.0 * (double)done / (double)total));
}

/* Rows for the counters that are plain numbers, in the server's order and by its names. */
static void
add_stats (GPtrArray *cells, const char *stats)
{
  ParlanceJsonValue object;
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;

  if (!parlance_json_parse (stats, strlen (stats), PARLANCE_MAX_DEPTH, &object))
    return;
  while (parlance_json_next_member (&object, &cursor, &key, &value))
    {
      gint64 number;
      if (parlance_json_string_equals (&key, "loading"))
        add_loading (cells, &value);
      if (!parlance_json_get_int64 (&value, &number))
        continue;
      g_autofree char *name = g_malloc ((gsize)key.n_bytes + 1);
      name[parlance_json_string_decode (&key, name)] = '\0';
      add_row (cells, name, render_number (number));
    }
}

static void
show_text (Status *self)
{
  static const RenderTable table = { .n_columns = 2, .first = RENDER_DIM };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  const char *fingerprint = parlance_session_get_peer_fingerprint (self->app->session);
  g_autofree char *peer = parlance_session_dup_peer (self->app->session);
  gint64 n_entries = 0;

  for (guint i = 0; i < self->dictionaries->len; i++)
    n_entries += parlance_dictionary_info_get_n_entries (g_ptr_array_index (self->dictionaries, i));
  g_autofree char *entries = render_number (n_entries);

  add_row (cells, "address", g_strdup (peer != NULL ? peer : self->app->options.server));
  add_row (cells, "encryption",
           fingerprint != NULL ? g_strconcat ("TLS, ", fingerprint, NULL) : g_strdup ("none"));
  add_row (cells, "server", g_strdup (parlance_server_info_get_name (self->server)));
  add_row (cells, "version", g_strdup (parlance_server_info_get_version (self->server)));
  add_row (cells, "round trip", g_strdup_printf ("%.2f ms", (double)self->round_trip_us / 1000.0));
  add_row (cells, "dictionaries",
           g_strdup_printf ("%u (%s entries)", self->dictionaries->len, entries));
  if (self->stats != NULL)
    add_stats (cells, self->stats);
  render_table (output_get_buffer (self->app->output), &self->app->style, &table, cells);
}

static void
answer_came (Status *self, const GError *error)
{
  app_wait_end (self->app);
  self->n_pending--;
  if (error != NULL)
    app_fail_with (self->app, error);
  if (self->n_pending > 0 || self->app->quitting)
    return;
  if (self->app->options.json)
    show_json (self);
  else
    show_text (self);
  app_quit (self->app);
}

static void
on_hello (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Status *self = user_data;
  g_autoptr (GError) error = NULL;

  self->server = parlance_session_hello_finish (self->app->session, result, &error);
  answer_came (self, error);
}

static void
on_dictionaries (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Status *self = user_data;
  g_autoptr (GError) error = NULL;

  self->dictionaries = parlance_session_dictionaries_finish (self->app->session, result, &error);
  answer_came (self, error);
}

static void
on_stats (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Status *self = user_data;
  g_autoptr (GError) error = NULL;

  self->stats = parlance_session_stats_finish (self->app->session, result, &error);

  /* Counters are for those whom the server lets; without them the rest is still worth showing. */
  answer_came (self, error != NULL && error->domain == PARLANCE_ERROR ? NULL : error);
}

static void
on_ping (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Status *self = user_data;
  App *app = self->app;
  gint64 server_time_ms;
  g_autoptr (GError) error = NULL;

  self->round_trip_us = g_get_monotonic_time () - self->ping_sent_us;
  app_wait_end (app);
  if (!parlance_session_ping_finish (app->session, result, &server_time_ms, &error))
    {
      app_fail_with (app, error);
      return;
    }

  self->n_pending = 3;
  for (guint i = 0; i < self->n_pending; i++)
    app_wait_begin (app);
  parlance_session_hello_async (app->session, "parlance/" PARLANCE_VERSION, NULL, on_hello, self);
  parlance_session_dictionaries_async (app->session, NULL, on_dictionaries, self);
  parlance_session_stats_async (app->session, NULL, on_stats, self);
}

void
status_start (App *app)
{
  Status *self = g_new0 (Status, 1);

  self->app = app;
  app->command_data = self;
  app->command_data_free = status_free;

  app_wait_begin (app);
  self->ping_sent_us = g_get_monotonic_time ();
  parlance_session_ping_async (app->session, NULL, on_ping, self);
}
