/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries of printed dictionaries and of ours, laid out for a page of any width.
 */
#include <string.h>

#include "client-gui/entry-text.h"

/* Returns: (transfer full): the text, with what is quiet in ⟨⟩ */
static char *
lay_out (const char *text, const char *headword, gsize max_bytes, gboolean *ret_cut)
{
  g_autoptr (GArray) quiet = g_array_new (FALSE, FALSE, sizeof (ParlanceTextRange));
  g_autofree char *laid_out =
      parlance_entry_text_lay_out (text, headword, max_bytes, quiet, ret_cut);
  GString *shown = g_string_new (NULL);
  guint at = 0;

  g_assert_true (g_utf8_validate (laid_out, -1, NULL));
  for (guint i = 0; i < quiet->len; i++)
    {
      ParlanceTextRange range = g_array_index (quiet, ParlanceTextRange, i);

      g_assert_cmpuint (range.start, >=, at);
      g_assert_cmpuint (range.end, <=, strlen (laid_out));
      g_string_append_len (shown, laid_out + at, range.start - at);
      g_string_append (shown, "⟨");
      g_string_append_len (shown, laid_out + range.start, range.end - range.start);
      g_string_append (shown, "⟩");
      at = range.end;
    }
  g_string_append (shown, laid_out + at);
  return g_string_free (shown, FALSE);
}

static const struct
{
  const char *text;
  const char *headword;
  const char *shown;
} cases[] = {
  { "n. 跑步, 运转\na. 奔跑的", "running", "⟨n.⟩ 跑步, 运转\n⟨a.⟩ 奔跑的" },
  { "[计] 运行", "run", "⟨[计]⟩ 运行" },
  { "run\n"
    "    n 1: a score in baseball made by a runner touching all four\n"
    "         bases safely; \"the Yankees scored 3 runs\" [syn:\n"
    "         {run}, {tally}]\n"
    "    2: the act of testing something\n"
    "    v 1: move fast by using one's feet; \"Don't run--you'll be out of ex-\n"
    "         breath\"",
    "run",
    "⟨n 1:⟩ a score in baseball made by a runner touching all four bases safely; \"the Yankees "
    "scored 3 runs\" ⟨[syn: run, tally]⟩\n⟨2:⟩ the act of testing something\n"
    "⟨v 1:⟩ move fast by using one's feet; \"Don't run--you'll be out of ex-breath\"" },
  { "Haus\n  house\n  building", "Haus", "house\nbuilding" },
  { "one\n  two\n    three", "x", "one\n\u2003two\n\u2003\u2003three" },
  { "\n\na\n\n\n\nb\n", "x", "a\n\nb" },
  { "{braces} stay", "x", "{braces} stay" },
  { "1. first\n2) second", "x", "⟨1.⟩ first\n⟨2)⟩ second" },
  { "this. is a sentence", "x", "⟨this.⟩ is a sentence" },
  { "", "", "" },
};

static void
test_lays_out (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  gboolean cut;
  g_autofree char *shown = lay_out (cases[i].text, cases[i].headword, 10000, &cut);

  g_assert_cmpstr (shown, ==, cases[i].shown);
  g_assert_false (cut);
}

static void
test_is_cut_at_a_character (void)
{
  gboolean cut;
  g_autofree char *shown = lay_out ("好好好好好", "x", 7, &cut);

  g_assert_cmpstr (shown, ==, "好好…");
  g_assert_true (cut);
}

static void
test_megabytes_cost_what_is_shown (void)
{
  /* Some milliseconds each. Were it a square they would take minutes, which the test does not have.
   * A sanitizer sees to every character. */
#ifdef __SANITIZE_ADDRESS__
  enum
  {
    MANY = 64 * 1024
  };
#else
  enum
  {
    MANY = 4 * 1024 * 1024
  };
#endif
  static const char *const pieces[] = { "\n", "x", "{", "[syn:", "\t", "a\n", "1:\n " };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new ("x\n");
      gboolean cut;

      while (text->len < MANY)
        g_string_append (text, pieces[i]);
      g_autofree char *shown = lay_out (text->str, "x", 8192, &cut);
      g_assert_cmpuint (strlen (shown), <, 80000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/entry-text/lays-out/%u", i);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_lays_out);
    }
  g_test_add_func ("/gui/entry-text/is-cut-at-a-character", test_is_cut_at_a_character);
  g_test_add_func ("/gui/entry-text/megabytes-cost-what-is-shown",
                   test_megabytes_cost_what_is_shown);
  return g_test_run ();
}
