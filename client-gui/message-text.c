/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A label. Where a word begins and ends is not asked of Pango, to which a Chinese sentence is one
 * word and “don't” are two: the place alone is told.
 */
#include "client-gui/message-text.h"

#include "client-gui/text-links.h"
#include "client-gui/word-place.h"
#include "protocol/wire/utf8.h"

#define LONGEST_WORD 24 /* [characters] that fits into a line of the narrowest window */
#define ZERO_WIDTH_JOINER 0x200D
#define MAX_MINIMUM_WIDTH 120 /* [pixels] */
#define NARROW_CHARS 16       /* [characters] what a long line has room for in any window */
#define LONG_LINE 64 /* [characters] that are wider than those, whatever letters they are */

struct _ParlanceMessageText
{
  GtkWidget parent_instance;
  char *text;
  gint64 pressed_at; /* [code points] where the first press of a double-click was; -1: nowhere */
  int n_press;       /* of the pointer's button, in a row */
  char *selected;    /* (nullable): before it was pressed */

  GtkLabel *label;
};

enum
{
  PROP_0,
  PROP_TEXT,
  N_PROPS
};

enum
{
  SIGNAL_LOOK_UP,
  SIGNAL_WORD_SELECTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceMessageText, parlance_message_text, GTK_TYPE_WIDGET)

GtkWidget *
parlance_message_text_new (void)
{
  return g_object_new (PARLANCE_TYPE_MESSAGE_TEXT, NULL);
}

/* Words are broken only where there are such as do not fit: to find out how narrow a text can be,
 * GtkLabel breaks it wherever that is allowed, which takes ten times as long inside of words. */
static PangoWrapMode
choose_wrap_mode (const char *text)
{
  guint n = 0;

  for (const char *at = text; *at != '\0' && n <= LONGEST_WORD; at = parlance_utf8_next (at))
    {
      gunichar c = g_utf8_get_char (at);
      n = g_unichar_isspace (c) || g_unichar_iswide (c) ? 0 : n + 1;
    }
  return n > LONGEST_WORD ? PANGO_WRAP_WORD_CHAR : PANGO_WRAP_WORD;
}

static gboolean
has_long_line (const char *text)
{
  guint n = 0;

  for (const char *at = text; *at != '\0' && n < LONG_LINE; at = parlance_utf8_next (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (c);

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        n = 0;
      else if (!g_unichar_iszerowidth (c))
        n++;
    }
  return n >= LONG_LINE;
}

/* Whether a text can be cut before @c without a letter being torn apart. */
static gboolean
can_cut (gunichar before, gunichar c)
{
  return before != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_JOINER && !g_unichar_ismark (c) &&
         g_unichar_type (c) != G_UNICODE_MODIFIER_SYMBOL;
}

/* For every line of a word that does not fit, Pango shapes all that is left of it: 8 kB without a
 * space would stop the window for half a minute. It shapes parts of different languages apart,
 * so long words are made of pieces that alternate between two that look the same. */
static void
cut_long_words (PangoAttrList *attributes, const char *text)
{
  const char *piece = text;
  gunichar before = 0;
  guint n = 0;
  gboolean odd = FALSE;

  for (const char *at = text; *at != '\0'; at = parlance_utf8_next (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (n >= LONGEST_WORD && can_cut (before, c))
        {
          PangoAttribute *language =
              pango_attr_language_new (pango_language_from_string (odd ? "en-us" : "en-gb"));
          language->start_index = (guint)(piece - text);
          language->end_index = (guint)(at - text);
          pango_attr_list_insert (attributes, language);
          odd = !odd;
          piece = at;
          n = 0;
        }
      if (g_unichar_isspace (c) || g_unichar_iswide (c))
        {
          piece = parlance_utf8_next (at);
          n = 0;
        }
      else
        n++;
      before = c;
    }
}

void
parlance_message_text_set_text (ParlanceMessageText *self, const char *text)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self));
  g_return_if_fail (text != NULL);

  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->pressed_at = -1;

  parlance_message_text_set_attributes (self, NULL);
  gtk_label_set_wrap_mode (self->label, choose_wrap_mode (text));
  /* Without a width GtkLabel breaks the text after every word to find the narrowest. With one that
   * is more than the text has it contradicts itself. */
  gtk_label_set_width_chars (self->label, has_long_line (text) ? NARROW_CHARS : -1);
  g_autofree char *markup = parlance_text_links_to_markup (text);
  if (markup != NULL)
    gtk_label_set_markup (self->label, markup);
  else
    gtk_label_set_text (self->label, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

const char *
parlance_message_text_get_text (ParlanceMessageText *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self), NULL);

  return self->text;
}

void
parlance_message_text_set_attributes (ParlanceMessageText *self, PangoAttrList *attributes)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self));

  /* A break inside of what has no spaces, like an address, is no hyphenation. */
  g_autoptr (PangoAttrList) all =
      attributes != NULL ? pango_attr_list_copy (attributes) : pango_attr_list_new ();
  pango_attr_list_insert (all, pango_attr_insert_hyphens_new (FALSE));
  if (self->text != NULL)
    cut_long_words (all, self->text);
  gtk_label_set_attributes (self->label, all);
}

void
parlance_message_text_set_max_lines (ParlanceMessageText *self, guint n_lines)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self));

  gtk_label_set_ellipsize (self->label, n_lines > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_lines (self->label, n_lines > 0 ? (int)n_lines : -1);
}

void
parlance_message_text_select (ParlanceMessageText *self, gint64 start, gint64 end)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self));
  g_return_if_fail (0 <= start && start <= end && end <= G_MAXINT);

  gtk_label_select_region (self->label, (int)start, (int)end);
}

/* --- places ----------------------------------------------------------------------------------- */

/* Returns: [code points] the character at a place of the widget, or -1 where there is none */
static gint64
place_to_offset (ParlanceMessageText *self, double x, double y)
{
  PangoLayout *layout = gtk_label_get_layout (self->label);
  double label_x;
  double label_y;
  int layout_x;
  int layout_y;
  int index;
  int trailing;

  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (self->label), x, y,
                                         &label_x, &label_y))
    return -1;
  gtk_label_get_layout_offsets (self->label, &layout_x, &layout_y);
  if (!pango_layout_xy_to_index (layout, (int)(label_x - layout_x) * PANGO_SCALE,
                                 (int)(label_y - layout_y) * PANGO_SCALE, &index, &trailing))
    return -1;
  return g_utf8_pointer_to_offset (self->text, self->text + index);
}

/* Returns: where the code points from @start to before @end stand; where that is several lines, its
 * beginning on the first one */
static GdkRectangle
offsets_to_place (ParlanceMessageText *self, gint64 start, gint64 end)
{
  PangoLayout *layout = gtk_label_get_layout (self->label);
  int layout_x;
  int layout_y;
  PangoRectangle first;
  PangoRectangle last;
  double x;
  double y;

  gtk_label_get_layout_offsets (self->label, &layout_x, &layout_y);
  pango_layout_index_to_pos (
      layout, (int)(g_utf8_offset_to_pointer (self->text, start) - self->text), &first);
  pango_layout_index_to_pos (layout, (int)(g_utf8_offset_to_pointer (self->text, end) - self->text),
                             &last);
  int left = first.x;
  int right = last.y == first.y ? last.x : first.x + first.width;
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->label), GTK_WIDGET (self),
                                         PANGO_PIXELS (MIN (left, right)) + layout_x,
                                         PANGO_PIXELS (first.y) + layout_y, &x, &y))
    x = y = 0;
  return (GdkRectangle){ (int)x, (int)y, MAX (1, PANGO_PIXELS (ABS (right - left))),
                         PANGO_PIXELS (first.height) };
}

static void
emit_look_up (ParlanceMessageText *self, const char *text, gint64 at, const GdkRectangle *where)
{
  g_signal_emit (self, signals[SIGNAL_LOOK_UP], 0, text, at, where);
}

char *
parlance_message_text_dup_selected (ParlanceMessageText *self)
{
  int start;
  int end;

  g_return_val_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self), NULL);

  if (self->text == NULL || !gtk_label_get_selection_bounds (self->label, &start, &end))
    return NULL;
  return g_utf8_substring (self->text, start, end);
}

void
parlance_message_text_look_up (ParlanceMessageText *self)
{
  int start;
  int end;

  g_return_if_fail (PARLANCE_IS_MESSAGE_TEXT_WIDGET (self));

  if (self->text == NULL || self->text[0] == '\0')
    return;
  if (gtk_label_get_selection_bounds (self->label, &start, &end))
    {
      GdkRectangle where = offsets_to_place (self, start, end);
      g_autofree char *selected = g_utf8_substring (self->text, start, end);
      emit_look_up (self, selected, -1, &where);
      return;
    }

  /* A caret at the very end stands behind the last character. */
  glong n_chars = g_utf8_strlen (self->text, -1);
  gint64 at = MIN (start, n_chars - 1);
  GdkRectangle where = offsets_to_place (self, at, at + 1);
  emit_look_up (self, self->text, at, &where);
}

/* --- input ------------------------------------------------------------------------------------ */

static gboolean
get_selected_word (ParlanceMessageText *self, gint64 *ret_start, gint64 *ret_end)
{
  int start;
  int end;

  if (!gtk_label_get_selection_bounds (self->label, &start, &end))
    return FALSE;
  *ret_start = start;
  *ret_end = end;
  return parlance_word_place_narrow (self->text, ret_start, ret_end);
}

/* Not by GtkGestureClick: when the label begins to select, that hears nothing more. */
static gboolean
on_event (GtkEventControllerLegacy *controller, GdkEvent *event, ParlanceMessageText *self)
{
  if (gdk_event_get_event_type (event) != GDK_BUTTON_RELEASE ||
      gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY || self->n_press != 1)
    return GDK_EVENT_PROPAGATE;
  g_autofree char *selected = parlance_message_text_dup_selected (self);
  gint64 start;
  gint64 end;
  if (selected == NULL || g_strcmp0 (selected, self->selected) == 0 ||
      !get_selected_word (self, &start, &end))
    return GDK_EVENT_PROPAGATE;
  GdkRectangle where = offsets_to_place (self, start, end);
  g_autofree char *word = g_utf8_substring (self->text, start, end);
  g_signal_emit (self, signals[SIGNAL_WORD_SELECTED], 0, word, (gint64)-1, &where);
  return GDK_EVENT_PROPAGATE;
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, ParlanceMessageText *self)
{
  self->n_press = n_press;
  g_free (self->selected);
  self->selected = parlance_message_text_dup_selected (self);
  /* The first press may give the label the focus, and that may scroll it away under the pointer. */
  if (n_press == 1)
    self->pressed_at = place_to_offset (self, x, y);
  if (n_press != 2 || self->pressed_at < 0)
    return;
  GdkRectangle where = offsets_to_place (self, self->pressed_at, self->pressed_at + 1);
  emit_look_up (self, self->text, self->pressed_at, &where);
}

static gboolean
on_activate_link (GtkLabel *label, const char *uri, ParlanceMessageText *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (parlance_text_links_is_safe (uri))
    gtk_show_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri, GDK_CURRENT_TIME);
  return GDK_EVENT_STOP;
}

/* In a popover, which keeps keys from the window's accelerators. */
static gboolean
on_define_key (GtkWidget *widget, GVariant *parameters, gpointer user_data)
{
  parlance_message_text_look_up (PARLANCE_MESSAGE_TEXT_WIDGET (widget));
  return GDK_EVENT_STOP;
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_message_text_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (parlance_message_text_parent_class)->dispose (object);
}

static void
parlance_message_text_finalize (GObject *object)
{
  ParlanceMessageText *self = PARLANCE_MESSAGE_TEXT_WIDGET (object);

  g_free (self->text);
  g_free (self->selected);
  G_OBJECT_CLASS (parlance_message_text_parent_class)->finalize (object);
}

static void
parlance_message_text_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TEXT)
    g_value_set_string (value, PARLANCE_MESSAGE_TEXT_WIDGET (object)->text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_message_text_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  const char *text = g_value_get_string (value);

  if (id == PROP_TEXT)
    parlance_message_text_set_text (PARLANCE_MESSAGE_TEXT_WIDGET (object),
                                    text != NULL ? text : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static GtkSizeRequestMode
parlance_message_text_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* The least width that the label can be laid out in. */
static int
get_label_width (ParlanceMessageText *self)
{
  int minimum;

  gtk_widget_measure (GTK_WIDGET (self->label), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  return minimum;
}

/* A letter under a thousand accents breaks nowhere, and may be as wide as several screens. What a
 * stranger writes must not say how wide the window is: it is cut off where its place ends. */
static void
parlance_message_text_measure (GtkWidget *widget,
                               GtkOrientation orientation,
                               int for_size,
                               int *minimum,
                               int *natural,
                               int *minimum_baseline,
                               int *natural_baseline)
{
  ParlanceMessageText *self = PARLANCE_MESSAGE_TEXT_WIDGET (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    for_size = MAX (for_size, get_label_width (self));
  gtk_widget_measure (GTK_WIDGET (self->label), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, MAX_MINIMUM_WIDTH);
}

static void
parlance_message_text_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ParlanceMessageText *self = PARLANCE_MESSAGE_TEXT_WIDGET (widget);

  gtk_widget_allocate (GTK_WIDGET (self->label), MAX (width, get_label_width (self)), height,
                       baseline, NULL);
}

static void
parlance_message_text_class_init (ParlanceMessageTextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_message_text_dispose;
  object_class->finalize = parlance_message_text_finalize;
  object_class->get_property = parlance_message_text_get_property;
  object_class->set_property = parlance_message_text_set_property;
  properties[PROP_TEXT] = g_param_spec_string (
      "text", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_LOOK_UP] = g_signal_new (
      "look-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
      G_TYPE_STRING, G_TYPE_INT64, GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_WORD_SELECTED] = g_signal_new (
      "word-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT64, GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);

  widget_class->get_request_mode = parlance_message_text_get_request_mode;
  widget_class->measure = parlance_message_text_measure;
  widget_class->size_allocate = parlance_message_text_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-text.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageText, label);
  gtk_widget_class_bind_template_callback (widget_class, on_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_event);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_link);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, on_define_key, NULL);
}

static void
parlance_message_text_init (ParlanceMessageText *self)
{
  self->pressed_at = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
