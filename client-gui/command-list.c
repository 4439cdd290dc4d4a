/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line for each command, from the table that the composer reads.
 */
#include "client-gui/command-list.h"

#include <glib/gi18n.h>

#include "client-gui/command-words.h"

struct _ParlanceCommandList
{
  GtkPopover parent_instance;

  GtkGrid *grid;
};

G_DEFINE_FINAL_TYPE (ParlanceCommandList, parlance_command_list, GTK_TYPE_POPOVER)

static GtkWidget *
make_label (const char *text, const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, style_class);
  return label;
}

static void
add (ParlanceCommandList *self, int at, const char *usage, const char *summary)
{
  gtk_grid_attach (self->grid, make_label (usage, "monospace"), 0, at, 1, 1);
  gtk_grid_attach (self->grid, make_label (summary, "dim-label"), 1, at, 1, 1);
}

GtkWidget *
parlance_command_list_new (void)
{
  return g_object_new (PARLANCE_TYPE_COMMAND_LIST, NULL);
}

static void
parlance_command_list_class_init (ParlanceCommandListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/command-list.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceCommandList, grid);
}

static void
parlance_command_list_init (ParlanceCommandList *self)
{
  int at = 0;

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    {
      ParlanceCommandKind kind = (ParlanceCommandKind)i;
      g_autofree char *usage = parlance_command_words_usage (kind);
      if (usage != NULL)
        add (self, at++, usage, parlance_command_words_summary (kind));
    }
  add (self, at, "//…", _ ("Say something that begins with a slash"));
}
