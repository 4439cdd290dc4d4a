/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/chat/fault-vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

const char *const fault_call_names[FAULT_N_CALLS] = {
  "open", "read", "write", "truncate", "sync", "size", "lock", "share", "delete", "access", "any",
};

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* after this struct */
} FaultFile;

static struct
{
  pthread_mutex_t mutex; /* guards the rest: the checkpointer is a thread of its own */
  gboolean is_armed;
  FaultCall call;
  guint nth;
  guint n_failing;
  guint n_failed;
  int code;
} fault = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static sqlite3_vfs *real_vfs;

void
fault_vfs_arm (FaultCall call, guint nth, int code, guint n_failing)
{
  pthread_mutex_lock (&fault.mutex);
  fault.is_armed = TRUE;
  fault.call = call;
  fault.nth = nth;
  fault.code = code;
  fault.n_failing = n_failing;
  fault.n_failed = 0;
  pthread_mutex_unlock (&fault.mutex);
}

guint
fault_vfs_disarm (void)
{
  guint n_failed;

  pthread_mutex_lock (&fault.mutex);
  fault.is_armed = FALSE;
  n_failed = fault.n_failed;
  pthread_mutex_unlock (&fault.mutex);
  return n_failed;
}

int
fault_code (FaultCall call)
{
  static const int codes[FAULT_N_CALLS] = {
    SQLITE_CANTOPEN,     SQLITE_IOERR_READ,   SQLITE_IOERR_WRITE, SQLITE_IOERR_TRUNCATE,
    SQLITE_IOERR_FSYNC,  SQLITE_IOERR_FSTAT,  SQLITE_IOERR_LOCK,  SQLITE_IOERR_SHMMAP,
    SQLITE_IOERR_DELETE, SQLITE_IOERR_ACCESS, SQLITE_OK,
  };

  return codes[call];
}

/* SQLITE_OK: the call is to go through. */
static int
check (FaultCall call)
{
  int code = SQLITE_OK;

  pthread_mutex_lock (&fault.mutex);
  if (fault.is_armed && (fault.call == call || fault.call == FAULT_ANY))
    {
      if (fault.nth > 1)
        fault.nth--;
      else if (fault.n_failed < fault.n_failing)
        {
          fault.n_failed++;
          code = fault.code != SQLITE_OK ? fault.code : fault_code (call);
        }
    }
  pthread_mutex_unlock (&fault.mutex);
  return code;
}

#define REAL(file) (((FaultFile *)(file))->real)

static int
fault_close (sqlite3_file *file)
{
  return REAL (file)->pMethods->xClose (REAL (file));
}

static int
fault_read (sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
  int code = check (FAULT_READ);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xRead (REAL (file), out, n, at);
}

static int
fault_write (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
  int code = check (FAULT_WRITE);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xWrite (REAL (file), bytes, n, at);
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int code = check (FAULT_TRUNCATE);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  int code = check (FAULT_SYNC);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
fault_size (sqlite3_file *file, sqlite3_int64 *ret_size)
{
  int code = check (FAULT_SIZE);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xFileSize (REAL (file), ret_size);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  int code = check (FAULT_LOCK);

  return code != SQLITE_OK ? code : REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
fault_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
fault_check_reserved_lock (sqlite3_file *file, int *ret_is_locked)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), ret_is_locked);
}

static int
fault_control (sqlite3_file *file, int what, void *argument)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), what, argument);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
fault_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
fault_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **ret_memory)
{
  int code = check (FAULT_SHARE);

  if (code != SQLITE_OK)
    {
      *ret_memory = NULL;
      return code;
    }
  return REAL (file)->pMethods->xShmMap (REAL (file), page, size, extend, ret_memory);
}

static int
fault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
fault_shm_unmap (sqlite3_file *file, int is_deleted)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), is_deleted);
}

/* Version 2 has the write-ahead log, and no memory mapping that would go around all this. */
static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_reserved_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_characteristics,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
};

static int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
  FaultFile *self = (FaultFile *)file;
  int code = check (FAULT_OPEN);

  self->base.pMethods = NULL;
  self->real = (sqlite3_file *)(self + 1);
  if (code == SQLITE_OK)
    code = real_vfs->xOpen (real_vfs, name, self->real, flags, ret_flags);
  if (code == SQLITE_OK)
    self->base.pMethods = &methods;
  return code;
}

static int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_directory)
{
  int code = check (FAULT_DELETE);

  return code != SQLITE_OK ? code : real_vfs->xDelete (real_vfs, name, sync_directory);
}

static int
fault_access (sqlite3_vfs *vfs, const char *name, int flags, int *ret_result)
{
  int code = check (FAULT_ACCESS);

  return code != SQLITE_OK ? code : real_vfs->xAccess (real_vfs, name, flags, ret_result);
}

void
fault_vfs_install (void)
{
  static sqlite3_vfs vfs;

  real_vfs = sqlite3_vfs_find (NULL);
  g_assert_nonnull (real_vfs);
  /* What is not about files is as it was. */
  vfs = *real_vfs;
  vfs.szOsFile = (int)sizeof (FaultFile) + real_vfs->szOsFile;
  vfs.pNext = NULL;
  vfs.zName = "fault";
  vfs.xOpen = fault_open;
  vfs.xDelete = fault_delete;
  vfs.xAccess = fault_access;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}
