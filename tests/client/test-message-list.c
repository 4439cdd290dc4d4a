/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageList by itself: what holds whatever is done to it, its bound, and what it costs.
 */
#include <malloc.h>
#include <string.h>

#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "tests/client/fake-chat.h"

/* Returns: (transfer full): a message as the server passes it on */
static ParlanceMessage *
message_new (gint64 seq, const char *text, const char *key)
{
  g_autofree char *json =
      g_strdup_printf ("{\"room\":\"lobby\",\"seq\":%" G_GINT64_FORMAT ",\"time\":%" G_GINT64_FORMAT
                       ",\"from\":\"bob\",\"text\":\"%s\"%s%s%s}",
                       seq, seq, text, key != NULL ? ",\"key\":\"" : "", key != NULL ? key : "",
                       key != NULL ? "\"" : "");
  ParlanceJsonValue value;

  g_assert_true (parlance_json_parse (json, strlen (json), 8, &value));
  ParlanceMessage *message = parlance_message_new_from_value (&value, NULL);
  g_assert_nonnull (message);
  return message;
}

static void
deliver (ParlanceMessageList *list, gint64 seq, const char *key)
{
  g_autoptr (ParlanceMessage) message = message_new (seq, "m", key);

  parlance_message_list_deliver (list, message);
}

static void
prepend (ParlanceMessageList *list, gint64 first_seq, guint n)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (page, message_new (first_seq + i, "old", NULL));
  g_assert_cmpuint (parlance_message_list_prepend (list, page), ==, n);
}

/* A log that a server keeps, and what a client has of it. */
typedef struct
{
  ParlanceMessageList *list;
  GPtrArray *own;    /* of ParlanceMessage: those that the server has not confirmed */
  GPtrArray *stored; /* of char *: keys of what the server has, "" for others', by seq - 1 */
  gint64 n_delivered;
} Log;

/* Whatever was done: by seq, then unsent, and everything once. */
static void
check (const Log *log)
{
  guint n = parlance_message_list_get_n (log->list);
  guint n_unsent = parlance_message_list_get_n_unsent (log->list);
  gint64 seq = 0;

  g_assert_cmpuint (n, ==, g_list_model_get_n_items (G_LIST_MODEL (log->list)));
  g_assert_null (parlance_message_list_get (log->list, n));
  for (guint i = 0; i < n; i++)
    {
      ParlanceMessage *message = parlance_message_list_get (log->list, i);
      guint position;
      g_assert_cmpint (parlance_message_get_state (message) == PARLANCE_MESSAGE_SENT, ==,
                       i + n_unsent < n);
      if (i + n_unsent >= n)
        continue;
      g_assert_cmpint (parlance_message_get_seq (message), >, seq);
      seq = parlance_message_get_seq (message);
      g_assert_true (parlance_message_list_find (log->list, seq, &position) == message);
      g_assert_cmpuint (position, ==, i);
    }
}

/* Returns: the seq under which the server has @key; 0: it has not */
static gint64
stored_seq (const Log *log, const char *key)
{
  guint index;

  return g_ptr_array_find_with_equal_func (log->stored, key, g_str_equal, &index) ? index + 1 : 0;
}

/* The server stores one of ours, and says so before or after it is passed on, or never. */
static void
store_own (Log *log)
{
  if (log->own->len == 0)
    return;
  guint index = (guint)g_test_rand_int_range (0, (int)log->own->len);
  g_autoptr (ParlanceMessage) message = g_object_ref (g_ptr_array_index (log->own, index));
  if (stored_seq (log, parlance_message_get_key (message)) > 0)
    return;

  g_ptr_array_add (log->stored, g_strdup (parlance_message_get_key (message)));
  if (g_test_rand_bit ())
    {
      gint64 seq = log->stored->len;
      g_ptr_array_remove_index (log->own, index);
      parlance_message_list_acknowledge (log->list, message, seq, seq);
    }
}

static void
deliver_next (Log *log)
{
  if (log->n_delivered == log->stored->len)
    return;
  const char *key = g_ptr_array_index (log->stored, log->n_delivered);
  log->n_delivered++;
  /* Caught up on, even our own come without their keys. */
  deliver (log->list, log->n_delivered, g_test_rand_int_range (0, 4) > 0 ? key : NULL);
}

/* The client learns of one that it has not heard of: its key finds the first time again. */
static void
acknowledge_late (Log *log)
{
  for (guint i = 0; i < log->own->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (log->own, i);
      gint64 seq = stored_seq (log, parlance_message_get_key (message));
      if (seq == 0)
        continue;
      parlance_message_list_acknowledge (log->list, message, seq, seq);
      g_ptr_array_remove_index (log->own, i);
      return;
    }
}

static void
write_own (Log *log)
{
  ParlanceMessage *message =
      parlance_message_new_own ("lobby", "alice", PARLANCE_MESSAGE_TEXT, "own", 0, NULL, NULL);

  g_ptr_array_add (log->own, message);
  parlance_message_list_add_own (log->list, message);
}

static void
fail_or_retry (Log *log)
{
  if (log->own->len == 0)
    return;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no");
  ParlanceMessage *message =
      g_ptr_array_index (log->own, (guint)g_test_rand_int_range (0, (int)log->own->len));

  if (parlance_message_get_state (message) == PARLANCE_MESSAGE_SENT)
    return;
  if (parlance_message_get_state (message) == PARLANCE_MESSAGE_PENDING)
    parlance_message_set_failed (message, error);
  else
    {
      parlance_message_set_pending (message);
      parlance_message_list_move_to_end (log->list, message);
    }
}

static void
step (Log *log)
{
  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
    case 1:
      g_ptr_array_add (log->stored, g_strdup (""));
      break;
    case 2:
    case 3:
      deliver_next (log);
      break;
    case 4:
      write_own (log);
      break;
    case 5:
      store_own (log);
      break;
    case 6:
      acknowledge_late (log);
      break;
    default:
      fail_or_retry (log);
    }
}

static void
test_every_message_is_there_once (void)
{
  Log log = {
    .list = parlance_message_list_new (),
    .own = g_ptr_array_new_with_free_func (g_object_unref),
    .stored = g_ptr_array_new_with_free_func (g_free),
  };

  fake_chat_watch (log.list);
  for (guint i = 0; i < 600; i++)
    {
      step (&log);
      check (&log);
    }
  while (log.n_delivered < log.stored->len)
    deliver_next (&log);
  for (guint i = 0; i < 600; i++)
    acknowledge_late (&log);
  check (&log);
  g_assert_cmpuint (parlance_message_list_get_n (log.list) -
                        parlance_message_list_get_n_unsent (log.list),
                    ==, log.stored->len);
  g_ptr_array_unref (log.own);
  g_ptr_array_unref (log.stored);
  g_object_unref (log.list);
}

static void
test_pages_go_in_front (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();

  fake_chat_watch (list);
  parlance_message_list_restart (list, 1000);
  for (guint i = 10; i > 0; i--)
    prepend (list, i * 100 - 99, 100);
  deliver (list, 1001, NULL);
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 1001);
  for (guint i = 0; i < 1001; i++)
    g_assert_cmpint (parlance_message_get_seq (parlance_message_list_get (list, i)), ==, i + 1);
  g_assert_cmpint (parlance_message_list_get_first_seq (list), ==, 1);
}

static void
test_limit_lets_the_oldest_go (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();

  fake_chat_watch (list);
  parlance_message_list_set_limit (list, 3);
  for (guint i = 1; i <= 200; i++)
    deliver (list, i, NULL);
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 3);
  g_assert_cmpint (parlance_message_list_get_first_seq (list), ==, 198);
  g_assert_true (parlance_message_list_get_has_older (list));
  prepend (list, 190, 8);
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 11);
  deliver (list, 201, NULL);
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 3);
  g_assert_null (parlance_message_list_find (list, 198, NULL));
}

static void
test_bytes_are_bounded_too (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autofree char *text = g_strnfill (60000, 'x');

  for (guint i = 1; i <= 3000; i++)
    {
      g_autoptr (ParlanceMessage) message = message_new (i, text, NULL);
      parlance_message_list_deliver (list, message);
    }
  g_assert_cmpuint (parlance_message_list_get_n (list), <, 2300);
  g_assert_cmpuint (parlance_message_list_get_n (list), >, 2000);
  g_assert_true (parlance_message_list_get_has_older (list));
}

static void
test_known_since_long_goes_from_the_end (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (ParlanceMessage) message =
      parlance_message_new_own ("lobby", "a", PARLANCE_MESSAGE_TEXT, "own", 0, NULL, "key");

  fake_chat_watch (list);
  parlance_message_list_restart (list, 100);
  parlance_message_list_add_own (list, message);
  parlance_message_list_acknowledge (list, message, 7, 7);
  g_assert_cmpint (parlance_message_get_state (message), ==, PARLANCE_MESSAGE_SENT);
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 0);
  g_assert_cmpuint (parlance_message_list_get_n_unsent (list), ==, 0);
}

/* [bytes] in use */
static gsize
in_use (void)
{
  return mallinfo2 ().uordblks;
}

static void
test_message_costs_little (void)
{
  enum
  {
    N_MESSAGES = 100000
  };
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  gsize before = in_use ();

  for (guint i = 1; i <= N_MESSAGES; i++)
    deliver (list, i, NULL);
  gsize each = (in_use () - before) / N_MESSAGES;
  g_test_message ("%" G_GSIZE_FORMAT " bytes each", each);

  /* The object, its text and its place; an allocator that checks more is not asked. */
  if (before > 0)
    g_assert_cmpuint (each, <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/message-list/every-message-is-there-once",
                   test_every_message_is_there_once);
  g_test_add_func ("/client/message-list/pages-go-in-front", test_pages_go_in_front);
  g_test_add_func ("/client/message-list/limit-lets-the-oldest-go", test_limit_lets_the_oldest_go);
  g_test_add_func ("/client/message-list/bytes-are-bounded-too", test_bytes_are_bounded_too);
  g_test_add_func ("/client/message-list/known-since-long-goes-from-the-end",
                   test_known_since_long_goes_from_the_end);
  g_test_add_func ("/client/message-list/message-costs-little", test_message_costs_little);
  return g_test_run ();
}
