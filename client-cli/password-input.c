/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal is /dev/tty, so that standard input can be something else.
 */
#include "client-cli/password-input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/client/account.h"
#include "protocol/wire/limits.h"

#define INTERRUPT '\003'

/* With the line's end, and room to see that it is too long. */
#define LINE_BYTES (PARLANCE_MAX_PASSWORD + 3)

void
password_input_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}

gboolean
password_input_can_ask (const App *app)
{
  return app->options.password_file != NULL || isatty (STDIN_FILENO);
}

/* Returns: (transfer full) (nullable) */
static char *
take_line (App *app, char *line)
{
  line[strcspn (line, "\r\n")] = '\0';
  if (*line != '\0' && strlen (line) <= PARLANCE_MAX_PASSWORD && g_utf8_validate (line, -1, NULL))
    return g_strdup (line);
  app_fail (app, EXIT_USAGE, "a password is a line of 1 to %d bytes of UTF-8",
            PARLANCE_MAX_PASSWORD);
  return NULL;
}

static char *
read_file (App *app)
{
  const char *path = app->options.password_file;
  char line[LINE_BYTES] = "";

  if (app->password_file == NULL)
    app->password_file = strcmp (path, "-") == 0 ? stdin : fopen (path, "re");
  if (app->password_file == NULL)
    {
      app_fail (app, EXIT_USAGE, "cannot read the password: %s: %s", path, g_strerror (errno));
      return NULL;
    }
  if (fgets (line, sizeof line, app->password_file) == NULL)
    {
      app_fail (app, EXIT_USAGE, "%s: there is no (further) password in it, one a line", path);
      return NULL;
    }
  char *password = take_line (app, line);
  explicit_bzero (line, sizeof line);
  return password;
}

/* Reads a line of the terminal. Returns: %FALSE: nobody wants to answer, or there is no terminal */
static gboolean
read_terminal (const char *question, char line[LINE_BYTES])
{
  FILE *terminal = fopen ("/dev/tty", "r+e");
  struct termios before;
  struct termios silent;
  gboolean is_read = FALSE;

  if (terminal == NULL)
    return FALSE;
  if (tcgetattr (fileno (terminal), &before) == 0)
    {
      silent = before;
      /* Without signals: one would leave the terminal silent. */
      silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
      /* Before the question: who answers at once is not to be shown, nor lost. */
      if (tcsetattr (fileno (terminal), TCSAFLUSH, &silent) == 0)
        {
          (void)fprintf (terminal, "%s: ", question);
          (void)fflush (terminal);
          is_read = fgets (line, LINE_BYTES, terminal) != NULL;
          (void)tcsetattr (fileno (terminal), TCSAFLUSH, &before);
        }
      (void)fputc ('\n', terminal);
    }
  (void)fclose (terminal);
  return is_read && strchr (line, INTERRUPT) == NULL;
}

static char *
ask_terminal (App *app, const char *question)
{
  char line[LINE_BYTES] = "";
  char *password = NULL;

  if (read_terminal (question, line))
    password = take_line (app, line);
  else
    app_fail (app, EXIT_FAILED, "no password was given. --password-file FILE reads it from a file");
  explicit_bzero (line, sizeof line);
  return password;
}

char *
password_input_ask (App *app, const char *question, gboolean is_new)
{
  const char *variable = g_getenv ("PARLANCE_PASSWORD");

  if (app->session != NULL && !parlance_session_is_private (app->session))
    {
      app_fail (app, EXIT_FAILED,
                "%s: the connection is not encrypted, and a password is not sent over it. Have "
                "whoever runs the server switch encryption on.",
                app->options.server);
      return NULL;
    }
  if (app->options.password_file != NULL)
    return read_file (app);
  if (variable != NULL && *variable != '\0' && !is_new && !app->password_was_taken)
    {
      app->password_was_taken = TRUE;
      return g_strdup (variable);
    }
  char *password = ask_terminal (app, question);
  char *again = password != NULL && is_new ? ask_terminal (app, "Once more") : NULL;
  if (again != NULL && strcmp (password, again) != 0)
    app_fail (app, EXIT_USAGE, "the two are different");
  if (is_new && (again == NULL || strcmp (password, again) != 0))
    {
      password_input_free (password);
      password = NULL;
    }
  password_input_free (again);
  return password;
}
