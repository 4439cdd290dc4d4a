/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A signalfd.
 */
#include "server/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>

int
signals_open (GError **error)
{
  sigset_t set;
  int fd = -1;

  (void)sigemptyset (&set);
  (void)sigaddset (&set, SIGTERM);
  (void)sigaddset (&set, SIGINT);
  (void)sigaddset (&set, SIGHUP);
  (void)signal (SIGPIPE, SIG_IGN);
  /* A file that reaches its limit is an error like a full disk. */
  (void)signal (SIGXFSZ, SIG_IGN);
  if (pthread_sigmask (SIG_BLOCK, &set, NULL) == 0)
    fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0)
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                 "cannot watch for signals: %s", g_strerror (errno));
  return fd;
}
