/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses as people write them, and the order in which several are tried.
 */
#include "protocol/client/address.h"

#include "protocol/client/connector.h"

static GNetworkAddress *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GSocketConnectable *address = parlance_address_parse (text, &error);

  g_assert_no_error (error);
  return G_NETWORK_ADDRESS (address);
}

static void
test_forms_are_read (void)
{
  static const struct
  {
    const char *text;
    const char *host;
    guint16 port;
  } forms[] = {
    { "study.local", "study.local", 9502 },
    { "study.local:80", "study.local", 80 },
    { "192.0.2.1", "192.0.2.1", 9502 },
    { "192.0.2.1:9600", "192.0.2.1", 9600 },
    { "2001:db8::1", "2001:db8::1", 9502 },
    { "[2001:db8::1]", "2001:db8::1", 9502 },
    { "[2001:db8::1]:9600", "2001:db8::1", 9600 },
    { "fe80::1%lo", "fe80::1%lo", 9502 },
    { "[fe80::1%lo]", "fe80::1%lo", 9502 },
    { "[fe80::1%lo]:9600", "fe80::1%lo", 9600 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GNetworkAddress) address = parse (forms[i].text);

      g_assert_cmpstr (g_network_address_get_hostname (address), ==, forms[i].host);
      g_assert_cmpuint (g_network_address_get_port (address), ==, forms[i].port);
    }
}

static void
test_bad_forms_are_refused (void)
{
  static const char *const bad[] = { "[::1", "host:", "host:99999", "[::1]:x", "[::1]x" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parlance_address_parse (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_what_is_written_is_read (void)
{
  static const char *const texts[] = { "192.0.2.1:9502", "[2001:db8::1]:1", "[fe80::1%lo]:65535" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric (texts[i]);
      g_assert_nonnull (address);
      g_autofree char *text = parlance_address_to_string (address);

      g_assert_cmpstr (text, ==, texts[i]);
    }
  g_assert_null (parlance_address_parse_numeric ("localhost:1"));
  g_assert_null (parlance_address_parse_numeric ("[fe80::1%no-such-one]:1"));
}

/* The order in which @addresses, ending in NULL, are tried. */
static char *
order_of (const char *const *addresses)
{
  g_autoptr (GPtrArray) ordered = parlance_connector_order (addresses);
  GString *order = g_string_new (NULL);

  for (guint i = 0; i < ordered->len; i++)
    {
      g_autofree char *text = parlance_address_to_string (g_ptr_array_index (ordered, i));
      g_string_append_printf (order, "%s%s", order->len > 0 ? " " : "", text);
    }
  return g_string_free (order, FALSE);
}

static void
test_families_take_turns (void)
{
  static const char *const addresses[] = { "192.0.2.1:1",   "192.0.2.2:1",   "[2001:db8::1]:1",
                                           "192.0.2.3:1",   "nonsense",      "[2001:db8::2]:1",
                                           "[2001:db8::3]", "[2001:db8::4]", NULL };
  g_autofree char *order = order_of (addresses);

  g_assert_cmpstr (order, ==,
                   "192.0.2.1:1 [2001:db8::1]:1 192.0.2.2:1 [2001:db8::2]:1 192.0.2.3:1 "
                   "[2001:db8::3]:9502 [2001:db8::4]:9502");
}

static void
test_the_first_stays_first (void)
{
  static const char *const addresses[] = { "[2001:db8::1]:1", "[2001:db8::2]:1", "192.0.2.1:1",
                                           NULL };
  g_autofree char *order = order_of (addresses);

  g_assert_cmpstr (order, ==, "[2001:db8::1]:1 192.0.2.1:1 [2001:db8::2]:1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/address/forms-are-read", test_forms_are_read);
  g_test_add_func ("/client/address/bad-forms-are-refused", test_bad_forms_are_refused);
  g_test_add_func ("/client/address/what-is-written-is-read", test_what_is_written_is_read);
  g_test_add_func ("/client/address/families-take-turns", test_families_take_turns);
  g_test_add_func ("/client/address/the-first-stays-first", test_the_first_stays_first);
  return g_test_run ();
}
