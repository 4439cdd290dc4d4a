/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server locks itself up once everything is open that it opens once: whoever gets to run code
 * in it finds no other program to run, no connection to make, and nothing to write to but the data
 * directory. docs/service.md, section 5, says what is left.
 */
#pragma once

#include <glib.h>

typedef enum
{
  CONFINE_AUTO, /* as far as this build and the kernel can */
  CONFINE_ON,   /* or not start */
  CONFINE_OFF,
} ConfineMode;

/* A set. */
typedef enum
{
  CONFINED_NOT = 0,
  CONFINED_CALLS = 1, /* system calls, by seccomp */
  CONFINED_FILES = 2, /* the writing of files, by Landlock */
} Confined;

/**
 * confine:
 * @data_dir: exists; the only directory below which files may be made, written or removed then
 * @ret_confined: (out): what came of it
 *
 * To be called while there is one thread: those that it starts are confined with it. There is no
 * way back.
 *
 * Returns: %FALSE when it was to be %CONFINE_ON, and one of the two cannot be done;
 *   %G_FILE_ERROR_NOSYS: by this build or kernel
 */
gboolean confine (ConfineMode mode, const char *data_dir, Confined *ret_confined, GError **error);
