/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whoever talks can be read: the colour of each nick against the window behind it, on light, on
 * dark and in high contrast, by the formula of WCAG 2.1. Runs on a desktop of its own
 * (with-desktop.py).
 */
#include <adwaita.h>
#include <math.h>

#include "client-gui/nick-color.h"

#define N_COLORS 10
#define MAX_NICKS 10000
#define LEAST_CONTRAST 4.5 /* WCAG 2.1, 1.4.3: of text of usual size */

static GtkWidget *window;

static double
linear (float channel)
{
  return channel <= 0.04045F ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const GdkRGBA *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green) +
         0.0722 * linear (color->blue);
}

/* Returns: what is seen where @color lies on @behind, which lets nothing through */
static GdkRGBA
lay_on (const GdkRGBA *color, const GdkRGBA *behind)
{
  const float alpha = color->alpha;

  return (GdkRGBA){ color->red * alpha + behind->red * (1 - alpha),
                    color->green * alpha + behind->green * (1 - alpha),
                    color->blue * alpha + behind->blue * (1 - alpha), 1 };
}

static double
contrast (const GdkRGBA *one, const GdkRGBA *other)
{
  double a = luminance (one);
  double b = luminance (other);

  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

static void
get_color (GtkWidget *widget, GdkRGBA *ret_color)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), ret_color);
}

/* Returns: (transfer full): the classes that nicks get, all of them */
static GHashTable *
find_classes (void)
{
  GHashTable *classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < MAX_NICKS && g_hash_table_size (classes) < N_COLORS; i++)
    {
      g_autofree char *nick = g_strdup_printf ("nick%u", i);
      g_hash_table_add (classes, g_strdup (parlance_nick_color_class (nick)));
    }
  g_assert_cmpuint (g_hash_table_size (classes), ==, N_COLORS);
  return classes;
}

static void
assert_readable (AdwColorScheme scheme)
{
  g_autoptr (GHashTable) classes = find_classes ();
  GHashTableIter iter;
  gpointer name;
  GdkRGBA background;
  GdkRGBA plain;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  GtkWidget *label = gtk_label_new ("nick");
  adw_window_set_content (ADW_WINDOW (window), label);
  get_color (label, &plain);
  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (label),
                                                 "window_bg_color", &background));
  g_hash_table_iter_init (&iter, classes);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      GdkRGBA color;

      gtk_widget_set_css_classes (label, (const char *[]){ name, NULL });
      get_color (label, &color);
      g_assert_false (gdk_rgba_equal (&color, &plain));
      GdkRGBA seen = lay_on (&color, &background);
      double ratio = contrast (&seen, &background);
      g_test_message ("%s: %.2f", (const char *)name, ratio);
      g_assert_cmpfloat (ratio, >=, LEAST_CONTRAST);
    }
}

static void
test_formula (void)
{
  const GdkRGBA black = { 0, 0, 0, 1 };
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA grey = { 119 / 255.0F, 119 / 255.0F, 119 / 255.0F, 1 };

  g_assert_cmpfloat_with_epsilon (contrast (&black, &white), 21, 0.001);
  g_assert_cmpfloat_with_epsilon (contrast (&grey, &white), 4.48, 0.005);
}

static void
test_light (void)
{
  assert_readable (ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static void
test_dark (void)
{
  assert_readable (ADW_COLOR_SCHEME_FORCE_DARK);
}

static void
on_activate (GApplication *application, gpointer data)
{
  window = g_object_new (ADW_TYPE_WINDOW, "application", application, NULL);
  gtk_window_present (GTK_WINDOW (window));
  *(int *)data = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  int status = 1;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/nick-colors/formula", test_formula);
  g_test_add_func ("/gui/nick-colors/light", test_light);
  g_test_add_func ("/gui/nick-colors/dark", test_dark);
  /* The base path is where the style sheet of the app is among its resources. */
  g_autoptr (AdwApplication) application =
      ADW_APPLICATION (g_object_new (ADW_TYPE_APPLICATION, "application-id", "test.NickColors",
                                     "resource-base-path", "/io/github/parlance/Parlance", NULL));
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &status);
  int failed = g_application_run (G_APPLICATION (application), 0, NULL);
  return failed != 0 ? failed : status;
}
