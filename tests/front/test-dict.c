/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The DICT front door: text, words and answers. Source: RFC 2229; docs/protocol.md, section 9
 */
#include "server/front/dict-commands.h"
#include "server/front/dict.h"
#include "tests/front/front-fixture.h"

#include <string.h>

static FrontFixture *
opened (void)
{
  FrontFixture *fixture = front_fixture_new ();

  front_open (fixture, &dict_door);
  return fixture;
}

static void
assert_asked (FrontFixture *fixture, const char *line, const char *expected)
{
  g_autofree char *answer = front_ask (fixture, line);

  g_assert_cmpstr (answer, ==, expected);
}

static void
test_text (void)
{
  static const struct
  {
    const char *json;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "plain", "plain\r\n" },
    { "two\\nlines", "two\r\nlines\r\n" },
    { "ends\\n", "ends\r\n" },
    { "\\n\\n", "\r\n\r\n" },
    { ".", "..\r\n" },
    { ".a\\n.b\\n..\\nc.d.", "..a\r\n..b\r\n...\r\nc.d.\r\n" },
    { "\\n.", "\r\n..\r\n" },
    { "\\n.\\n.\\n.", "\r\n..\r\n..\r\n..\r\n" },
    { "a\\tb \\\"c\\\" d\\\\e", "a\tb \"c\" d\\e\r\n" },
    { "\\\\n", "\\n\r\n" },
    { "\\u0007x\\u001f", "\x07x\x1f\r\n" },
    { "跑\\n步", "跑\r\n步\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) reply = g_string_new ("before ");
      g_autofree char *expected = g_strconcat ("before ", cases[i].expected, NULL);

      dict_append_text (reply, cases[i].json, strlen (cases[i].json));
      g_assert_cmpstr (reply->str, ==, expected);
      g_assert_cmpuint (reply->len, ==, strlen (expected));
    }
}

/* Whatever the mixture of dots and line ends, the room that is reckoned beforehand is enough. */
static void
test_text_never_outgrows_its_room (void)
{
  for (guint bits = 0; bits < 3 * 3 * 3 * 3 * 3 * 3 * 3; bits++)
    {
      static const char *const pieces[] = { ".", "\\n", "x" };
      g_autoptr (GString) json = g_string_new (NULL);
      g_autoptr (GString) reply = g_string_new (NULL);

      for (guint i = 0, rest = bits; i < 7; i++, rest /= 3)
        g_string_append (json, pieces[rest % 3]);
      dict_append_text (reply, json->str, json->len);
      g_assert_true (g_str_has_suffix (reply->str, "\r\n"));
      g_assert_cmpuint (reply->len, <=, json->len + json->len / 3 + 3);
      g_assert_null (strstr (reply->str, "\n.\r"));
    }
}

static void
test_quoted (void)
{
  const char *json = "a \\\"b\\\" \\\\ \\n\\t\\u0007 跑";
  g_autoptr (GString) reply = g_string_new (NULL);

  dict_append_quoted (reply, json, strlen (json));
  g_assert_cmpstr (reply->str, ==, "\"a \\\"b\\\" \\\\     跑\"");
  g_string_truncate (reply, 0);
  dict_append_quoted_plain (reply, "x\ny\"");
  g_assert_cmpstr (reply->str, ==, "\"x y\\\"\"");
}

static void
test_greets (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  g_autofree char *first = front_take (fixture);

  g_assert_true (g_str_has_prefix (first, "220 test.invalid "));
  g_assert_true (g_str_has_suffix (first, "@test.invalid>\r\n"));
  front_open (fixture, &dict_door);
  g_autofree char *second = front_take (fixture);
  g_assert_cmpstr (first, !=, second);
}

static void
test_define (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_asked (fixture, "DEFINE * run",
                "150 2 definitions retrieved\r\n"
                "151 \"run\" main \"Main \\\"words\\\"\"\r\n"
                "run [rʌn]\r\nto move\r\nfast\r\n.\r\n"
                "151 \"run\" more \"More\"\r\n"
                "run\r\na second entry\r\n.\r\n"
                "250 ok\r\n");
  assert_asked (fixture, "define ! 跑",
                "150 1 definitions retrieved\r\n"
                "151 \"跑\" more \"More\"\r\n跑 [pǎo]\r\nto run\r\n.\r\n250 ok\r\n");
  assert_asked (fixture, "DEFINE main dots",
                "150 1 definitions retrieved\r\n"
                "151 \"dots\" main \"Main \\\"words\\\"\"\r\n"
                "dots\r\n..\r\n...x\r\nend.\r\n.\r\n250 ok\r\n");
  assert_asked (fixture, "DEFINE more dots", "552 No match\r\n");
  assert_asked (fixture, "DEFINE nowhere dots",
                "550 Invalid database, use \"SHOW DB\" for a list\r\n");
  assert_asked (fixture, "DEFINE * \" \"", "552 No match\r\n");
}

/* RFC 2229, 2.4.1: 1024 bytes with the line's end. */
static void
test_long_lines_are_broken (void)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GString) reply = g_string_new (NULL);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (int i = 0; i < 700; i++)
    g_string_append (json, i % 90 == 0 ? "words. " : "\xe8\xb7\x91");
  g_string_append (json, "..........");
  for (int i = 0; i < 3000; i++)
    g_string_append_c (json, i % 2 == 0 ? '.' : '\'');
  dict_append_text (reply, json->str, json->len);

  g_auto (GStrv) lines = g_strsplit (reply->str, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, 1022);
      g_assert_true (g_utf8_validate (lines[i], -1, NULL));
      g_assert_true (lines[i][0] != '.' || lines[i][1] == '.');
      g_string_append (joined, lines[i] + (lines[i][0] == '.'));
    }
  g_assert_cmpstr (joined->str, ==, json->str);
}

static void
test_match (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_asked (fixture, "MATCH * prefix run",
                "152 3 matches found\r\nmain \"run\"\r\nmain \"runner\"\r\nmore \"run\"\r\n.\r\n"
                "250 ok\r\n");
  assert_asked (fixture, "MATCH ! PREFIX run",
                "152 2 matches found\r\nmain \"run\"\r\nmain \"runner\"\r\n.\r\n250 ok\r\n");
  assert_asked (fixture, "MATCH main prefix say",
                "152 1 matches found\r\nmain \"say \\\"hi\\\"\"\r\n.\r\n250 ok\r\n");
  assert_asked (fixture, "MATCH main . runnar",
                "152 1 matches found\r\nmain \"runner\"\r\n.\r\n250 ok\r\n");
  assert_asked (fixture, "MATCH * nothing run",
                "551 Invalid strategy, use \"SHOW STRAT\" for a list\r\n");
  assert_asked (fixture, "MATCH * exact nothing", "552 No match\r\n");
}

static void
test_words (void)
{
  static const struct
  {
    const char *line;
    const char *begins;
  } cases[] = {
    { "DEFINE main \"say \\\"hi\\\"\"", "150 1 " },
    { "DEFINE main 'say \"hi\"'", "150 1 " },
    { "DEFINE main say\\ \\\"hi\\\"", "150 1 " },
    { "  DeFiNe\tmain   run  ", "150 1 " },
    { "\"DEFINE\" 'main' \"run\"", "150 1 " },
    { "DEFINE main ru\"n", "552 " },
    { "DEFINE main \"run", "501 " },
    { "DEFINE main \"run\\", "501 " },
    { "DEFINE main run\\", "552 " },
    { "DEFINE main", "501 " },
    { "DEFINE main run fast", "501 " },
    { "DEFINE main \xff", "501 " },
    { "DEFINES main run", "500 " },
    { "DEFIN main run", "500 " },
    { "\"\"", "500 " },
    { "a b c d e f g h i j k", "500 " },
    { "CLIENT a b c d e f g h i j k", "250 " },
    { "STATUS", "210 " },
    { "HELP", "113 " },
    { "SHOW", "501 " },
    { "SHOW DB", "110 2 " },
    { "show strategies", "111 10 " },
    { "SHOW INFO main", "112 " },
    { "SHOW INFO none", "550 " },
    { "SHOW SERVER", "114 " },
    { "OPTION", "501 " },
    { "AUTH a b", "502 " },
  };
  g_autoptr (FrontFixture) fixture = opened ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = front_ask (fixture, cases[i].line);

      g_test_message ("case %zu: %s", i, answer);
      g_assert_true (g_str_has_prefix (answer, cases[i].begins));
      g_assert_true (g_str_has_suffix (answer, "\r\n"));
    }
  assert_asked (fixture, " \t ", "");
}

static void
test_long_commands (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  g_autofree char *word = g_strnfill (1022 - strlen ("DEFINE * "), 'a');
  g_autofree char *longest = g_strconcat ("DEFINE * ", word, "\r", NULL);
  g_autofree char *too_long = g_strconcat ("DEFINE *  ", word, "\r", NULL);
  g_autofree char *spaces = g_strnfill (1022, ' ');

  assert_asked (fixture, longest, "552 No match\r\n");
  assert_asked (fixture, too_long, "500 Syntax error: a command is at most 1024 bytes\r\n");
  for (gsize i = 0; i < 1022; i += 2)
    spaces[i] = 'a';
  assert_asked (fixture, spaces, "500 Syntax error, command not recognized\r\n");
}

static void
test_mime (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_asked (fixture, "OPTION MIME", "250 ok, with MIME headers\r\n");
  assert_asked (fixture, "DEFINE more run",
                "150 1 definitions retrieved\r\n151 \"run\" more \"More\"\r\n"
                "Content-type: text/plain; charset=utf-8\r\n"
                "Content-transfer-encoding: 8bit\r\n\r\n"
                "run\r\na second entry\r\n.\r\n250 ok\r\n");
}

static void
test_quit (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_asked (fixture, "QUIT\r\nSTATUS", "221 Closing connection\r\n");
  g_assert_true (fixture->is_ended);
}

/* What has no hurry gives way to lookups, and to nothing else. */
static void
test_the_worker_is_told_of_lookups (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  g_autofree char *status = front_ask (fixture, "STATUS");
  g_assert_cmpuint (fixture->n_asked, ==, 0);
  g_autofree char *define = front_ask (fixture, "DEFINE * run");
  g_assert_cmpuint (fixture->n_asked, ==, 1);
  g_autofree char *match = front_ask (fixture, "MATCH * prefix ru");
  g_assert_cmpuint (fixture->n_asked, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/front/dict/text", test_text);
  g_test_add_func ("/front/dict/text-never-outgrows-its-room", test_text_never_outgrows_its_room);
  g_test_add_func ("/front/dict/quoted", test_quoted);
  g_test_add_func ("/front/dict/greets-each-connection-differently", test_greets);
  g_test_add_func ("/front/dict/define", test_define);
  g_test_add_func ("/front/dict/match", test_match);
  g_test_add_func ("/front/dict/long-lines-are-broken", test_long_lines_are_broken);
  g_test_add_func ("/front/dict/words-and-quotes", test_words);
  g_test_add_func ("/front/dict/long-commands", test_long_commands);
  g_test_add_func ("/front/dict/mime", test_mime);
  g_test_add_func ("/front/dict/the-worker-is-told-of-lookups", test_the_worker_is_told_of_lookups);
  g_test_add_func ("/front/dict/quit-ends", test_quit);
  return g_test_run ();
}
