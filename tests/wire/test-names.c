/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nicks and names of rooms against docs/protocol.md, section 4.
 */
#include "protocol/wire/names.h"

#include "protocol/wire/limits.h"

#include <string.h>

typedef gboolean (*IsValid) (const char *text, gsize n_bytes);

static const IsValid kinds[] = { parlance_nick_is_valid, parlance_room_is_valid };

static gboolean
is_nick (const char *text)
{
  return parlance_nick_is_valid (text, strlen (text));
}

static gboolean
is_room (const char *text)
{
  return parlance_room_is_valid (text, strlen (text));
}

static void
assert_both (const char *text, gboolean wanted)
{
  if (is_nick (text) != wanted || is_room (text) != wanted)
    g_error ("\"%s\" as nick: %d, as room: %d", text, is_nick (text), is_room (text));
}

static char *
repeated (const char *piece, guint n_times)
{
  GString *whole = g_string_new (NULL);

  for (guint i = 0; i < n_times; i++)
    g_string_append (whole, piece);
  return g_string_free (whole, FALSE);
}

static void
test_allowed (void)
{
  static const char *const names[] = {
    "a",
    "0",
    "-",
    "_",
    ".",
    "..",
    "Alice-B_c.9",
    "\xc3\xa9mile",                             /* precomposed */
    "e\xcc\x81mile",                            /* with a mark */
    "\xe7\x88\xb1\xe4\xb8\xbd\xe4\xb8\x9d",     /* Chinese */
    "\xf0\xa0\xae\xb7",                         /* U+20BB7, beyond the BMP */
    "\xd8\xb9\xd9\x84\xd9\x8a",                 /* Arabic */
    "\xd7\xa9\xd7\x81\xd7\x9c\xd7\x95\xd7\x9d", /* Hebrew with a point */
    "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80", /* spacing marks */
    "\xe0\xb8\x99\xe0\xb9\x89\xe0\xb8\xb3",             /* Thai: U+0E33 decomposes */
    "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",             /* Hangul in jamo */
    "\xd9\xa3\xd9\xa4",                                 /* Arabic digits */
    "\xef\xbc\xa1\xef\xbc\x90",                         /* fullwidth */
    "\xef\xac\x81n",                                    /* U+FB01, a ligature */
    "\xe3\x82\xb9\xe3\x83\xbc\xe3\x83\x91\xe3\x83\xbc", /* a modifier letter */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    assert_both (names[i], TRUE);
}

static void
test_refused (void)
{
  static const char *const names[] = {
    "",
    "a\x01",
    "a\tb",
    "a\nb",
    "a\x7f",
    "a\xc2\x85", /* U+0085 */
    "a@b",
    "a/b",
    "a:b",
    "#a",
    "a'b",
    "a\"b",
    "a\\b",
    "a+b",
    "a\xe2\x80\x99",    /* U+2019 */
    "a\302\240b",       /* U+00A0 */
    "a\342\200\250b",   /* U+2028 */
    "a\343\200\200b",   /* U+3000 */
    "a\342\200\203b",   /* U+2003 */
    "a\xe2\x82\xac",    /* a currency */
    "\xf0\x9f\x98\x80", /* an emoji */
    "\xe2\xa0\x80",     /* U+2800, a blank of Braille */
    "\xe2\x85\xa3",     /* U+2163, a letter number */
    "a\xc2\xb2",        /* U+00B2, a number but no digit */
    "\xe2\x91\xa0",     /* U+2460 */
    "a\xef\xbc\x8f",    /* U+FF0F */
    "a\xef\xbc\xbf",    /* U+FF3F: connecting punctuation is as it is written */
    "\xee\x80\x80",     /* private use */
    "\xcd\xb8",         /* U+0378, unassigned */
    "\xf0\xaf\xbf\xbf", /* U+2FFFF, a noncharacter */
    "\xef\xbf\xbd",     /* U+FFFD */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    assert_both (names[i], FALSE);
}

static void
test_no_format (void)
{
  static const gunichar characters[] = {
    0xad,   0x61c,  0x6dd,  0x180e, 0x200b,  0x200c,  0x200d,  0x200e,  0x200f,  0x202a,  0x202b,
    0x202c, 0x202d, 0x202e, 0x2060, 0x2061,  0x2064,  0x2066,  0x2067,  0x2068,  0x2069,  0x206f,
    0xfeff, 0xfff9, 0xfffb, 0xfff0, 0x1bca0, 0x1d173, 0xe0001, 0xe0020, 0xe007f, 0x110bd,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (characters); i++)
    {
      char text[16] = "a";
      gint n = g_unichar_to_utf8 (characters[i], text + 1);

      text[1 + n] = 'b';
      assert_both (text, FALSE);
    }
}

static void
test_no_shapeless (void)
{
  static const gunichar characters[] = {
    0x34f,  0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b,  0x180c,  0x180d,
    0x180f, 0x3164, 0xfe00, 0xfe0f, 0xffa0, 0x16fe4, 0xe0100, 0xe01ef,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (characters); i++)
    {
      char text[16] = "a";

      g_unichar_to_utf8 (characters[i], text + 1);
      assert_both (text, FALSE);
      assert_both (text + 1, FALSE);
    }
}

static void
test_spaces (void)
{
  static const char *const rooms[] = { "a b", "a b c", "\xe4\xbd\xa0 \xe5\xa5\xbd", ". -" };
  static const char *const none[] = { " ", " a", "a ", "a  b", "  ", "a b ", " a b" };

  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      g_assert_true (is_room (rooms[i]));
      g_assert_false (is_nick (rooms[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    assert_both (none[i], FALSE);
}

/* What NFKC makes of a letter: U+FDFA is four words, U+037A and U+FE70 begin with a space, U+FC5E
 * too. In a room they may bring spaces to where spaces may stand. */
static void
test_compatibility (void)
{
  static const char *const only_rooms[] = { "\xef\xb7\xba", "a\xcd\xba", "a\xef\xb9\xb0" };
  static const char *const none[] = { "\xcd\xba", "\xef\xb9\xb0", "a \xef\xb9\xb0" };

  for (gsize i = 0; i < G_N_ELEMENTS (only_rooms); i++)
    {
      g_assert_false (is_nick (only_rooms[i]));
      g_assert_true (is_room (only_rooms[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    assert_both (none[i], FALSE);
}

static void
test_nul (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_false (kinds[i]("a\0b", 3));
      g_assert_false (kinds[i]("a\0", 2));
      g_assert_false (kinds[i]("\0", 1));
      g_assert_false (kinds[i]("\xc3\xa9\0", 3));
      g_assert_true (kinds[i]("ab@", 2)); /* what follows the name is none of its business */
    }
}

static void
assert_length_limit (gsize kind, const char *letter, guint limit)
{
  g_autofree char *longest = repeated (letter, limit);
  g_autofree char *too_long = repeated (letter, limit + 1);

  g_assert_true (kinds[kind](longest, strlen (longest)));
  g_assert_false (kinds[kind](too_long, strlen (too_long)));
}

static void
test_length (void)
{
  static const char *const letters[] = { "a",
                                         "\xc3\xa9",
                                         "\xe4\xb8\xad",
                                         "\xf0\xa0\xae\xb7",
                                         "\xc3\x9f",
                                         "\xe0\xa5\x98" /* decomposes in NFC */ };
  static const guint limits[] = { PARLANCE_MAX_NICK, PARLANCE_MAX_ROOM };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
      assert_length_limit (kind, letters[i], limits[kind]);

  /* Counted as it is written, composed or not. */
  g_autofree char *marked = repeated ("e\xcc\x81", PARLANCE_MAX_NICK / 2);
  g_autofree char *one_more = g_strconcat (marked, "e", NULL);
  g_assert_true (is_nick (marked));
  g_assert_false (is_nick (one_more));
}

static void
test_growth_is_bounded (void)
{
  g_autofree char *phrases = repeated ("\xef\xb7\xba", PARLANCE_MAX_ROOM);   /* 18 to 1 */
  g_autofree char *ligatures = repeated ("\xef\xac\x83", PARLANCE_MAX_NICK); /* ffi: 3 to 1 */

  g_assert_false (is_room (phrases));
  g_assert_true (is_nick (ligatures));
}

static void
test_fold (void)
{
  static const struct
  {
    const char *name;
    const char *folded;
  } cases[] = {
    { "Alice", "alice" },
    { "a-B_c.D", "a-b_c.d" },
    { "Two Words", "two words" },
    { "\xc3\x89mile", "\xc3\xa9mile" },
    { "E\xcc\x81mile", "\xc3\xa9mile" },
    { "\xef\xbc\xa1\xef\xbc\xa2\xef\xbc\x91", "ab1" },
    { "\xef\xac\x81n", "fin" },
    { "Stra\303\237e", "strasse" },
    { "STRA\341\272\236E", "strasse" },
    { "STRASSE", "strasse" },
    { "\xce\xa3\xce\x8a\xce\xa3\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
      "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83" }, /* final sigma */
    { "\xc4\xb0", "i\xcc\x87" },                                    /* Turkish: the dot stays */
    { "I", "i" },
    { "\xc4\xb1", "\xc4\xb1" }, /* and the dotless one is another letter */
    { "\xe2\x84\xaa", "k" },    /* the sign of kelvin */
    { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" }, /* jamo */
    { "\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0\xe5\xa5\xbd" },
    { "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd" },
    { "\xea\xad\xb0\xe1\x8e\xa0", "\xe1\x8e\xa0\xe1\x8e\xa0" }, /* Cherokee folds to capitals */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = parlance_name_fold (cases[i].name, strlen (cases[i].name));

      g_assert_true (is_room (cases[i].name));
      g_assert_cmpstr (folded, ==, cases[i].folded);
    }

  g_autofree char *part = parlance_name_fold ("ABC", 2);
  g_assert_cmpstr (part, ==, "ab");
}

/* With an iota subscript among other marks one round is not enough. */
static void
test_fold_settles (void)
{
  static const char name[] = "\xce\xb1\xcd\x85\xcc\x81";
  g_autofree char *folded = parlance_name_fold (name, strlen (name));
  g_autofree char *again = parlance_name_fold (folded, strlen (folded));

  g_assert_true (is_nick (name));
  g_assert_cmpstr (again, ==, folded);
}

/* Every character there is: the folded form of a name is a name, is its own folded form, and is the
 * same for either case. */
static void
test_all_characters (void)
{
  guint n_valid = 0;

  for (gunichar c = 1; c <= 0x10ffff; c++)
    {
      char text[8] = "a";
      if (!g_unichar_validate (c) || c == ' ')
        continue;
      gint n_text = 1 + g_unichar_to_utf8 (c, text + 1);
      if (!parlance_nick_is_valid (text, (gsize)n_text))
        continue;

      g_autofree char *folded = parlance_name_fold (text, (gsize)n_text);
      g_autofree char *again = parlance_name_fold (folded, strlen (folded));
      g_assert_cmpstr (again, ==, folded);
      g_assert_true (is_nick (folded));

      /* U+0130 and U+0131 have cases that are not theirs alone. */
      if (c != 0x130 && c != 0x131)
        {
          char upper[8] = "A";
          upper[1 + g_unichar_to_utf8 (g_unichar_toupper (c), upper + 1)] = '\0';
          g_autofree char *of_upper = parlance_name_fold (upper, strlen (upper));
          g_assert_cmpstr (of_upper, ==, folded);
        }
      n_valid++;
    }
  g_assert_cmpuint (n_valid, >, 100000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/names/allows-letters-marks-and-digits-of-any-script", test_allowed);
  g_test_add_func ("/wire/names/refuses-everything-else", test_refused);
  g_test_add_func ("/wire/names/refuses-format-and-bidirectional-characters", test_no_format);
  g_test_add_func ("/wire/names/refuses-what-has-no-shape", test_no_shapeless);
  g_test_add_func ("/wire/names/single-spaces-stand-inside-rooms-only", test_spaces);
  g_test_add_func ("/wire/names/refuses-what-nfkc-makes-no-name", test_compatibility);
  g_test_add_func ("/wire/names/refuses-nul", test_nul);
  g_test_add_func ("/wire/names/counts-code-points-as-written", test_length);
  g_test_add_func ("/wire/names/bounds-what-nfkc-makes-longer", test_growth_is_bounded);
  g_test_add_func ("/wire/names/folds-case-and-compatibility", test_fold);
  g_test_add_func ("/wire/names/folding-settles", test_fold_settles);
  g_test_add_func ("/wire/names/folds-every-character-to-a-name", test_all_characters);
  return g_test_run ();
}
