/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLink: one session after the other. A session is thrown away with its connection, so that
 * whatever of it comes late is told by not being of @session.
 *
 *     OFFLINE -> CONNECTING -> ONLINE          start; connect and hello for each address in turn
 *                CONNECTING -> WAITING         no address answered: back-off
 *                ONLINE     -> WAITING         lost
 *                WAITING    -> CONNECTING      the time is up, or retry_now
 *                CONNECTING -> CONNECTING      retry_now: from the first address on
 *                CONNECTING -> FAILED          the server refuses us as we are
 *     any        -> OFFLINE                    stop
 */
#include "protocol/client/link.h"

#include "protocol/client/account.h"
#include "protocol/client/address.h"
#include "protocol/client/answer.h"
#include "protocol/client/backoff.h"
#include "protocol/client/link-identity.h"
#include "protocol/client/link-pulse.h"
#include "protocol/client/lookup.h"

struct _ParlanceLink
{
  GObject parent_instance;
  const ParlanceClock *clock;
  GMainContext *context;

  ParlanceLinkIdentity identity;
  char **addresses;
  guint n_tried; /* of @addresses, in this attempt */
  ParlanceTrust *trust;

  ParlanceChatState state;
  GError *error;            /* (nullable): why there is no connection */
  ParlanceSession *session; /* (nullable): connecting or connected */
  GSource *attempt_timer;   /* (nullable): while connecting */
  gboolean hello_out;       /* it was sent on this connection and not answered */
  gint64 doubt_until_ms;    /* a connection that was lost so may still hold our nick */

  ParlanceBackoff backoff;
  GSource *retry_timer; /* (nullable): while waiting */
  gint64 retry_at_ms;

  GSource *tick_timer; /* (nullable): while online */
  gint64 online_since_ms;
  ParlanceLinkPulse pulse;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_ERROR,
  PROP_RETRY_S,
  PROP_NICK,
  PROP_TOKEN,
  N_PROPS
};

enum
{
  SIGNAL_ONLINE,
  SIGNAL_OFFLINE,
  SIGNAL_NOTIFICATION,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceLink, parlance_link, G_TYPE_OBJECT)

static void attempt (ParlanceLink *self);

static void
start_timer (ParlanceLink *self, GSource **timer, guint delay_ms, GSourceFunc function)
{
  parlance_clock_start_timer (self->clock, timer, self->context, delay_ms, function, self);
}

static void
notify (ParlanceLink *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What waits for a time is over, and so is the connection: nothing of it is heard any more. */
static void
drop_session (ParlanceLink *self)
{
  parlance_clock_stop_timer (&self->attempt_timer);
  parlance_clock_stop_timer (&self->retry_timer);
  parlance_clock_stop_timer (&self->tick_timer);
  if (self->session == NULL)
    return;

  g_autoptr (ParlanceSession) session = g_steal_pointer (&self->session);
  g_signal_handlers_disconnect_by_data (session, self);
  parlance_session_close (session);
}

static void
set_state (ParlanceLink *self, ParlanceChatState state, const GError *error)
{
  gboolean was_online = self->state == PARLANCE_CHAT_ONLINE;

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != state)
    notify (self, PROP_STATE);
  if (self->error != error)
    {
      g_autoptr (GError) old = g_steal_pointer (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      notify (self, PROP_ERROR);
    }
  self->state = state;
  notify (self, PROP_RETRY_S);
  if (was_online && state != PARLANCE_CHAT_ONLINE)
    g_signal_emit (self, signals[SIGNAL_OFFLINE], 0);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

/* Whether coming again as we are would change nothing. */
static gboolean
is_final (ParlanceLink *self, const GError *error)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE))
    return parlance_clock_now_ms (self->clock) >= self->doubt_until_ms;
  if (error->domain == PARLANCE_ERROR)
    return !parlance_error_may_pass (error);
  return error->domain == PARLANCE_TRUST_ERROR ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static gboolean
on_retry_timer (gpointer user_data)
{
  ParlanceLink *self = user_data;
  gint64 left_ms = self->retry_at_ms - parlance_clock_now_ms (self->clock);

  if (left_ms <= 0)
    attempt (self);
  else
    {
      notify (self, PROP_RETRY_S);
      start_timer (self, &self->retry_timer, (guint)MIN (left_ms, 1000), on_retry_timer);
    }
  return G_SOURCE_REMOVE;
}

static void
wait_for_retry (ParlanceLink *self, const GError *error)
{
  guint delay_ms = parlance_backoff_next_ms (&self->backoff, parlance_clock_random (self->clock));

  self->retry_at_ms = parlance_clock_now_ms (self->clock) + delay_ms;
  /* The first step leaves whole seconds, to be counted down. */
  start_timer (self, &self->retry_timer, delay_ms > 1000 ? (delay_ms - 1) % 1000 + 1 : delay_ms,
               on_retry_timer);
  set_state (self, PARLANCE_CHAT_WAITING, error);
}

/* The server may have taken a hello that was not answered, and have us under our nick. */
static void
doubt_hello (ParlanceLink *self)
{
  if (self->hello_out)
    self->doubt_until_ms = parlance_clock_now_ms (self->clock) + PARLANCE_LINK_DOUBT_MS;
  self->hello_out = FALSE;
}

static void
lose (ParlanceLink *self, const GError *error)
{
  gboolean was_connecting = self->state == PARLANCE_CHAT_CONNECTING;

  if (self->state == PARLANCE_CHAT_ONLINE)
    parlance_backoff_note_connection (&self->backoff,
                                      parlance_clock_now_ms (self->clock) - self->online_since_ms);
  drop_session (self);
  if (error->domain != PARLANCE_ERROR)
    doubt_hello (self);
  self->hello_out = FALSE;

  /* Another address may lead to the server; what the server itself said holds for all of them. */
  if (was_connecting && error->domain != PARLANCE_ERROR && self->addresses[self->n_tried] != NULL)
    {
      attempt (self);
      return;
    }

  self->n_tried = 0;
  /* Something that greets with what is not Parlance is another service. */
  if (is_final (self, error) ||
      (was_connecting && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)))
    set_state (self, PARLANCE_CHAT_FAILED, error);
  else
    wait_for_retry (self, error);
}

static void
lose_for (ParlanceLink *self, GQuark domain, int code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  lose (self, error);
}

static void
on_closed (ParlanceSession *session, const GError *error, gpointer user_data)
{
  ParlanceLink *self = user_data;

  if (error != NULL)
    lose (self, error);
  else /* by somebody who has it from parlance_link_get_session() */
    lose_for (self, G_IO_ERROR, G_IO_ERROR_CLOSED, "the connection was closed");
}

static void
on_notification (ParlanceSession *session,
                 const char *method,
                 const char *params,
                 gpointer user_data)
{
  ParlanceLink *self = user_data;

  if (self->state == PARLANCE_CHAT_ONLINE)
    g_signal_emit (self, signals[SIGNAL_NOTIFICATION], 0, method, params);
}

static gboolean
on_tick (gpointer user_data)
{
  ParlanceLink *self = user_data;

  if (parlance_link_pulse_tick (&self->pulse, self->session))
    return G_SOURCE_CONTINUE;
  lose_for (self, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the server does not answer any more");
  return G_SOURCE_REMOVE;
}

static void
greeted (ParlanceLink *self, ParlanceServerInfo *info)
{
  parlance_clock_stop_timer (&self->attempt_timer);
  self->n_tried = 0;
  self->online_since_ms = parlance_clock_now_ms (self->clock);
  parlance_link_pulse_begin (&self->pulse, self->session);
  start_timer (self, &self->tick_timer, PARLANCE_LINK_TICK_MS, on_tick);

  g_object_freeze_notify (G_OBJECT (self));
  parlance_link_set_nick (self, parlance_server_info_get_nick (info));
  parlance_link_set_token (self, parlance_server_info_get_token (info),
                           parlance_session_get_voucher (self->session));
  set_state (self, PARLANCE_CHAT_ONLINE, NULL);
  g_signal_emit (self, signals[SIGNAL_ONLINE], 0, info);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_greeted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &error);

  if ((gpointer)source != self->session)
    return;
  self->hello_out = info == NULL && error->domain != PARLANCE_ERROR;
  if (info == NULL)
    {
      g_autoptr (GError) judged = parlance_link_identity_judge (self->session, error);
      lose (self, judged);
    }
  else if (parlance_server_info_get_nick (info) == NULL)
    lose_for (self, PARLANCE_ERROR, PARLANCE_REASON_METHOD_NOT_FOUND,
              "this server has dictionaries, but no chat");
  else
    greeted (self, info);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceLink) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean connected = parlance_session_connect_finish (PARLANCE_SESSION (source), result, &error);

  if ((gpointer)source != self->session)
    return;
  if (!connected)
    {
      /* All of them were tried side by side. */
      self->n_tried = g_strv_length (self->addresses);
      lose (self, error);
      return;
    }

  self->hello_out = TRUE;
  parlance_link_identity_log_in (&self->identity, self->session, on_greeted, g_object_ref (self));
}

static gboolean
on_attempt_timer (gpointer user_data)
{
  lose_for (user_data, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the server does not answer");
  return G_SOURCE_REMOVE;
}

static void
attempt (ParlanceLink *self)
{
  drop_session (self);
  if (self->addresses[self->n_tried] == NULL)
    {
      lose_for (self, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "there is no address of a server");
      return;
    }

  self->session =
      parlance_session_new_for_addresses ((const char *const *)self->addresses + self->n_tried);
  parlance_session_set_trust (self->session, self->trust);
  self->n_tried++;
  g_signal_connect (self->session, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect (self->session, "notification", G_CALLBACK (on_notification), self);
  start_timer (self, &self->attempt_timer, PARLANCE_LINK_ATTEMPT_MS, on_attempt_timer);
  parlance_session_connect_async (self->session, NULL, on_connected, g_object_ref (self));
  set_state (self, PARLANCE_CHAT_CONNECTING, self->error);
}

void
parlance_link_start (ParlanceLink *self)
{
  if (self->state != PARLANCE_CHAT_OFFLINE && self->state != PARLANCE_CHAT_FAILED)
    return;
  parlance_backoff_reset (&self->backoff);
  self->n_tried = 0;
  self->doubt_until_ms = 0;
  g_clear_error (&self->error);
  attempt (self);
}

void
parlance_link_stop (ParlanceLink *self)
{
  drop_session (self);
  self->hello_out = FALSE;
  set_state (self, PARLANCE_CHAT_OFFLINE, NULL);
}

void
parlance_link_retry_now (ParlanceLink *self)
{
  if (self->state != PARLANCE_CHAT_WAITING && self->state != PARLANCE_CHAT_CONNECTING)
    return;
  doubt_hello (self);
  parlance_backoff_reset (&self->backoff);
  self->n_tried = 0;
  attempt (self);
}

void
parlance_link_reconnect (ParlanceLink *self, const GError *error)
{
  if (self->state == PARLANCE_CHAT_ONLINE)
    lose (self, error);
}

void
parlance_link_set_addresses (ParlanceLink *self, const char *const *addresses)
{
  g_auto (GStrv) before = self->addresses;

  self->addresses = parlance_addresses_dup (addresses);
  self->n_tried = 0;
}

void
parlance_link_set_password (ParlanceLink *self, const char *password)
{
  parlance_link_identity_set_password (&self->identity, password);
}

void
parlance_link_set_trust (ParlanceLink *self, ParlanceTrust *trust)
{
  parlance_trust_assign (&self->trust, trust);
}

ParlanceTrust *
parlance_link_get_trust (ParlanceLink *self)
{
  return self->trust;
}

void
parlance_link_set_token (ParlanceLink *self, const char *token, const char *voucher)
{
  if (parlance_link_identity_set_token (&self->identity, token, voucher))
    notify (self, PROP_TOKEN);
}

void
parlance_link_set_nick (ParlanceLink *self, const char *nick)
{
  if (parlance_link_identity_set_nick (&self->identity, nick))
    notify (self, PROP_NICK);
}

void
parlance_link_set_clock (ParlanceLink *self, const ParlanceClock *clock)
{
  self->clock = clock;
}

const ParlanceClock *
parlance_link_get_clock (ParlanceLink *self)
{
  return self->clock;
}

GMainContext *
parlance_link_get_context (ParlanceLink *self)
{
  return self->context;
}

ParlanceSession *
parlance_link_get_session (ParlanceLink *self)
{
  return self->state == PARLANCE_CHAT_ONLINE ? self->session : NULL;
}

const char *
parlance_link_get_client (ParlanceLink *self)
{
  return self->identity.client;
}

const char *const *
parlance_link_get_addresses (ParlanceLink *self)
{
  return (const char *const *)self->addresses;
}

const char *
parlance_link_get_address (ParlanceLink *self)
{
  if (self->session != NULL)
    return parlance_session_get_address (self->session);
  return self->addresses[0];
}

const char *
parlance_link_get_nick (ParlanceLink *self)
{
  return self->identity.nick;
}

const char *
parlance_link_get_token (ParlanceLink *self)
{
  return self->identity.token;
}

const char *
parlance_link_get_voucher (ParlanceLink *self)
{
  return self->identity.voucher;
}

ParlanceChatState
parlance_link_get_state (ParlanceLink *self)
{
  return self->state;
}

const GError *
parlance_link_get_error (ParlanceLink *self)
{
  return self->error;
}

guint
parlance_link_get_retry_s (ParlanceLink *self)
{
  if (self->state != PARLANCE_CHAT_WAITING)
    return 0;
  gint64 left_ms = self->retry_at_ms - parlance_clock_now_ms (self->clock);
  return left_ms > 0 ? (guint)((left_ms + 999) / 1000) : 0;
}

ParlanceLink *
parlance_link_new (const char *client, const char *nick)
{
  ParlanceLink *self = g_object_new (PARLANCE_TYPE_LINK, NULL);

  self->identity.client = g_strdup (client);
  self->identity.nick = g_strdup (nick);
  return self;
}

static void
parlance_link_dispose (GObject *object)
{
  drop_session (PARLANCE_LINK (object));
  G_OBJECT_CLASS (parlance_link_parent_class)->dispose (object);
}

static void
parlance_link_finalize (GObject *object)
{
  ParlanceLink *self = PARLANCE_LINK (object);

  g_main_context_unref (self->context);
  parlance_link_identity_clear (&self->identity);
  g_strfreev (self->addresses);
  parlance_trust_unref (self->trust);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (parlance_link_parent_class)->finalize (object);
}

static void
parlance_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceLink *self = PARLANCE_LINK (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_RETRY_S:
      g_value_set_uint (value, parlance_link_get_retry_s (self));
      break;
    case PROP_NICK:
      g_value_set_string (value, self->identity.nick);
      break;
    case PROP_TOKEN:
      g_value_set_string (value, self->identity.token);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_link_class_init (ParlanceLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = parlance_link_dispose;
  object_class->finalize = parlance_link_finalize;
  object_class->get_property = parlance_link_get_property;
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PARLANCE_TYPE_CHAT_STATE,
                                              PARLANCE_CHAT_OFFLINE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_RETRY_S] = g_param_spec_uint ("retry-s", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_NICK] = g_param_spec_string ("nick", NULL, NULL, NULL, flags);
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ONLINE] = g_signal_new ("online", PARLANCE_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, PARLANCE_TYPE_SERVER_INFO);
  signals[SIGNAL_OFFLINE] = g_signal_new ("offline", PARLANCE_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTIFICATION] =
      g_signal_new ("notification", PARLANCE_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, text, text);
}

static void
parlance_link_init (ParlanceLink *self)
{
  self->clock = parlance_clock_system ();
  self->context = g_main_context_ref_thread_default ();
  self->addresses = g_new0 (char *, 1);
  self->trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
}
