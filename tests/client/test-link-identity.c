/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To whom the token of a session is sent: to who shows what the server did that gave it, and to
 * nobody else, also where a person has let another certificate, or none, pass.
 */
#include "protocol/client/account.h"
#include "protocol/client/chat.h"
#include "tests/client/fake-server.h"
#include "tests/client/tls-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define ANSWER                                                                                     \
  "{\"protocol\":1,\"server\":{\"id\":\"" TLS_SERVER_ID "\",\"name\":\"Study\",\"version\":\"1\"," \
  "\"time\":1},\"session\":{\"nick\":\"alice\",\"token\":\"secret\"}}"

typedef struct
{
  TlsServer server;
  char *folder;
  char *path; /* of known_servers */
  ParlanceChat *chat;
  gboolean is_decided; /* it is online or has failed */
} Fixture;

static void
on_state (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  Fixture *self = user_data;
  ParlanceChatState state = parlance_chat_get_state (chat);

  self->is_decided = state == PARLANCE_CHAT_ONLINE || state == PARLANCE_CHAT_FAILED;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  tls_server_init (&self->server);
  self->server.answer = ANSWER;
  self->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "known_servers", NULL);
  self->chat = parlance_chat_new ("test/1", self->server.address, "alice");
  g_signal_connect (self->chat, "notify::state", G_CALLBACK (on_state), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);

  g_object_unref (self->chat);
  tls_server_clear (&self->server);
  (void)g_unlink (self->path);
  (void)g_unlink (lock);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

/* Returns: whether the hello held the token */
static gboolean
come (Fixture *self, TlsServerKind kind, ParlanceTlsUse use)
{
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (use);

  parlance_trust_set_path (trust, self->path);
  parlance_trust_set_accepting (trust, TRUE);
  parlance_chat_disconnect (self->chat);
  parlance_chat_set_trust (self->chat, trust);
  self->server.kind = kind;
  self->is_decided = FALSE;
  parlance_chat_connect (self->chat);
  fake_server_wait_for (&self->is_decided);
  g_assert_no_error (parlance_chat_get_error (self->chat));
  g_assert_nonnull (strstr (self->server.last_request, "\"nick\":\"alice\""));
  return strstr (self->server.last_request, "secret") != NULL;
}

static void
test_goes_to_who_shows_the_same (Fixture *self, gconstpointer data)
{
  g_autofree char *fingerprint = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);

  g_assert_false (come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO));
  g_assert_cmpstr (parlance_chat_get_token (self->chat), ==, "secret");
  g_assert_cmpstr (parlance_chat_get_token_voucher (self->chat), ==, fingerprint);
  g_assert_true (come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO));
}

static void
test_does_not_go_to_another_certificate (Fixture *self, gconstpointer data)
{
  g_autofree char *other = tls_server_fingerprint (&self->server, TLS_SERVER_OTHER);

  (void)come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO);
  g_assert_false (come (self, TLS_SERVER_OTHER, PARLANCE_TLS_USE_AUTO));
  /* What that one gave in its place is its own. */
  g_assert_cmpstr (parlance_chat_get_token_voucher (self->chat), ==, other);
  g_assert_false (come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO));
}

static void
test_does_not_go_over_plain_text (Fixture *self, gconstpointer data)
{
  (void)come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO);
  g_assert_false (come (self, TLS_SERVER_HANGS_UP, PARLANCE_TLS_USE_OFF));
  g_assert_cmpstr (parlance_chat_get_token_voucher (self->chat), ==, PARLANCE_VOUCHER_LOOPBACK);
  g_assert_true (come (self, TLS_SERVER_HANGS_UP, PARLANCE_TLS_USE_OFF));
  g_assert_false (come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO));
}

/* As from a plain server on the network: it is not sent to who vouches for something. */
static void
test_without_a_voucher_is_for_plain_text (Fixture *self, gconstpointer data)
{
  parlance_chat_set_token (self->chat, "secret", NULL);
  g_assert_false (come (self, TLS_SERVER_ONE, PARLANCE_TLS_USE_AUTO));
}

int
main (int argc, char *argv[])
{
  if (tls_server_is_beyond_sanitizer ())
    return 0;
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/client/link-identity/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("goes-to-who-shows-the-same", test_goes_to_who_shows_the_same);
  ADD ("does-not-go-to-another-certificate", test_does_not_go_to_another_certificate);
  ADD ("does-not-go-over-plain-text", test_does_not_go_over_plain_text);
  ADD ("without-a-voucher-is-for-plain-text", test_without_a_voucher_is_for_plain_text);
#undef ADD
  return g_test_run ();
}
