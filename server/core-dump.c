/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By the limit, and not by PR_SET_DUMPABLE: that would also take /proc/PID away from the user that
 * the server runs as, and with it the counting of descriptors and the debugger.
 */
#include "server/core-dump.h"

#include "server/log.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

/* No dump is so small, so that no file is written; and the kernel starts no program that dumps are
 * piped to, which it does with a limit of 0: core(5), and do_coredump() in Linux' fs/coredump.c. */
#define NO_DUMP_BYTES 1

void
core_dump_forbid (void)
{
  struct rlimit limit = { 0 };

  if (getrlimit (RLIMIT_CORE, &limit) == 0)
    limit.rlim_cur = MIN (NO_DUMP_BYTES, limit.rlim_max);
  if (setrlimit (RLIMIT_CORE, &limit) != 0)
    log_warning ("cannot keep the memory out of core dumps: %s", strerror (errno));
}
