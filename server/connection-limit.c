/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Descriptors are for other things as well.
 */
#include "server/connection-limit.h"

#include "server/log.h"
#include "server/reception.h"

#include <errno.h>
#include <sys/resource.h>

#define SPARE_DESCRIPTORS 64 /* for files, pipes, epoll: not for connections */

guint
connection_limit (const Config *config)
{
  struct rlimit limit = { 0 };
  guint wanted = config->max_connections;

  /* A worker has a loop and a mailbox, and so has its fellow in the pool. */
  rlim_t spare = SPARE_DESCRIPTORS + RECEPTION_MAX_REFUSALS + 4 * config->n_workers;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      const struct rlimit raised = { .rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max };
      if (setrlimit (RLIMIT_NOFILE, &raised) == 0)
        limit = raised;
      else
        log_warning ("cannot raise the limit of open files: %s", g_strerror (errno));
    }
  rlim_t possible = limit.rlim_cur > 2 * spare ? limit.rlim_cur - spare : limit.rlim_cur / 2;
  guint n_connections = (guint)MIN (wanted, MAX (possible, 1));
  if (n_connections < wanted && !config->max_connections_default)
    log_warning ("max_connections is %u, but the limit of open files allows only %u", wanted,
                 n_connections);
  return n_connections;
}
