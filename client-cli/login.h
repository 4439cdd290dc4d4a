/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logging in to an account over the session of the program: with the token that is kept of an
 * earlier time, or with the password, which is asked for. The token is kept for the next time.
 */
#pragma once

#include "client-cli/app.h"

/** login_nick: (transfer full) (nullable): of --nick, PARLANCE_NICK or the login name; %NULL: the
 * program has failed */
char *login_nick (App *app);

/**
 * login_start:
 * @with_password: the token that is kept is not to be used
 * @done: is called once logged in; the program fails otherwise
 */
void login_start (App *app,
                  const char *nick,
                  gboolean with_password,
                  void (*done) (App *app, ParlanceServerInfo *info));

/** login_keep: keeps @token (nullable: none) for the next time that the server shows what it does
 * on
 * @session, where it came; says so where that fails */
void login_keep (
    App *app, ParlanceSession *session, const char *server_id, const char *nick, const char *token);
