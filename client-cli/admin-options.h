/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of admin. Pure.
 */
#pragma once

#include <glib.h>

/* What getopt_long() returns for them. */
enum
{
  ADMIN_OPTION_ACCOUNT = 768,
  ADMIN_OPTION_ADDRESS,
  ADMIN_OPTION_ADDRESS_OF,
  ADMIN_OPTION_FOR,
  ADMIN_OPTION_REASON,
  ADMIN_OPTION_ROOM,
};

typedef struct
{
  const char *account;    /* (nullable), as all */
  const char *address;    /* or a range of them */
  const char *address_of; /* nick */
  const char *reason;
  const char *room;
  gint64 duration_s; /* 0: for good */
} AdminOptions;

/** admin_options_has: whether it is one of them */
gboolean admin_options_has (int option);

/**
 * admin_options_take:
 * @value: borrowed for the life of @self
 *
 * Returns: %FALSE with @ret_problem for people when the value is wrong
 */
gboolean admin_options_take (
    AdminOptions *self, int option, const char *value, guint *given, char **ret_problem);
