/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distances and signatures against a plain table of all distances, over random words; and the
 * weighed distance where it leaves the band that is counted.
 */
#include <string.h>

#include "server/dictionary/letters.h"
#include "server/dictionary/spelling.h"

#define N_ROUNDS 20000

static guint
plain_distance (const Letters *a, const Letters *b)
{
  static guint table[LETTERS_MAX + 4][LETTERS_MAX + 4];

  for (guint i = 0; i <= a->n; i++)
    {
      for (guint j = 0; j <= b->n; j++)
        {
          guint best = i == 0 ? j : table[i - 1][j] + 1;

          if (i > 0 && j > 0)
            {
              best = MIN (best, table[i][j - 1] + 1);
              best = MIN (best, table[i - 1][j - 1] + (a->letters[i - 1] != b->letters[j - 1]));
            }
          if (i > 1 && j > 1 && a->letters[i - 1] == b->letters[j - 2] &&
              a->letters[i - 2] == b->letters[j - 1])
            best = MIN (best, table[i - 2][j - 2] + 1);
          table[i][j] = best;
        }
    }
  return table[a->n][b->n];
}

static gunichar
random_letter (GRand *random)
{
  static const gunichar letters[] = { 'a', 'b', 'c', 'e', 0xe9, ' ', 0x301, 0x1f600, 0x5d0 };

  return letters[g_rand_int_range (random, 0, G_N_ELEMENTS (letters))];
}

static void
random_word (GRand *random, guint max, Letters *ret_word)
{
  ret_word->n = (guint)g_rand_int_range (random, 1, (gint32)max + 1);
  for (guint i = 0; i < ret_word->n; i++)
    ret_word->letters[i] = random_letter (random);
}

static void
mistype (GRand *random, Letters *word)
{
  guint at = (guint)g_rand_int_range (random, 0, (gint32)word->n);
  gunichar letter = random_letter (random);

  switch (g_rand_int_range (random, 0, 3))
    {
    case 0:
      memmove (&word->letters[at + 1], &word->letters[at],
               (word->n++ - at) * sizeof word->letters[0]);
      word->letters[at] = letter;
      break;
    case 1:
      word->letters[at] = letter;
      break;
    default:
      if (word->n > 1)
        memmove (&word->letters[at], &word->letters[at + 1],
                 (--word->n - at) * sizeof word->letters[0]);
      break;
    }
}

static char *
text_of (const Letters *word)
{
  return g_ucs4_to_utf8 (word->letters, word->n, NULL, NULL, NULL);
}

static void
check_distances (guint max_letters, guint n_rounds)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint round = 0; round < n_rounds; round++)
    {
      Letters a, b;
      LettersPattern pattern;
      guint expected;

      random_word (random, max_letters, &a);
      b = a;
      for (gint32 n = g_rand_int_range (random, 0, 6); n > 0; n--)
        mistype (random, &b);
      if (g_rand_int_range (random, 0, 4) == 0)
        random_word (random, max_letters, &b);
      expected = plain_distance (&a, &b);
      letters_pattern_init (&pattern, &a);
      for (guint max = 0; max <= LETTERS_MAX_DISTANCE; max++)
        {
          g_autofree char *text = text_of (&b);
          guint distance = letters_distance (&pattern, text, strlen (text), max);

          if (expected <= max)
            g_assert_cmpuint (distance, ==, expected);
          else
            g_assert_cmpuint (distance, >, max);
        }
    }
}

static void
test_distances_of_words (void)
{
  check_distances (12, N_ROUNDS);
}

static void
test_distances_of_words_that_fill_the_bits (void)
{
  check_distances (66, N_ROUNDS / 20);
}

static void
test_distances_of_long_words (void)
{
  check_distances (LETTERS_MAX - 6, N_ROUNDS / 100);
}

static guint
count_bits (guint64 bits)
{
  guint n = 0;

  for (; bits != 0; bits &= bits - 1)
    n++;
  return n;
}

static void
test_near_words_have_near_signatures (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      Letters a, b;
      guint distance;
      guint64 one, other;

      random_word (random, 12, &a);
      b = a;
      for (gint32 n = g_rand_int_range (random, 0, 4); n > 0; n--)
        mistype (random, &b);
      distance = plain_distance (&a, &b);
      one = letters_signature (&a);
      other = letters_signature (&b);
      g_assert_cmpuint (count_bits (one & ~other), <=, distance);
      g_assert_cmpuint (count_bits (other & ~one), <=, distance);
    }
}

static void
test_takes_only_whole_characters (void)
{
  Letters letters, one = { { 'a' }, 1 };
  LettersPattern pattern;

  letters_pattern_init (&pattern, &one);
  g_assert_false (letters_decode ("a\xc3", 2, 9, &letters));
  g_assert_false (letters_decode ("\xff", 1, 9, &letters));
  g_assert_false (letters_decode ("abc", 3, 2, &letters));
  g_assert_true (letters_decode ("abc", 3, 3, &letters));
  g_assert_cmpuint (letters_distance (&pattern, "a\xc3", 2, 2), >, 2);
}

static void
test_tells_what_is_spelled (void)
{
  static const char *const spelled[] = { "run", "Ärger", "бег", "שלום", "नमस्ते", "e\xcc\x81", "😀" };
  static const char *const other[] = { "你好", "カラ", "ひら", "한국", "ㄅ", "t恤" };
  Letters letters;

  for (gsize i = 0; i < G_N_ELEMENTS (spelled); i++)
    {
      g_assert_true (letters_decode (spelled[i], strlen (spelled[i]), 99, &letters));
      g_assert_true (letters_are_spelled (&letters));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (other); i++)
    {
      g_assert_true (letters_decode (other[i], strlen (other[i]), 99, &letters));
      g_assert_false (letters_are_spelled (&letters));
    }
}

/* Leaves zeros where the next call has its variables. */
static G_GNUC_NO_INLINE guint
clean_stack (void)
{
  volatile guint8 zeros[32 * 1024];

  for (gsize i = 0; i < sizeof zeros; i++)
    zeros[i] = 0;
  return zeros[0];
}

/* Of "abcdefo" six letters are too many, whether or not its o stands for "ough". */
static void
test_letters_that_sound_alike_save_no_others (void)
{
  static Spelling spelling;
  Letters typed, meant;

  g_assert_true (letters_decode ("abcdefo", 7, SPELLING_MAX, &typed));
  g_assert_true (letters_decode ("ough", 4, SPELLING_MAX, &meant));
  spelling_init (&spelling, &typed);
  g_assert_cmpuint (clean_stack (), ==, 0);
  g_assert_cmpuint (spelling_cost (&spelling, &meant), >, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/letters/distances-of-words", test_distances_of_words);
  g_test_add_func ("/dictionary/letters/distances-of-words-that-fill-the-bits",
                   test_distances_of_words_that_fill_the_bits);
  g_test_add_func ("/dictionary/letters/distances-of-long-words", test_distances_of_long_words);
  g_test_add_func ("/dictionary/letters/near-words-have-near-signatures",
                   test_near_words_have_near_signatures);
  g_test_add_func ("/dictionary/letters/takes-only-whole-characters",
                   test_takes_only_whole_characters);
  g_test_add_func ("/dictionary/letters/tells-what-is-spelled", test_tells_what_is_spelled);
  g_test_add_func ("/dictionary/spelling/letters-that-sound-alike-save-no-others",
                   test_letters_that_sound_alike_save_no_others);
  return g_test_run ();
}
