/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The button says the server's name to who does not see the row.
 */
#include "client-gui/server-row.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"

struct _ParlanceServerRow
{
  AdwActionRow parent_instance;
  ParlanceServer *server;

  GtkImage *icon;
  GtkButton *join_button;
};

enum
{
  SIGNAL_JOIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceServerRow, parlance_server_row, ADW_TYPE_ACTION_ROW)

ParlanceServer *
parlance_server_row_get_server (ParlanceServerRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER_ROW (self), NULL);

  return self->server;
}

static char *
describe (ParlanceServer *server)
{
  guint n_users = parlance_server_get_n_users (server);
  guint n_dictionaries = parlance_server_get_n_dictionaries (server);
  g_autofree char *people =
      n_users == 0
          ? g_strdup (_ ("Nobody online"))
          : g_strdup_printf (ngettext ("%u person online", "%u people online", n_users), n_users);
  g_autofree char *dictionaries =
      n_dictionaries == 0
          ? g_strdup (_ ("no dictionaries"))
          : g_strdup_printf (ngettext ("%u dictionary", "%u dictionaries", n_dictionaries),
                             n_dictionaries);

  /* Translators: "2 people online · 3 dictionaries" */
  return g_strdup_printf (_ ("%s · %s"), people, dictionaries);
}

static char *
describe_place (ParlanceServer *server)
{
  const char *address = parlance_server_get_address (server);

  /* Translators: "127.0.0.1:9502 · this computer" */
  return parlance_server_get_is_local (server) ? g_strdup_printf (_ ("%s · this computer"), address)
                                               : g_strdup (address);
}

/* Returns: (transfer full): who gives no name goes by the address */
static char *
dup_name (ParlanceServer *server)
{
  g_autofree char *name = g_strstrip (parlance_plain_line (parlance_server_get_name (server)));

  return g_strdup (*name != '\0' ? name : parlance_server_get_address (server));
}

static void
update (ParlanceServerRow *self)
{
  g_autofree char *name = dup_name (self->server);
  g_autofree char *facts = describe (self->server);
  g_autofree char *place = describe_place (self->server);
  g_autofree char *subtitle = g_strdup_printf ("%s\n%s", facts, place);
  g_autofree char *isolated = parlance_plain_isolate (name);
  /* Translators: %s is the name of a server. */
  g_autofree char *join_label = g_strdup_printf (_ ("Join %s"), isolated);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  gtk_image_set_from_icon_name (self->icon, parlance_server_get_is_local (self->server)
                                                ? "computer-symbolic"
                                                : "network-server-symbolic");
  g_autofree char *row_label = g_strdup_printf ("%s, %s, %s", isolated, facts, place);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, row_label,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->join_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  join_label, -1);
}

static void
on_join (ParlanceServerRow *self)
{
  g_signal_emit (self, signals[SIGNAL_JOIN], 0);
}

GtkWidget *
parlance_server_row_new (ParlanceServer *server)
{
  ParlanceServerRow *self = g_object_new (PARLANCE_TYPE_SERVER_ROW, NULL);

  self->server = g_object_ref (server);
  g_signal_connect_object (server, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
parlance_server_row_dispose (GObject *object)
{
  g_clear_object (&PARLANCE_SERVER_ROW (object)->server);
  G_OBJECT_CLASS (parlance_server_row_parent_class)->dispose (object);
}

static void
parlance_server_row_class_init (ParlanceServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_server_row_dispose;
  signals[SIGNAL_JOIN] = g_signal_new ("join", PARLANCE_TYPE_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceServerRow, icon);
  gtk_widget_class_bind_template_child (widget_class, ParlanceServerRow, join_button);
  gtk_widget_class_bind_template_callback (widget_class, on_join);
}

static void
parlance_server_row_init (ParlanceServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The title would be said after what update() says, which has it. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->join_button),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}
