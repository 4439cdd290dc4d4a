/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See packed.h. Every chunk ends with a full flush, so that it unpacks by itself.
 */
#include "tests/dictionary/packed.h"

#include <string.h>
#include <zlib.h>

static void
append_u16 (GByteArray *to, guint number)
{
  guint8 bytes[] = { (guint8)number, (guint8)(number >> 8) };
  g_byte_array_append (to, bytes, sizeof (bytes));
}

static void
append_u32 (GByteArray *to, gulong number)
{
  append_u16 (to, number & 0xFFFF);
  append_u16 (to, number >> 16 & 0xFFFF);
}

static void
append_text (GByteArray *to, const char *text)
{
  g_byte_array_append (to, (const guint8 *)text, (guint)strlen (text) + 1);
}

/* Packs @n_bytes and appends them to @to. Returns: how many bytes that became */
static guint
pack (z_stream *stream, const char *bytes, gsize n_bytes, int flush, GByteArray *to)
{
  g_autofree char *input = g_memdup2 (n_bytes > 0 ? bytes : "", MAX (n_bytes, 1));
  guint8 output[70000];
  stream->next_in = (Bytef *)input;
  stream->avail_in = (uInt)n_bytes;
  stream->next_out = output;
  stream->avail_out = sizeof (output);
  int status = deflate (stream, flush);
  g_assert_true (status == Z_OK || status == Z_STREAM_END);
  g_assert_cmpuint (stream->avail_out, >, 0);
  guint n_packed = (guint)(sizeof (output) - stream->avail_out);
  g_byte_array_append (to, output, n_packed);
  return n_packed;
}

static void
append_table (GByteArray *to, gsize chunk_length, const GArray *sizes, const PackedFlaw *flaw)
{
  static const char other[] = "XYxx";
  guint n_table = 6 + sizes->len * 2;
  append_u16 (to, 4 + n_table + (flaw->other_field ? 4 + 4 : 0));
  if (flaw->other_field)
    {
      g_byte_array_append (to, (const guint8 *)other, 2);
      append_u16 (to, 4);
      g_byte_array_append (to, (const guint8 *)other, 4);
    }
  g_byte_array_append (to, (const guint8 *)"RA", 2);
  append_u16 (to, n_table);
  append_u16 (to, flaw->version != 0 ? flaw->version : 1);
  append_u16 (to, flaw->chunk_length != 0 ? flaw->chunk_length : (guint)chunk_length);
  append_u16 (to, sizes->len + flaw->more_chunks);
  for (guint i = 0; i < sizes->len; i++)
    append_u16 (to, g_array_index (sizes, guint, i) + (i == 0 ? flaw->longer_by : 0));
}

GByteArray *
packed_new (const char *bytes, gsize n_bytes, gsize chunk_length, const PackedFlaw *flaw)
{
  static const PackedFlaw none = { 0 };
  if (flaw == NULL)
    flaw = &none;
  z_stream stream = { 0 };
  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  guint n_chunks = (guint)((n_bytes + chunk_length - 1) / chunk_length);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n_chunks; i++)
    {
      gsize start = i * chunk_length;
      guint n_packed =
          pack (&stream, bytes + start, MIN (chunk_length, n_bytes - start), Z_FULL_FLUSH, body);
      g_array_append_val (sizes, n_packed);
    }
  (void)pack (&stream, NULL, 0, Z_FINISH, body);
  (void)deflateEnd (&stream);

  GByteArray *file = g_byte_array_new ();
  guint8 flags = (guint8)((flaw->no_table ? 0 : 4) | (flaw->has_name ? 2 | 8 | 16 : 0));
  guint8 header[] = { 0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 2, 3 };
  g_byte_array_append (file, header, sizeof (header));
  if (!flaw->no_table)
    append_table (file, chunk_length, sizes, flaw);
  if (flaw->has_name)
    {
      append_text (file, "body.dict");
      append_text (file, "a comment");
      append_u16 (file, 0);
    }
  g_byte_array_append (file, body->data, body->len);
  append_u32 (file, crc32 (0, (const Bytef *)bytes, (uInt)n_bytes));
  append_u32 (file, n_bytes);
  return file;
}
