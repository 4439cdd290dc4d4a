/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By the limit, which programs that the kernel pipes dumps to follow as well, and not by
 * PR_SET_DUMPABLE: that would also take /proc/PID away from the user that the server runs as, and
 * with it the counting of descriptors and the debugger.
 */
#include "server/core-dump.h"

#include "server/log.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

void
core_dump_forbid (void)
{
  struct rlimit limit = { 0 };

  if (getrlimit (RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0)
    return;
  limit.rlim_cur = 0;
  if (setrlimit (RLIMIT_CORE, &limit) != 0)
    log_warning ("cannot keep the memory out of core dumps: %s", strerror (errno));
}
