/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings are what counts; the list is made from them and from what the server has.
 */
#include "client-gui/dictionary-choice.h"

#define KEY_ORDER "dictionary-order"
#define KEY_HIDDEN "hidden-dictionaries"

struct _ParlanceDictionaryChoice
{
  GObject parent_instance;
  GSettings *settings;
  GPtrArray *infos; /* (nullable): of ParlanceDictionaryInfo, in the server's order */
  GPtrArray *items; /* of ParlanceDictionaryItem, in the person's */
  char **names;     /* (nullable) */
  gboolean writing; /* it is the items that change the settings */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void parlance_dictionary_choice_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceDictionaryChoice,
                               parlance_dictionary_choice,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      parlance_dictionary_choice_list_init))

/* --- the list --------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *list)
{
  return PARLANCE_TYPE_DICTIONARY_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return PARLANCE_DICTIONARY_CHOICE (list)->items->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  GPtrArray *items = PARLANCE_DICTIONARY_CHOICE (list)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
parlance_dictionary_choice_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- from the settings ------------------------------------------------------------------------ */

static void on_shown (ParlanceDictionaryItem *item, GParamSpec *property, gpointer user_data);

static ParlanceDictionaryItem *
find_item (ParlanceDictionaryChoice *self, const char *name)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (parlance_dictionary_item_get_name (self->items->pdata[i]), name))
      return self->items->pdata[i];
  return NULL;
}

static void
add_item (ParlanceDictionaryChoice *self,
          ParlanceDictionaryInfo *info,
          const char *const *hidden_names)
{
  const char *name = parlance_dictionary_info_get_name (info);

  if (find_item (self, name) != NULL)
    return;
  ParlanceDictionaryItem *item =
      parlance_dictionary_item_new (info, !g_strv_contains (hidden_names, name));
  g_signal_connect_object (item, "notify::shown", G_CALLBACK (on_shown), self, 0);
  g_ptr_array_add (self->items, item);
}

static void
make_items (ParlanceDictionaryChoice *self)
{
  g_auto (GStrv) order = g_settings_get_strv (self->settings, KEY_ORDER);
  g_auto (GStrv) hidden_names = g_settings_get_strv (self->settings, KEY_HIDDEN);
  guint n_infos = self->infos != NULL ? self->infos->len : 0;

  g_ptr_array_set_size (self->items, 0);
  for (char **name = order; *name != NULL; name++)
    for (guint i = 0; i < n_infos; i++)
      if (g_str_equal (parlance_dictionary_info_get_name (self->infos->pdata[i]), *name))
        add_item (self, self->infos->pdata[i], (const char *const *)hidden_names);
  for (guint i = 0; i < n_infos; i++)
    add_item (self, self->infos->pdata[i], (const char *const *)hidden_names);
}

/* Whether the server would do the same without being told. */
static gboolean
is_usual (ParlanceDictionaryChoice *self)
{
  for (guint i = 0; self->infos != NULL && i < self->items->len; i++)
    if (!parlance_dictionary_item_get_shown (self->items->pdata[i]) ||
        parlance_dictionary_item_get_info (self->items->pdata[i]) != self->infos->pdata[i])
      return FALSE;
  return TRUE;
}

static void
make_names (ParlanceDictionaryChoice *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = FALSE;

  for (guint i = 0; i < self->items->len; i++)
    if (parlance_dictionary_item_get_shown (self->items->pdata[i]))
      {
        g_strv_builder_add (builder, parlance_dictionary_item_get_name (self->items->pdata[i]));
        any = TRUE;
      }
  g_clear_pointer (&self->names, g_strfreev);
  if (any && !is_usual (self))
    self->names = g_strv_builder_end (builder);
}

static void
rebuild (ParlanceDictionaryChoice *self)
{
  guint n_before = self->items->len;

  make_items (self);
  make_names (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->items->len);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_setting (GSettings *settings, const char *key, gpointer user_data)
{
  ParlanceDictionaryChoice *self = user_data;

  if (!self->writing)
    rebuild (self);
}

/* --- to the settings -------------------------------------------------------------------------- */

/* Keeps what is said of dictionaries that are not here. */
static void
write_hidden (ParlanceDictionaryChoice *self)
{
  g_auto (GStrv) old = g_settings_get_strv (self->settings, KEY_HIDDEN);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **name = old; *name != NULL; name++)
    if (find_item (self, *name) == NULL)
      g_strv_builder_add (builder, *name);
  for (guint i = 0; i < self->items->len; i++)
    if (!parlance_dictionary_item_get_shown (self->items->pdata[i]))
      g_strv_builder_add (builder, parlance_dictionary_item_get_name (self->items->pdata[i]));

  g_auto (GStrv) hidden_names = g_strv_builder_end (builder);
  self->writing = TRUE;
  g_settings_set_strv (self->settings, KEY_HIDDEN, (const char *const *)hidden_names);
  self->writing = FALSE;
}

static void
on_shown (ParlanceDictionaryItem *item, GParamSpec *property, gpointer user_data)
{
  ParlanceDictionaryChoice *self = user_data;

  write_hidden (self);
  make_names (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
write_order (ParlanceDictionaryChoice *self)
{
  g_auto (GStrv) old = g_settings_get_strv (self->settings, KEY_ORDER);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->items->len; i++)
    g_strv_builder_add (builder, parlance_dictionary_item_get_name (self->items->pdata[i]));
  for (char **name = old; *name != NULL; name++)
    if (find_item (self, *name) == NULL)
      g_strv_builder_add (builder, *name);

  g_auto (GStrv) order = g_strv_builder_end (builder);
  self->writing = TRUE;
  g_settings_set_strv (self->settings, KEY_ORDER, (const char *const *)order);
  self->writing = FALSE;
}

void
parlance_dictionary_choice_move (ParlanceDictionaryChoice *self, guint from, guint to)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_CHOICE (self));
  g_return_if_fail (from < self->items->len && to < self->items->len);

  if (from == to)
    return;
  gpointer item = g_ptr_array_steal_index (self->items, from);
  g_ptr_array_insert (self->items, (int)to, item);
  write_order (self);
  make_names (self);
  guint first = MIN (from, to);
  guint n = MAX (from, to) - first + 1;
  g_list_model_items_changed (G_LIST_MODEL (self), first, n, n);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- the rest --------------------------------------------------------------------------------- */

ParlanceDictionaryChoice *
parlance_dictionary_choice_new (GSettings *settings)
{
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  ParlanceDictionaryChoice *self = g_object_new (PARLANCE_TYPE_DICTIONARY_CHOICE, NULL);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::" KEY_ORDER, G_CALLBACK (on_setting), self, 0);
  g_signal_connect_object (settings, "changed::" KEY_HIDDEN, G_CALLBACK (on_setting), self, 0);
  return self;
}

void
parlance_dictionary_choice_set_dictionaries (ParlanceDictionaryChoice *self, GPtrArray *infos)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_CHOICE (self));

  g_clear_pointer (&self->infos, g_ptr_array_unref);
  if (infos != NULL)
    self->infos = g_ptr_array_ref (infos);
  rebuild (self);
}

const char *const *
parlance_dictionary_choice_get_names (ParlanceDictionaryChoice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_CHOICE (self), NULL);

  return (const char *const *)self->names;
}

const char *
parlance_dictionary_choice_get_title (ParlanceDictionaryChoice *self, const char *name)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_CHOICE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  ParlanceDictionaryItem *item = find_item (self, name);
  return item != NULL ? parlance_dictionary_item_get_title (item) : name;
}

static void
parlance_dictionary_choice_finalize (GObject *object)
{
  ParlanceDictionaryChoice *self = PARLANCE_DICTIONARY_CHOICE (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->infos, g_ptr_array_unref);
  g_ptr_array_unref (self->items);
  g_strfreev (self->names);
  G_OBJECT_CLASS (parlance_dictionary_choice_parent_class)->finalize (object);
}

static void
parlance_dictionary_choice_class_init (ParlanceDictionaryChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_dictionary_choice_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
parlance_dictionary_choice_init (ParlanceDictionaryChoice *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}
