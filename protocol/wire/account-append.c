/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each writer opens the object with its first member, so that every further one starts with a
 * comma.
 */
#include "protocol/wire/account-append.h"

#include <string.h>

#include "protocol/wire/json-writer.h"

static void
append_text (GString *out, const char *before, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (out, "%s\"%s\":", before, name);
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_number (GString *out, const char *before, const char *name, gint64 number)
{
  g_string_append_printf (out, "%s\"%s\":%" G_GINT64_FORMAT, before, name, number);
}

void
parlance_register_append (GString *out,
                          const char *nick,
                          const char *password,
                          const char *server_password,
                          const char *client)
{
  append_text (out, "{", "nick", nick);
  append_text (out, ",", "password", password);
  append_text (out, ",", "server_password", server_password);
  append_text (out, ",", "client", client);
  g_string_append_c (out, '}');
}

void
parlance_password_change_append (GString *out,
                                 const char *nick,
                                 const char *password,
                                 const char *new_password)
{
  append_text (out, "{", "password", password);
  append_text (out, ",", "new_password", new_password);
  append_text (out, ",", "nick", nick);
  g_string_append_c (out, '}');
}

void
parlance_account_delete_append (GString *out, const char *nick, const char *password)
{
  append_text (out, "{", "password", password);
  append_text (out, ",", "nick", nick);
  g_string_append_c (out, '}');
}

void
parlance_logout_append (GString *out, gint64 device, gboolean others)
{
  g_string_append_c (out, '{');
  if (device > 0)
    append_number (out, "", "device", device);
  else if (others)
    g_string_append (out, "\"others\":true");
  g_string_append_c (out, '}');
}

void
parlance_operator_append (
    GString *out, const char *name, const char *value, const char *reason, gint64 duration_s)
{
  append_text (out, "{", name, value);
  append_text (out, ",", "reason", reason);
  if (duration_s > 0)
    append_number (out, ",", "duration_s", duration_s);
  g_string_append_c (out, '}');
}

void
parlance_unban_append (GString *out, gint64 id)
{
  append_number (out, "{", "id", id);
  g_string_append_c (out, '}');
}

void
parlance_notice_append (GString *out, const char *text, const char *room)
{
  append_text (out, "{", "text", text);
  append_text (out, ",", "room", room);
  g_string_append_c (out, '}');
}

void
parlance_set_operator_append (GString *out, const char *nick, gboolean is_operator)
{
  append_text (out, "{", "nick", nick);
  g_string_append (out, is_operator ? ",\"operator\":true}" : ",\"operator\":false}");
}
