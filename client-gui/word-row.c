/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are recycled: everything that is shown is set anew with every word.
 */
#include "client-gui/word-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/word-emphasis.h"

#define N_CLOSED_LINES 2       /* of a sense and of a sentence, while the row is closed */
#define MAX_SHOWN_BYTES 16384u /* of an entry: one may hold megabytes */

struct _ParlanceWordRow
{
  GtkWidget parent_instance;
  ParlanceSavedWord *word; /* (nullable) */
  gboolean is_open;

  GtkLabel *day;
  GtkLabel *headword;
  GtkLabel *phonetic;
  GtkImage *arrow;
  GtkLabel *sense;
  GtkLabel *sentence;
  GtkLabel *place;
  GtkWidget *buttons;
  GtkActionable *look_up;
  GtkActionable *show_message;
  GtkActionable *remove;
};

G_DEFINE_FINAL_TYPE (ParlanceWordRow, parlance_word_row, GTK_TYPE_WIDGET)

GtkWidget *
parlance_word_row_new (void)
{
  return g_object_new (PARLANCE_TYPE_WORD_ROW, NULL);
}

/* --- words ------------------------------------------------------------------------------------ */

char *
parlance_word_row_dup_day (gint64 time_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ms / 1000);
  g_autoptr (GDateTime) day = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();

  if (day == NULL)
    return g_strdup ("");
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (today, -1);
  if (g_date_time_get_year (day) == g_date_time_get_year (today) &&
      g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (today))
    return g_strdup (_ ("Today"));
  if (g_date_time_get_year (day) == g_date_time_get_year (yesterday) &&
      g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_ ("Yesterday"));
  /* Translators: a day, as g_date_time_format() has it: 5 November 2026 */
  return g_date_time_format (day, _ ("%-d %B %Y"));
}

/* Returns: (transfer full): where and when the word was met */
static char *
describe_place (ParlanceSavedWord *word)
{
  const char *room = parlance_saved_word_get_room (word);
  const char *from = parlance_saved_word_get_from (word);
  g_autofree char *day = parlance_word_row_dup_day (parlance_saved_word_get_met (word));

  /* Names are isolated, so that right-to-left ones leave what is around them where it is. */
  if (room != NULL && from != NULL)
    /* Translators: who said the sentence, in which room, on what day */
    return g_strdup_printf (_ ("\u2068%s\u2069 in \u2068%s\u2069 · %s"), from, room, day);
  if (room != NULL)
    return g_strdup_printf ("\u2068%s\u2069 · %s", room, day);
  return g_steal_pointer (&day);
}

/* Returns: (transfer full): @text up to its first line break, or as much as is shown of it */
static char *
shorten (const char *text, gboolean first_line)
{
  gsize n_bytes = first_line ? strcspn (text, "\n") : strlen (text);

  if (n_bytes <= MAX_SHOWN_BYTES)
    return g_strndup (text, n_bytes);
  const char *end = g_utf8_find_prev_char (text, text + MAX_SHOWN_BYTES);
  g_autofree char *begin = g_strndup (text, (gsize)(end - text));
  return g_strconcat (begin, "…", NULL);
}

/* Text is never markup: emphasis is by attributes. */
static void
show_sentence (ParlanceWordRow *self)
{
  const char *sentence = parlance_saved_word_get_sentence (self->word);
  gsize start;
  gsize end;

  gtk_widget_set_visible (GTK_WIDGET (self->sentence), sentence != NULL);
  if (sentence == NULL)
    return;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC));
  if (parlance_word_emphasis_find (sentence, parlance_saved_word_get_entry (self->word), &start,
                                   &end))
    {
      PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
      bold->start_index = (guint)start;
      bold->end_index = (guint)end;
      pango_attr_list_insert (attributes, bold);
    }
  gtk_label_set_text (self->sentence, sentence);
  gtk_label_set_attributes (self->sentence, attributes);
}

/* What a screen reader says of the row. */
static void
update_accessible (ParlanceWordRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *sentence = parlance_saved_word_get_sentence (self->word);
  g_autofree char *sense = shorten (parlance_saved_word_get_text (self->word), TRUE);
  g_autofree char *label =
      sentence != NULL
          ? g_strdup_printf ("%s: %s. “%s”", parlance_saved_word_get_headword (self->word), sense,
                             sentence)
          : g_strdup_printf ("%s: %s", parlance_saved_word_get_headword (self->word), sense);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
}

void
parlance_word_row_set_word (ParlanceWordRow *self, ParlanceSavedWord *word, gboolean has_message)
{
  g_return_if_fail (PARLANCE_IS_WORD_ROW (self));
  g_return_if_fail (PARLANCE_IS_SAVED_WORD (word));

  const char *headword = parlance_saved_word_get_headword (word);
  const char *phonetic = parlance_saved_word_get_phonetic (word);
  g_autofree char *place = describe_place (word);

  g_set_object (&self->word, word);
  gtk_label_set_text (self->headword, headword);
  gtk_label_set_text (self->phonetic, phonetic != NULL ? phonetic : "");
  gtk_label_set_text (self->place, place);
  gtk_widget_set_visible (GTK_WIDGET (self->place),
                          parlance_saved_word_get_sentence (word) != NULL);
  show_sentence (self);
  gtk_widget_set_visible (GTK_WIDGET (self->show_message), has_message);
  gtk_actionable_set_action_target (self->look_up, "s", headword);
  gtk_actionable_set_action_name (self->look_up, "words.look-up");
  gtk_actionable_set_action_target (self->show_message, "s", headword);
  gtk_actionable_set_action_name (self->show_message, "words.show-message");
  gtk_actionable_set_action_target (self->remove, "s", headword);
  gtk_actionable_set_action_name (self->remove, "words.remove");
  parlance_word_row_set_open (self, self->is_open);
  update_accessible (self);
}

void
parlance_word_row_set_day (ParlanceWordRow *self, const char *day)
{
  g_return_if_fail (PARLANCE_IS_WORD_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->day), day != NULL);
  gtk_label_set_text (self->day, day != NULL ? day : "");
}

void
parlance_word_row_set_open (ParlanceWordRow *self, gboolean is_open)
{
  g_return_if_fail (PARLANCE_IS_WORD_ROW (self));

  const int n_lines = is_open ? -1 : N_CLOSED_LINES;

  self->is_open = is_open;
  gtk_widget_set_visible (self->buttons, is_open);
  gtk_image_set_from_icon_name (self->arrow, is_open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_label_set_lines (self->sense, n_lines);
  gtk_label_set_ellipsize (self->sense, is_open ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (self->sentence, n_lines);
  gtk_label_set_ellipsize (self->sentence, is_open ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  if (self->word != NULL)
    {
      g_autofree char *text = shorten (parlance_saved_word_get_text (self->word), !is_open);
      gtk_label_set_text (self->sense, text);
    }
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_word_row_dispose (GObject *object)
{
  ParlanceWordRow *self = PARLANCE_WORD_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->word);
  G_OBJECT_CLASS (parlance_word_row_parent_class)->dispose (object);
}

static void
parlance_word_row_class_init (ParlanceWordRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_word_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/word-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, day);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, headword);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, phonetic);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, arrow);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, sense);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, place);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, look_up);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, show_message);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordRow, remove);
}

static void
parlance_word_row_init (ParlanceWordRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
