/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logging in to an account over the session of the program: with the token that is kept of an
 * earlier time, or with the password, which is asked for. The token is kept for the next time.
 */
#pragma once

#include "client-cli/app.h"

/** login_nick: @word: (nullable): %NULL: --nick, PARLANCE_NICK or the login name. Returns:
 * (transfer full) (nullable): %NULL: it is no nick, and the program has failed */
char *login_nick (App *app, const char *word);

/** LoginIntroduced: what is owned of @data is the function's */
typedef void (*LoginIntroduced) (App *app, ParlanceServerInfo *info, gpointer data);

/**
 * login_introduce:
 * @done: is called when the server has said who it is; the program fails otherwise
 * @data_free: (nullable): of @data, where @done is not called
 *
 * Says hello without a nick.
 */
void login_introduce (App *app, LoginIntroduced done, gpointer data, GDestroyNotify data_free);

/**
 * login_start:
 * @with_password: the token that is kept is not to be used
 * @done: is called once logged in; the program fails otherwise
 */
void login_start (App *app,
                  const char *nick,
                  gboolean with_password,
                  void (*done) (App *app, ParlanceServerInfo *info));

/** login_tell_dropped: says which device was logged out for this one, if any was */
void login_tell_dropped (App *app, const ParlanceServerInfo *info);

/** login_keep: keeps @token (nullable: none) for the next time that the server shows what it does
 * on
 * @session, where it came; says so where that fails */
void login_keep (
    App *app, ParlanceSession *session, const char *server_id, const char *nick, const char *token);
