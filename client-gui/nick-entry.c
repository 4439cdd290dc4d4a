/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words under the entry stay until the text is another one.
 */
#include "client-gui/nick-entry.h"

#include "client-gui/focus-children.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

struct _ParlanceNickEntry
{
  GtkWidget parent_instance;

  AdwEntryRow *row;
  GtkLabel *hint;
};

enum
{
  SIGNAL_ACTIVATE,
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceNickEntry, parlance_nick_entry, GTK_TYPE_WIDGET)

const char *
parlance_nick_entry_get_text (ParlanceNickEntry *self)
{
  g_return_val_if_fail (PARLANCE_IS_NICK_ENTRY (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->row));
}

void
parlance_nick_entry_set_text (ParlanceNickEntry *self, const char *nick)
{
  g_return_if_fail (PARLANCE_IS_NICK_ENTRY (self));

  gtk_editable_set_text (GTK_EDITABLE (self->row), nick);
}

gboolean
parlance_nick_entry_is_valid (ParlanceNickEntry *self)
{
  g_return_val_if_fail (PARLANCE_IS_NICK_ENTRY (self), FALSE);

  const char *text = parlance_nick_entry_get_text (self);
  return parlance_nick_is_valid (text, strlen (text));
}

/* @words: (nullable): %NULL: nothing is wrong */
static void
say (ParlanceNickEntry *self, const char *words)
{
  gtk_label_set_text (self->hint, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), words != NULL);
  if (words != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->row), "error");
}

/* Returns: (transfer full) (nullable) */
static char *
describe_problem (ParlanceNickEntry *self)
{
  const char *text = parlance_nick_entry_get_text (self);

  if (*text == '\0')
    return g_strdup (_ ("Write what others are to call you."));
  if (g_utf8_strlen (text, -1) > PARLANCE_MAX_NICK)
    return g_strdup_printf (ngettext ("A nick has at most %d character.",
                                      "A nick has at most %d characters.", PARLANCE_MAX_NICK),
                            PARLANCE_MAX_NICK);
  if (!parlance_nick_is_valid (text, strlen (text)))
    return g_strdup (
        _ ("A nick is one word of letters and digits; “-”, “_” and “.” may be in it."));
  return NULL;
}

static void
on_changed (ParlanceNickEntry *self)
{
  g_autofree char *problem = describe_problem (self);

  say (self, problem);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_activated (ParlanceNickEntry *self)
{
  if (parlance_nick_entry_is_valid (self))
    g_signal_emit (self, signals[SIGNAL_ACTIVATE], 0);
}

void
parlance_nick_entry_edit (ParlanceNickEntry *self)
{
  g_return_if_fail (PARLANCE_IS_NICK_ENTRY (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->row));
  gtk_editable_select_region (GTK_EDITABLE (self->row), 0, -1);
}

void
parlance_nick_entry_refuse (ParlanceNickEntry *self, const char *words, const char *suggestion)
{
  g_return_if_fail (PARLANCE_IS_NICK_ENTRY (self));

  parlance_nick_entry_set_text (self, suggestion);
  say (self, words);
  parlance_nick_entry_edit (self);
}

static gboolean
parlance_nick_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PARLANCE_NICK_ENTRY (widget)->row));
}

static void
parlance_nick_entry_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (parlance_nick_entry_parent_class)->dispose (object);
}

static void
parlance_nick_entry_class_init (ParlanceNickEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_nick_entry_dispose;
  widget_class->grab_focus = parlance_nick_entry_grab_focus;
  widget_class->focus = parlance_focus_children;
  signals[SIGNAL_ACTIVATE] =
      g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/nick-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceNickEntry, row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNickEntry, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
parlance_nick_entry_init (ParlanceNickEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
