/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a compiled dictionary: whether the file is one, and where its sections are.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/dictionary/dictionary-parts.h"
#include "server/dictionary/mapping.h"
#include "server/dictionary/soundex.h"
#include "server/dictionary/source.h"

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "not a compiled dictionary: %s", why);
  return FALSE;
}

static gboolean
check_header (const LayoutHeader *header, gsize n_bytes, GError **error)
{
  if (n_bytes < sizeof *header || memcmp (header->magic, LAYOUT_MAGIC, sizeof header->magic) != 0)
    return refuse ("no header", error);
  if (header->byte_order != LAYOUT_BYTE_ORDER || header->version != LAYOUT_VERSION)
    return refuse ("made by another version or on another machine", error);
  if (header->checksum != layout_header_checksum (header))
    return refuse ("the header is damaged", error);
  if (header->n_bytes != n_bytes)
    return refuse ("cut short", error);
  return TRUE;
}

/* The units that a section is made of; what is addressed by bytes has 1. */
static const gsize section_units[LAYOUT_N_SECTIONS] = {
  [LAYOUT_RECORDS] = 1,
  [LAYOUT_KEYS] = 1,
  [LAYOUT_ORDER] = sizeof (guint32),
  [LAYOUT_SLOTS] = sizeof (LayoutSlot),
  [LAYOUT_POSTINGS] = sizeof (guint32),
  [LAYOUT_SUFFIX] = sizeof (guint32),
  [LAYOUT_SOUNDEX_STARTS] = sizeof (guint32),
  [LAYOUT_SOUNDEX] = sizeof (guint32),
  [LAYOUT_LENGTH_STARTS] = sizeof (guint32),
  [LAYOUT_LENGTHS] = sizeof (guint32),
  [LAYOUT_SIGNATURES] = sizeof (guint64),
  [LAYOUT_FORMS] = 1,
  [LAYOUT_STARTS] = sizeof (guint32),
  [LAYOUT_ALIASES] = 1,
  [LAYOUT_ALIAS_ORDER] = sizeof (guint32),
  [LAYOUT_ALIAS_RECORDS] = sizeof (guint32),
  [LAYOUT_ALIAS_KEYS] = sizeof (guint32),
  [LAYOUT_ALIAS_SUFFIX] = sizeof (guint32),
  [LAYOUT_ALIAS_SUFFIX_KEYS] = sizeof (guint32),
  [LAYOUT_PROPERTIES] = 1,
};

static gboolean
take_sections (Dictionary *self, const guint8 *data, gsize n_bytes, GError **error)
{
  const LayoutHeader *header = (const LayoutHeader *)(gconstpointer)data;

  for (guint i = 0; i < LAYOUT_N_SECTIONS; i++)
    {
      LayoutSection section = header->sections[i];

      if (section.offset % 8 != 0 || section.offset > n_bytes ||
          section.n_bytes > n_bytes - section.offset || section.n_bytes % section_units[i] != 0)
        return refuse ("a section is out of place", error);
      /* Counts are held in 32 bits from here on. */
      if (section_units[i] > 1 && section.n_bytes / section_units[i] > G_MAXUINT32)
        return refuse ("a section is too large", error);
      self->sections[i] = (DictionarySection){ data + section.offset, section.n_bytes };
    }
  if (self->sections[LAYOUT_SOUNDEX_STARTS].n_bytes != (SOUNDEX_N_CODES + 1) * sizeof (guint32) ||
      self->sections[LAYOUT_LENGTH_STARTS].n_bytes != LAYOUT_N_LENGTH_STARTS * sizeof (guint32) ||
      self->sections[LAYOUT_SLOTS].n_bytes == 0)
    return refuse ("a section is too short", error);
  /* Two numbers a hit. */
  if (self->sections[LAYOUT_ALIAS_RECORDS].n_bytes != self->sections[LAYOUT_ALIAS_KEYS].n_bytes ||
      self->sections[LAYOUT_ALIAS_SUFFIX].n_bytes !=
          self->sections[LAYOUT_ALIAS_SUFFIX_KEYS].n_bytes)
    return refuse ("a section is too short", error);
  return TRUE;
}

static gboolean
take_properties (Dictionary *self, GError **error)
{
  const char *at = (const char *)self->sections[LAYOUT_PROPERTIES].data;
  gsize n_left = self->sections[LAYOUT_PROPERTIES].n_bytes;

  for (guint i = 0; i < LAYOUT_N_PROPERTIES; i++)
    {
      gsize n = strnlen (at, n_left);

      if (n == n_left)
        return refuse ("a property has no end", error);
      self->properties[i] = g_utf8_make_valid (at, (gssize)n);
      at += n + 1;
      n_left -= n + 1;
    }
  return TRUE;
}

Dictionary *
dictionary_new (GBytes *bytes, GError **error)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);
  const LayoutHeader *header = (const LayoutHeader *)(gconstpointer)data;
  Dictionary *self;

  if (!check_header (header, n_bytes, error))
    return NULL;
  self = g_new0 (Dictionary, 1);
  atomic_init (&self->n_refs, 1);
  atomic_init (&self->index.state, LIBRARY_INDEX_NONE);
  self->bytes = g_bytes_ref (bytes);
  self->n_entries = header->n_entries;
  if (take_sections (self, data, n_bytes, error) && take_properties (self, error))
    return self;
  dictionary_unref (self);
  return NULL;
}

static GBytes *
map (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  GBytes *bytes = NULL;
  struct stat file;

  if (fd >= 0 && fstat (fd, &file) == 0 && S_ISREG (file.st_mode) && file.st_size > 0)
    bytes = mapping_new (fd, (gsize)file.st_size);
  if (fd >= 0)
    close (fd);
  if (!bytes)
    refuse ("it cannot be opened", error);
  return bytes;
}

Dictionary *
dictionary_open (const char *path, const LayoutStamp *stamp, GError **error)
{
  g_autoptr (GBytes) bytes = map (path, error);
  const LayoutHeader *header;

  if (!bytes)
    return NULL;
  header = g_bytes_get_data (bytes, NULL);
  if (!check_header (header, g_bytes_get_size (bytes), error))
    return NULL;
  if (memcmp (&header->stamp, stamp, sizeof *stamp) != 0)
    {
      refuse ("made of another state of the source", error);
      return NULL;
    }
  return dictionary_new (bytes, error);
}

Dictionary *
dictionary_ref (Dictionary *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
dictionary_unref (Dictionary *self)
{
  if (!self || atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (guint i = 0; i < LAYOUT_N_PROPERTIES; i++)
    g_free (self->properties[i]);
  fulltext_free (self->index.fulltext);
  g_free (self->index.path);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const char *
dictionary_property (const Dictionary *self, LayoutProperty property)
{
  return self->properties[property];
}

guint64
dictionary_n_entries (const Dictionary *self)
{
  return self->n_entries;
}

gsize
dictionary_n_bytes (const Dictionary *self)
{
  return g_bytes_get_size (self->bytes);
}

LayoutStamp
dictionary_stamp (const Dictionary *self)
{
  const LayoutHeader *header = g_bytes_get_data (self->bytes, NULL);

  return header->stamp;
}
