/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key file and the options: what they set, and what is said of every mistake.
 */
#include "server/config.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *dir;
  char *path; /* of the key file */
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("parlance-config-XXXXXX", NULL);
  g_assert_nonnull (fixture->dir);
  fixture->path = g_build_filename (fixture->dir, "parlanced.conf", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  (void)g_remove (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static Config *
read_text (Fixture *fixture, const char *text, gssize n_bytes, GError **error)
{
  const ConfigOptions options = { .config = fixture->path };

  g_assert_true (g_file_set_contents (fixture->path, text, n_bytes, NULL));
  return config_new (&options, error);
}

static Config *
read_good (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  Config *config = read_text (fixture, text, -1, &error);

  g_assert_no_error (error);
  return config;
}

/* (transfer full): "A B" */
static char *
addresses (GArray *array)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < array->len; i++)
    {
      g_autofree char *address = address_format (&g_array_index (array, Address, i));
      g_string_append_printf (out, i > 0 ? " %s" : "%s", address);
    }
  return g_strdup (out->str);
}

static void
assert_addresses (GArray *array, const char *expected)
{
  g_autofree char *text = addresses (array);

  g_assert_cmpstr (text, ==, expected);
}

static const LibrarySource *
source_at (GArray *sources, guint i)
{
  g_assert_cmpuint (i, <, sources->len);
  return &g_array_index (sources, LibrarySource, i);
}

static void
test_defaults (Fixture *fixture, gconstpointer data)
{
  const ConfigOptions options = { .config = NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (Config) config = config_new (&options, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (config->name, "Parlance on "));
  assert_addresses (config->listen, "0.0.0.0:9502 [::]:9502");
  g_assert_true (config->listen_default);
  g_assert_cmpuint (config->dict_listen->len, ==, 0);
  g_assert_cmpuint (config->dictionaries->len, ==, 0);
  g_assert_cmpuint (config->n_workers, >=, 1);
  g_assert_cmpuint (config->max_connections, ==, 16384);
  g_assert_true (config->max_connections_default);
  g_assert_cmpint (config->discovery_port, ==, 9502);
  g_assert_cmpuint (config->send_rate, ==, 20);
  g_assert_cmpint (config->durability, ==, CONFIG_DURABILITY_FULL);
  g_assert_cmpuint (config->limits.peer.max_connections, ==, 1024);
  g_assert_true (config->limits.connections_default);
  g_assert_cmpuint (config->limits.peer.rates[PEER_CONNECTS], ==, 100);
  g_assert_cmpuint (config->limits.peer.rates[PEER_REQUESTS], ==, 20000);
  g_assert_cmpuint (config->limits.peer.rates[PEER_HEAVY], ==, 50);
  g_assert_cmpuint (config->limits.peer.rates[PEER_SENDS], ==, 200);
  g_assert_cmpuint (config->limits.room_rate, ==, 30);
  g_assert_true (config->limits.memory_default);
  g_assert_cmpuint (config->limits.unlimited->len, ==, 2);
  g_assert_cmpint (config->tls, ==, CONNECTION_TLS_OPTIONAL);
  g_assert_cmpint (config->confine, ==, CONFINE_AUTO);
  config_free (NULL);
}

static void
test_every_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Config) config = read_good (fixture, "# a comment\n"
                                                  "[server]\n"
                                                  "name = Study room\n"
                                                  "listen = 127.0.0.1:1; [::1]:2 ;192.0.2.1\n"
                                                  "dict_listen = 127.0.0.1\n"
                                                  "discovery_port = off\n"
                                                  "data_dir = /var/lib/x/../parlance\n"
                                                  "dictionaries = /a/one.csv; /b/two.tsv\n"
                                                  "workers = 3\n"
                                                  "max_connections = 7\n"
                                                  "send_rate = 0\n"
                                                  "durability = process\n"
                                                  "\n"
                                                  "[dictionary one]\n"
                                                  "name = first\n");
  g_autoptr (GArray) sources = config_sources (config);

  g_assert_cmpstr (config->name, ==, "Study room");
  assert_addresses (config->listen, "127.0.0.1:1 [::1]:2 192.0.2.1:9502");
  g_assert_false (config->listen_default);
  assert_addresses (config->dict_listen, "127.0.0.1:2628");
  g_assert_cmpint (config->discovery_port, ==, -1);
  g_assert_cmpstr (config->data_dir, ==, "/var/lib/parlance");
  g_assert_cmpuint (config->n_workers, ==, 3);
  g_assert_cmpuint (config->max_connections, ==, 7);
  g_assert_false (config->max_connections_default);
  g_assert_cmpuint (config->send_rate, ==, 0);
  g_assert_cmpint (config->durability, ==, CONFIG_DURABILITY_PROCESS);
  g_assert_cmpstr (source_at (sources, 0)->path, ==, "/a/one.csv");
  g_assert_cmpstr (source_at (sources, 0)->name, ==, "first");
  g_assert_cmpstr (source_at (sources, 1)->path, ==, "/b/two.tsv");
  g_assert_null (source_at (sources, 1)->name);
  g_assert_false (source_at (sources, 0)->required);
}

static void
test_windows_line_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Config) config =
      read_good (fixture, "[server]\r\nname=Room\r\n\r\nworkers=2\r\nlisten=127.0.0.1:1\r\n");

  g_assert_cmpstr (config->name, ==, "Room");
  g_assert_cmpuint (config->n_workers, ==, 2);
  assert_addresses (config->listen, "127.0.0.1:1");
}

static void
test_an_option_beats_the_file (Fixture *fixture, gconstpointer data)
{
  char *listen[] = { (char[]){ "127.0.0.1:3" }, (char[]){ "[::1]:4" }, NULL };
  char *dictionaries[] = { (char[]){ "/c/three.tsv" }, NULL };
  const ConfigOptions options = {
    .config = fixture->path,
    .listen = listen,
    .dict_listen = (char[]){ "off" },
    .dictionaries = dictionaries,
    .name = (char[]){ "Mine" },
    .workers = (char[]){ "5" },
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path,
                                      "[server]\nname=Theirs\nworkers=2\nsend_rate=9\n"
                                      "listen=127.0.0.1:1;127.0.0.1:2\ndict_listen=127.0.0.1:5\n"
                                      "dictionaries=/a/one.csv\n",
                                      -1, NULL));
  g_autoptr (Config) config = config_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->name, ==, "Mine");
  g_assert_cmpuint (config->n_workers, ==, 5);
  g_assert_cmpuint (config->send_rate, ==, 9);
  assert_addresses (config->listen, "127.0.0.1:3 [::1]:4");
  assert_addresses (config->dict_listen, "");
  g_assert_cmpuint (config->dictionaries->len, ==, 1);
  g_assert_cmpstr (source_at (config->dictionaries, 0)->path, ==, "/c/three.tsv");
  g_assert_true (source_at (config->dictionaries, 0)->required);
}

static gboolean
is_unlimited (const Config *config, const char *text)
{
  NetworkRange range;

  g_assert_true (network_range_parse (text, &range));
  return network_ranges_contain (config->limits.unlimited, &range.address);
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Config) config = read_good (fixture, "[limits]\n"
                                                  "connections = 1\n"
                                                  "connection_rate = 2\n"
                                                  "request_rate = 3\n"
                                                  "heavy_rate = 4\n"
                                                  "send_rate = 5\n"
                                                  "room_rate = 0\n"
                                                  "unlimited = 10.0.0.0/8; 2001:db8::/32;\n"
                                                  "memory = 3G\n");
  const ConfigLimits *limits = &config->limits;

  g_assert_cmpuint (limits->peer.max_connections, ==, 1);
  g_assert_false (limits->connections_default);
  g_assert_cmpuint (limits->peer.rates[PEER_CONNECTS], ==, 2);
  g_assert_cmpuint (limits->peer.rates[PEER_REQUESTS], ==, 3);
  g_assert_cmpuint (limits->peer.rates[PEER_HEAVY], ==, 4);
  g_assert_cmpuint (limits->peer.rates[PEER_SENDS], ==, 5);
  g_assert_cmpuint (limits->room_rate, ==, 0);
  g_assert_cmpuint (limits->max_memory, ==, G_GUINT64_CONSTANT (3) << 30);
  g_assert_false (limits->memory_default);
  g_assert_true (is_unlimited (config, "10.1.2.3"));
  g_assert_true (is_unlimited (config, "2001:db8::7"));
  g_assert_false (is_unlimited (config, "127.0.0.1"));
}

static void
test_who_is_unlimited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Config) usual = read_good (fixture, "");
  g_autoptr (Config) nobody = read_good (fixture, "[limits]\nunlimited=none\n");

  g_assert_true (is_unlimited (usual, "127.0.0.1"));
  g_assert_true (is_unlimited (usual, "127.9.9.9"));
  g_assert_true (is_unlimited (usual, "::1"));
  g_assert_false (is_unlimited (usual, "192.0.2.1"));
  g_assert_false (is_unlimited (usual, "2001:db8::1"));
  g_assert_false (is_unlimited (nobody, "127.0.0.1"));
  g_assert_cmpuint (nobody->limits.unlimited->len, ==, 0);
  g_assert_true (usual->limits.memory_default);
}

static void
test_mistakes_name_their_place (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    guint line;
    const char *says;
  } cases[] = {
    { "[server]\n\nname=\n", 3, "[server] name" },
    { "[server]\nname=a\\nb\n", 2, "[server] name" },
    { "[server]\nlisten=127.0.0.1:1;nonsense\n", 2, "[server] listen: “nonsense”" },
    { "[server]\nlisten=127.0.0.1:70000\n", 2, "[server] listen" },
    { "[server]\ndict_listen=on\n", 2, "[server] dict_listen" },
    { "[server]\ndiscovery_port=65536\n", 2, "[server] discovery_port" },
    { "[server]\ndata_dir=\n", 2, "[server] data_dir" },
    { "[server]\ndictionaries=/a;;/b\n", 2, "[server] dictionaries" },
    { "[server]\nworkers=0\n", 2, "[server] workers" },
    { "[server]\nworkers=two\n", 2, "[server] workers: “two”" },
    { "[server]\nworkers=-1\n", 2, "[server] workers" },
    { "[server]\nmax_connections=1000001\n", 2, "[server] max_connections" },
    { "[server]\nsend_rate=1.5\n", 2, "[server] send_rate" },
    { "[server]\ndurability=some\n", 2, "[server] durability: “some”" },
    { "[server]\nname=a\\qb\n", 2, "[server] name" },
    { "[server]\nname=x\nport=1\n", 3, "[server] port: no such key" },
    { "# one\n[sever]\nname=x\n", 2, "[sever]: no such group" },
    { "[server]\nname=x\n[dictionary a]\ntitle=y\n", 4, "[dictionary a] title: no such key" },
    { "[dictionary a]\nenabled=perhaps\n", 2,
      "[dictionary a] enabled: is neither “true” nor “false”" },
    { "[dictionary a]\nname=two words\n", 2, "[dictionary a] name" },
    { "[dictionary a]\nname=*\n", 2, "[dictionary a] name" },
    { "[dictionary a]\nname=\n", 2, "[dictionary a] name" },
    { "[dictionary a]\nname=x\\ny\n", 2, "[dictionary a] name" },
    { "[dictionary a]\nname=.x\n", 2, "[dictionary a] name" },
    { "[limits]\nconnections=many\n", 2, "[limits] connections: “many”" },
    { "[limits]\nrequest_rate=-1\n", 2, "[limits] request_rate" },
    { "[limits]\nheavy_rate=1000001\n", 2, "[limits] heavy_rate" },
    { "[limits]\nconnection_rate=\n", 2, "[limits] connection_rate" },
    { "[limits]\nsend_rate=1.5\n", 2, "[limits] send_rate" },
    { "[limits]\n\nroom_rate=x\n", 3, "[limits] room_rate" },
    { "[limits]\nunlimited=10.0.0.0/33\n", 2, "[limits] unlimited: “10.0.0.0/33”" },
    { "[limits]\nunlimited=::1;home\n", 2, "[limits] unlimited: “home”" },
    { "[limits]\nmemory=15M\n", 2, "[limits] memory: “15M”" },
    { "[limits]\nmemory=1048577G\n", 2, "[limits] memory" },
    { "[limits]\nmemory=M\n", 2, "[limits] memory" },
    { "[limits]\nmemory=\n", 2, "[limits] memory" },
    { "[limits]\nmemory=64 M\n", 2, "[limits] memory" },
    { "[limits]\nlookups=1\n", 2, "[limits] lookups: no such key" },
    { "name=x\n", 1, "[server]" },
    { "[server]\nname\n", 2, "neither" },
    { "[server]\n=x\n", 2, "neither" },
    { "[server\nname=x\n", 1, "[server]" },
    { "[server]\nname=x\nworkers=1\nname=y\n", 4, "line 2" },
    { "[server]\nname=x\n[server]\nworkers=1\n", 3, "line 1" },
    { "[server]\n# \xff\n", 2, "UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *place = g_strdup_printf ("%s:%u: ", fixture->path, cases[i].line);

      g_assert_null (read_text (fixture, cases[i].text, -1, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, place));
      g_assert_nonnull (strstr (error->message + strlen (place), cases[i].says));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_a_dictionarys_name_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (LIBRARY_MAX_NAME + 1, 'n');
  g_autofree char *text = g_strdup_printf ("[dictionary a]\nname=%s\n", name);
  g_autoptr (GError) error = NULL;

  g_assert_null (read_text (fixture, text, -1, &error));
  g_assert_nonnull (strstr (error->message, "[dictionary a] name: "));
  g_assert_nonnull (strstr (error->message, "at most 255 bytes"));
  text[strlen (text) - 2] = '\n';
  config_free (read_good (fixture, text));
}

static void
test_a_mistake_in_an_option_names_it (Fixture *fixture, gconstpointer data)
{
  char *listen[] = { (char[]){ "nowhere" }, NULL };
  const struct
  {
    ConfigOptions options;
    const char *says;
  } cases[] = {
    { { .listen = listen }, "--listen: " },
    { { .dict_listen = (char[]){ "1:2:3:x" } }, "--dict-listen: " },
    { { .discovery_port = (char[]){ "-1" } }, "--discovery-port: " },
    { { .data_dir = (char[]){ "" } }, "--data-dir: " },
    { { .workers = (char[]){ "257" } }, "--workers: " },
    { { .name = (char[]){ "\x1b[31m" } }, "--name: " },
    { { .name = (char[]){ "\xff" } }, "--name: " },
    { { .send_rate = (char[]){ "" } }, "--send-rate: " },
    { { .durability = (char[]){ "FULL" } }, "--durability: " },
    { { .max_connections = (char[]){ "0" } }, "--max-connections: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (config_new (&cases[i].options, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_true (g_str_has_prefix (error->message, cases[i].says));
    }
}

static void
test_what_is_no_key_file_is_refused (Fixture *fixture, gconstpointer data)
{
  const ConfigOptions missing = { .config = fixture->path };
  const ConfigOptions directory = { .config = fixture->dir };
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '\n');
  g_autoptr (GError) error = NULL;

  g_assert_null (config_new (&missing, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_clear_error (&error);

  g_assert_null (config_new (&directory, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);

  g_assert_null (read_text (fixture, large, -1, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);

  g_assert_null (read_text (fixture, "[server]\nname=a\0b\n", 18, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
}

/* Named ones first, then what else the data directory has, by name; companions and hidden files are
 * no sources, and neither is what the file switches off. */
static void
test_sources_of_the_data_directory (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "b.tsv",       "a.csv",     "wn.index",  "wn.dict.dz",
                                       ".hidden.tsv", "notes.txt", "off.tsv",   "first.tsv",
                                       "s.ifo",       "s.idx.gz",  "s.dict.dz", "s.syn" };
  g_autofree char *folder = g_build_filename (fixture->dir, "dictionaries", NULL);
  g_autofree char *text = g_strdup_printf ("[server]\ndata_dir=%s\n"
                                           "dictionaries=/z/named.tsv;%s/first.tsv\n"
                                           "[dictionary wn]\nname=wordnet\n"
                                           "[dictionary off]\nenabled=false\n",
                                           fixture->dir, folder);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_build_filename (folder, names[i], NULL);
      g_assert_true (g_file_set_contents (file, "", 0, NULL));
    }
  g_autoptr (Config) config = read_good (fixture, text);
  g_autoptr (GArray) sources = config_sources (config);
  g_assert_cmpuint (sources->len, ==, 6);
  g_assert_cmpstr (source_at (sources, 0)->path, ==, "/z/named.tsv");
  g_assert_true (g_str_has_suffix (source_at (sources, 1)->path, "/first.tsv"));
  g_assert_true (g_str_has_suffix (source_at (sources, 2)->path, "/a.csv"));
  g_assert_true (g_str_has_suffix (source_at (sources, 3)->path, "/b.tsv"));
  g_assert_true (g_str_has_suffix (source_at (sources, 4)->path, "/s.ifo"));
  g_assert_true (g_str_has_suffix (source_at (sources, 5)->path, "/wn.index"));
  g_assert_cmpstr (source_at (sources, 5)->name, ==, "wordnet");
  g_assert_false (source_at (sources, 2)->required);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_build_filename (folder, names[i], NULL);
      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What the command line asks for is served, whatever the file says. */
static void
test_an_option_beats_enabled (Fixture *fixture, gconstpointer data)
{
  char *dictionaries[] = { (char[]){ "/a/one.tsv" }, NULL };

  g_assert_true (
      g_file_set_contents (fixture->path, "[dictionary one]\nenabled=false\n", -1, NULL));
  const ConfigOptions options = { .config = fixture->path, .dictionaries = dictionaries };
  g_autoptr (GError) error = NULL;
  g_autoptr (Config) config = config_new (&options, &error);
  g_assert_no_error (error);
  g_autoptr (GArray) sources = config_sources (config);

  g_assert_cmpuint (sources->len, ==, 1);
  g_assert_true (source_at (sources, 0)->required);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/config/defaults", test_defaults);
  ADD ("/server/config/every-key", test_every_key);
  ADD ("/server/config/windows-line-ends", test_windows_line_ends);
  ADD ("/server/config/an-option-beats-the-file", test_an_option_beats_the_file);
  ADD ("/server/config/limits", test_limits);
  ADD ("/server/config/who-is-unlimited", test_who_is_unlimited);
  ADD ("/server/config/mistakes-name-their-place", test_mistakes_name_their_place);
  ADD ("/server/config/a-dictionarys-name-is-bounded", test_a_dictionarys_name_is_bounded);
  ADD ("/server/config/a-mistake-in-an-option-names-it", test_a_mistake_in_an_option_names_it);
  ADD ("/server/config/what-is-no-key-file-is-refused", test_what_is_no_key_file_is_refused);
  ADD ("/server/config/sources-of-the-data-directory", test_sources_of_the_data_directory);
  ADD ("/server/config/an-option-beats-enabled", test_an_option_beats_enabled);
  return g_test_run ();
}
