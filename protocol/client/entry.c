/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceEntry: owns a decoded copy of every member.
 */
#include "protocol/client/entry.h"

#include <string.h>

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"
#include "protocol/wire/json-writer.h"

struct _ParlanceEntry
{
  char *dictionary;
  char *headword;
  char *via;
  char *phonetic; /* (nullable) */
  char *text;
  char **tags;  /* (nullable) */
  char **forms; /* (nullable): kind, form, kind, form, … */
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceEntry, parlance_entry)

static const ParlanceField entry_fields[] = {
  { "dictionary", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceEntry, dictionary) },
  { "headword", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceEntry, headword) },
  { "via", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceEntry, via) },
  { "phonetic", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (ParlanceEntry, phonetic) },
  { "text", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceEntry, text) },
  { "tags", PARLANCE_FIELD_STRINGS, FALSE, G_STRUCT_OFFSET (ParlanceEntry, tags) },
  { "forms", PARLANCE_FIELD_PAIRS, FALSE, G_STRUCT_OFFSET (ParlanceEntry, forms) },
};

ParlanceEntry *
parlance_entry_new_from_value (const ParlanceJsonValue *value, GError **error)
{
  g_autoptr (ParlanceEntry) self = g_atomic_rc_box_new0 (ParlanceEntry);

  if (!parlance_fields_read (value, entry_fields, G_N_ELEMENTS (entry_fields), self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
entry_clear (gpointer data)
{
  ParlanceEntry *self = data;

  g_free (self->dictionary);
  g_free (self->headword);
  g_free (self->via);
  g_free (self->phonetic);
  g_free (self->text);
  g_strfreev (self->tags);
  g_strfreev (self->forms);
}

ParlanceEntry *
parlance_entry_shorten (ParlanceEntry *self, gsize max_bytes)
{
  if (strlen (self->text) <= max_bytes)
    return parlance_entry_ref (self);

  ParlanceEntry *copy = g_atomic_rc_box_new0 (ParlanceEntry);
  const char *end = g_utf8_find_prev_char (self->text, self->text + max_bytes + 1);
  g_autofree char *kept = g_strndup (self->text, (gsize)(end - self->text));
  copy->dictionary = g_strdup (self->dictionary);
  copy->headword = g_strdup (self->headword);
  copy->via = g_strdup (self->via);
  copy->phonetic = g_strdup (self->phonetic);
  copy->text = g_strconcat (kept, "…", NULL);
  copy->tags = g_strdupv (self->tags);
  copy->forms = g_strdupv (self->forms);
  return copy;
}

ParlanceEntry *
parlance_entry_ref (ParlanceEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_entry_unref (ParlanceEntry *self)
{
  g_atomic_rc_box_release_full (self, entry_clear);
}

const char *
parlance_entry_get_dictionary (const ParlanceEntry *self)
{
  return self->dictionary;
}

const char *
parlance_entry_get_headword (const ParlanceEntry *self)
{
  return self->headword;
}

gboolean
parlance_entry_is_lemma (const ParlanceEntry *self)
{
  return strcmp (self->via, "lemma") == 0;
}

const char *
parlance_entry_get_via (const ParlanceEntry *self)
{
  return self->via;
}

const char *
parlance_entry_get_phonetic (const ParlanceEntry *self)
{
  return self->phonetic;
}

const char *
parlance_entry_get_text (const ParlanceEntry *self)
{
  return self->text;
}

const char *const *
parlance_entry_get_tags (const ParlanceEntry *self)
{
  static const char *const none[] = { NULL };

  return self->tags != NULL ? (const char *const *)self->tags : none;
}

guint
parlance_entry_get_n_forms (const ParlanceEntry *self)
{
  return self->forms != NULL ? g_strv_length (self->forms) / 2 : 0;
}

const char *
parlance_entry_get_form (const ParlanceEntry *self, guint index, const char **ret_kind)
{
  g_return_val_if_fail (index < parlance_entry_get_n_forms (self), NULL);

  *ret_kind = self->forms[(gsize)2 * index];
  return self->forms[(gsize)2 * index + 1];
}

static void
append_member (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append (out, name);
  parlance_json_append_string (out, text, strlen (text));
}

void
parlance_entry_append_json (const ParlanceEntry *self, GString *out)
{
  append_member (out, "{\"dictionary\":", self->dictionary);
  append_member (out, ",\"headword\":", self->headword);
  append_member (out, ",\"via\":", self->via);
  append_member (out, ",\"phonetic\":", self->phonetic);
  append_member (out, ",\"text\":", self->text);

  for (guint i = 0; self->tags != NULL && self->tags[i] != NULL; i++)
    append_member (out, i == 0 ? ",\"tags\":[" : ",", self->tags[i]);
  if (self->tags != NULL && self->tags[0] != NULL)
    g_string_append_c (out, ']');

  for (guint i = 0; i < parlance_entry_get_n_forms (self); i++)
    {
      append_member (out, i == 0 ? ",\"forms\":{" : ",", self->forms[(gsize)2 * i]);
      append_member (out, ":", self->forms[(gsize)2 * i + 1]);
    }
  g_string_append (out, parlance_entry_get_n_forms (self) > 0 ? "}}" : "}");
}
