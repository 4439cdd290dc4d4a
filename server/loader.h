/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads a library on a thread of its own, since compiling takes seconds, and mails it to the main
 * thread.
 */
#pragma once

#include "server/config.h"
#include "server/net/mailbox.h"

typedef struct Loader Loader;

/* On the main thread. @library: (transfer full) (nullable): %NULL with @error. */
typedef void (*LoaderDone) (Library *library, const GError *error, gpointer data);

/**
 * loader_start:
 * @previous: (nullable): what is served so far; a dictionary whose source became damaged is kept
 * @mailbox: the main thread's
 *
 * Returns: (nullable): %NULL with an error when there is no thread to be had
 */
Loader *loader_start (const Config *config,
                      Library *previous,
                      Mailbox *mailbox,
                      LoaderDone done,
                      gpointer data,
                      GError **error);

/** loader_free: gives the load up if it still runs, and joins the thread */
void loader_free (Loader *self);
