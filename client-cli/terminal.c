/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals that end the program are handled where they strike, with what POSIX allows there, so that
 * neither a busy main loop nor a crash leaves a terminal without echo behind. The others are told
 * to the main loop through a pipe.
 */
#include "client-cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define BRACKETED_PASTE_ON "\033[?2004h"
#define BRACKETED_PASTE_OFF "\033[?2004l"
#define RESET "\r\033[K" BRACKETED_PASTE_OFF

static const int ending_signals[] = {
  SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGXCPU,
};
static const int told_signals[] = { SIGWINCH, SIGTSTP, SIGCONT };

static struct
{
  volatile sig_atomic_t entered;
  struct termios before;
  struct termios raw;
  int pipe[2];
  guint source;
  gboolean exit_registered;
  struct sigaction ending_before[G_N_ELEMENTS (ending_signals)];
  struct sigaction told_before[G_N_ELEMENTS (told_signals)];
  const TerminalEvents *events;
  gpointer user_data;
} terminal = { .pipe = { -1, -1 } };

/* For a handler as well: it must not wait for a terminal that takes no output. */
static void
put_back (void)
{
  struct pollfd writable = { .fd = STDOUT_FILENO, .events = POLLOUT };

  (void)tcsetattr (STDIN_FILENO, TCSANOW, &terminal.before);
  if (poll (&writable, 1, 0) == 1 && (writable.revents & POLLOUT) != 0)
    (void)!write (STDOUT_FILENO, RESET, strlen (RESET));
}

static gboolean
take (void)
{
  if (tcsetattr (STDIN_FILENO, TCSADRAIN, &terminal.raw) != 0)
    return FALSE;
  return write (STDOUT_FILENO, BRACKETED_PASTE_ON, strlen (BRACKETED_PASTE_ON)) >= 0;
}

static void
on_ending_signal (int number)
{
  if (terminal.entered)
    put_back ();
  terminal.entered = 0;
  /* SA_RESETHAND: it ends the program once this handler has returned. */
  (void)raise (number);
}

static void
on_told_signal (int number)
{
  int saved = errno;
  char byte = (char)number;

  /* A full pipe holds enough news already. */
  (void)!write (terminal.pipe[1], &byte, 1);
  errno = saved;
}

static void
tell (int number)
{
  switch (number)
    {
    case SIGWINCH:
      terminal.events->resized (terminal.user_data);
      break;
    case SIGTSTP:
      terminal.events->stop_wanted (terminal.user_data);
      break;
    default:
      /* Whoever was in the foreground meanwhile may have set the terminal. */
      (void)take ();
      terminal.events->continued (terminal.user_data);
    }
}

static gboolean
on_pipe (int fd, GIOCondition condition, gpointer user_data)
{
  char numbers[64];
  ssize_t n = read (fd, numbers, sizeof numbers);

  for (ssize_t i = 0; i < n && terminal.entered; i++)
    if (i == 0 || numbers[i] != numbers[i - 1])
      tell (numbers[i]);
  return G_SOURCE_CONTINUE;
}

gboolean
terminal_is_capable (void)
{
  const char *type = g_getenv ("TERM");

  return isatty (STDIN_FILENO) && isatty (STDOUT_FILENO) && type != NULL && *type != '\0' &&
         strcmp (type, "dumb") != 0;
}

static void
catch_signals (void)
{
  struct sigaction ending = { .sa_handler = on_ending_signal, .sa_flags = (int)SA_RESETHAND };
  struct sigaction told = { .sa_handler = on_told_signal, .sa_flags = SA_RESTART };

  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    {
      struct sigaction *before = &terminal.ending_before[i];
      (void)sigaction (ending_signals[i], NULL, before);
      if (before->sa_handler == SIG_DFL)
        (void)sigaction (ending_signals[i], &ending, NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (told_signals); i++)
    {
      struct sigaction *before = &terminal.told_before[i];
      (void)sigaction (told_signals[i], NULL, before);
      /* A shell without job control ignores SIGTSTP for its children. */
      if (told_signals[i] == SIGWINCH || before->sa_handler != SIG_IGN)
        (void)sigaction (told_signals[i], &told, NULL);
    }
}

static void
release_signals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    (void)sigaction (ending_signals[i], &terminal.ending_before[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (told_signals); i++)
    (void)sigaction (told_signals[i], &terminal.told_before[i], NULL);
}

gboolean
terminal_enter (const TerminalEvents *events, gpointer user_data)
{
  g_return_val_if_fail (!terminal.entered, FALSE);

  if (tcgetattr (STDIN_FILENO, &terminal.before) != 0 ||
      pipe2 (terminal.pipe, O_CLOEXEC | O_NONBLOCK) != 0)
    return FALSE;
  terminal.raw = terminal.before;
  terminal.raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT);
  terminal.raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
  terminal.raw.c_cc[VMIN] = 1;
  terminal.raw.c_cc[VTIME] = 0;
  terminal.events = events;
  terminal.user_data = user_data;

  catch_signals ();
  terminal.entered = 1;
  if (!terminal.exit_registered && atexit (terminal_leave) == 0)
    terminal.exit_registered = TRUE;
  terminal.source = g_unix_fd_add (terminal.pipe[0], G_IO_IN, on_pipe, NULL);
  if (take ())
    return TRUE;
  int reason = errno;
  terminal_leave ();
  errno = reason;
  return FALSE;
}

void
terminal_leave (void)
{
  if (!terminal.entered)
    return;
  put_back ();
  terminal.entered = 0;
  release_signals ();
  g_source_remove (terminal.source);
  for (guint i = 0; i < G_N_ELEMENTS (terminal.pipe); i++)
    close (terminal.pipe[i]);
}

void
terminal_stop (void)
{
  struct sigaction stopping = { .sa_handler = SIG_DFL };
  struct sigaction before;

  put_back ();
  (void)sigaction (SIGTSTP, &stopping, &before);
  (void)kill (0, SIGTSTP);
  (void)sigaction (SIGTSTP, &before, NULL);
  (void)take ();
}

guint
terminal_columns (void)
{
  struct winsize size;

  return isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
