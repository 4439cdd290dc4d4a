/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See fake-stardict.h.
 */
#include "tests/dictionary/fake-stardict.h"

#include <string.h>

#include "tests/dictionary/packed.h"

void
fake_stardict_init (FakeStardict *self, const char *more)
{
  *self = (FakeStardict){ .more = more };
  self->index = g_string_new (NULL);
  self->body = g_string_new (NULL);
  self->synonyms = g_string_new (NULL);
}

void
fake_stardict_clear (FakeStardict *self)
{
  g_string_free (self->index, TRUE);
  g_string_free (self->body, TRUE);
  g_string_free (self->synonyms, TRUE);
}

static void
append_u32 (GString *to, guint64 number)
{
  guint32 bytes = GUINT32_TO_BE ((guint32)number);
  g_string_append_len (to, (const char *)&bytes, sizeof (bytes));
}

void
fake_stardict_add_record (FakeStardict *self, const char *word, guint64 offset, guint64 n_bytes)
{
  g_string_append_len (self->index, word, (gssize)strlen (word) + 1);
  if (self->is_wide)
    append_u32 (self->index, offset >> 32);
  append_u32 (self->index, offset);
  append_u32 (self->index, n_bytes);
  self->n_words++;
}

void
fake_stardict_add_bytes (FakeStardict *self, const char *word, const void *article, gsize n_bytes)
{
  fake_stardict_add_record (self, word, self->body->len, n_bytes);
  g_string_append_len (self->body, article, (gssize)n_bytes);
}

void
fake_stardict_add (FakeStardict *self, const char *word, const char *article)
{
  fake_stardict_add_bytes (self, word, article, strlen (article));
}

void
fake_stardict_add_synonym (FakeStardict *self, const char *synonym, guint32 number)
{
  g_string_append_len (self->synonyms, synonym, (gssize)strlen (synonym) + 1);
  append_u32 (self->synonyms, number);
  self->n_synonyms++;
}

GByteArray *
fake_stardict_gzip (const GString *bytes)
{
  static const PackedFlaw plain = { .no_table = TRUE };
  return packed_new (bytes->str, bytes->len, 4096, &plain);
}

char *
fake_stardict_write (const TestFolder *folder, const FakeStardict *source)
{
  GString *info = g_string_new ("StarDict's dict ifo file\n");
  g_string_append_printf (info, "version=%s\nwordcount=%d\nidxfilesize=%d\n%s",
                          source->version != NULL ? source->version : "2.4.2",
                          (int)source->n_words + source->more_words,
                          (int)source->index->len + source->more_bytes, source->more);
  if (source->n_synonyms > 0)
    {
      g_string_append_printf (info, "synwordcount=%u\n", source->n_synonyms);
      test_folder_add (folder, "words.syn", source->synonyms->str, (gssize)source->synonyms->len);
    }
  if (source->is_packed)
    {
      g_autoptr (GByteArray) index = fake_stardict_gzip (source->index);
      gsize n_chunk = MAX (64, source->body->len / 1000);
      g_autoptr (GByteArray) body =
          packed_new (source->body->str, source->body->len, n_chunk, NULL);
      test_folder_add (folder, "words.idx.gz", index->data, (gssize)index->len);
      test_folder_add (folder, "words.dict.dz", body->data, (gssize)body->len);
    }
  else
    {
      test_folder_add (folder, "words.idx", source->index->str, (gssize)source->index->len);
      test_folder_add (folder, "words.dict", source->body->str, (gssize)source->body->len);
    }
  char *path = test_folder_write (folder, "words.ifo", info->str, (gssize)info->len);
  g_string_free (info, TRUE);
  return path;
}
