/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server is a child only as long as the app runs: it leads a session of its own, and what it
 * says after READY goes to a file, so that nothing of it ends with the app. A server of an earlier
 * run is known by its process, and that this is the right one by the data directory among its
 * arguments: a number alone may be another process's by then.
 */
#include "client-gui/local-server.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "protocol/client/address.h"
#include "protocol/wire/limits.h"

#define GROUP "server"
#define KEY_PID "pid"
#define KEY_PORT "port"
#define MAX_LOG_BYTES (64 * 1024) /* of which the last line is looked for */

struct _ParlanceLocalServer
{
  GObject parent_instance;
  char *folder;       /* of its data */
  char *log;          /* file with what it says */
  char *state;        /* file with its process and port */
  GSubprocess *child; /* (nullable): until it ends; or none was started in this run */
  gint64 earlier_pid; /* of an earlier run; 0: none */
  char *address;      /* (nullable): while it serves */
  guint16 port;       /* where it served last, to serve there again; 0: anywhere */
};

G_DEFINE_FINAL_TYPE (ParlanceLocalServer, parlance_local_server, G_TYPE_OBJECT)

/* --- where the program is --------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): in the build folder, beside the program, or in the path */
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (self != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self);
      g_autofree char *built = g_build_filename (folder, "..", "server", "parlanced", NULL);
      g_autofree char *beside = g_build_filename (folder, "parlanced", NULL);

      if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&built);
      if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&beside);
    }
  return g_find_program_in_path ("parlanced");
}

/* --- whether it runs -------------------------------------------------------------------------- */

/* Whether that process was started with our data directory. */
static gboolean
is_ours (ParlanceLocalServer *self, gint64 pid)
{
  g_autofree char *file = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/cmdline", pid);
  g_autofree char *arguments = NULL;
  gsize n_bytes = 0;

  if (pid <= 1 || !g_file_get_contents (file, &arguments, &n_bytes, NULL))
    return FALSE;
  for (const char *at = arguments; at < arguments + n_bytes; at += strlen (at) + 1)
    {
      if (strcmp (at, self->folder) == 0)
        return TRUE;
    }
  return FALSE;
}

static gint64
get_pid (ParlanceLocalServer *self)
{
  const char *identifier = self->child != NULL ? g_subprocess_get_identifier (self->child) : NULL;

  if (identifier != NULL)
    return g_ascii_strtoll (identifier, NULL, 10);
  return is_ours (self, self->earlier_pid) ? self->earlier_pid : 0;
}

gboolean
parlance_local_server_is_running (ParlanceLocalServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOCAL_SERVER (self), FALSE);

  return self->address != NULL && get_pid (self) != 0;
}

static void
set_address (ParlanceLocalServer *self, guint16 port)
{
  g_free (self->address);
  self->address = port == 0 ? NULL : g_strdup_printf ("127.0.0.1:%u", port);
  if (port != 0)
    self->port = port;
}

/* Where the next run finds it. */
static void
write_state (ParlanceLocalServer *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_set_int64 (file, GROUP, KEY_PID, get_pid (self));
  g_key_file_set_integer (file, GROUP, KEY_PORT, self->port);
  if (!g_key_file_save_to_file (file, self->state, &error))
    g_info ("the server will not be found by the next run: %s", error->message);
}

static void
read_state (ParlanceLocalServer *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, self->state, G_KEY_FILE_NONE, NULL))
    return;
  self->earlier_pid = g_key_file_get_int64 (file, GROUP, KEY_PID, NULL);
  gint port = g_key_file_get_integer (file, GROUP, KEY_PORT, NULL);
  self->port = port > 0 && port <= G_MAXUINT16 ? (guint16)port : 0;
  if (get_pid (self) != 0)
    set_address (self, self->port);
}

gboolean
parlance_local_server_has_id (ParlanceLocalServer *self, const char *id)
{
  g_return_val_if_fail (PARLANCE_IS_LOCAL_SERVER (self), FALSE);

  g_autofree char *file = g_build_filename (self->folder, "server-id", NULL);
  g_autofree char *own = NULL;
  return g_file_get_contents (file, &own, NULL, NULL) && strcmp (g_strchomp (own), id) == 0;
}

void
parlance_local_server_stop (ParlanceLocalServer *self)
{
  g_return_if_fail (PARLANCE_IS_LOCAL_SERVER (self));

  /* Not by GSubprocess: it leaves that to a thread, and the app may end before it has run. */
  gint64 pid = get_pid (self);
  if (pid != 0 && kill ((pid_t)pid, SIGTERM) != 0)
    g_info ("the server was not stopped: %s", g_strerror (errno));
  self->earlier_pid = 0;
  set_address (self, 0);
}

/* --- starting it ------------------------------------------------------------------------------ */

/* Returns: (transfer full) (nullable): the last line that it wrote, without what stands before */
static char *
read_last_words (ParlanceLocalServer *self)
{
  g_autofree char *text = NULL;
  gsize n_bytes = 0;

  if (!g_file_get_contents (self->log, &text, &n_bytes, NULL) || n_bytes > MAX_LOG_BYTES)
    return NULL;
  g_autofree char *valid = g_utf8_make_valid (g_strchomp (text), -1);
  const char *line = strrchr (valid, '\n');
  line = line == NULL ? valid : line + 1;
  const char *prefix = "parlanced: error: ";
  if (g_str_has_prefix (line, prefix))
    line += strlen (prefix);
  return *line == '\0' ? NULL : g_strdup (line);
}

/* Returns: the port of `READY {"listen": ["address:port"…`; 0: that is not it */
static guint16
read_port (const char *line)
{
  static const char *const start = "READY {\"listen\": [\"";

  if (line == NULL || !g_str_has_prefix (line, start))
    return 0;
  const char *begin = line + strlen (start);
  const char *end = strchr (begin, '"');
  g_autofree char *text = g_strndup (begin, end == NULL ? 0 : (gsize)(end - begin));
  g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric (text);
  return address == NULL ? 0 : g_inet_socket_address_get_port (address);
}

static void launch (GTask *task, guint16 port);

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceLocalServer *self = g_task_get_source_object (task);
  GDataInputStream *output = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (output, result, NULL, NULL);
  guint16 port = read_port (line);

  if (g_task_return_error_if_cancelled (task))
    {
      parlance_local_server_stop (self);
      return;
    }
  if (port != 0)
    {
      set_address (self, port);
      write_state (self);
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* Somebody else may serve where it did. */
  if (self->port != 0)
    {
      self->port = 0;
      launch (g_steal_pointer (&task), 0);
      return;
    }
  g_autofree char *words = read_last_words (self);
  if (words != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             /* Translators: %s is what the server program said, in English. */
                             _ ("The server could not be started: %s"), words);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("The server could not be started, and does not say why"));
}

static void
on_end (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceLocalServer) self = user_data;
  GSubprocess *child = G_SUBPROCESS (source);

  g_subprocess_wait_finish (child, result, NULL);
  if (self->child != child)
    return;
  g_clear_object (&self->child);
  set_address (self, 0);
}

static void
lead_session (gpointer user_data)
{
  (void)setsid ();
}

/* Returns: (transfer full) (nullable) */
static GSubprocess *
spawn (ParlanceLocalServer *self, const char *program, guint16 port, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *listen = g_strdup_printf ("0.0.0.0:%u", port);
  const char *discovery = g_getenv ("PARLANCE_DISCOVERY_PORT");
  g_autofree char *usual = g_strdup_printf ("%d", PARLANCE_DEFAULT_PORT);
  const char *const arguments[] = { program,
                                    "--data-dir",
                                    self->folder,
                                    "--listen",
                                    listen,
                                    "--discovery-port",
                                    discovery != NULL ? discovery : usual,
                                    NULL };

  g_subprocess_launcher_set_stderr_file_path (launcher, self->log);
  g_subprocess_launcher_set_child_setup (launcher, lead_session, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, arguments, error);
}

/* @task: (transfer full) */
static void
launch (GTask *transferred, guint16 port)
{
  g_autoptr (GTask) task = transferred;
  ParlanceLocalServer *self = g_task_get_source_object (task);
  g_autofree char *program = find_program ();
  g_autoptr (GError) error = NULL;

  if (program == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               _ ("The server program, parlanced, is not installed on this "
                                  "computer"));
      return;
    }
  g_clear_object (&self->child);
  self->earlier_pid = 0;
  self->child = spawn (self, program, port, &error);
  if (self->child == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("The server could not be started: %s"), error->message);
      return;
    }
  g_subprocess_wait_async (self->child, NULL, on_end, g_object_ref (self));
  g_autoptr (GDataInputStream) output =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->child));
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_data_input_stream_read_line_async (output, G_PRIORITY_DEFAULT, cancellable, on_ready,
                                       g_steal_pointer (&task));
}

void
parlance_local_server_start_async (ParlanceLocalServer *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_LOCAL_SERVER (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  if (parlance_local_server_is_running (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("The folder %s for the server’s data could not be made"),
                               self->folder);
      return;
    }
  launch (g_steal_pointer (&task), self->port);
}

const char *
parlance_local_server_start_finish (ParlanceLocalServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_boolean (G_TASK (result), error) ? self->address : NULL;
}

/* --- the object ------------------------------------------------------------------------------- */

ParlanceLocalServer *
parlance_local_server_new (void)
{
  return g_object_new (PARLANCE_TYPE_LOCAL_SERVER, NULL);
}

static void
parlance_local_server_finalize (GObject *object)
{
  ParlanceLocalServer *self = PARLANCE_LOCAL_SERVER (object);

  g_clear_object (&self->child);
  g_free (self->folder);
  g_free (self->log);
  g_free (self->state);
  g_free (self->address);
  G_OBJECT_CLASS (parlance_local_server_parent_class)->finalize (object);
}

static void
parlance_local_server_class_init (ParlanceLocalServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_local_server_finalize;
}

static void
parlance_local_server_init (ParlanceLocalServer *self)
{
  self->folder = g_build_filename (g_get_user_data_dir (), "parlance", "server", NULL);
  self->log = g_build_filename (self->folder, "server.log", NULL);
  self->state = g_build_filename (self->folder, "process", NULL);
  read_state (self);
}
