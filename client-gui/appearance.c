/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One style sheet of one rule.
 */
#include "client-gui/appearance.h"

struct _ParlanceAppearance
{
  GObject parent_instance;
  GSettings *settings;
  GtkCssProvider *scale;
};

G_DEFINE_FINAL_TYPE (ParlanceAppearance, parlance_appearance, G_TYPE_OBJECT)

static void
on_text_scale (ParlanceAppearance *self)
{
  int percent = (int)(g_settings_get_double (self->settings, "text-scale") * 100 + 0.5);
  g_autofree char *css = g_strdup_printf (".content-text { font-size: %d%%; }", percent);

  gtk_css_provider_load_from_data (self->scale, css, -1);
}

static void
on_color_scheme (ParlanceAppearance *self)
{
  /* In the order of the schema's enum. */
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  guint chosen = (guint)g_settings_get_enum (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[MIN (chosen, G_N_ELEMENTS (schemes) - 1)]);
}

ParlanceAppearance *
parlance_appearance_new (GSettings *settings)
{
  ParlanceAppearance *self = g_object_new (PARLANCE_TYPE_APPEARANCE, NULL);

  self->settings = g_object_ref (settings);
  /* Messages are labels: who walks through them by keys wants the caret, not all of each. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (self->scale),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  g_signal_connect_object (settings, "changed::text-scale", G_CALLBACK (on_text_scale), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::color-scheme", G_CALLBACK (on_color_scheme), self,
                           G_CONNECT_SWAPPED);
  on_text_scale (self);
  on_color_scheme (self);
  return self;
}

static void
parlance_appearance_finalize (GObject *object)
{
  ParlanceAppearance *self = PARLANCE_APPEARANCE (object);

  g_object_unref (self->scale);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (parlance_appearance_parent_class)->finalize (object);
}

static void
parlance_appearance_class_init (ParlanceAppearanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_appearance_finalize;
}

static void
parlance_appearance_init (ParlanceAppearance *self)
{
  self->scale = gtk_css_provider_new ();
}
