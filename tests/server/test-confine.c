/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a confined process can do and what it cannot. There is no way back, so each test is a
 * process of its own, which has found out before that it could do otherwise.
 */
#include "server/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT "cannot" /* a file that a process leaves which could not be confined */

typedef struct
{
  char *top;
  char *data;
  char *elsewhere; /* a directory beside it */
} Places;

static Places
make_places (void)
{
  Places places = { .top = g_dir_make_tmp ("parlance-confine-XXXXXX", NULL) };

  g_assert_nonnull (places.top);
  places.data = g_build_filename (places.top, "data", NULL);
  places.elsewhere = g_build_filename (places.top, "elsewhere", NULL);
  g_assert_cmpint (g_mkdir (places.data, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (places.elsewhere, 0700), ==, 0);
  return places;
}

/* Removes what a confined process could not. */
static void
clear_places (Places *places)
{
  char command[] = "rm";
  char option[] = "-rf";
  char *argv[] = { command, option, places->top, NULL };

  g_assert_true (
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free (places->top);
  g_free (places->data);
  g_free (places->elsewhere);
}

/* The places of the process that has started this one, until this one ends. */
static Places
given_places (void)
{
  static Places places;

  places.top = g_strdup (g_getenv ("CONFINE_TOP"));
  g_assert_nonnull (places.top);
  places.data = g_build_filename (places.top, "data", NULL);
  places.elsewhere = g_build_filename (places.top, "elsewhere", NULL);
  return places;
}

static char *
below (const char *directory, const char *name)
{
  return g_build_filename (directory, name, NULL);
}

static int
open_to_write (const char *directory, const char *name)
{
  g_autofree char *path = below (directory, name);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
  return fd >= 0 ? 0 : errno;
}

static void
lock_up (const Places *places)
{
  g_autoptr (GError) error = NULL;
  Confined confined;

  if (confine (CONFINE_ON, places->data, &confined, &error))
    {
      g_assert_cmpint (confined, ==, CONFINED_CALLS | CONFINED_FILES);
      return;
    }
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSYS);
  g_assert_cmpint (open_to_write (places->data, CANNOT), ==, 0);
  exit (EXIT_SUCCESS);
}

/* Runs this test once more, in a process that may lock itself up. Returns: whether it could */
static gboolean
run_apart (GTestSubprocessFlags flags)
{
  Places places = make_places ();
  g_autofree char *cannot = below (places.data, CANNOT);

  g_assert_true (g_setenv ("CONFINE_TOP", places.top, TRUE));
  g_test_trap_subprocess (NULL, 0, flags);
  gboolean could = !g_file_test (cannot, G_FILE_TEST_EXISTS);
  clear_places (&places);
  if (!could)
    g_test_skip ("this build or kernel cannot confine a process");
  return could;
}

#define APART()                                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!g_test_subprocess ())                                                                     \
      {                                                                                            \
        if (run_apart (G_TEST_SUBPROCESS_INHERIT_STDERR))                                          \
          g_test_trap_assert_passed ();                                                            \
        return;                                                                                    \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* --- files ------------------------------------------------------------------------------------ */

static void
test_writes (void)
{
  APART ();
  Places places = given_places ();
  g_autofree char *there = below (places.elsewhere, "there");
  g_autofree char *inside = below (places.data, "inside");
  g_autofree char *renamed = below (places.data, "renamed");
  g_autofree char *folder = below (places.data, "folder");

  g_assert_cmpint (open_to_write (places.elsewhere, "there"), ==, 0);
  lock_up (&places);

  g_assert_cmpint (open_to_write (places.elsewhere, "there"), ==, EACCES);
  g_assert_cmpint (open_to_write (places.elsewhere, "another"), ==, EACCES);
  g_assert_cmpint (unlink (there), ==, -1);
  g_assert_cmpint (errno, ==, EACCES);
  int fd = open (there, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  close (fd);

  g_assert_cmpint (open_to_write (places.data, "inside"), ==, 0);
  g_assert_cmpint (rename (inside, renamed), ==, 0);
  g_assert_cmpint (rename (renamed, there), ==, -1);
  g_assert_cmpint (unlink (renamed), ==, 0);
  g_assert_cmpint (mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (open_to_write (folder, "inside"), ==, 0);
}

static void
test_links (void)
{
  APART ();
  Places places = given_places ();
  g_autofree char *cache = below (places.data, "cache");
  g_autofree char *database = below (places.data, "chat.db");
  g_autofree char *disk = below (places.top, "disk");
  g_autofree char *there = below (disk, "chat.db");

  g_assert_cmpint (mkdir (disk, 0700), ==, 0);
  g_assert_cmpint (open_to_write (disk, "chat.db"), ==, 0);
  g_assert_cmpint (symlink (places.elsewhere, cache), ==, 0);
  g_assert_cmpint (symlink (there, database), ==, 0);
  lock_up (&places);

  g_assert_cmpint (open_to_write (cache, "words.pdict"), ==, 0);
  g_assert_cmpint (open_to_write (disk, "chat.db-wal"), ==, 0);
  g_assert_cmpint (open_to_write (places.top, "another"), ==, EACCES);
}

/* --- calls ------------------------------------------------------------------------------------ */

#define assert_refused(call)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint ((call), ==, -1);                                                              \
    g_assert_cmpint (errno, ==, ENOSYS);                                                           \
  }                                                                                                \
  G_STMT_END

static void
test_programs (void)
{
  APART ();
  Places places = given_places ();
  char program[] = "true";
  char *argv[] = { program, NULL };

  lock_up (&places);
  assert_refused (execv ("/bin/true", argv));
  assert_refused (syscall (SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0));
  assert_refused (fork ());
  /* Not by vfork(), at which clang-tidy 14 crashes. A child would spoil this stack, and fail. */
  assert_refused (syscall (SYS_vfork));
}

static void
test_processes (void)
{
  APART ();
  Places places = given_places ();
  pid_t parent = getppid ();

  lock_up (&places);
  assert_refused (ptrace (PTRACE_TRACEME, 0, NULL, NULL));
  assert_refused (kill (parent, 0));
  assert_refused (syscall (SYS_tgkill, parent, parent, 0));
  assert_refused (syscall (SYS_process_vm_readv, parent, NULL, 0UL, NULL, 0UL, 0UL));
  assert_refused (syscall (SYS_pidfd_open, parent, 0U));
  assert_refused (syscall (SYS_bpf, 0, NULL, 0U));
  assert_refused (syscall (SYS_unshare, CLONE_NEWUSER));
  assert_refused (syscall (SYS_io_uring_setup, 1U, NULL));
  assert_refused (syscall (SYS_mount, "a", "b", "c", 0UL, NULL));
  /* What would do it by the way, and is asked of this process and its files all the time. */
  assert_refused (syscall (SYS_prlimit64, parent, RLIMIT_NOFILE, NULL, NULL));
  assert_refused (setpriority (PRIO_PROCESS, (id_t)parent, 0));
  assert_refused (setpriority (PRIO_USER, 0, 0));
  assert_refused (fcntl (STDERR_FILENO, F_SETOWN, parent));
  assert_refused (fcntl (STDERR_FILENO, F_SETSIG, SIGKILL));
  g_assert_cmpint (syscall (SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL), ==, 0);
  g_assert_cmpint (setpriority (PRIO_PROCESS, 0, 0), ==, 0);
  g_assert_cmpint (fcntl (STDERR_FILENO, F_GETFL), >=, 0);
}

static void
test_sockets (void)
{
  APART ();
  Places places = given_places ();
  struct sockaddr_in nowhere = { .sin_family = AF_INET, .sin_port = htons (9) };
  int stream = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (stream, >=, 0);
  lock_up (&places);
  assert_refused (socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_refused (socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  assert_refused (connect (stream, (struct sockaddr *)&nowhere, sizeof nowhere));
  assert_refused (listen (stream, 1));

  /* Discovery asks which interfaces there are whenever they change. */
  g_assert_cmpuint (if_nametoindex ("lo"), >, 0);
  struct if_nameindex *all = if_nameindex ();
  g_assert_nonnull (all);
  if_freenameindex (all);
}

static void *
add_one (void *number)
{
  (*(int *)number)++;
  return NULL;
}

static void
test_threads (void)
{
  APART ();
  Places places = given_places ();
  pthread_t thread;
  int number = 1;

  lock_up (&places);
  g_assert_cmpint (pthread_create (&thread, NULL, add_one, &number), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  g_assert_cmpint (number, ==, 2);
}

static void
test_abort (void)
{
  if (g_test_subprocess ())
    {
      Places places = given_places ();
      lock_up (&places);
      abort ();
    }
  if (run_apart (0))
    g_test_trap_assert_failed ();
}

/* --- modes ------------------------------------------------------------------------------------ */

static void
test_off (void)
{
  APART ();
  Places places = given_places ();
  g_autoptr (GError) error = NULL;
  Confined confined;

  g_assert_true (confine (CONFINE_OFF, places.data, &confined, &error));
  g_assert_cmpint (confined, ==, CONFINED_NOT);
  g_assert_cmpint (open_to_write (places.elsewhere, "there"), ==, 0);
}

static void
test_auto (void)
{
  APART ();
  Places places = given_places ();
  g_autoptr (GError) error = NULL;
  Confined confined;

  g_assert_true (confine (CONFINE_AUTO, places.data, &confined, &error));
  g_assert_cmpint (open_to_write (places.elsewhere, "there"), ==,
                   (confined & CONFINED_FILES) != 0 ? EACCES : 0);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd >= 0, ==, (confined & CONFINED_CALLS) == 0);
}

static void
test_on_or_not_at_all (void)
{
  APART ();
  g_autoptr (GError) error = NULL;
  Confined confined;

  g_assert_false (confine (CONFINE_ON, "/nowhere/at/all", &confined, &error));
  g_assert_nonnull (strstr (error->message, "confine=on: cannot confine the writing of files"));
  g_assert_cmpint (confined, ==, CONFINED_NOT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/confine/writes-only-below-the-data-directory", test_writes);
  g_test_add_func ("/server/confine/follows-links-that-lead-out-of-the-data-directory", test_links);
  g_test_add_func ("/server/confine/runs-no-program", test_programs);
  g_test_add_func ("/server/confine/touches-no-other-process", test_processes);
  g_test_add_func ("/server/confine/opens-no-connection", test_sockets);
  g_test_add_func ("/server/confine/starts-threads", test_threads);
  g_test_add_func ("/server/confine/can-abort", test_abort);
  g_test_add_func ("/server/confine/off-is-off", test_off);
  g_test_add_func ("/server/confine/auto-says-what-it-did", test_auto);
  g_test_add_func ("/server/confine/on-or-not-at-all", test_on_or_not_at_all);
  return g_test_run ();
}
