/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads a library on a thread of its own, since compiling takes seconds, and mails it to the main
 * thread; then builds the full-text indexes that it lacks, while it is served.
 */
#pragma once

#include "server/config.h"
#include "server/net/mailbox.h"

typedef struct Loader Loader;

/* On the main thread. @library: (transfer full) (nullable): %NULL with @error. */
typedef void (*LoaderDone) (Library *library, const GError *error, gpointer data);

/* On the main thread, some times a second while a dictionary is compiled: @done of @total bytes of
 * @name's source are read. */
typedef void (*LoaderProgress) (const char *name, guint64 done, guint64 total, gpointer data);

typedef struct
{
  LoaderDone done;
  LoaderProgress progress;
  gpointer data;
} LoaderListener;

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
                      const LoaderListener *listener,
                      GError **error);

/** loader_free: gives up what still runs, be it the load or an index, and joins the thread */
void loader_free (Loader *self);
