/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The database of accounts on a disk that fails at every single call in turn: what was acknowledged
 * is there, what was refused is not, and it works again as soon as the disk does.
 */
#include "server/chat/accounts.h"
#include "server/chat/bans.h"
#include "tests/chat/fault-vfs.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define FOREVER 1000000
#define MAX_CALLS 500 /* that a scenario makes of one kind */

typedef struct
{
  char *data_dir;
  AccountStore *store;
  Accounts *accounts;
  Bans *bans;
} Scene;

static void
on_account (const AccountRow *row, gpointer data)
{
  accounts_read_account (((Scene *)data)->accounts, row);
}

static void
on_device (const DeviceRow *row, gpointer data)
{
  accounts_read_device (((Scene *)data)->accounts, row);
}

static void
on_ban (const BanRow *row, gpointer data)
{
  bans_read_ban (((Scene *)data)->bans, row);
}

static void
on_room (const ClosedRoomRow *row, gpointer data)
{
  bans_read_room (((Scene *)data)->bans, row);
}

static void
scene_open (Scene *scene)
{
  static const AccountStoreReader reader = { on_account, on_device, on_ban, on_room };
  g_autoptr (GError) error = NULL;

  scene->store = account_store_open (scene->data_dir, &error);
  g_assert_no_error (error);
  scene->accounts = accounts_new (scene->store);
  scene->bans = bans_new (scene->store);
  g_assert_true (account_store_read (scene->store, &reader, scene, &error));
}

static void
scene_close (Scene *scene)
{
  bans_free (scene->bans);
  accounts_free (scene->accounts);
  account_store_close (scene->store);
}

static void
scene_remove (Scene *scene)
{
  static const char *const names[] = { "accounts.db", "accounts.db-wal", "accounts.db-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (scene->data_dir, names[i], NULL);
      (void)g_remove (path);
    }
  g_assert_cmpint (g_rmdir (scene->data_dir), ==, 0);
  g_free (scene->data_dir);
}

/* What is true of the scene, in one line. */
static char *
scene_describe (const Scene *scene)
{
  GString *out = g_string_new (NULL);
  const Account *anna = accounts_find (scene->accounts, "anna");
  const Account *bert = accounts_find (scene->accounts, "bert");

  g_string_append_printf (out, "n=%u anna=%s operator=%d devices=%u bert=%s",
                          accounts_n (scene->accounts), anna->hash, anna->is_operator,
                          anna->devices->len, bert != NULL ? bert->hash : "-");
  g_string_append (out, accounts_find (scene->accounts, "carl") != NULL ? " carl" : "");
  g_string_append_printf (out, " bans=%u %s hall=%s", bans_list (scene->bans)->len,
                          bans_find_nick (scene->bans, "carl", 2)->reason,
                          bans_closed_reason (scene->bans, "hall"));
  return g_string_free (out, FALSE);
}

/* Every kind of change once; each may fail or not, and is seen at once if not. */
static void
scene_change (Scene *scene)
{
  Account *anna = accounts_find (scene->accounts, "anna");
  const BanRow ban = {
    .target = PARLANCE_TARGET_NICK, .name = "carl", .reason = "later", .by = "x"
  };
  const ClosedRoomRow room = { .name = "hall", .folded = "hall", .reason = "over" };
  GError *error = NULL;

  if (accounts_add (scene->accounts, "bert", "bert", "hash 2", 2, &error) == NULL)
    g_clear_error (&error);
  if (!accounts_set_password (scene->accounts, anna, "hash 3", NULL, &error))
    g_clear_error (&error);
  if (!accounts_set_operator (scene->accounts, anna, TRUE, &error))
    g_clear_error (&error);
  if (bans_add (scene->bans, &ban, &error) == NULL)
    g_clear_error (&error);
  if (!bans_close_room (scene->bans, &room, 2, &error))
    g_clear_error (&error);
  Account *carl = accounts_find (scene->accounts, "carl");
  if (carl != NULL && !accounts_remove (scene->accounts, carl, &error))
    g_clear_error (&error);
  g_assert_no_error (error);
}

/* Returns: whether the fault came at all */
static gboolean
change_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { .data_dir = g_dir_make_tmp ("parlance-accounts-XXXXXX", NULL) };
  guint8 token[ACCOUNT_STORE_TOKEN_BYTES] = { 7 };
  DroppedDevice dropped;
  const BanRow ban = {
    .target = PARLANCE_TARGET_NICK, .name = "carl", .reason = "earlier", .by = "x"
  };
  g_autoptr (GError) error = NULL;

  scene_open (&scene);
  Account *anna = accounts_add (scene.accounts, "anna", "anna", "hash 1", 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (accounts_add_device (scene.accounts, anna, token, "p/1", 1, &dropped)->id, >, 0);
  Account *carl = accounts_add (scene.accounts, "carl", "carl", "hash 4", 1, &error);
  token[0] = 8;
  g_assert_cmpint (accounts_add_device (scene.accounts, carl, token, "p/1", 1, &dropped)->id, >, 0);
  g_assert_nonnull (bans_add (scene.bans, &ban, &error));

  fault_vfs_arm (call, nth, code, n_failing);
  scene_change (&scene);
  guint n_failed = fault_vfs_disarm ();
  /* What was not synced is not there any more when something else is. */
  if (call == FAULT_SYNC)
    g_assert_true (accounts_set_operator (scene.accounts, anna, anna->is_operator, NULL));
  g_autofree char *known = scene_describe (&scene);
  /* A server that is killed now has what it has told. */
  scene_close (&scene);
  scene_open (&scene);
  g_autofree char *stored = scene_describe (&scene);
  g_test_message ("%s %u: %s", fault_call_names[call], nth, known);
  g_assert_cmpstr (stored, ==, known);
  /* And mended, it does all of it. */
  scene_change (&scene);
  scene_close (&scene);
  scene_open (&scene);
  g_autofree char *mended = scene_describe (&scene);
  g_assert_cmpstr (mended, ==,
                   "n=2 anna=hash 3 operator=1 devices=0 bert=hash 2 bans=1 "
                   "later hall=over");
  scene_close (&scene);
  scene_remove (&scene);
  return n_failed > 0;
}

static void
test_every_call_fails (gconstpointer data)
{
  FaultCall call = (FaultCall)GPOINTER_TO_UINT (data);
  guint nth = 1;

  /* From a call on, and that one alone. */
  while (nth < MAX_CALLS && change_with_fault (call, nth, fault_code (call), FOREVER))
    (void)change_with_fault (call, nth++, fault_code (call), 1);
  g_assert_cmpuint (nth, <, MAX_CALLS);
}

static void
test_a_full_disk (void)
{
  guint nth = 1;

  while (nth < MAX_CALLS && change_with_fault (FAULT_WRITE, nth, SQLITE_FULL, FOREVER))
    nth++;
  g_assert_cmpuint (nth, >, 1);
}

/* A device that could not be stored is good until the end. */
static void
test_a_login_on_a_full_disk (void)
{
  Scene scene = { .data_dir = g_dir_make_tmp ("parlance-accounts-XXXXXX", NULL) };
  guint8 token[ACCOUNT_STORE_TOKEN_BYTES] = { 7 };
  DroppedDevice dropped;

  scene_open (&scene);
  Account *anna = accounts_add (scene.accounts, "anna", "anna", "hash 1", 1, NULL);
  fault_vfs_arm (FAULT_WRITE, 1, SQLITE_FULL, FOREVER);
  const Device *device = accounts_add_device (scene.accounts, anna, token, "p/1", 1, &dropped);
  g_assert_cmpint (device->id, <, 0);
  g_assert_true (accounts_find_device (scene.accounts, token, 1) == device);
  g_assert_cmpuint (fault_vfs_disarm (), >, 0);
  scene_close (&scene);
  scene_open (&scene);
  g_assert_null (accounts_find_device (scene.accounts, token, 1));
  scene_close (&scene);
  scene_remove (&scene);
}

/* In one go; what is not over stays. */
static void
test_bans_that_are_over_go (void)
{
  Scene scene = { .data_dir = g_dir_make_tmp ("parlance-accounts-XXXXXX", NULL) };

  scene_open (&scene);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      const BanRow ban = {
        .target = PARLANCE_TARGET_NICK, .name = name, .reason = "", .by = "x", .expires_ms = 10 * i
      };
      g_assert_nonnull (bans_add (scene.bans, &ban, NULL));
    }
  fault_vfs_arm (FAULT_WRITE, 1, SQLITE_FULL, FOREVER);
  bans_expire (scene.bans, 15);
  g_assert_cmpuint (fault_vfs_disarm (), >, 0);
  g_assert_cmpuint (bans_list (scene.bans)->len, ==, 3);
  bans_expire (scene.bans, 15);
  g_assert_cmpuint (bans_list (scene.bans)->len, ==, 2);
  scene_close (&scene);
  scene_open (&scene);
  g_assert_cmpuint (bans_list (scene.bans)->len, ==, 2);
  g_assert_nonnull (bans_find_nick (scene.bans, "n0", 15));
  g_assert_nonnull (bans_find_nick (scene.bans, "n2", 15));
  scene_close (&scene);
  scene_remove (&scene);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  for (guint i = 0; i < FAULT_ANY; i++)
    {
      g_autofree char *path = g_strdup_printf ("/chat/account-faults/%s", fault_call_names[i]);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_every_call_fails);
    }
  g_test_add_func ("/chat/account-faults/a-full-disk", test_a_full_disk);
  g_test_add_func ("/chat/account-faults/a-login-on-a-full-disk", test_a_login_on_a_full_disk);
  g_test_add_func ("/chat/account-faults/bans-that-are-over-go", test_bans_that_are_over_go);
  return g_test_run ();
}
