/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes that go out to many connections as they are: immutable, and counted by reference between
 * threads. A worker takes one reference for all its connections (OutputFrame in output.h).
 */
#pragma once

#include <glib.h>

typedef struct SharedFrame SharedFrame;

/** shared_frame_new: (transfer full): copies @bytes, one whole line at least */
SharedFrame *shared_frame_new (const char *bytes, gsize n_bytes);

/** shared_frame_ref: any thread */
SharedFrame *shared_frame_ref (SharedFrame *self);
/** shared_frame_unref: any thread. Takes %NULL */
void shared_frame_unref (SharedFrame *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SharedFrame, shared_frame_unref)

const char *shared_frame_bytes (const SharedFrame *self);
gsize shared_frame_n_bytes (const SharedFrame *self);

/** shared_frames_n_bytes: [bytes] that all of the process together take. Any thread */
gsize shared_frames_n_bytes (void);
