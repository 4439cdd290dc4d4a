/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Damaged compiled forms: every byte of a small one is changed in several ways, and everything is
 * asked. The bytes stand in a block of their own, so that AddressSanitizer sees the first read
 * outside.
 */
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/source.h"
#include "tests/dictionary/ask-everything.h"
#include "tests/dictionary/fake-source.h"

static const char *const words[] = {
  "run", "ran", "Polish", "walks", "recieve", "你好", "un", "zzz", NULL,
};

typedef struct
{
  guint8 *data;
  gsize n_bytes;
} Image;

/* Something for each kind of section and each kind of slot. */
static Image
make_image (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;
  Image image;

  fixture_add (fixture, "a",
               "P\t0\tA title\nP\t1\ten\n"
               "E\trun\tto move\trʌn\t7\ta,b\tpast=ran\nE\tPolish\tx\nE\tpolish\ty\nE\tpolish\tz\n"
               "E\tWalk\tx\nE\t你好\tx\nE\treceive\tx\nE\trelieve\tx\nE\tsun\tx\nE\tgun\tx\n"
               "L\tran\trun\nL\twalks\twalk\nL\twalks\tpolish\n");
  library = fixture_load (fixture);
  path = fixture_compiled (fixture);
  g_assert_true (g_file_get_contents (path, &contents, &image.n_bytes, NULL));
  image.data = malloc (image.n_bytes);
  memcpy (image.data, contents, image.n_bytes);
  return image;
}

/* Opens the image as it is; NULL when it is refused. The bytes are not copied. */
static Library *
open_image (const Image *image, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (image->data, n_bytes);
  g_autoptr (GError) error = NULL;
  Dictionary *dictionary = dictionary_new (bytes, &error);

  if (dictionary)
    return library_of (dictionary);
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  return NULL;
}

/* Whether the byte at @at is in the long table of where soundex codes begin, and not where a code
 * has words: there one place is as good as another. */
static gboolean
is_dull (const Image *image, gsize at)
{
  const LayoutHeader *header = (const LayoutHeader *)(gconstpointer)image->data;
  const LayoutSection *starts = &header->sections[LAYOUT_SOUNDEX_STARTS];
  const guint8 *number = image->data + (at & ~(gsize)3);

  return at >= starts->offset + 4 && at + 8 < starts->offset + starts->n_bytes &&
         memcmp (number, number + 4, 4) == 0 && memcmp (number, number - 4, 4) == 0;
}

static void
test_any_changed_number (void)
{
  static const guint32 numbers[] = { 0, 1, 0x7fffffff, 0xffffffff, 0x80000000, 9, 200 };
  Image image = make_image ();
  g_autoptr (Library) library = open_image (&image, image.n_bytes);

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
          ask_everything (library, words, image.data, image.n_bytes);
        }
      memcpy (image.data + at, kept, sizeof kept);
    }
  free (image.data);
}

static void
test_any_changed_bit (void)
{
  Image image = make_image ();
  g_autoptr (Library) library = open_image (&image, image.n_bytes);

  for (gsize at = sizeof (LayoutHeader); at < image.n_bytes; at++)
    {
      if (is_dull (&image, at))
        continue;
      for (guint bit = 0; bit < 8; bit++)
        {
          image.data[at] ^= (guint8)(1u << bit);
          ask_everything (library, words, image.data, image.n_bytes);
          image.data[at] ^= (guint8)(1u << bit);
        }
    }
  free (image.data);
}

/* Everything after the header the same byte, so that lists lead into themselves. */
static void
test_filled (void)
{
  Image image = make_image ();

  for (guint byte = 0; byte < 256; byte++)
    {
      LayoutHeader *header = (LayoutHeader *)(gpointer)image.data;
      LayoutSection properties = header->sections[LAYOUT_PROPERTIES];
      g_autoptr (Library) library = NULL;

      memset (image.data + sizeof *header, (int)byte, properties.offset - sizeof *header);
      library = open_image (&image, image.n_bytes);
      g_assert_nonnull (library);
      ask_everything (library, words, image.data, image.n_bytes);
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
  Image image = make_image ();
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
          library = open_image (&image, image.n_bytes);
          if (library)
            ask_everything (library, words, image.data, image.n_bytes);
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
  Image image = make_image ();

  for (gsize n = 0; n < image.n_bytes + 16; n++)
    {
      Image other = { calloc (1, n + 1), n };

      memcpy (other.data, image.data, MIN (n, image.n_bytes));
      if (n != image.n_bytes)
        g_assert_null (open_image (&other, n));
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
