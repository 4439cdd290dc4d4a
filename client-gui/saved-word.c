/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of the word book's file:
 *
 *   {"saved_ms":N,"met_ms":N,"server":S,"room":S,"seq":N,"from":S,"sentence":S,"entry":{…}}
 *
 * where what is not known is left out, and the entry is as a server sent it.
 */
#include "client-gui/saved-word.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "protocol/wire/json-writer.h"

struct _ParlanceSavedWord
{
  GObject parent_instance;
  ParlanceEntry *entry;
  char *server;   /* (nullable) */
  char *room;     /* (nullable) */
  char *from;     /* (nullable) */
  char *sentence; /* (nullable) */
  gint64 seq;
  gint64 met_ms;
  gint64 saved_ms;
};

G_DEFINE_FINAL_TYPE (ParlanceSavedWord, parlance_saved_word, G_TYPE_OBJECT)

/* What a line says, apart from the entry. */
typedef struct
{
  gint64 saved_ms;
  gint64 met_ms;
  gint64 seq;
  char *server;
  char *room;
  char *from;
  char *sentence;
  ParlanceJsonValue entry;
} Line;

static const ParlanceField line_fields[] = {
  { "saved_ms", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (Line, saved_ms) },
  { "met_ms", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Line, met_ms) },
  { "seq", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Line, seq) },
  { "server", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Line, server) },
  { "room", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Line, room) },
  { "from", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Line, from) },
  { "sentence", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Line, sentence) },
  { "entry", PARLANCE_FIELD_OBJECT, TRUE, G_STRUCT_OFFSET (Line, entry) },
};

static void
line_clear (Line *line)
{
  g_free (line->server);
  g_free (line->room);
  g_free (line->from);
  g_free (line->sentence);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static ParlanceSavedWord *
new_with_context (ParlanceEntry *entry,
                  const ParlanceWordContext *context,
                  const char *server,
                  gint64 saved_ms)
{
  static const ParlanceWordContext nowhere = { 0 };
  ParlanceSavedWord *self = g_object_new (PARLANCE_TYPE_SAVED_WORD, NULL);

  if (context == NULL)
    context = &nowhere;
  self->entry = parlance_entry_ref (entry);
  self->sentence = g_strdup (context->sentence);
  self->room = g_strdup (context->room);
  self->from = g_strdup (context->from);
  self->server = g_strdup (context->room != NULL ? server : NULL);
  self->seq = context->room != NULL ? context->seq : 0;
  self->met_ms = context->time_ms;
  self->saved_ms = saved_ms;
  return self;
}

ParlanceSavedWord *
parlance_saved_word_new (ParlanceEntry *entry,
                         const ParlanceWordContext *context,
                         const char *server,
                         gint64 saved_ms)
{
  g_return_val_if_fail (entry != NULL, NULL);

  ParlanceSavedWord *self = new_with_context (entry, context, server, saved_ms);
  if (self->met_ms == 0)
    self->met_ms = saved_ms;
  return self;
}

ParlanceSavedWord *
parlance_saved_word_new_again (ParlanceSavedWord *self,
                               ParlanceEntry *entry,
                               const ParlanceWordContext *context,
                               const char *server)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  const ParlanceWordContext kept = {
    .sentence = self->sentence,
    .room = self->room,
    .from = self->from,
    .time_ms = self->met_ms,
    .seq = self->seq,
  };
  ParlanceSavedWord *again = context != NULL
                                 ? new_with_context (entry, context, server, self->saved_ms)
                                 : new_with_context (entry, &kept, self->server, self->saved_ms);
  if (again->met_ms == 0)
    again->met_ms = g_get_real_time () / 1000;
  return again;
}

/* --- as a line of the file -------------------------------------------------------------------- */

ParlanceSavedWord *
parlance_saved_word_new_from_value (const ParlanceJsonValue *value, GError **error)
{
  g_auto (Line) line = { 0 };

  if (!parlance_fields_read (value, line_fields, G_N_ELEMENTS (line_fields), &line, error))
    return NULL;
  g_autoptr (ParlanceEntry) entry = parlance_entry_new_from_value (&line.entry, error);
  if (entry == NULL)
    return NULL;

  const ParlanceWordContext context = {
    .sentence = line.sentence,
    .room = line.room,
    .from = line.from,
    .time_ms = line.met_ms,
    .seq = line.seq,
  };
  return parlance_saved_word_new (entry, &context, line.server, line.saved_ms);
}

static void
append_integer (GString *out, const char *name, gint64 number)
{
  g_string_append (out, name);
  parlance_json_append_int64 (out, number);
}

static void
append_string (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append (out, name);
  parlance_json_append_string (out, text, strlen (text));
}

void
parlance_saved_word_append_json (ParlanceSavedWord *self, GString *out)
{
  g_return_if_fail (PARLANCE_IS_SAVED_WORD (self));

  append_integer (out, "{\"saved_ms\":", self->saved_ms);
  append_integer (out, ",\"met_ms\":", self->met_ms);
  append_string (out, ",\"server\":", self->server);
  append_string (out, ",\"room\":", self->room);
  if (self->seq != 0)
    append_integer (out, ",\"seq\":", self->seq);
  append_string (out, ",\"from\":", self->from);
  append_string (out, ",\"sentence\":", self->sentence);
  g_string_append (out, ",\"entry\":");
  parlance_entry_append_json (self->entry, out);
  g_string_append_c (out, '}');
}

/* --- what there is ---------------------------------------------------------------------------- */

ParlanceEntry *
parlance_saved_word_get_entry (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return self->entry;
}

const char *
parlance_saved_word_get_headword (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return parlance_entry_get_headword (self->entry);
}

const char *
parlance_saved_word_get_phonetic (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return parlance_entry_get_phonetic (self->entry);
}

const char *
parlance_saved_word_get_text (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return parlance_entry_get_text (self->entry);
}

const char *
parlance_saved_word_get_dictionary (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return parlance_entry_get_dictionary (self->entry);
}

const char *
parlance_saved_word_get_sentence (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return self->sentence;
}

const char *
parlance_saved_word_get_server (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return self->server;
}

const char *
parlance_saved_word_get_room (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return self->room;
}

const char *
parlance_saved_word_get_from (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), NULL);

  return self->from;
}

gint64
parlance_saved_word_get_seq (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), 0);

  return self->seq;
}

gint64
parlance_saved_word_get_met (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), 0);

  return self->met_ms;
}

gint64
parlance_saved_word_get_saved (ParlanceSavedWord *self)
{
  g_return_val_if_fail (PARLANCE_IS_SAVED_WORD (self), 0);

  return self->saved_ms;
}

static void
parlance_saved_word_finalize (GObject *object)
{
  ParlanceSavedWord *self = PARLANCE_SAVED_WORD (object);

  g_clear_pointer (&self->entry, parlance_entry_unref);
  g_free (self->server);
  g_free (self->room);
  g_free (self->from);
  g_free (self->sentence);
  G_OBJECT_CLASS (parlance_saved_word_parent_class)->finalize (object);
}

static void
parlance_saved_word_class_init (ParlanceSavedWordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_saved_word_finalize;
}

static void
parlance_saved_word_init (ParlanceSavedWord *self)
{
}
