/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A row is bound a hundred times in a jump: what it shows is set, not built, and dividers, avatar
 * and card are made the first time that a message needs them.
 */
#include "client-gui/message-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/definition-card.h"
#include "client-gui/message-divider.h"
#include "client-gui/message-quote.h"
#include "client-gui/message-status.h"
#include "client-gui/message-text.h"
#include "client-gui/message-times.h"
#include "client-gui/nick-color.h"
#include "client-gui/operator-actions.h"
#include "client-gui/plain-text.h"
#include "protocol/client/mention.h"

#define FLASH_MS 1600 /* [ms] */

static const char *const operations[] = { "message.kick", "message.mute", "message.ban" };

struct _ParlanceMessageRow
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceTimelineItem *item; /* (nullable) */
  const char *color;          /* (nullable): class of @author */
  guint flash;                /* 0, or ends it */

  GtkWidget *body;
  GtkWidget *side;
  GtkLabel *side_time;
  GtkBox *column;
  GtkWidget *head;
  GtkLabel *author;
  GtkLabel *time;
  GtkBox *bubble;
  ParlanceMessageText *text;

  /* (nullable) */
  GtkWidget *day;
  GtkWidget *unread;
  GtkWidget *avatar;
  GtkWidget *quote;
  GtkWidget *card;
  GtkWidget *status;
  GtkWidget *menu;
};

enum
{
  SIGNAL_LOOK_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceMessageRow, parlance_message_row, GTK_TYPE_WIDGET)

/* --- parts that few rows have ----------------------------------------------------------------- */

static void
set_class (ParlanceMessageRow *self, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
hide (GtkWidget *widget)
{
  if (widget != NULL)
    gtk_widget_set_visible (widget, FALSE);
}

static void
show_dividers (ParlanceMessageRow *self, ParlanceTimelineMarks marks, gint64 time_ms)
{
  if (marks & PARLANCE_TIMELINE_STARTS_DAY)
    {
      g_autofree char *day = parlance_message_times_day (time_ms);
      if (self->day == NULL)
        {
          self->day = parlance_message_divider_new ("day");
          gtk_widget_insert_after (self->day, GTK_WIDGET (self), NULL);
        }
      parlance_message_divider_set_text (PARLANCE_MESSAGE_DIVIDER (self->day), day);
      gtk_widget_set_visible (self->day, TRUE);
    }
  else
    hide (self->day);
  if (marks & PARLANCE_TIMELINE_FIRST_UNREAD)
    {
      if (self->unread == NULL)
        {
          self->unread = parlance_message_divider_new ("unread");
          parlance_message_divider_set_text (PARLANCE_MESSAGE_DIVIDER (self->unread),
                                             _ ("New messages"));
          gtk_widget_insert_before (self->unread, GTK_WIDGET (self), self->body);
        }
      gtk_widget_set_visible (self->unread, TRUE);
    }
  else
    hide (self->unread);
}

static void
show_avatar (ParlanceMessageRow *self, const char *nick)
{
  if (self->avatar == NULL)
    {
      self->avatar = adw_avatar_new (32, NULL, TRUE);
      gtk_widget_set_halign (self->avatar, GTK_ALIGN_END);
      gtk_widget_set_hexpand (self->avatar, TRUE);
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->avatar), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE,
                                   -1);
      gtk_box_append (GTK_BOX (self->side), self->avatar);
    }
  adw_avatar_set_text (ADW_AVATAR (self->avatar), nick);
  gtk_widget_set_visible (self->avatar, TRUE);
}

static void
show_status (ParlanceMessageRow *self, ParlanceMessage *message)
{
  ParlanceMessageState state = parlance_message_get_state (message);

  set_class (self, "pending", state == PARLANCE_MESSAGE_PENDING);
  if (state == PARLANCE_MESSAGE_SENT)
    {
      hide (self->status);
      return;
    }
  if (self->status == NULL)
    {
      self->status = parlance_message_status_new ();
      gtk_box_append (self->column, self->status);
    }
  parlance_message_status_set (PARLANCE_MESSAGE_STATUS (self->status), message);
  gtk_widget_set_visible (self->status, TRUE);
}

static void
show_quote (ParlanceMessageRow *self, ParlanceMessage *message)
{
  gint64 seq = parlance_message_get_reply_to (message);

  if (seq == 0)
    {
      hide (self->quote);
      return;
    }
  if (self->quote == NULL)
    {
      self->quote = parlance_message_quote_new ();
      gtk_box_prepend (self->bubble, self->quote);
    }
  ParlanceConversation *conversation =
      parlance_client_get_conversation (self->client, parlance_message_get_room (message));
  parlance_message_quote_set (
      PARLANCE_MESSAGE_QUOTE (self->quote),
      conversation != NULL
          ? parlance_room_get_messages (parlance_conversation_get_room (conversation))
          : NULL,
      seq);
  gtk_widget_set_visible (self->quote, TRUE);
}

static void
on_look_up (GtkWidget *source, /* the text or the card */
            const char *said,
            gint64 at,
            const GdkRectangle *where,
            ParlanceMessageRow *self)
{
  GdkRectangle place = *where;
  double x;
  double y;

  if (!gtk_widget_translate_coordinates (source, GTK_WIDGET (self), where->x, where->y, &x, &y))
    return;
  place.x = (int)x;
  place.y = (int)y;
  g_signal_emit (self, signals[SIGNAL_LOOK_UP], 0, said, at, &place);
}

static void
show_card (ParlanceMessageRow *self, ParlanceMessage *message)
{
  ParlanceWordContext context = { .room = parlance_message_get_room (message),
                                  .from = parlance_message_get_from (message),
                                  .time_ms = parlance_message_get_time_ms (message),
                                  .seq = parlance_message_get_seq (message) };

  if (self->card == NULL)
    {
      self->card = parlance_definition_card_new ();
      parlance_definition_card_set_client (PARLANCE_DEFINITION_CARD (self->card), self->client);
      g_signal_connect_object (self->card, "look-up", G_CALLBACK (on_look_up), self, 0);
      gtk_box_append (self->bubble, self->card);
    }
  parlance_definition_card_set_entry (PARLANCE_DEFINITION_CARD (self->card),
                                      parlance_message_get_entry (message), &context);
  gtk_widget_set_visible (self->card, TRUE);
}

/* --- showing ---------------------------------------------------------------------------------- */

static void
set_color (ParlanceMessageRow *self, const char *color)
{
  if (self->color == color)
    return;
  if (self->color != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->author), self->color);
  gtk_widget_add_css_class (GTK_WIDGET (self->author), color);
  self->color = color;
}

static void
show_marks (ParlanceMessageRow *self)
{
  ParlanceMessage *message = parlance_timeline_item_get_message (self->item);
  ParlanceTimelineMarks marks = parlance_timeline_item_get_marks (self->item);
  gboolean starts = (marks & PARLANCE_TIMELINE_STARTS_GROUP) != 0;
  gboolean own = parlance_message_get_is_own (message);
  gboolean action = parlance_message_get_kind (message) == PARLANCE_MESSAGE_ACTION;
  const char *from = parlance_message_get_from (message);
  gint64 time_ms = parlance_message_get_time_ms (message);
  g_autofree char *time = parlance_message_times_clock (time_ms);

  show_dividers (self, marks, time_ms);
  set_class (self, "starts", starts);
  gboolean has_head = starts && !own && !action;
  gtk_widget_set_visible (self->head, has_head);
  gtk_widget_set_visible (GTK_WIDGET (self->side_time), !has_head);
  gtk_label_set_text (has_head ? self->time : self->side_time, time);
  if (has_head)
    {
      gtk_label_set_text (self->author, from);
      set_color (self, parlance_nick_color_class (from));
      show_avatar (self, from);
    }
  else
    hide (self->avatar);
}

static void
show_text (ParlanceMessageRow *self, ParlanceMessage *message)
{
  const char *text = parlance_message_get_text (message);
  gboolean has_card = parlance_message_get_entry (message) != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->text), !has_card);
  if (has_card)
    {
      show_card (self, message);
      return;
    }
  hide (self->card);
  if (parlance_message_get_kind (message) != PARLANCE_MESSAGE_ACTION)
    {
      parlance_message_text_set_text (self->text, text);
      return;
    }
  g_autofree char *from = parlance_plain_isolate (parlance_message_get_from (message));
  g_autofree char *line = g_strdup_printf ("%s %s", from, text);
  parlance_message_text_set_text (self->text, line);
}

static const char *
describe_state (ParlanceMessage *message)
{
  switch (parlance_message_get_state (message))
    {
    case PARLANCE_MESSAGE_PENDING:
      return _ ("Sending…");
    case PARLANCE_MESSAGE_FAILED:
      return _ ("Not sent");
    case PARLANCE_MESSAGE_SENT:
    default:
      return NULL;
    }
}

static void
name_row (ParlanceMessageRow *self, ParlanceMessage *message)
{
  g_autofree char *time = parlance_message_times_clock (parlance_message_get_time_ms (message));
  const char *state = describe_state (message);
  /* Translators: who, when (14:03), what was said; read out by screen readers */
  g_autofree char *said = g_strdup_printf (_ ("%s, %s: %s"), parlance_message_get_from (message),
                                           time, parlance_message_get_text (message));
  g_autofree char *label = state != NULL ? g_strdup_printf ("%s (%s)", said, state) : NULL;
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : said, -1);
  if (parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    label != NULL ? label : said, -1);
}

static gboolean
is_mention (ParlanceMessageRow *self, ParlanceMessage *message)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  return chat != NULL && !parlance_message_get_is_own (message) &&
         parlance_text_mentions (parlance_message_get_text (message),
                                 parlance_chat_get_nick (chat));
}

static void
on_marks (ParlanceTimelineItem *item, GParamSpec *property, ParlanceMessageRow *self)
{
  show_marks (self);
}

static void
on_state (ParlanceMessage *message, GParamSpec *property, ParlanceMessageRow *self)
{
  show_status (self, message);
  show_marks (self);
  name_row (self, message);
}

static void
end_flash (ParlanceMessageRow *self)
{
  g_clear_handle_id (&self->flash, g_source_remove);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "flash");
}

static void
unbind (ParlanceMessageRow *self)
{
  if (self->item == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->item, self);
  g_signal_handlers_disconnect_by_data (parlance_timeline_item_get_message (self->item), self);
  g_clear_object (&self->item);
  end_flash (self);
}

void
parlance_message_row_bind (ParlanceMessageRow *self, ParlanceTimelineItem *item)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_ROW (self));

  unbind (self);
  if (item == NULL)
    return;

  ParlanceMessage *message = parlance_timeline_item_get_message (item);
  gboolean own = parlance_message_get_is_own (message);
  self->item = g_object_ref (item);
  g_signal_connect (item, "notify::marks", G_CALLBACK (on_marks), self);
  if (own)
    g_signal_connect (message, "notify::state", G_CALLBACK (on_state), self);

  set_class (self, "own", own);
  set_class (self, "mention", is_mention (self, message));
  set_class (self, "action", parlance_message_get_kind (message) == PARLANCE_MESSAGE_ACTION);
  gtk_widget_set_halign (self->body, own ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  gtk_widget_set_halign (GTK_WIDGET (self->bubble), own ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  show_quote (self, message);
  show_text (self, message);
  show_status (self, message);
  show_marks (self);
  name_row (self, message);
}

ParlanceTimelineItem *
parlance_message_row_get_item (ParlanceMessageRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_ROW (self), NULL);

  return self->item;
}

static gboolean
on_flashed (gpointer user_data)
{
  ParlanceMessageRow *self = user_data;

  self->flash = 0;
  end_flash (self);
  return G_SOURCE_REMOVE;
}

void
parlance_message_row_flash (ParlanceMessageRow *self)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_ROW (self));

  end_flash (self);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flash");
  self->flash = g_timeout_add (FLASH_MS, on_flashed, self);
}

/* --- actions ---------------------------------------------------------------------------------- */

static ParlanceMessage *
get_message (ParlanceMessageRow *self)
{
  return self->item != NULL ? parlance_timeline_item_get_message (self->item) : NULL;
}

static void
copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceMessage *message = get_message (PARLANCE_MESSAGE_ROW (widget));

  if (message != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), parlance_message_get_text (message));
}

static void
reply (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceMessage *message = get_message (PARLANCE_MESSAGE_ROW (widget));

  if (message != NULL && parlance_message_get_seq (message) > 0)
    gtk_widget_activate_action (widget, "room.reply", "x", parlance_message_get_seq (message));
}

static void
look_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceMessageRow *self = PARLANCE_MESSAGE_ROW (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->text)))
    parlance_message_text_look_up (self->text);
}

static void
resend (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceMessageRow *self = PARLANCE_MESSAGE_ROW (widget);
  ParlanceMessage *message = get_message (self);
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  if (message == NULL || chat == NULL)
    return;
  if (g_str_equal (name, "message.retry"))
    parlance_chat_retry_message (chat, message);
  else
    parlance_chat_discard_message (chat, message);
}

static void
operate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceMessage *message = get_message (PARLANCE_MESSAGE_ROW (widget));

  if (message != NULL)
    gtk_widget_activate_action (widget, "win.operate", "(ss)", strchr (name, '.') + 1,
                                parlance_message_get_from (message));
}

/* What is in it for operators alone: about whoever wrote the message. */
static void
append_operation (GMenu *section, const char *label, const char *action)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, action);

  g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
  g_menu_append_item (section, item);
}

static GMenuModel *
get_menu (void)
{
  static GMenu *menu;

  if (menu == NULL)
    {
      menu = g_menu_new ();
      g_menu_append (menu, _ ("_Reply"), "message.reply");
      g_menu_append (menu, _ ("_Copy"), "message.copy");
      g_menu_append (menu, _ ("_Look Up Selection"), "message.look-up");
      g_autoptr (GMenu) section = g_menu_new ();
      append_operation (section, _ ("_Kick Author…"), "message.kick");
      append_operation (section, _ ("_Mute Author…"), "message.mute");
      append_operation (section, _ ("_Ban Author…"), "message.ban");
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
    }
  return G_MENU_MODEL (menu);
}

void
parlance_message_row_show_menu (ParlanceMessageRow *self, const GdkRectangle *where)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_ROW (self));

  ParlanceMessage *message = get_message (self);
  if (message == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.reply",
                                 parlance_message_get_seq (message) > 0);
  gboolean can_operate = !parlance_message_get_is_own (message) &&
                         parlance_operator_actions_are_enabled (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), operations[i], can_operate);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.look-up",
                                 gtk_widget_get_visible (GTK_WIDGET (self->text)));
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (get_menu ());
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), where);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* --- the object ------------------------------------------------------------------------------- */

GtkWidget *
parlance_message_row_new (ParlanceClient *client)
{
  ParlanceMessageRow *self = g_object_new (PARLANCE_TYPE_MESSAGE_ROW, NULL);

  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

static void
parlance_message_row_dispose (GObject *object)
{
  ParlanceMessageRow *self = PARLANCE_MESSAGE_ROW (object);
  GtkWidget *child;

  unbind (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_message_row_parent_class)->dispose (object);
}

static void
parlance_message_row_class_init (ParlanceMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_message_row_dispose;
  signals[SIGNAL_LOOK_UP] = g_signal_new (
      "look-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
      G_TYPE_STRING, G_TYPE_INT64, GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_type_ensure (PARLANCE_TYPE_MESSAGE_TEXT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, side);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, side_time);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, column);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, head);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, author);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageRow, text);
  gtk_widget_class_bind_template_callback (widget_class, on_look_up);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "message.reply", NULL, reply);
  gtk_widget_class_install_action (widget_class, "message.look-up", NULL, look_up);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    gtk_widget_class_install_action (widget_class, operations[i], NULL, operate);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, resend);
  gtk_widget_class_install_action (widget_class, "message.discard", NULL, resend);
}

static void
parlance_message_row_init (ParlanceMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
