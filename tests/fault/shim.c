/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stands between a program and its C library (LD_PRELOAD), and has one call fail that a test
 * chooses: the N-th from when the test says so. The test and this share a page, FAULT_PAGE, so that
 * a program that serves can be told, and asked, without taking part in it. Any thread may run into
 * the fault; exactly one does.
 *
 * Calls that the C library makes of itself pass by. An error of 0 is a call that does half of what
 * it was asked for.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <ifaddrs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#define CALLS(CALL)                                                                                \
  CALL (accept4)                                                                                   \
  CALL (allocate)                                                                                  \
  CALL (close)                                                                                     \
  CALL (epoll_create1)                                                                             \
  CALL (epoll_ctl)                                                                                 \
  CALL (epoll_wait)                                                                                \
  CALL (eventfd)                                                                                   \
  CALL (fcntl64)                                                                                   \
  CALL (fdatasync)                                                                                 \
  CALL (flock)                                                                                     \
  CALL (fstat64)                                                                                   \
  CALL (fstatvfs64)                                                                                \
  CALL (fsync)                                                                                     \
  CALL (ftruncate64)                                                                               \
  CALL (getifaddrs)                                                                                \
  CALL (getrandom)                                                                                 \
  CALL (getsockname)                                                                               \
  CALL (listen)                                                                                    \
  CALL (lstat64)                                                                                   \
  CALL (mkdir)                                                                                     \
  CALL (mmap64)                                                                                    \
  CALL (mremap)                                                                                    \
  CALL (open64)                                                                                    \
  CALL (pread64)                                                                                   \
  CALL (pthread_create)                                                                            \
  CALL (pwrite64)                                                                                  \
  CALL (read)                                                                                      \
  CALL (recv)                                                                                      \
  CALL (recvmmsg)                                                                                  \
  CALL (rename)                                                                                    \
  CALL (send)                                                                                      \
  CALL (sendmsg)                                                                                   \
  CALL (setsockopt)                                                                                \
  CALL (signalfd)                                                                                  \
  CALL (socket)                                                                                    \
  CALL (stat64)                                                                                    \
  CALL (timerfd_create)                                                                            \
  CALL (timerfd_settime)                                                                           \
  CALL (unlink)                                                                                    \
  CALL (write)

enum
{
#define CALL_ID(name) CALL_##name,
  CALLS (CALL_ID)
#undef CALL_ID
      N_CALLS
};

#define NAME_BYTES 24

/* What a test reads and writes: little-endian words, then a table of names and of counts. */
typedef struct
{
  _Atomic uint32_t call;     /* index of the call that is to fail; N_CALLS: none */
  _Atomic int32_t error;     /* errno */
  _Atomic int32_t countdown; /* 1: the next one */
  _Atomic uint32_t n_failed; /* how many have failed since the start */
  _Atomic uint32_t is_counting;
  uint32_t n_calls;
  char names[N_CALLS][NAME_BYTES];
  _Atomic uint32_t counts[N_CALLS]; /* calls while @is_counting */
} Page;

static Page *page;

static void __attribute__ ((constructor)) open_page (void)
{
  static const char *const names[] = {
#define CALL_NAME(name) #name,
    CALLS (CALL_NAME)
#undef CALL_NAME
  };
  const char *path = getenv ("FAULT_PAGE");
  int fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *memory = MAP_FAILED;

  if (fd >= 0)
    memory = mmap (NULL, sizeof (Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED)
    {
      (void)fputs ("fault shim: no page to share\n", stderr);
      _exit (3);
    }
  for (unsigned i = 0; i < N_CALLS; i++)
    strncpy (((Page *)memory)->names[i], names[i], NAME_BYTES - 1);
  ((Page *)memory)->n_calls = N_CALLS;
  /* What opened it is no call of the program's. */
  close (fd);
  page = memory;
}

/* Returns: whether this call is the one that is to fail */
static int
fails (uint32_t call)
{
  if (page == NULL)
    return 0;
  if (atomic_load (&page->is_counting) != 0)
    atomic_fetch_add (&page->counts[call], 1);
  if (atomic_load (&page->call) != call || atomic_fetch_sub (&page->countdown, 1) != 1)
    return 0;
  atomic_store (&page->call, N_CALLS);
  atomic_fetch_add (&page->n_failed, 1);
  errno = atomic_load (&page->error);
  return 1;
}

#define REAL(name)                                                                                 \
  static __typeof__ (name) *real;                                                                  \
  if (real == NULL)                                                                                \
  *(void **)&real = dlsym (RTLD_NEXT, #name)

/* --- calls that fail as a whole --------------------------------------------------------------- */

#define WRAP(type, failure, name, parameters, arguments)                                           \
  type name parameters                                                                             \
  {                                                                                                \
    REAL (name);                                                                                   \
    return fails (CALL_##name) ? (failure) : real arguments;                                       \
  }

WRAP (int,
      -1,
      accept4,
      (int fd, __SOCKADDR_ARG address, socklen_t *n_address, int flags),
      (fd, address, n_address, flags))
WRAP (int, -1, epoll_create1, (int flags), (flags))
WRAP (int,
      -1,
      epoll_wait,
      (int fd, struct epoll_event *events, int n_events, int timeout),
      (fd, events, n_events, timeout))
WRAP (int, -1, eventfd, (unsigned count, int flags), (count, flags))
WRAP (int, -1, fdatasync, (int fd), (fd))
WRAP (int, -1, flock, (int fd, int operation), (fd, operation))
WRAP (int, -1, fstat64, (int fd, struct stat64 *ret), (fd, ret))
WRAP (int, -1, fstatvfs64, (int fd, struct statvfs64 *ret), (fd, ret))
WRAP (int, -1, fsync, (int fd), (fd))
WRAP (int, -1, ftruncate64, (int fd, off64_t length), (fd, length))
WRAP (int, -1, getifaddrs, (struct ifaddrs * *ret), (ret))
WRAP (ssize_t, -1, getrandom, (void *bytes, size_t n, unsigned flags), (bytes, n, flags))
WRAP (int,
      -1,
      getsockname,
      (int fd, __SOCKADDR_ARG address, socklen_t *n_address),
      (fd, address, n_address))
WRAP (int, -1, listen, (int fd, int backlog), (fd, backlog))
WRAP (int, -1, lstat64, (const char *path, struct stat64 *ret), (path, ret))
WRAP (int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP (void *,
      MAP_FAILED,
      mmap64,
      (void *address, size_t n, int protection, int flags, int fd, off64_t offset),
      (address, n, protection, flags, fd, offset))
WRAP (int,
      errno,
      pthread_create,
      (pthread_t * ret, const pthread_attr_t *attributes, void *(*run) (void *), void *data),
      (ret, attributes, run, data))
WRAP (int,
      -1,
      recvmmsg,
      (int fd, struct mmsghdr *messages, unsigned n, int flags, struct timespec *timeout),
      (fd, messages, n, flags, timeout))
WRAP (int, -1, rename, (const char *from, const char *to), (from, to))
WRAP (int,
      -1,
      setsockopt,
      (int fd, int level, int name, const void *value, socklen_t n),
      (fd, level, name, value, n))
WRAP (int, -1, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))
WRAP (int, -1, socket, (int family, int type, int protocol), (family, type, protocol))
WRAP (int, -1, stat64, (const char *path, struct stat64 *ret), (path, ret))
WRAP (int, -1, timerfd_create, (clockid_t clock, int flags), (clock, flags))
WRAP (int,
      -1,
      timerfd_settime,
      (int fd, int flags, const struct itimerspec *wanted, struct itimerspec *ret_old),
      (fd, flags, wanted, ret_old))
WRAP (int, -1, unlink, (const char *path), (path))

/* To change or to take out what is in the set takes no memory. */
int
epoll_ctl (int fd, int operation, int other, struct epoll_event *event)
{
  REAL (epoll_ctl);
  return operation == EPOLL_CTL_ADD && fails (CALL_epoll_ctl) ? -1
                                                              : real (fd, operation, other, event);
}

/* The descriptor is closed all the same, as Linux does it. */
int
close (int fd)
{
  REAL (close);
  int result = real (fd);
  return fails (CALL_close) ? -1 : result;
}

int
open64 (const char *path, int flags, ...)
{
  REAL (open64);
  va_list arguments;

  va_start (arguments, flags);
  mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return fails (CALL_open64) ? -1 : real (path, flags, mode);
}

/* To give a lock back does not fail. */
static int
gives_back (int command, const void *argument)
{
  return (command == F_SETLK || command == F_OFD_SETLK) &&
         ((const struct flock64 *)argument)->l_type == F_UNLCK;
}

int
fcntl64 (int fd, int command, ...)
{
  REAL (fcntl64);
  va_list arguments;

  va_start (arguments, command);
  void *argument = va_arg (arguments, void *);
  va_end (arguments);
  if (!gives_back (command, argument) && fails (CALL_fcntl64))
    return -1;
  return real (fd, command, argument);
}

void *
mremap (void *address, size_t n_old, size_t n_new, int flags, ...)
{
  REAL (mremap);
  return fails (CALL_mremap) ? MAP_FAILED : real (address, n_old, n_new, flags);
}

/* --- calls that may do less than they were asked for ------------------------------------------ */

static size_t
half (size_t n)
{
  return n > 1 ? n / 2 : n;
}

#define WRAP_PART(name, parameters, whole, part)                                                   \
  ssize_t name parameters                                                                          \
  {                                                                                                \
    REAL (name);                                                                                   \
    if (!fails (CALL_##name))                                                                      \
      return real whole;                                                                           \
    return errno != 0 ? -1 : real part;                                                            \
  }

WRAP_PART (read, (int fd, void *bytes, size_t n), (fd, bytes, n), (fd, bytes, half (n)))
WRAP_PART (pread64,
           (int fd, void *bytes, size_t n, off64_t at),
           (fd, bytes, n, at),
           (fd, bytes, half (n), at))
WRAP_PART (pwrite64,
           (int fd, const void *bytes, size_t n, off64_t at),
           (fd, bytes, n, at),
           (fd, bytes, half (n), at))
WRAP_PART (recv,
           (int fd, void *bytes, size_t n, int flags),
           (fd, bytes, n, flags),
           (fd, bytes, 1, flags))
WRAP_PART (send,
           (int fd, const void *bytes, size_t n, int flags),
           (fd, bytes, n, flags),
           (fd, bytes, half (n), flags))

/* What the server has to say on stderr is how a test learns what it does. */
ssize_t
write (int fd, const void *bytes, size_t n)
{
  REAL (write);
  if (fd == STDERR_FILENO || !fails (CALL_write))
    return real (fd, bytes, n);
  return errno != 0 ? -1 : real (fd, bytes, half (n));
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  REAL (sendmsg);
  struct msghdr part = *message;
  struct iovec piece = message->msg_iovlen > 0 ? message->msg_iov[0] : (struct iovec){ 0 };

  if (!fails (CALL_sendmsg))
    return real (fd, message, flags);
  piece.iov_len = half (piece.iov_len);
  part.msg_iov = &piece;
  part.msg_iovlen = 1;
  return errno != 0 ? -1 : real (fd, &part, flags);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* By glibc's own names: to look for a function takes memory. */
void *__libc_malloc (size_t n);
void *__libc_calloc (size_t n, size_t n_each);
void *__libc_realloc (void *memory, size_t n);
void *__libc_memalign (size_t alignment, size_t n);

/* FAULT_SPARES names libraries, with colons between them, that have all the memory that they ask
 * for: what they do without it is theirs. */
static int
is_spared (const void *caller)
{
  const char *spares = getenv ("FAULT_SPARES");
  Dl_info info;

  if (spares == NULL || dladdr (caller, &info) == 0)
    return 0;
  const char *file = strrchr (info.dli_fname, '/');
  file = file != NULL ? file + 1 : info.dli_fname;
  while (*spares != '\0')
    {
      size_t n = strcspn (spares, ":");

      if (n > 0 && strncmp (file, spares, n) == 0)
        return 1;
      spares += n + (spares[n] == ':');
    }
  return 0;
}

#define HAS_NO_MEMORY() (!is_spared (__builtin_return_address (0)) && fails (CALL_allocate))

void *
malloc (size_t n)
{
  return HAS_NO_MEMORY () ? NULL : __libc_malloc (n);
}

void *
calloc (size_t n, size_t n_each)
{
  return HAS_NO_MEMORY () ? NULL : __libc_calloc (n, n_each);
}

void *
realloc (void *memory, size_t n)
{
  return n > 0 && HAS_NO_MEMORY () ? NULL : __libc_realloc (memory, n);
}

int
posix_memalign (void **ret, size_t alignment, size_t n)
{
  void *memory = HAS_NO_MEMORY () ? NULL : __libc_memalign (alignment, n);

  if (memory == NULL)
    return ENOMEM;
  *ret = memory;
  return 0;
}
