/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Links are found where a person would see one, and nothing in a message is ever markup.
 */
#include <string.h>

#include "client-gui/text-links.h"

static const struct
{
  const char *text;
  const char *links; /* one after the other, a space between */
} cases[] = {
  { "see https://example.org/a?b=1&c=2 there", "https://example.org/a?b=1&c=2" },
  { "HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG" },
  { "http://a.b, http://c.d.", "http://a.b http://c.d" },
  { "(http://en.wikipedia.org/wiki/Go_(game))", "http://en.wikipedia.org/wiki/Go_(game)" },
  { "[http://a.b]", "http://a.b" },
  { "<http://a.b>", "http://a.b" },
  { "\"http://a.b\"", "http://a.b" },
  { "write to mailto:bob@example.org!", "mailto:bob@example.org" },
  { "看http://例子.中国/路径。好", "http://例子.中国/路径" },
  { "http://a.b/\u202Egpj.exe", "http://a.b/" },
  { "javascript:alert(1) file:///etc/passwd ftp://a.b data:text/html,x", "" },
  { "xhttp://a.b", "" },
  { "https:// http://, mailto:", "" },
  { "no links here: a<b & c>d", "" },
  { "", "" },
};

static void
test_finds_links (gconstpointer data)
{
  const char *text = cases[GPOINTER_TO_UINT (data)].text;
  g_autoptr (GString) found = g_string_new (NULL);
  gsize end = 0;

  for (gssize start; (start = parlance_text_links_find (text, end, &end)) >= 0;)
    {
      if (found->len > 0)
        g_string_append_c (found, ' ');
      g_string_append_len (found, text + start, (gssize)end - start);
    }
  g_assert_cmpstr (found->str, ==, cases[GPOINTER_TO_UINT (data)].links);
}

/* What a reader of markup would take for text. */
static void
collect (GMarkupParseContext *context,
         const char *text,
         gsize n_bytes,
         gpointer user_data,
         GError **error)
{
  g_string_append_len (user_data, text, (gssize)n_bytes);
}

static void
test_everything_else_is_text (void)
{
  static const char *const texts[] = {
    "<b>bold</b> http://a.b",
    "http://a.b/<a href=\"file:///\">x</a>",
    "http://a.b/?x=\"onclick",
    "&amp; &#60;i&#62; http://a.b/&lt;",
    "control \001\033[31m http://a.b",
    "\u202Ehttp://a.b\u202C 👨‍👩‍👧‍👦 mailto:a@b",
  };
  static const GMarkupParser parser = { .text = collect };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *markup = parlance_text_links_to_markup (texts[i]);
      g_autofree char *whole = g_strdup_printf ("<markup>%s</markup>", markup);
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, seen, NULL);
      g_autoptr (GError) error = NULL;

      (void)(g_markup_parse_context_parse (context, whole, -1, &error) &&
             g_markup_parse_context_end_parse (context, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (seen->str, ==, texts[i]);
      for (const char *tag = strchr (markup, '<'); tag != NULL; tag = strchr (tag + 1, '<'))
        g_assert_true (g_str_has_prefix (tag, "<a href=\"http://") ||
                       g_str_has_prefix (tag, "<a href=\"mailto:") ||
                       g_str_has_prefix (tag, "</a>"));
    }
}

static void
test_text_without_links_needs_no_markup (void)
{
  g_assert_null (parlance_text_links_to_markup ("a <b>c</b> file:///x"));
}

static void
test_only_harmless_schemes_are_opened (void)
{
  g_assert_true (parlance_text_links_is_safe ("https://a.b"));
  g_assert_true (parlance_text_links_is_safe ("MAILTO:a@b"));
  g_assert_false (parlance_text_links_is_safe ("file:///etc/passwd"));
  g_assert_false (parlance_text_links_is_safe ("javascript:http://a.b"));
  g_assert_false (parlance_text_links_is_safe (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/text-links/finds-links/%u", i);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_finds_links);
    }
  g_test_add_func ("/gui/text-links/everything-else-is-text", test_everything_else_is_text);
  g_test_add_func ("/gui/text-links/text-without-links-needs-no-markup",
                   test_text_without_links_needs_no_markup);
  g_test_add_func ("/gui/text-links/only-harmless-schemes-are-opened",
                   test_only_harmless_schemes_are_opened);
  return g_test_run ();
}
