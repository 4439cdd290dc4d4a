/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The password is read, never given as an argument: those are everybody's to see, in ps.
 */
#include "server/hash-password.h"

#include "protocol/wire/account.h"
#include "server/chat/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

typedef char Password[PARLANCE_MAX_PASSWORD + 3]; /* with the line's end, and room to see that it is
                                                     too long */

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, text);
  return FALSE;
}

/* Reads one line. */
static gboolean
read_line (Password password, GError **error)
{
  if (fgets (password, sizeof (Password), stdin) == NULL)
    return fail (error, "there is no password on standard input");
  password[strcspn (password, "\r\n")] = '\0';
  if (strlen (password) > PARLANCE_MAX_PASSWORD || !g_utf8_validate (password, -1, NULL))
    return fail (error, "a password is at most " G_STRINGIFY (PARLANCE_MAX_PASSWORD) " bytes of "
                                                                                     "UTF-8");
  return parlance_password_is_fit (password) ||
         fail (error, "a password has at least " G_STRINGIFY (
                          PARLANCE_MIN_PASSWORD) " characters, and none that controls a display");
}

/* The same with echo off, where it is a terminal. */
static gboolean
ask (const char *question, Password password, GError **error)
{
  struct termios before;
  struct termios silent;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return read_line (password, error);
  silent = before;
  /* Without signals: one would leave the terminal silent. */
  silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent) != 0)
    return fail (error, "cannot keep the terminal from showing the password");
  (void)fputs (question, stderr);
  gboolean is_read = read_line (password, error);
  (void)tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  (void)fputc ('\n', stderr);
  return is_read;
}

static gboolean
ask_twice (Password password, GError **error)
{
  Password again = "";
  gboolean is_good =
      ask ("Password: ", password, error) &&
      (!isatty (STDIN_FILENO) || (ask ("Once more: ", again, error) &&
                                  (strcmp (password, again) == 0 || fail (error, "they differ"))));

  password_wipe (again);
  return is_good;
}

gboolean
hash_password (GError **error)
{
  Password password = "";
  g_autofree char *hash = NULL;

  if (!password_init (error))
    return FALSE;
  if (ask_twice (password, error))
    {
      hash = password_hash (password);
      if (hash == NULL)
        fail (error, "there is not enough memory to make a hash");
      else if (printf ("password_hash=%s\n", hash) < 0 || fflush (stdout) != 0)
        g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                     "cannot write the hash: %s", g_strerror (errno));
    }
  password_wipe (password);
  return *error == NULL;
}
