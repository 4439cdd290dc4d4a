/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run of the program, from the command line to the exit status.
 */
#include "client-cli/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client-cli/choose.h"
#include "client-cli/command.h"

#define DEFAULT_COLUMNS 80
#define MAX_COLUMNS 10000

void
app_note (App *self, ExitStatus status)
{
  self->status = MAX (self->status, status);
}

void
app_quit (App *self)
{
  self->quitting = TRUE;
  g_main_loop_quit (self->loop);
}

void
app_fail (App *self, ExitStatus status, const char *format, ...)
{
  va_list arguments;

  if (self->quitting)
    return;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* What was answered before comes first. */
  (void)output_flush (self->output);
  output_complain (self->output, message);
  app_note (self, status);
  app_quit (self);
}

gboolean
app_is_fatal (const GError *error)
{
  if (error->domain != PARLANCE_ERROR)
    return TRUE;
  switch ((ParlanceReason)error->code)
    {
    case PARLANCE_REASON_NO_SUCH_DICTIONARY:
    case PARLANCE_REASON_NO_SUCH_STRATEGY:
    case PARLANCE_REASON_METHOD_NOT_FOUND:
    case PARLANCE_REASON_AUTH_REQUIRED:
    case PARLANCE_REASON_AUTH_FAILED:
    case PARLANCE_REASON_TLS_REQUIRED:
    case PARLANCE_REASON_SERVER_FULL:
    case PARLANCE_REASON_SHUTTING_DOWN:
    case PARLANCE_REASON_SLOW_CONSUMER:
      return TRUE;
    default:
      return FALSE;
    }
}

static const char *
advice_for (const GError *error)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_DICTIONARY))
    return ". “parlance dictionaries” lists those there are.";
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_STRATEGY))
    return ". Every server knows exact, prefix, suffix, substring, fuzzy, soundex, regexp and "
           "lemma.";
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SERVER_FULL) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN))
    return ". Try again in a moment.";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return ". Check that the address is that of a Parlance server.";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return ". Check on it with “parlance status”, and try again.";
  return "";
}

static ExitStatus
status_for (const GError *error)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_DICTIONARY) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_STRATEGY) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return EXIT_USAGE;
  return EXIT_FAILED;
}

char *
app_advice_on_trust (const App *self, const GError *error)
{
  if (error->code == PARLANCE_TRUST_ERROR_NO_TLS)
    return g_strdup (". --tls off goes without, and everybody on the network can listen in.");
  if (error->code == PARLANCE_TRUST_ERROR_MEMORY)
    return g_strdup (". Nothing was said to it. Have that file be readable, or take it away to "
                     "begin anew.");
  if (error->code == PARLANCE_TRUST_ERROR_SECRET)
    return g_strdup (". Take another nick with --nick, or have whoever runs the server switch "
                     "encryption on.");
  return g_strdup_printf (". Nothing was said to it. If you know that it is the right one: "
                          "“parlance trust%s%s”.",
                          self->given[0] != NULL ? " " : "",
                          self->given[0] != NULL ? self->given[0] : "");
}

void
app_fail_with (App *self, const GError *error)
{
  g_autofree char *on_trust =
      error->domain == PARLANCE_TRUST_ERROR ? app_advice_on_trust (self, error) : NULL;

  app_fail (self, status_for (error), "%s: %s%s", self->options.server, error->message,
            on_trust != NULL ? on_trust : advice_for (error));
}

static gboolean
on_watchdog (gpointer user_data)
{
  App *self = user_data;
  gint64 silent_ms = (g_get_monotonic_time () - self->last_heard_us) / 1000;
  gint64 left_ms = (gint64)self->options.timeout_ms - silent_ms;

  self->watchdog = 0;
  if (self->n_waiting == 0)
    return G_SOURCE_REMOVE;
  if (left_ms > 0)
    self->watchdog = g_timeout_add_full (G_PRIORITY_LOW, (guint)left_ms, on_watchdog, self, NULL);
  else
    app_fail (self, EXIT_FAILED,
              "%s: no answer for %g s. Check the address and the network, or allow more time "
              "with --timeout.",
              self->options.server, self->options.timeout_ms / 1000.0);
  return G_SOURCE_REMOVE;
}

/* The watchdog is not moved at every answer: it looks at the clock when it fires. Its low priority
 * lets answers that are there already be heard first, however long the output was blocked. */
void
app_wait_begin (App *self)
{
  if (self->n_waiting++ > 0)
    return;
  self->last_heard_us = g_get_monotonic_time ();
  if (self->watchdog == 0)
    self->watchdog =
        g_timeout_add_full (G_PRIORITY_LOW, self->options.timeout_ms, on_watchdog, self, NULL);
}

void
app_wait_end (App *self)
{
  self->n_waiting--;
  self->last_heard_us = g_get_monotonic_time ();
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *self = user_data;
  g_autoptr (GError) error = NULL;

  app_wait_end (self);
  if (parlance_session_connect_finish (self->session, result, &error))
    {
      command_find (self->options.command)->start (self);
      return;
    }
  if (error->domain == PARLANCE_TRUST_ERROR)
    {
      app_fail_with (self, error);
      return;
    }
  app_fail (self, status_for (error),
            "%s: %s. Check that parlanced runs there, or name another server with "
            "--server HOST[:PORT].",
            self->options.server, error->message);
}

static guint
terminal_columns (int fd)
{
  const char *variable = g_getenv ("COLUMNS");
  guint64 columns;
  struct winsize size;

  if (!isatty (fd))
    return 0;
  if (variable != NULL && g_ascii_string_to_unsigned (variable, 10, 1, MAX_COLUMNS, &columns, NULL))
    return (guint)columns;
  if (ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return DEFAULT_COLUMNS;
}

static gboolean
wants_color (ColorMode mode)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *terminal = g_getenv ("TERM");

  if (mode != COLOR_AUTO)
    return mode == COLOR_ALWAYS;
  return isatty (STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') &&
         g_strcmp0 (terminal, "dumb") != 0;
}

void
app_server_chosen (App *self, const char *const *addresses)
{
  const Command *command = command_find (self->options.command);

  self->options.server = addresses[0];
  self->addresses = addresses;
  if (command->chats)
    {
      command->start (self);
      return;
    }
  self->session = parlance_session_new_for_addresses (addresses);
  parlance_session_set_trust (self->session, self->trust);
  app_wait_begin (self);
  parlance_session_connect_async (self->session, NULL, on_connected, self);
}

static void
app_begin (App *self)
{
  const Command *command = command_find (self->options.command);

  self->given[0] = self->options.server;
  self->trust = parlance_trust_new (self->options.tls);
  parlance_trust_set_address (self->trust, self->given[0]);
  parlance_trust_set_accepting (self->trust, command->takes_server);
  if (command->needs_no_server)
    command->start (self);
  else if (self->given[0] != NULL)
    app_server_chosen (self, self->given);
  else
    self->chooser = chooser_start (self);
}

static void
app_connect_and_run (App *self)
{
  self->style.color = wants_color (self->options.color);
  self->style.columns = terminal_columns (STDOUT_FILENO);
  output_set_columns (self->output, terminal_columns (STDERR_FILENO));
  self->loop = g_main_loop_new (NULL, FALSE);
  app_begin (self);
  if (!self->quitting)
    g_main_loop_run (self->loop);

  /* What is still pending is called back here, so that it can let go of what it holds. */
  if (self->session != NULL)
    parlance_session_close (self->session);
  chooser_stop (self->chooser);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  if (self->command_data_free != NULL)
    self->command_data_free (self->command_data);
  if (self->watchdog != 0)
    g_source_remove (self->watchdog);
  g_main_loop_unref (self->loop);
}

/* Returns: whether the command line leaves something to run */
static gboolean
app_read_command_line (App *self, int argc, char **argv)
{
  g_autofree char *problem = NULL;
  const Command *command = NULL;
  gboolean parsed = options_parse (argc, argv, &self->options, &problem);

  if (parsed && self->options.version)
    {
      g_string_append (output_get_buffer (self->output), "parlance " PARLANCE_VERSION "\n");
      return FALSE;
    }
  if (parsed && self->options.command != NULL)
    {
      command = command_find (self->options.command);
      if (command != NULL && command->takes_server && self->options.n_words > 0)
        self->options.server = self->options.words[0];
      if (command == NULL)
        problem = g_strdup_printf ("there is no command “%s”", self->options.command);
    }
  if (problem == NULL && self->options.help)
    {
      g_autofree char *help = command_help (command);
      g_string_append (output_get_buffer (self->output), help);
      return FALSE;
    }
  if (problem == NULL)
    problem =
        command == NULL ? g_strdup ("no command given") : command_check (command, &self->options);
  if (problem == NULL)
    problem = options_check_server (&self->options);
  if (problem == NULL)
    return TRUE;

  g_autofree char *message = g_strdup_printf ("%s. Try “parlance --help”.", problem);
  output_complain (self->output, message);
  app_note (self, EXIT_USAGE);
  return FALSE;
}

/* A standard stream that the caller closed would be the next descriptor that is opened, and words
 * would be read from the server's socket. What stands in for it fails when it is used. */
static gboolean
fill_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 &&
        open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      return FALSE;
  return TRUE;
}

int
app_run (int argc, char **argv)
{
  if (!fill_standard_streams ())
    return EXIT_FAILED;

  App self = { .output = output_new () };

  if (app_read_command_line (&self, argc, argv))
    app_connect_and_run (&self);
  if (!output_flush (self.output))
    {
      g_autofree char *message =
          g_strdup_printf ("cannot write the output: %s", g_strerror (errno));
      output_complain (self.output, message);
      app_note (&self, EXIT_FAILED);
    }
  g_clear_object (&self.session);
  if (self.password_file != NULL && self.password_file != stdin)
    (void)fclose (self.password_file);
  parlance_trust_unref (self.trust);
  chooser_free (self.chooser);
  output_free (self.output);
  options_clear (&self.options);
  return (int)self.status;
}
