/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each kind of markup as plain text, broken markup, and the time that hostile markup takes.
 */
#include "server/dictionary/formats/markup.h"

#include <string.h>

static void
check (MarkupKind kind, const char *text, const char *expected)
{
  /* A copy without NUL: what reads past the end is seen by AddressSanitizer. */
  gsize n_bytes = strlen (text);
  g_autofree char *copy = g_memdup2 (n_bytes > 0 ? text : " ", MAX (n_bytes, 1));
  GString *out = g_string_new ("before|");
  markup_to_plain (kind, copy, n_bytes, out);
  g_assert_true (g_utf8_validate_len (out->str, out->len, NULL));
  g_assert_cmpstr (out->str + strlen ("before|"), ==, expected);
  g_string_free (out, TRUE);
}

static void
drops_tags_and_folds_space (void)
{
  check (MARKUP_HTML, "<b>to  <i class=\"x>y\">be</i></b>\n or <font color=red>not</font> ",
         "to be or not");
  check (MARKUP_HTML, "<!DOCTYPE html><!-- <b>no</b> -->a<?x?>b", "ab");
  check (MARKUP_HTML, "<STYLE>p { }</Style>a<script>if (a</b) x();</script >b", "ab");
  check (MARKUP_HTML, "", "");
  check (MARKUP_HTML, " <p> </p> ", "");
}

static void
breaks_lines_at_blocks (void)
{
  check (MARKUP_HTML, "<div>one<div> two</div></div>three<br>four<br/><p>five</p>",
         "one\ntwo\nthree\nfour\nfive");
  check (MARKUP_HTML, "a<br><br><br><BR /><br>b", "a\n\nb");
  check (MARKUP_HTML, "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc");
}

static void
gives_each_item_a_line (void)
{
  check (MARKUP_HTML, "x<ol><li>one<ul><li><p>in</p></li><li></li></ul></li><li>two</li></ol>y",
         "x\n1. one\n  - in\n2. two\ny");
  check (MARKUP_HTML, "<li>a<li>b", "- a\n- b");
}

static void
keeps_space_where_it_counts (void)
{
  check (MARKUP_HTML, "a<pre>b\n  c\n</pre> d", "a\nb\n  c\nd");
  check (MARKUP_HTML, "a<br>&nbsp;&#160;b\xC2\xA0", "a\n  b");
  check (MARKUP_PANGO, "<b>x</b>\n  <span foreground='#00f'>y  z</span> \n\n\n\n\tw",
         "x\n  y  z\n\n    w");
}

static void
decodes_entities (void)
{
  check (MARKUP_HTML, "&lt;b&gt; &amp;amp; &eacute;&Eacute;&#x4E2d;&#25991;&apos;&quot;",
         "<b> &amp; éÉ中文'\"");
  check (MARKUP_HTML, "AT&T; &nosuch; &; & &#0; &#xD800; &#x110000; &#99999999999999999999; &lt",
         "AT&T; &nosuch; &; & &#0; &#xD800; &#x110000; &#99999999999999999999; &lt");
  check (MARKUP_HTML, "&zwnj;&AElig;&zeta;", "\u200CÆζ");
}

static void
takes_broken_tags_for_text (void)
{
  check (MARKUP_HTML, "1 < 2, a <b and c> d", "1 < 2, a d");
  check (MARKUP_HTML, "x <y and <b>z</b>", "x <y and z");
  check (MARKUP_HTML, "a <b", "a <b");
  check (MARKUP_HTML, "a <", "a <");
  check (MARKUP_HTML, "<a href=\"x>y</a>", "<a href=\"x>y</a>");
  check (MARKUP_HTML, "<!-- a <b>c</b>", "<!-- a c");
  check (MARKUP_HTML, "</ul></li></pre>a</p>", "a");
  check (MARKUP_HTML, "<script>a<b>c", "ac");
}

static void
reads_xdxf (void)
{
  check (MARKUP_XDXF,
         "<k>home</k>\n<tr>həʊm</tr>\n<dtrn> 1) <co>(a place)</co>\n   <ex>at <b>home</b></ex> "
         "<rref>a.wav</rref></dtrn>\n\n<kref>house</kref>",
         "[həʊm]\n 1) (a place)\n   at home\nhouse");
  check (MARKUP_XDXF, "<ar>\n <k>a</k>\n <def>\n  <def>x</def>\n\n  <def>y</def>\n </def>\n</ar>",
         "  x\n  y");
  check (MARKUP_XDXF, "<k/>a<kref>b</kref><k>c", "abc");
}

static void
reads_xml_of_unknown_meaning (void)
{
  check (MARKUP_XML, "<type>n</type><wordgroup><word>dog</word><word>hound</word></wordgroup>",
         "n\ndog\nhound");
  check (MARKUP_XML, "<单词块><![CDATA[&b{big} <x> &amp; }]]></单词块><a><![CDATA[y]]>",
         "big <x> &amp; }\ny");
  check (MARKUP_XML, "<![CDATA[a", "<![CDATA[a");
}

/* Text that a reader with a look too far ahead takes hours for. */
static void
takes_time_in_proportion (void)
{
  static const char *const parts[] = {
    "<",       "<a =\"", "<a ='<a ='x='", "<!--",      "<![CDATA[", "<script>", "</script",
    "&",       "&amp",   "&b{",           "<k></k x ", "<li>",      "<ul>",     "\t",
    "<pre>\n", "<?",     "]]>",           "<a =\"'",   "<k>",
  };
  gint64 start_us = g_get_monotonic_time ();
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    for (int kind = MARKUP_HTML; kind <= MARKUP_XML; kind++)
      {
        GString *text = g_string_new (NULL);
        GString *out = g_string_new (NULL);
        while (text->len < (gsize)256 * 1024)
          g_string_append (text, parts[i]);
        markup_to_plain ((MarkupKind)kind, text->str, text->len, out);
        g_assert_cmpuint (out->len, <=, text->len * 8);
        g_string_free (text, TRUE);
        g_string_free (out, TRUE);
      }
  /* 76 texts at most of 256 KiB, each some milliseconds; one that is read again and again takes
   * minutes. */
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 30 * G_USEC_PER_SEC);
}

/* The longest article there is, with ends of a hidden element none of which is whole. */
static void
hidden_elements_take_time_in_proportion (void)
{
  const gsize n_bytes = (gsize)8 * 1024 * 1024;
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (GString) text = g_string_new ("<script>");
  g_autoptr (GString) out = g_string_new (NULL);
  while (text->len < n_bytes)
    g_string_append (text, "</script ");
  markup_to_plain (MARKUP_HTML, text->str, text->len, out);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/markup/drops-tags-and-folds-space", drops_tags_and_folds_space);
  g_test_add_func ("/dictionary/markup/breaks-lines-at-blocks", breaks_lines_at_blocks);
  g_test_add_func ("/dictionary/markup/gives-each-item-a-line", gives_each_item_a_line);
  g_test_add_func ("/dictionary/markup/keeps-space-where-it-counts", keeps_space_where_it_counts);
  g_test_add_func ("/dictionary/markup/decodes-entities", decodes_entities);
  g_test_add_func ("/dictionary/markup/takes-broken-tags-for-text", takes_broken_tags_for_text);
  g_test_add_func ("/dictionary/markup/reads-xdxf", reads_xdxf);
  g_test_add_func ("/dictionary/markup/reads-xml-of-unknown-meaning", reads_xml_of_unknown_meaning);
  g_test_add_func ("/dictionary/markup/takes-time-in-proportion", takes_time_in_proportion);
  g_test_add_func ("/dictionary/markup/hidden-elements-take-time-in-proportion",
                   hidden_elements_take_time_in_proportion);
  return g_test_run ();
}
