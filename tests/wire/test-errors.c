/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error table against docs/protocol.md, section 2.
 */
#include "protocol/wire/errors.h"

static void
test_codes (void)
{
  g_assert_cmpint (parlance_reason_code (PARLANCE_REASON_PARSE_ERROR), ==, -32700);
  g_assert_cmpint (parlance_reason_code (PARLANCE_REASON_INVALID_REQUEST), ==, -32600);
  g_assert_cmpint (parlance_reason_code (PARLANCE_REASON_METHOD_NOT_FOUND), ==, -32601);
  g_assert_cmpint (parlance_reason_code (PARLANCE_REASON_INVALID_PARAMS), ==, -32602);
  g_assert_cmpint (parlance_reason_code (PARLANCE_REASON_INTERNAL), ==, -32603);
  for (guint i = PARLANCE_REASON_NOT_IDENTIFIED; i < PARLANCE_N_REASONS; i++)
    g_assert_cmpint (parlance_reason_code ((ParlanceReason)i), ==,
                     -32001 - (int)(i - PARLANCE_REASON_NOT_IDENTIFIED));
}

static void
test_symbols (void)
{
  ParlanceReason reason;

  for (guint i = 0; i < PARLANCE_N_REASONS; i++)
    {
      g_assert_cmpstr (parlance_reason_message ((ParlanceReason)i), !=, NULL);
      g_assert_true (
          parlance_reason_from_symbol (parlance_reason_symbol ((ParlanceReason)i), &reason));
      g_assert_cmpuint (reason, ==, i);
    }
  g_assert_cmpstr (parlance_reason_symbol (PARLANCE_REASON_TOO_LONG), ==, "too_long");
  g_assert_cmpstr (parlance_reason_symbol (PARLANCE_REASON_BUSY), ==, "busy");
}

static void
test_unknown_symbol (void)
{
  ParlanceReason reason = PARLANCE_REASON_BUSY;

  g_assert_false (parlance_reason_from_symbol ("no_such_reason", &reason));
  g_assert_cmpuint (reason, ==, PARLANCE_REASON_BUSY);
}

static void
test_field (void)
{
  ParlanceFault fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "word");

  g_assert_cmpstr (fault.member, ==, "field");
  g_assert_cmpmem (fault.value, fault.n_value, "word", 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/errors/has-the-codes-of-the-protocol", test_codes);
  g_test_add_func ("/wire/errors/finds-every-reason-by-its-symbol", test_symbols);
  g_test_add_func ("/wire/errors/refuses-unknown-symbol", test_unknown_symbol);
  g_test_add_func ("/wire/errors/names-the-field-at-fault", test_field);
  return g_test_run ();
}
