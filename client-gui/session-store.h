/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The visits to servers, remembered from run to run in $XDG_STATE_HOME/parlance/gtk-session: where
 * each was, who one was there, and how far its rooms have been read; the last one first. The file
 * holds tokens, so it is only this user's to read. Thread: one.
 */
#pragma once

#include <gio/gio.h>

#define PARLANCE_SESSION_STORE_MAX 32       /* visits that are kept, the last ones */
#define PARLANCE_SESSION_STORE_MAX_ROOMS 64 /* rooms that are kept of one, the first ones */
#define PARLANCE_SESSION_STORE_MAX_DRAFT (16 * 1024) /* [bytes] twice what can be sent at once */

typedef struct
{
  char *name;
  gint64 read_seq; /* the last message that was read; -1: unknown */
  char *draft;     /* written and not sent; "": nothing */
} ParlanceRoomMemory;

typedef struct
{
  char *id;         /* of the server, a UUID */
  char *name;       /* of the server */
  char **addresses; /* at least one */
  char *typed;      /* (nullable): the address by which a person named it */
  char *nick;
  char *token;   /* (nullable): gives the nick back */
  char *voucher; /* (nullable): of the server that gave @token, as parlance_chat_set_token() wants
                    it; a token without one is not written down */
  char *current; /* (nullable): name of the room that was looked at */
  GPtrArray *rooms; /* of ParlanceRoomMemory, in the order they were joined */
} ParlanceVisitMemory;

/** parlance_visit_memory_new: Returns: (transfer full): of nothing but @id, without rooms */
ParlanceVisitMemory *parlance_visit_memory_new (const char *id);
void parlance_visit_memory_free (ParlanceVisitMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceVisitMemory, parlance_visit_memory_free)

/**
 * parlance_visit_memory_add_room:
 * @draft: (nullable): written and not sent; of one of more than
 *   %PARLANCE_SESSION_STORE_MAX_DRAFT bytes the rest is not kept
 */
void parlance_visit_memory_add_room (ParlanceVisitMemory *self,
                                     const char *name,
                                     gint64 read_seq,
                                     const char *draft);

typedef struct _ParlanceSessionStore ParlanceSessionStore;

/**
 * parlance_session_store_load:
 * @path: (nullable): the file; %NULL: the usual one
 *
 * A file that is not there, or cannot be understood, is as good as an empty one; so is whatever
 * part of it makes no sense.
 */
ParlanceSessionStore *parlance_session_store_load (const char *path);
void parlance_session_store_free (ParlanceSessionStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceSessionStore, parlance_session_store_free)

/** parlance_session_store_get_last: Returns: (transfer none) (nullable): the visit to return to */
const ParlanceVisitMemory *parlance_session_store_get_last (const ParlanceSessionStore *self);

/** parlance_session_store_find: Returns: (transfer none) (nullable): the visit to that server */
const ParlanceVisitMemory *
parlance_session_store_find (const ParlanceSessionStore *self, const char *id);

/**
 * parlance_session_store_find_address:
 *
 * Returns: (transfer none) (nullable): the last visit to a server at that address
 */
const ParlanceVisitMemory *
parlance_session_store_find_address (const ParlanceSessionStore *self, const char *address);

/** parlance_session_store_put: @visit: (transfer full): is the last one, in place of that server's
 */
void parlance_session_store_put (ParlanceSessionStore *self, ParlanceVisitMemory *visit);

/** parlance_session_store_leave: there is no visit to return to, though none is forgotten */
void parlance_session_store_leave (ParlanceSessionStore *self);

/** parlance_session_store_get_path: of the file */
const char *parlance_session_store_get_path (const ParlanceSessionStore *self);

/** parlance_session_store_to_text: Returns: (transfer full): the whole file as it is to be */
char *parlance_session_store_to_text (const ParlanceSessionStore *self);
