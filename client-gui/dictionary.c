/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows the sessions of a chat: each brings the list of its server's dictionaries.
 */
#include "client-gui/dictionary.h"

#include <glib/gi18n.h>

struct _ParlanceDictionary
{
  GObject parent_instance;
  ParlanceDictionaryChoice *choice;
  ParlanceWordCache *cache;
  ParlanceChat *chat;        /* (nullable) */
  GCancellable *cancellable; /* of asking which dictionaries there are */
  gboolean online;
};

enum
{
  PROP_0,
  PROP_ONLINE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceDictionary, parlance_dictionary, G_TYPE_OBJECT)

ParlanceDictionary *
parlance_dictionary_new (GSettings *settings)
{
  ParlanceDictionary *self = g_object_new (PARLANCE_TYPE_DICTIONARY, NULL);

  self->choice = parlance_dictionary_choice_new (settings);
  return self;
}

ParlanceDictionaryChoice *
parlance_dictionary_get_choice (ParlanceDictionary *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY (self), NULL);

  return self->choice;
}

ParlanceWordCache *
parlance_dictionary_get_cache (ParlanceDictionary *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY (self), NULL);

  return self->cache;
}

gboolean
parlance_dictionary_get_online (ParlanceDictionary *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY (self), FALSE);

  return self->online;
}

ParlanceSession *
parlance_dictionary_get_session (ParlanceDictionary *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY (self), NULL);

  return self->chat != NULL ? parlance_chat_get_session (self->chat) : NULL;
}

ParlanceLookupOptions
parlance_dictionary_get_options (ParlanceDictionary *self)
{
  return (ParlanceLookupOptions){
    .dictionaries = parlance_dictionary_choice_get_names (self->choice),
  };
}

/* --- the connection --------------------------------------------------------------------------- */

static void
on_dictionaries (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceDictionary) self = user_data;
  g_autoptr (GPtrArray) infos =
      parlance_session_dictionaries_finish (PARLANCE_SESSION (source), result, NULL);

  /* Failing that, all of them are asked, as before. */
  if (infos != NULL && source == G_OBJECT (parlance_dictionary_get_session (self)))
    parlance_dictionary_choice_set_dictionaries (self->choice, infos);
}

static void
ask_dictionaries (ParlanceDictionary *self)
{
  ParlanceSession *session = parlance_dictionary_get_session (self);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (session == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  parlance_session_dictionaries_async (session, self->cancellable, on_dictionaries,
                                       g_object_ref (self));
}

void
parlance_dictionary_note_error (ParlanceDictionary *self, const GError *error)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY (self));

  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_DICTIONARY))
    ask_dictionaries (self);
}

static void
on_session (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  ParlanceDictionary *self = user_data;
  gboolean online = parlance_dictionary_get_session (self) != NULL;

  ask_dictionaries (self);
  if (self->online == online)
    return;
  self->online = online;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

void
parlance_dictionary_set_chat (ParlanceDictionary *self, ParlanceChat *chat)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY (self));

  if (chat == self->chat)
    return;
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, chat);
  /* Another server has other dictionaries, maybe of the same names. */
  parlance_word_cache_clear (self->cache);
  parlance_dictionary_choice_set_dictionaries (self->choice, NULL);
  if (chat != NULL)
    g_signal_connect (chat, "notify::session", G_CALLBACK (on_session), self);
  on_session (chat, NULL, self);
}

/* --- words for people ------------------------------------------------------------------------- */

char *
parlance_dictionary_dup_reason (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == PARLANCE_ERROR)
    switch (error->code)
      {
      case PARLANCE_REASON_TOO_LONG:
        return g_strdup (_ ("That is too long to look up. Select a word or a short phrase."));
      case PARLANCE_REASON_BUSY:
        return g_strdup (_ ("The server has too much to do. Try again in a moment."));
      case PARLANCE_REASON_INVALID_PARAMS:
        return g_strdup (_ ("There is no word in that to look up."));
      case PARLANCE_REASON_NO_SUCH_DICTIONARY:
        return g_strdup (_ ("The server’s dictionaries have changed. Try again."));
      default:
        return g_strdup_printf (_ ("The server says: %s"), error->message);
      }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return g_strdup (_ ("The server’s answer makes no sense. It may be of another version."));
  return g_strdup (_ ("There is no connection to the server, and this was not looked up before."));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_dictionary_dispose (GObject *object)
{
  ParlanceDictionary *self = PARLANCE_DICTIONARY (object);

  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->chat);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (parlance_dictionary_parent_class)->dispose (object);
}

static void
parlance_dictionary_finalize (GObject *object)
{
  ParlanceDictionary *self = PARLANCE_DICTIONARY (object);

  g_clear_object (&self->choice);
  g_clear_object (&self->cache);
  G_OBJECT_CLASS (parlance_dictionary_parent_class)->finalize (object);
}

static void
parlance_dictionary_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ONLINE)
    g_value_set_boolean (value, PARLANCE_DICTIONARY (object)->online);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_dictionary_class_init (ParlanceDictionaryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_dictionary_dispose;
  object_class->finalize = parlance_dictionary_finalize;
  object_class->get_property = parlance_dictionary_get_property;
  properties[PROP_ONLINE] =
      g_param_spec_boolean ("online", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_dictionary_init (ParlanceDictionary *self)
{
  self->cache =
      parlance_word_cache_new (PARLANCE_WORD_CACHE_MAX_ENTRIES, PARLANCE_WORD_CACHE_MAX_BYTES);
}
