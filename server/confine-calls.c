/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list comes from tracing the whole test suite, with the spellings of other architectures and C
 * libraries beside. What is not on it fails like a call that the kernel does not have: the C
 * library and others try newer calls first, and go on with what that error tells them, as with no
 * other. So a list that lacks something costs a function, not the server.
 *
 * Not on it, among the rest: to run a program, to trace or signal a process, to connect, to listen
 * anew, to make a process that is no thread, modules, mounts, namespaces, keys, BPF.
 */
#include "server/confine-calls.h"

#include <errno.h>

#ifdef HAVE_SECCOMP

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_KIND 0xF /* of the second argument of socket(), without the flags */
/* Which argument of clone() its flags are. */
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

static const char *const allowed[] = {
  /* memory */
  "brk",
  "cacheflush",
  "madvise",
  "mlock",
  "mmap",
  "mmap2",
  "mprotect",
  "mremap",
  "munlock",
  "munmap",
  "riscv_flush_icache",
  /* threads */
  "exit",
  "exit_group",
  "futex",
  "futex_time64",
  "getpid",
  "gettid",
  "membarrier",
  "restart_syscall",
  "rseq",
  "sched_getaffinity",
  "sched_yield",
  "set_robust_list",
  "set_tls",
  /* signals */
  "rt_sigaction",
  "rt_sigpending",
  "rt_sigprocmask",
  "rt_sigreturn",
  "rt_sigtimedwait",
  "rt_sigtimedwait_time64",
  "sigaltstack",
  "sigprocmask",
  "sigreturn",
  /* time */
  "clock_getres",
  "clock_getres_time64",
  "clock_gettime",
  "clock_gettime64",
  "clock_nanosleep",
  "clock_nanosleep_time64",
  "gettimeofday",
  "nanosleep",
  "time",
  /* waiting */
  "epoll_create1",
  "epoll_ctl",
  "epoll_pwait",
  "epoll_pwait2",
  "epoll_wait",
  "eventfd2",
  "poll",
  "ppoll",
  "ppoll_time64",
  "timerfd_create",
  "timerfd_settime",
  "timerfd_settime64",
  /* files: what may be opened, Landlock says */
  "_llseek",
  "access",
  "arm_fadvise64_64",
  "close",
  "dup",
  "dup3",
  "faccessat",
  "faccessat2",
  "fadvise64",
  "fadvise64_64",
  "fallocate",
  "fchmod",
  "fchown",
  "fchown32",
  "fdatasync",
  "flock",
  "fstat",
  "fstat64",
  "fstatat64",
  "fstatfs",
  "fstatfs64",
  "fsync",
  "ftruncate",
  "ftruncate64",
  "getcwd",
  "getdents64",
  "lseek",
  "lstat",
  "lstat64",
  "mkdir",
  "mkdirat",
  "newfstatat",
  "open",
  "openat",
  "pread64",
  "preadv",
  "pwrite64",
  "pwritev",
  "read",
  "readlink",
  "readlinkat",
  "readv",
  "rename",
  "renameat",
  "renameat2",
  "rmdir",
  "stat",
  "stat64",
  "statfs",
  "statfs64",
  "statx",
  "sync_file_range",
  "umask",
  "unlink",
  "unlinkat",
  "write",
  "writev",
  /* sockets that are open, or accepted */
  "accept",
  "accept4",
  "bind",
  "getpeername",
  "getsockname",
  "getsockopt",
  "recv",
  "recvfrom",
  "recvmmsg",
  "recvmmsg_time64",
  "recvmsg",
  "send",
  "sendmmsg",
  "sendmsg",
  "sendto",
  "setsockopt",
  "shutdown",
  /* who and where this is */
  "getegid",
  "getegid32",
  "geteuid",
  "geteuid32",
  "getgid",
  "getgid32",
  "getrandom",
  "getrlimit",
  "getuid",
  "getuid32",
  "setrlimit",
  "sysinfo",
  "ugetrlimit",
  "uname",
};

static gboolean
allow_plainly (scmp_filter_ctx filter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
    {
      int call = seccomp_syscall_resolve_name (allowed[i]);

      /* An older library may not have heard of it yet. */
      if (call != __NR_SCMP_ERROR && seccomp_rule_add (filter, SCMP_ACT_ALLOW, call, 0) != 0)
        return FALSE;
    }
  return TRUE;
}

/* The library's own macros leave a field out, which clang warns of. */
static struct scmp_arg_cmp
argument (guint n, enum scmp_compare comparison, guint32 one, guint32 other)
{
  return (struct scmp_arg_cmp){ .arg = n, .op = comparison, .datum_a = one, .datum_b = other };
}

static gboolean
allow_with (scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
  return seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

/* Not those by which another process gets a signal (F_SETOWN, F_SETSIG and the like). */
static const int file_commands[] = {
  F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,  F_SETFD,     F_GETFL,     F_SETFL,
  F_GETLK, F_SETLK,         F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW,
};

static gboolean
allow_file_commands (scmp_filter_ctx filter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (file_commands); i++)
    {
      struct scmp_arg_cmp command = argument (1, SCMP_CMP_EQ, (guint32)file_commands[i], 0);

      if (!allow_with (filter, SCMP_SYS (fcntl), command) ||
          !allow_with (filter, SCMP_SYS (fcntl64), command))
        return FALSE;
    }
  return TRUE;
}

/* What is harmless with some arguments only. clone3() has its flags in memory, where no filter
 * looks: it is refused, and the C library goes on with clone(). */
static gboolean
allow_partly (scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp netlink[] = {
    argument (0, SCMP_CMP_EQ, AF_NETLINK, 0),
    argument (1, SCMP_CMP_MASKED_EQ, SOCKET_KIND, SOCK_RAW),
  };
  /* What if_nametoindex() asks its question through. */
  const struct scmp_arg_cmp names[] = {
    argument (0, SCMP_CMP_EQ, AF_UNIX, 0),
    argument (1, SCMP_CMP_MASKED_EQ, SOCKET_KIND, SOCK_DGRAM),
  };

  const struct scmp_arg_cmp priority[] = {
    argument (0, SCMP_CMP_EQ, PRIO_PROCESS, 0),
    argument (1, SCMP_CMP_EQ, 0, 0),
  };

  return allow_with (filter, SCMP_SYS (clone),
                     argument (CLONE_FLAGS, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) &&
         allow_with (filter, SCMP_SYS (ioctl), argument (1, SCMP_CMP_EQ, SIOCGIFINDEX, 0)) &&
         allow_with (filter, SCMP_SYS (ioctl), argument (1, SCMP_CMP_EQ, SIOCGIFNAME, 0)) &&
         allow_with (filter, SCMP_SYS (ioctl), argument (1, SCMP_CMP_EQ, TCGETS, 0)) &&
         allow_with (filter, SCMP_SYS (prctl), argument (0, SCMP_CMP_EQ, PR_SET_NAME, 0)) &&
         /* of this process, and of this thread */
         allow_with (filter, SCMP_SYS (prlimit64), argument (0, SCMP_CMP_EQ, 0, 0)) &&
         seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (setpriority),
                                 G_N_ELEMENTS (priority), priority) == 0 &&
         allow_file_commands (filter) &&
         /* abort() */
         allow_with (filter, SCMP_SYS (tgkill), argument (0, SCMP_CMP_EQ, (guint32)getpid (), 0)) &&
         seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (socket), G_N_ELEMENTS (netlink),
                                 netlink) == 0 &&
         seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, SCMP_SYS (socket), G_N_ELEMENTS (names),
                                 names) == 0;
}

gboolean
confine_calls (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (ENOSYS));

  if (filter == NULL)
    {
      errno = ENOSYS;
      return FALSE;
    }
  /* Where the library or the kernel lacks one of these, it is done without: to find a call in the
   * list by bisection, and not to slow down for the sake of programs that run what others have
   * written (spectre_v4). What is refused is not logged: each new thread begins with clone3(). */
  (void)seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  (void)seccomp_attr_set (filter, SCMP_FLTATR_CTL_SSB, 1);
  /* Calls by way of another ABI of the machine are nothing that this program makes. */
  int code = seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (code == 0)
    code = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (code == 0 && !(allow_plainly (filter) && allow_partly (filter)))
    code = -EFAULT;
  if (code == 0)
    code = seccomp_load (filter);
  seccomp_release (filter);
  errno = -code;
  return code == 0;
}

#else

gboolean
confine_calls (void)
{
  errno = ENOSYS;
  return FALSE;
}

#endif
