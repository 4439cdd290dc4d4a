/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A real authority, with two ports that write down what their workers would have been told. All
 * that is asked between two calls of fixture_go() is one batch.
 *
 * What is written down, one line for each operation:
 *
 *   CLIENT VERB …       an answer: "refused REASON", or what there is of "room N", "seq N", "live",
 *                       "lines N-M" (a frame) and the result's JSON
 *   messages NAME N-M   to the members of a room
 *   personal CLIENT N-M [KEYS]
 *   event NAME METHOD NICK but CLIENT
 *   tell CLIENT METHOD FROM TO
 *   close CLIENT
 *   put-out CLIENT METHOD ROOM BY
 *
 * Last words are "REASON" in place of a method.
 */
#pragma once

#include "server/chat/authority.h"

#include <pthread.h>

#define FIXTURE_N_PORTS 2

typedef struct AuthorityFixture AuthorityFixture;

typedef struct
{
  ChatPort port; /* first */
  AuthorityFixture *fixture;
  GString *log; /* under the fixture's mutex */
} FixturePort;

struct AuthorityFixture
{
  Authority *authority;
  char *data_dir;
  FixturePort ports[FIXTURE_N_PORTS];
  ChatPort *port_list[FIXTURE_N_PORTS];
  GPtrArray *clients; /* ChatClient (owned) */
  ChatClient nobody;  /* whose answers are not written down */
  ChatRequest *chain; /* of the next batch */
  ChatRequest **chain_end;
  guint n_asked;
  pthread_mutex_t mutex;
  pthread_cond_t answered;
  guint n_answered;       /* under @mutex */
  guint n_freed;          /* under @mutex: requests */
  GHashTable *tokens;     /* under @mutex: client -> the token it was given last */
  gboolean says_no_lists; /* results are not written down */
  NetworkAddress address; /* that those who say hello come from */
  ParlanceTarget target;  /* of what operators ask for */
};

/** authority_fixture_new: its threads are running. @send_rate: of ChatLimits */
AuthorityFixture *authority_fixture_new (JournalDurability durability, guint send_rate);
/** authority_fixture_new_idle: it is not started */
AuthorityFixture *authority_fixture_new_idle (void);
void authority_fixture_free (AuthorityFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AuthorityFixture, authority_fixture_free)

/** fixture_client: (transfer none): one that has said nothing. @port: number of its worker's */
ChatClient *fixture_client (AuthorityFixture *self, guint port);
/** fixture_member: one with a nick that has joined a room, or none of %NULL */
ChatClient *fixture_member (AuthorityFixture *self, guint port, const char *nick, const char *room);

/* Each adds a request to the next batch. */
void ask_hello (AuthorityFixture *self, ChatClient *client, const char *nick, const char *token);
void ask (AuthorityFixture *self, ChatClient *client, ChatVerb verb, const char *room);
void ask_join_after (AuthorityFixture *self, ChatClient *client, const char *room, gint64 after);
void ask_catch_up (AuthorityFixture *self, ChatClient *client, const char *room, gint64 after);
void ask_topic (AuthorityFixture *self, ChatClient *client, const char *room, const char *topic);
/** ask_send: @key: (nullable): @n_text: bytes of text */
void ask_send (
    AuthorityFixture *self, ChatClient *client, const char *room, gsize n_text, const char *key);

/** ask_with_password: of hello, register, password_change and account_delete; @new_password:
 * (nullable). @is_local: where it comes from */
void ask_with_password (AuthorityFixture *self,
                        ChatClient *client,
                        ChatVerb verb,
                        const char *nick,
                        const char *password,
                        const char *new_password,
                        gboolean is_local);
/** ask_operator: about a nick, or a room */
void ask_operator (
    AuthorityFixture *self, ChatClient *client, ChatVerb verb, const char *nick, const char *room);
/** fixture_set_access: @operator_nick: (nullable): folded */
void fixture_set_access (AuthorityFixture *self, ChatAccess access, const char *operator_nick);

/** fixture_go: has the batch carried out; returns when all of it is answered */
void fixture_go (AuthorityFixture *self);

/** fixture_log: (transfer full): what that port was told since the last call */
char *fixture_log (AuthorityFixture *self, guint port);
/** fixture_expect: that it is this */
void fixture_expect (AuthorityFixture *self, guint port, const char *log);
/** fixture_skip: throws what was told away */
void fixture_skip (AuthorityFixture *self);

/** fixture_count: how often @what is in @log */
guint fixture_count (const char *log, const char *what);

/** fixture_token: (transfer full): the one that @client was given */
char *fixture_token (AuthorityFixture *self, ChatClient *client);
