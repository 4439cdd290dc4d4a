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

/** loader_new: @mailbox: the main thread's */
Loader *loader_new (Mailbox *mailbox, const LoaderListener *listener);

/**
 * loader_load:
 * @previous: (nullable): what is served so far; a dictionary whose source became damaged is kept
 *
 * Not before the last load was mailed. Indexing that is under way is given up: the load begins when
 * that has ended, and this does not wait for it.
 *
 * Returns: FALSE when there is no thread to be had; what could only be found out later is mailed
 */
gboolean loader_load (Loader *self, const Config *config, Library *previous, GError **error);

/** loader_give_up: has what still runs, be it the load or an index, end soon, and begins nothing
 * after it. */
void loader_give_up (Loader *self);

/** loader_free: gives up what still runs, be it the load or an index, and waits for its end.
 * @self: (nullable) */
void loader_free (Loader *self);
