/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every template that is in the program can be made, shown and let go, without a warning: nothing
 * else checks a template of libadwaita's before a person opens what it describes. Runs on a desktop
 * of its own (with-desktop.py). The types are found by the names in the .ui files themselves, which
 * takes a program that exports its functions.
 */
#include <adwaita.h>

#include "client-gui/client.h"
#include "client-gui/settings.h"

#define RESOURCES "/io/github/parlance/Parlance/"

static ParlanceClient *client;

/* What widgets are given when they are made; everything else must have a default. */
static GObject *
make (GType type)
{
  GObjectClass *klass = g_type_class_ref (type);
  const char *names[] = { "client", "conversation" };
  GValue values[G_N_ELEMENTS (names)] = { G_VALUE_INIT, G_VALUE_INIT };
  gpointer objects[] = { client, parlance_client_get_current (client) };
  const char *given[G_N_ELEMENTS (names)];
  guint n_given = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GParamSpec *property = g_object_class_find_property (klass, names[i]);

      if (property == NULL || !(property->flags & G_PARAM_CONSTRUCT_ONLY))
        continue;
      given[n_given] = names[i];
      g_value_init (&values[n_given], property->value_type);
      g_value_set_object (&values[n_given++], objects[i]);
    }
  GObject *object = g_object_new_with_properties (type, n_given, given, values);
  for (guint i = 0; i < n_given; i++)
    g_value_unset (&values[i]);
  g_type_class_unref (klass);
  return object;
}

static void
test_template (gconstpointer data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  GType type = gtk_builder_get_type_from_name (builder, data);

  g_assert_cmpuint (type, !=, G_TYPE_INVALID);
  GObject *object = make (type);
  g_assert_true (GTK_IS_WIDGET (object));
  if (GTK_IS_WINDOW (object))
    {
      gtk_window_present (GTK_WINDOW (object));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      gtk_window_destroy (GTK_WINDOW (object));
    }
  else
    {
      g_object_ref_sink (object);
      gtk_widget_measure (GTK_WIDGET (object), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL,
                          NULL);
      g_object_unref (object);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Returns: (transfer full) (nullable): the class that a .ui file is the template of */
static char *
find_class (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  const char *start = strstr (text, "<template class=\"");

  if (start == NULL)
    return NULL;
  start += strlen ("<template class=\"");
  return g_strndup (start, strcspn (start, "\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_autoptr (GSettings) settings = parlance_settings_new ();
  g_auto (GStrv) names = g_resources_enumerate_children (RESOURCES, 0, NULL);
  g_autoptr (GPtrArray) classes = g_ptr_array_new_with_free_func (g_free);

  /* A server that nobody answers for is enough to have a conversation. */
  const char *const addresses[] = { "127.0.0.1:9", NULL };
  client = parlance_client_new (settings);
  parlance_client_visit (client, "Nowhere", addresses, "anna");
  g_assert_nonnull (parlance_client_join (client, "lobby"));
  g_assert_nonnull (names);
  for (guint i = 0; names[i] != NULL; i++)
    {
      char *class_name = g_str_has_suffix (names[i], ".ui") ? find_class (names[i]) : NULL;

      if (class_name == NULL)
        continue;
      g_ptr_array_add (classes, class_name);
      g_autofree char *path = g_strconcat ("/gui/templates/", class_name, NULL);
      g_test_add_data_func (path, class_name, test_template);
    }
  g_assert_cmpuint (classes->len, >, 0);
  int status = g_test_run ();
  parlance_client_leave (client);
  g_clear_object (&client);
  return status;
}
