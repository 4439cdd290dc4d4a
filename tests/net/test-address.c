/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses as people write them, and back.
 */
#include "server/net/address.h"

#include <string.h>

static const struct
{
  const char *text;
  const char *expected; /* NULL: no address */
} spellings[] = {
  { "127.0.0.1:1234", "127.0.0.1:1234" },
  { "127.0.0.1", "127.0.0.1:9502" },
  { "0.0.0.0:0", "0.0.0.0:0" },
  { "192.0.2.255:65535", "192.0.2.255:65535" },
  { "[::1]:1234", "[::1]:1234" },
  { "[::1]", "[::1]:9502" },
  { "::1", "[::1]:9502" },
  { "::", "[::]:9502" },
  { "2001:DB8:0:0::1", "[2001:db8::1]:9502" },
  { "[fe80::1%lo]:1234", "[fe80::1%lo]:1234" },
  { "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:9502" },
  { "", NULL },
  { ":", NULL },
  { ":9502", NULL },
  { "9502", NULL },
  { "127.1:9502", NULL },
  { "0x7f000001", NULL },
  { "127.0.0.1:", NULL },
  { "127.0.0.1:65536", NULL },
  { "127.0.0.1:-1", NULL },
  { "127.0.0.1:+1", NULL },
  { "127.0.0.1: 1", NULL },
  { "127.0.0.1:http", NULL },
  { "127.0.0.1:1:2", NULL },
  { "256.0.0.1:1", NULL },
  { "localhost:9502", NULL },
  { "[]:1", NULL },
  { "[::1", NULL },
  { "[::1]1234", NULL },
  { "[::1]:", NULL },
  { "[::1]:1x", NULL },
  { "[::1%nowhere0]:1", NULL },
  { " 127.0.0.1", NULL },
};

/* @expected: %NULL: no address */
static void
check_spelling (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  Address address;
  gboolean ok = address_parse (text, 9502, &address, &error);

  g_test_message ("“%s”", text);
  if (expected == NULL)
    {
      g_autofree char *quoted = g_strdup_printf ("“%s”", text);
      g_assert_false (ok);
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_nonnull (strstr (error->message, quoted));
      return;
    }
  g_assert_no_error (error);
  g_assert_true (ok);
  g_autofree char *written = address_format (&address);
  g_assert_cmpstr (written, ==, expected);
}

static void
test_reads_and_writes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++)
    check_spelling (spellings[i].text, spellings[i].expected);
}

static void
test_knows_loopback (void)
{
  static const struct
  {
    const char *text;
    gboolean is_loopback;
  } cases[] = {
    { "127.0.0.1", TRUE },
    { "127.255.0.3", TRUE },
    { "126.255.255.255", FALSE },
    { "128.0.0.1", FALSE },
    { "0.0.0.0", FALSE },
    { "192.168.1.1", FALSE },
    { "::1", TRUE },
    { "::", FALSE },
    { "::2", FALSE },
    { "::ffff:127.0.0.1", TRUE },
    { "::ffff:127.9.9.9", TRUE },
    { "::ffff:128.0.0.1", FALSE },
    { "::ffff:192.0.2.1", FALSE },
    { "::127.0.0.1", FALSE },
    { "fe80::1%lo", FALSE },
    { "64:ff9b::127.0.0.1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Address address;

      g_test_message ("%s", cases[i].text);
      g_assert_true (address_parse (cases[i].text, 1, &address, NULL));
      g_assert_cmpint (address_is_loopback (&address), ==, cases[i].is_loopback);
    }
}

static void
test_of_another_family_is_no_loopback (void)
{
  const Address address = { .any.sa_family = AF_UNIX, .n_bytes = sizeof (struct sockaddr) };

  g_assert_false (address_is_loopback (&address));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/address/reads-and-writes", test_reads_and_writes);
  g_test_add_func ("/net/address/knows-loopback", test_knows_loopback);
  g_test_add_func ("/net/address/of-another-family-is-no-loopback",
                   test_of_another_family_is_no_loopback);
  return g_test_run ();
}
