/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Standard output is the command's: the question stands on standard error, and the answer comes
 * from standard input when both are terminals.
 */
#include "client-cli/choose-menu.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_ANSWER 64 /* [bytes] */
#define MAX_MISTAKES 3

static int
compare_names (gconstpointer a, gconstpointer b)
{
  ParlanceServer *one = *(ParlanceServer *const *)a;
  ParlanceServer *other = *(ParlanceServer *const *)b;
  int order = g_utf8_collate (parlance_server_get_name (one), parlance_server_get_name (other));

  return order != 0
             ? order
             : strcmp (parlance_server_get_address (one), parlance_server_get_address (other));
}

/* Returns: (transfer full) (element-type ParlanceServer): by name */
static GPtrArray *
sorted (GListModel *servers)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    g_ptr_array_add (rows, g_list_model_get_item (servers, i));
  g_ptr_array_sort (rows, compare_names);
  return rows;
}

static void
list (Output *output, const GPtrArray *rows, gboolean numbered)
{
  for (guint i = 0; i < rows->len; i++)
    {
      ParlanceServer *server = g_ptr_array_index (rows, i);
      g_autofree char *number = numbered ? g_strdup_printf ("%3u  ", i + 1) : g_strdup ("");
      g_autofree char *line =
          g_strdup_printf ("%s%-22s  %s%s", number, parlance_server_get_address (server),
                           parlance_server_get_name (server),
                           parlance_server_get_is_local (server) ? " (this machine)" : "");

      output_remark (output, line);
    }
}

/* Reads a line, without its end. Returns: %FALSE at the end of the input */
static gboolean
read_answer (char *out, gsize size)
{
  gsize n_bytes = 0;
  char byte;

  while (read (STDIN_FILENO, &byte, 1) == 1)
    {
      if (byte == '\n')
        {
          out[n_bytes] = '\0';
          return TRUE;
        }
      if (n_bytes + 1 < size)
        out[n_bytes++] = byte;
    }
  return FALSE;
}

ParlanceServer *
choose_menu_run (Output *output, GListModel *servers)
{
  g_autoptr (GPtrArray) rows = sorted (servers);
  gboolean at_terminal = isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
  char answer[MAX_ANSWER];
  guint64 number;

  if (at_terminal)
    output_remark (output, "There are several servers:");
  list (output, rows, at_terminal);
  for (guint i = 0; at_terminal && i < MAX_MISTAKES; i++)
    {
      if (fprintf (stderr, "Which one? [1-%u] ", rows->len) < 0 ||
          !read_answer (answer, sizeof answer))
        break;
      if (g_ascii_string_to_unsigned (g_strstrip (answer), 10, 1, rows->len, &number, NULL))
        return g_object_ref (g_ptr_array_index (rows, number - 1));
    }
  return NULL;
}
