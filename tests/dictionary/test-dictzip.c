/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading any part of a packed body, and refusing what is not packed as it says.
 */
#include <string.h>
#include <unistd.h>

#include "server/dictionary/formats/dictzip.h"
#include "tests/dictionary/packed.h"
#include "tests/dictionary/recording-sink.h"

#define N_BODY ((gsize)300000)

/* Bytes in which every place is recognisable, and which do not pack to nothing. */
static char *
make_body (gsize n_bytes)
{
  char *body = g_malloc (n_bytes + 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  for (gsize i = 0; i < n_bytes; i++)
    body[i] = (char)g_rand_int_range (random, 0, 64);
  return body;
}

static Dictzip *
open_body (const TestFolder *folder, const GByteArray *packed)
{
  g_autofree char *path =
      test_folder_write (folder, "body.dict.dz", packed->data, (gssize)packed->len);
  g_autoptr (GError) error = NULL;
  Dictzip *dictzip = dictzip_open (path, &error);
  g_assert_no_error (error);
  return dictzip;
}

static void
check_part (Dictzip *dictzip, const char *body, gsize offset, gsize n_bytes)
{
  g_autofree char *part = g_malloc (n_bytes + 1);
  g_autoptr (GError) error = NULL;
  g_assert_true (dictzip_read (dictzip, offset, part, n_bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (part, n_bytes, body + offset, n_bytes);
}

static void
check_parts (const PackedFlaw *flaw)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *body = make_body (N_BODY);
  g_autoptr (GByteArray) packed = packed_new (body, N_BODY, 1000, flaw);
  g_autoptr (Dictzip) dictzip = open_body (&folder, packed);

  g_assert_cmpuint (dictzip_size (dictzip), ==, N_BODY);
  check_part (dictzip, body, 0, N_BODY);
  check_part (dictzip, body, 0, 0);
  check_part (dictzip, body, N_BODY, 0);
  check_part (dictzip, body, 999, 2);
  check_part (dictzip, body, N_BODY - 1, 1);
  /* More chunks than are kept, back and forth. */
  g_autoptr (GRand) random = g_rand_new_with_seed (22);
  for (guint i = 0; i < 2000; i++)
    {
      gsize offset = (gsize)g_rand_int_range (random, 0, (gint32)N_BODY);
      gsize n_bytes = (gsize)g_rand_int_range (random, 0, 5000);
      check_part (dictzip, body, offset, MIN (n_bytes, N_BODY - offset));
    }
}

static void
reads_any_part (void)
{
  check_parts (NULL);
}

static void
reads_past_names_and_other_fields (void)
{
  check_parts (&(PackedFlaw){ .has_name = TRUE, .other_field = TRUE });
}

static void
reads_bodies_of_any_length (void)
{
  static const gsize lengths[] = { 0, 1, 57999, 58000, 58001, 116000 };
  g_autofree char *body = make_body (116000);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_auto (TestFolder) folder;
      test_folder_init (&folder);
      g_autoptr (GByteArray) packed = packed_new (body, lengths[i], 58000, NULL);
      g_autoptr (Dictzip) dictzip = open_body (&folder, packed);
      g_assert_cmpuint (dictzip_size (dictzip), ==, lengths[i]);
      check_part (dictzip, body, 0, lengths[i]);
    }
}

static void
reads_plain_files_alike (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "body.dict", "0123456789", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (Dictzip) dictzip = dictzip_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dictzip_size (dictzip), ==, 10);
  check_part (dictzip, "0123456789", 3, 7);
}

static void
check_refused_bytes (const guint8 *bytes, gsize n_bytes, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "body.dict.dz", bytes, (gssize)n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (Dictzip) dictzip = dictzip_open (path, &error);
  g_assert_null (dictzip);
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  if (strstr (error->message, part) == NULL || strstr (error->message, path) == NULL)
    g_error ("expected '%s', got '%s'", part, error->message);
}

static void
refuses_wrong_tables (void)
{
  static const struct
  {
    PackedFlaw flaw;
    const char *part;
  } wrong[] = {
    { { .no_table = TRUE }, "without dictzip's table; unpack it and pack it with dictzip" },
    { { .version = 2 }, "version 2" },
    { { .more_chunks = 1 }, "ends before its 31 chunks" },
    { { .longer_by = 60000 }, "shorter than its table" },
    { { .longer_by = 2 }, "chunk 30 of 30" }, /* read to learn the size */
  };
  g_autofree char *body = make_body (30000);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GByteArray) packed = packed_new (body, 30000, 1000, &wrong[i].flaw);
      check_refused_bytes (packed->data, packed->len, wrong[i].part);
    }
  check_refused_bytes ((const guint8 *)"", 0, "too short");
  check_refused_bytes ((const guint8 *)"plain text, named wrongly", 25, "not packed by dictzip");
}

static void
refuses_a_file_cut_anywhere (void)
{
  g_autofree char *body = make_body (3000);
  g_autoptr (GByteArray) packed = packed_new (body, 3000, 1000, &(PackedFlaw){ .has_name = TRUE });
  /* Two bytes of an empty last block stand before the trailer; they belong to no chunk. */
  for (gsize n_bytes = 0; n_bytes + 2 < packed->len; n_bytes += n_bytes < 60 ? 1 : 97)
    check_refused_bytes (packed->data, n_bytes, "cannot read");
}

static void
check_refused_chunk (const GByteArray *packed, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (Dictzip) dictzip = open_body (&folder, packed);
  char bytes[3000];
  g_autoptr (GError) error = NULL;
  g_assert_false (
      dictzip_read (dictzip, 0, bytes, MIN (sizeof (bytes), dictzip_size (dictzip)), &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  if (strstr (error->message, part) == NULL)
    g_error ("expected '%s', got '%s'", part, error->message);
}

static void
refuses_chunks_of_another_length (void)
{
  g_autofree char *body = make_body (3000);
  g_autoptr (GByteArray) longer =
      packed_new (body, 2500, 1000, &(PackedFlaw){ .chunk_length = 600 });
  check_refused_chunk (longer, "chunk 1 of 3 unpacks to 601 bytes instead of 600");
  g_autoptr (GByteArray) shorter =
      packed_new (body, 2500, 1000, &(PackedFlaw){ .chunk_length = 2000 });
  check_refused_chunk (shorter, "chunk 1 of 3 unpacks to 1000 bytes instead of 2000");
}

static void
refuses_spoiled_chunks (void)
{
  g_autofree char *body = make_body (3000);
  g_autoptr (GByteArray) packed = packed_new (body, 3000, 1000, NULL);
  gsize n_header = 10 + 2 + 4 + 6 + 3 * 2;
  packed->data[n_header] = 0x07; /* block type 3 does not exist */
  check_refused_chunk (packed, "chunk 1 of 3 does not unpack");
}

static void
refuses_a_wrong_checksum (void)
{
  g_autofree char *body = make_body (3000);
  g_autoptr (GByteArray) packed = packed_new (body, 3000, 1000, NULL);
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (Dictzip) right = open_body (&folder, packed);
  g_autoptr (GError) error = NULL;
  check_part (right, body, 1500, 1000); /* out of order */
  g_assert_true (dictzip_check (right, &error));
  g_assert_no_error (error);

  packed->data[packed->len - 8] ^= 1;
  g_autoptr (Dictzip) wrong = open_body (&folder, packed);
  check_part (wrong, body, 0, 3000);
  g_assert_false (dictzip_check (wrong, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
}

static void
notices_that_a_file_becomes_shorter (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "body.dict", "0123456789", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (Dictzip) dictzip = dictzip_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 5), ==, 0);
  char bytes[10];
  g_assert_false (dictzip_read (dictzip, 0, bytes, 10, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/dictzip/reads-any-part", reads_any_part);
  g_test_add_func ("/dictionary/dictzip/reads-past-names-and-other-fields",
                   reads_past_names_and_other_fields);
  g_test_add_func ("/dictionary/dictzip/reads-bodies-of-any-length", reads_bodies_of_any_length);
  g_test_add_func ("/dictionary/dictzip/reads-plain-files-alike", reads_plain_files_alike);
  g_test_add_func ("/dictionary/dictzip/refuses-wrong-tables", refuses_wrong_tables);
  g_test_add_func ("/dictionary/dictzip/refuses-a-file-cut-anywhere", refuses_a_file_cut_anywhere);
  g_test_add_func ("/dictionary/dictzip/refuses-chunks-of-another-length",
                   refuses_chunks_of_another_length);
  g_test_add_func ("/dictionary/dictzip/refuses-spoiled-chunks", refuses_spoiled_chunks);
  g_test_add_func ("/dictionary/dictzip/refuses-a-wrong-checksum", refuses_a_wrong_checksum);
  g_test_add_func ("/dictionary/dictzip/notices-that-a-file-becomes-shorter",
                   notices_that_a_file_becomes_shorter);
  return g_test_run ();
}
