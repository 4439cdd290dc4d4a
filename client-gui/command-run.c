/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What has a place of its own in the window is shown there: the people, the rooms, the dictionary.
 */
#include "client-gui/command-run.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/display-line.h"
#include "client-gui/name-rules.h"
#include "client-gui/nick-problem.h"
#include "client-gui/room-problem.h"
#include "client-gui/send-problem.h"
#include "protocol/client/lookup.h"
#include "protocol/wire/limits.h"

#define MAX_CHARS 60 /* of a stranger's text in a notice */

typedef struct
{
  ParlanceClient *client;
  ParlanceConversation *conversation;
  char *argument; /* (nullable) */
} Run;

static void
run_free (Run *self)
{
  g_object_unref (self->client);
  g_object_unref (self->conversation);
  g_free (self->argument);
  g_free (self);
}

static ParlanceChat *
chat_of (const Run *self)
{
  return parlance_conversation_get_chat (self->conversation);
}

static ParlanceRoom *
room_of (const Run *self)
{
  return parlance_conversation_get_room (self->conversation);
}

/* @problem: (transfer full) */
static void
fail (GTask *task, char *problem)
{
  g_task_return_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, problem));
  g_free (problem);
}

/* @notice: (transfer full) (nullable) */
static void
succeed (GTask *task, char *notice)
{
  g_task_return_pointer (task, notice, g_free);
}

static void
activate (GTask *task, const char *action, const char *argument)
{
  GtkWidget *widget = g_task_get_source_object (task);

  if (argument != NULL)
    gtk_widget_activate_action (widget, action, "s", argument);
  else
    gtk_widget_activate_action (widget, action, NULL);
  succeed (task, NULL);
}

/* --- rooms and people ------------------------------------------------------------------------- */

static void
join (GTask *task, const Run *run)
{
  char *problem = parlance_room_name_problem (run->argument);

  if (problem != NULL)
    fail (task, problem);
  else
    activate (task, "win.show-room", run->argument);
}

static void
leave (GTask *task, const Run *run)
{
  ParlanceConversation *conversation =
      run->argument != NULL ? parlance_client_get_conversation (run->client, run->argument)
                            : run->conversation;

  if (conversation == NULL)
    {
      g_autofree char *name = parlance_display_line_dup_isolated (run->argument, MAX_CHARS);
      fail (task, g_strdup_printf (_ ("You are not in %s."), name));
      return;
    }
  activate (task, "win.leave-room",
            parlance_room_get_name (parlance_conversation_get_room (conversation)));
}

static void
on_nick (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, &error))
    succeed (task, NULL);
  else
    fail (task, parlance_nick_refusal (error, run->argument));
}

static void
change_nick (GTask *task, const Run *run)
{
  char *problem = parlance_nick_problem (run->argument);

  if (problem != NULL)
    fail (task, problem);
  else
    parlance_chat_set_nick_async (chat_of (run), run->argument, NULL, on_nick, g_object_ref (task));
}

static void
on_topic (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (parlance_chat_set_topic_finish (PARLANCE_CHAT (source), result, &error))
    succeed (task, NULL);
  else
    fail (task, parlance_send_problem (error));
}

static void
topic (GTask *task, const Run *run)
{
  if (run->argument == NULL)
    {
      const char *text = parlance_room_get_topic (room_of (run));
      g_autofree char *line = parlance_display_line_dup_isolated (text, PARLANCE_MAX_TOPIC);
      succeed (task, *text != '\0' ? g_strdup_printf (_ ("The topic is: %s"), line)
                                   : g_strdup (_ ("This room has no topic.")));
    }
  else if (strlen (run->argument) > PARLANCE_MAX_TOPIC)
    fail (task, g_strdup (_ ("The topic is too long. Shorten it.")));
  else
    parlance_chat_set_topic_async (chat_of (run), room_of (run), run->argument, NULL, on_topic,
                                   g_object_ref (task));
}

static void
show_people (GTask *task)
{
  gtk_widget_activate_action (g_task_get_source_object (task), "room.show-people", NULL);
  succeed (task, NULL);
}

/* --- messages and words ----------------------------------------------------------------------- */

static void
act (GTask *task, const Run *run)
{
  ParlanceSendOptions options = { .kind = PARLANCE_MESSAGE_ACTION };

  parlance_chat_send (chat_of (run), room_of (run), run->argument, &options);
  succeed (task, NULL);
}

static void
retry (GTask *task, const Run *run)
{
  ParlanceMessageList *messages = parlance_room_get_messages (room_of (run));
  guint n = parlance_message_list_get_n (messages);
  guint n_unsent = parlance_message_list_get_n_unsent (messages);
  g_autoptr (GPtrArray) failed = g_ptr_array_new_with_free_func (g_object_unref);

  /* Each one moves to the end when it is sent again. */
  for (guint i = n - n_unsent; i < n; i++)
    {
      ParlanceMessage *message = parlance_message_list_get (messages, i);
      if (parlance_message_get_state (message) == PARLANCE_MESSAGE_FAILED)
        g_ptr_array_add (failed, g_object_ref (message));
    }
  for (guint i = 0; i < failed->len; i++)
    parlance_chat_retry_message (chat_of (run), g_ptr_array_index (failed, i));
  succeed (task, failed->len == 0 ? g_strdup (_ ("Every message has been sent.")) : NULL);
}

static void
on_found_to_share (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Run *run = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceDefinition) definition =
      parlance_session_define_finish (PARLANCE_SESSION (source), result, &error);
  g_autofree char *word = parlance_display_line_dup_isolated (run->argument, MAX_CHARS);

  if (definition == NULL)
    fail (task, parlance_send_problem (error));
  else if (parlance_definition_get_n_entries (definition) == 0)
    fail (task, g_strdup_printf (_ ("No dictionary has “%s”. Nothing was shared."), word));
  else
    {
      parlance_client_share_in (run->client, run->conversation,
                                parlance_definition_get_entry (definition, 0));
      succeed (task, NULL);
    }
}

static void
share (GTask *task, const Run *run)
{
  ParlanceSession *session = parlance_chat_get_session (chat_of (run));
  ParlanceLookupOptions options = { .limit = 1 };

  if (session == NULL)
    fail (task, g_strdup (_ ("There is no connection to the server. Try again when it is back.")));
  else
    parlance_session_define_async (session, run->argument, &options, NULL, on_found_to_share,
                                   g_object_ref (task));
}

static void
run_command (GTask *task, ParlanceCommandKind kind, const Run *run)
{
  switch (kind)
    {
    case PARLANCE_COMMAND_JOIN:
      join (task, run);
      break;
    case PARLANCE_COMMAND_LEAVE:
      leave (task, run);
      break;
    case PARLANCE_COMMAND_ME:
      act (task, run);
      break;
    case PARLANCE_COMMAND_NICK:
      change_nick (task, run);
      break;
    case PARLANCE_COMMAND_TOPIC:
      topic (task, run);
      break;
    case PARLANCE_COMMAND_WHO:
      show_people (task);
      break;
    case PARLANCE_COMMAND_ROOMS:
      activate (task, "win.join-room", NULL);
      break;
    case PARLANCE_COMMAND_HISTORY:
      succeed (task, g_strdup (_ ("Earlier messages appear when you scroll up.")));
      break;
    case PARLANCE_COMMAND_DEFINE:
      activate (task, "win.look-up", run->argument);
      break;
    case PARLANCE_COMMAND_SHARE:
      share (task, run);
      break;
    case PARLANCE_COMMAND_RETRY:
      retry (task, run);
      break;
    case PARLANCE_COMMAND_HELP:
      activate (task, "composer.show-commands", NULL);
      break;
    case PARLANCE_COMMAND_QUIT:
      activate (task, "app.quit", NULL);
      break;
    case PARLANCE_COMMAND_NONE:
    case PARLANCE_COMMAND_SAY:
    default:
      g_assert_not_reached ();
    }
}

void
parlance_command_run_async (GtkWidget *widget,
                            ParlanceClient *client,
                            ParlanceConversation *conversation,
                            const ParlanceCommand *command,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  g_autoptr (GTask) task = g_task_new (widget, NULL, callback, user_data);
  Run *run = g_new (Run, 1);

  *run = (Run){ g_object_ref (client), g_object_ref (conversation), g_strdup (command->argument) };
  g_task_set_task_data (task, run, (GDestroyNotify)run_free);
  run_command (task, command->kind, run);
}

gboolean
parlance_command_run_finish (GtkWidget *widget,
                             GAsyncResult *result,
                             char **ret_notice,
                             GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, widget), FALSE);

  gboolean failed = g_task_had_error (G_TASK (result));
  *ret_notice = g_task_propagate_pointer (G_TASK (result), error);
  return !failed;
}
