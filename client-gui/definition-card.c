/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An entry may hold megabytes: what is not shown is not laid out.
 */
#include "client-gui/definition-card.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/display-line.h"
#include "client-gui/entry-text.h"
#include "client-gui/message-text.h"
#include "client-gui/quiet-attributes.h"
#include "client-gui/save-button.h"
#include "protocol/wire/utf8.h"

#define SHORT_LINES 3
#define SHORT_BYTES 600
#define LONG_BYTES (8 * 1024)
#define LINE_COLUMNS 36 /* of the narrowest card */
#define MAX_WORD_CHARS 80

struct _ParlanceDefinitionCard
{
  GtkWidget parent_instance;
  ParlanceClient *client; /* (nullable) */
  ParlanceEntry *entry;   /* (nullable) */
  gboolean expanded;

  GtkLabel *headword;
  GtkLabel *phonetic;
  ParlanceMessageText *text;
  GtkLabel *dictionary;
  GtkButton *more;
  GtkButton *open;
  ParlanceSaveButton *save;
};

enum
{
  SIGNAL_LOOK_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceDefinitionCard, parlance_definition_card, GTK_TYPE_WIDGET)

GtkWidget *
parlance_definition_card_new (void)
{
  return g_object_new (PARLANCE_TYPE_DEFINITION_CARD, NULL);
}

void
parlance_definition_card_set_client (ParlanceDefinitionCard *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_CARD (self));

  g_set_object (&self->client, client);
}

/* --- the text --------------------------------------------------------------------------------- */

/* Leaves so many paragraphs of @text. Returns: how many there are */
static guint
keep_paragraphs (char *text, guint max_paragraphs, gboolean *cut)
{
  guint n = 1;

  for (char *end = strchr (text, '\n'); end != NULL; end = strchr (end + 1, '\n'))
    if (n++ == max_paragraphs)
      {
        *end = '\0';
        *cut = TRUE;
        return max_paragraphs;
      }
  return n;
}

/* Whether a narrow card would show only a part of a paragraph of @text. */
static gboolean
is_long (const char *text, guint n_lines)
{
  guint n_columns = 0;

  for (; *text != '\0' && n_columns <= n_lines * LINE_COLUMNS; text = parlance_utf8_next (text))
    {
      gunichar c = g_utf8_get_char (text);

      n_columns = c == '\n' ? 0 : n_columns + (g_unichar_iswide (c) ? 2 : 1);
    }
  return n_columns > n_lines * LINE_COLUMNS;
}

static void
show_text (ParlanceDefinitionCard *self)
{
  g_autoptr (GArray) quiet = g_array_new (FALSE, FALSE, sizeof (ParlanceTextRange));
  guint n_lines = 0;
  gboolean cut;
  g_autofree char *text = parlance_entry_text_lay_out (
      parlance_entry_get_text (self->entry), parlance_entry_get_headword (self->entry),
      self->expanded ? LONG_BYTES : SHORT_BYTES, quiet, &cut);
  g_autoptr (PangoAttrList) attributes = parlance_quiet_attributes_new (quiet);

  /* A label bounds the lines of each paragraph. */
  if (!self->expanded)
    n_lines = SHORT_LINES / keep_paragraphs (text, SHORT_LINES, &cut);
  parlance_message_text_set_max_lines (self->text, n_lines);
  parlance_message_text_set_text (self->text, text);
  parlance_message_text_set_attributes (self->text, attributes);
  gtk_widget_set_visible (GTK_WIDGET (self->text), text[0] != '\0');
  gtk_button_set_label (self->more, self->expanded ? _ ("Less") : _ ("More"));
  gtk_widget_set_visible (GTK_WIDGET (self->more),
                          self->expanded || cut || is_long (text, n_lines));
}

static void
set_line (GtkLabel *label, const char *text)
{
  g_autofree char *line = parlance_display_line_dup (text != NULL ? text : "", MAX_WORD_CHARS);

  gtk_label_set_text (label, line);
  gtk_widget_set_visible (GTK_WIDGET (label), line[0] != '\0');
}

static const char *
get_title (ParlanceDefinitionCard *self)
{
  const char *name = parlance_entry_get_dictionary (self->entry);

  if (self->client == NULL)
    return name;
  return parlance_dictionary_choice_get_title (
      parlance_dictionary_get_choice (parlance_client_get_dictionary (self->client)), name);
}

void
parlance_definition_card_set_entry (ParlanceDefinitionCard *self,
                                    ParlanceEntry *entry,
                                    const ParlanceWordContext *context)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_CARD (self));

  if (entry != self->entry)
    {
      g_clear_pointer (&self->entry, parlance_entry_unref);
      self->entry = entry != NULL ? parlance_entry_ref (entry) : NULL;
      self->expanded = FALSE;
    }
  parlance_save_button_set_entry (self->save, self->client, entry, context);
  if (entry == NULL)
    return;
  set_line (self->headword, parlance_entry_get_headword (entry));
  set_line (self->phonetic, parlance_entry_get_phonetic (entry));
  set_line (self->dictionary, get_title (self));
  gtk_widget_set_visible (GTK_WIDGET (self->open), parlance_entry_get_headword (entry)[0] != '\0');
  show_text (self);
}

/* --- input ------------------------------------------------------------------------------------ */

static void
on_more (GtkButton *button, ParlanceDefinitionCard *self)
{
  self->expanded = !self->expanded;
  show_text (self);
}

static void
on_open (GtkButton *button, ParlanceDefinitionCard *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.look-up", "s",
                              parlance_entry_get_headword (self->entry));
}

static void
on_look_up (ParlanceMessageText *source,
            const char *text,
            gint64 at,
            const GdkRectangle *where,
            ParlanceDefinitionCard *self)
{
  GdkRectangle in_card = *where;
  double x;
  double y;

  if (!gtk_widget_translate_coordinates (GTK_WIDGET (source), GTK_WIDGET (self), where->x, where->y,
                                         &x, &y))
    return;
  in_card.x = (int)x;
  in_card.y = (int)y;
  g_signal_emit (self, signals[SIGNAL_LOOK_UP], 0, text, at, &in_card);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_definition_card_dispose (GObject *object)
{
  ParlanceDefinitionCard *self = PARLANCE_DEFINITION_CARD (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_definition_card_parent_class)->dispose (object);
}

static void
parlance_definition_card_class_init (ParlanceDefinitionCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_definition_card_dispose;
  signals[SIGNAL_LOOK_UP] = g_signal_new (
      "look-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
      G_TYPE_STRING, G_TYPE_INT64, GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);

  g_type_ensure (PARLANCE_TYPE_MESSAGE_TEXT);
  g_type_ensure (PARLANCE_TYPE_SAVE_BUTTON);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/definition-card.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, headword);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, phonetic);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, text);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, dictionary);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, more);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, open);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, save);
  gtk_widget_class_bind_template_callback (widget_class, on_more);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_look_up);
}

static void
parlance_definition_card_init (ParlanceDefinitionCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
