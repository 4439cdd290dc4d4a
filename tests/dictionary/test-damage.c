/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Damaged compiled forms: every byte of a small one is changed in several ways, and everything is
 * asked. The bytes stand in a block of their own, so that AddressSanitizer sees the first read
 * outside.
 */
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/source.h"
#include "tests/dictionary/damage-image.h"

/* Opens the image as it is; NULL when it is refused. The bytes are not copied. */
static Library *
open_image (const DamageImage *image)
{
  g_autoptr (GError) error = NULL;
  Library *library = damage_image_open (image, &error);

  if (!library)
    g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  return library;
}

static guint32
number_at (const DamageImage *image, gsize at)
{
  guint32 number;

  g_assert_cmpuint (at + sizeof number, <=, image->n_bytes);
  memcpy (&number, image->data + at, sizeof number);
  return number;
}

/* Whether the byte at @at is in a long table of where codes begin, and not where a code has words:
 * there one place is as good as another. */
static gboolean
is_dull_in (const DamageImage *image, LayoutSectionId table, gsize at)
{
  const LayoutHeader *header = (const LayoutHeader *)(gconstpointer)image->data;
  const LayoutSection *starts = &header->sections[table];
  gsize place = at & ~(gsize)3;

  return at >= starts->offset + 4 && at + 8 < starts->offset + starts->n_bytes &&
         number_at (image, place) == number_at (image, place + 4) &&
         number_at (image, place) == number_at (image, place - 4);
}

static gboolean
is_dull (const DamageImage *image, gsize at)
{
  return is_dull_in (image, LAYOUT_SOUNDEX_STARTS, at) ||
         is_dull_in (image, LAYOUT_LENGTH_STARTS, at);
}

static void
test_any_changed_number (void)
{
  static const guint32 numbers[] = { 0, 1, 0x7fffffff, 0xffffffff, 0x80000000, 9, 200 };
  DamageImage image = damage_image_make ();
  g_autoptr (Library) library = open_image (&image);

  g_assert_nonnull (library);
  for (gsize at = sizeof (LayoutHeader); at + 4 <= image.n_bytes; at += 2)
    {
      guint8 kept[4];

      if (is_dull (&image, at))
        continue;
      memcpy (kept, image.data + at, sizeof kept);
      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        {
          memcpy (image.data + at, &numbers[i], sizeof kept);
          damage_image_ask (&image, library);
        }
      memcpy (image.data + at, kept, sizeof kept);
    }
  free (image.data);
}

static void
test_any_changed_bit (void)
{
  DamageImage image = damage_image_make ();
  g_autoptr (Library) library = open_image (&image);

  for (gsize at = sizeof (LayoutHeader); at < image.n_bytes; at++)
    {
      if (is_dull (&image, at))
        continue;
      for (guint bit = 0; bit < 8; bit++)
        {
          image.data[at] ^= (guint8)(1u << bit);
          damage_image_ask (&image, library);
          image.data[at] ^= (guint8)(1u << bit);
        }
    }
  free (image.data);
}

/* Everything after the header the same byte, so that lists lead into themselves. */
static void
test_filled (void)
{
  DamageImage image = damage_image_make ();

  for (guint byte = 0; byte < 256; byte++)
    {
      LayoutHeader *header = (LayoutHeader *)(gpointer)image.data;
      LayoutSection properties = header->sections[LAYOUT_PROPERTIES];
      g_autoptr (Library) library = NULL;

      memset (image.data + sizeof *header, (int)byte, properties.offset - sizeof *header);
      library = open_image (&image);
      g_assert_nonnull (library);
      damage_image_ask (&image, library);
    }
  free (image.data);
}

/* A header whose checksum is right but whose sections are not. */
static void
test_any_header (void)
{
  static const guint64 numbers[] = { 0,           1,           4,
                                     8,           0x100,       0x10000,
                                     G_MAXUINT32, G_MAXUINT64, G_MAXUINT64 - 7 };
  DamageImage image = damage_image_make ();
  LayoutHeader *header = (LayoutHeader *)(gpointer)image.data;
  const LayoutHeader kept = *header;
  guint n_opened = 0;

  for (gsize at = 0; at < G_STRUCT_OFFSET (LayoutHeader, checksum); at += 4)
    {
      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        {
          g_autoptr (Library) library = NULL;
          gsize n_left = G_STRUCT_OFFSET (LayoutHeader, checksum) - at;

          memcpy (image.data + at, &numbers[i], MIN (sizeof numbers[i], n_left));
          header->checksum = layout_header_checksum (header);
          library = open_image (&image);
          if (library)
            damage_image_ask (&image, library);
          n_opened += library != NULL;
          *header = kept;
        }
    }
  g_assert_cmpuint (n_opened, >, 0);
  free (image.data);
}

static void
test_any_other_length (void)
{
  DamageImage image = damage_image_make ();

  for (gsize n = 0; n < image.n_bytes + 16; n++)
    {
      DamageImage other = { calloc (1, n + 1), n };

      memcpy (other.data, image.data, MIN (n, image.n_bytes));
      if (n != image.n_bytes)
        g_assert_null (open_image (&other));
      free (other.data);
    }
  free (image.data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/damage/any-changed-number", test_any_changed_number);
  g_test_add_func ("/dictionary/damage/any-changed-bit", test_any_changed_bit);
  g_test_add_func ("/dictionary/damage/filled", test_filled);
  g_test_add_func ("/dictionary/damage/any-header", test_any_header);
  g_test_add_func ("/dictionary/damage/any-other-length", test_any_other_length);
  return g_test_run ();
}
