/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settings keep what a person chose, and nothing where nobody has: only then the width decides.
 */
#include "client-gui/flap-memory.h"

typedef struct
{
  GSettings *settings;
  const char *key;
  AdwFlap *flap; /* (not owned) */
  int wide_px;
  gboolean is_wide;
  gboolean is_applying; /* nobody opens or closes it */
} Memory;

static void
memory_free (gpointer data, GClosure *closure)
{
  Memory *self = data;

  g_object_unref (self->settings);
  g_free (self);
}

static gboolean
is_chosen (const Memory *self)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (self->settings, self->key);

  return chosen != NULL;
}

static void
apply (Memory *self)
{
  gboolean is_wanted =
      g_settings_get_boolean (self->settings, self->key) || (self->is_wide && !is_chosen (self));

  self->is_applying = TRUE;
  adw_flap_set_reveal_flap (self->flap, is_wanted && !adw_flap_get_folded (self->flap));
  self->is_applying = FALSE;
}

static void
on_reveal (AdwFlap *flap, GParamSpec *property, gpointer user_data)
{
  const Memory *self = user_data;

  if (!self->is_applying && !adw_flap_get_folded (flap))
    g_settings_set_boolean (self->settings, self->key, adw_flap_get_reveal_flap (flap));
}

static void
on_folded (AdwFlap *flap, GParamSpec *property, gpointer user_data)
{
  apply (user_data);
}

/* Whether somebody is at work in it. */
static gboolean
has_focus (const Memory *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self->flap)));

  return focus != NULL && gtk_widget_is_ancestor (focus, adw_flap_get_flap (self->flap));
}

static void
on_layout (GdkSurface *surface, int width, int height, gpointer user_data)
{
  Memory *self = user_data;
  gboolean is_wide = gtk_widget_get_width (GTK_WIDGET (self->flap)) >= self->wide_px;

  if (is_wide == self->is_wide || (!is_wide && has_focus (self)))
    return;
  self->is_wide = is_wide;
  if (!is_chosen (self))
    apply (self);
}

/* The window has connected to its surface before, so that widgets have their sizes when it tells.
 */
static void
on_realize (AdwFlap *flap, gpointer user_data)
{
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (GTK_WIDGET (flap)));

  g_signal_connect (surface, "layout", G_CALLBACK (on_layout), user_data);
}

static void
on_unrealize (AdwFlap *flap, gpointer user_data)
{
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (GTK_WIDGET (flap)));

  g_signal_handlers_disconnect_by_data (surface, user_data);
}

void
parlance_flap_remember (AdwFlap *flap, GSettings *settings, const char *key, int wide_px)
{
  g_return_if_fail (ADW_IS_FLAP (flap));
  g_return_if_fail (G_IS_SETTINGS (settings));

  Memory *memory = g_new0 (Memory, 1);
  memory->settings = g_object_ref (settings);
  memory->key = key;
  memory->flap = flap;
  memory->wide_px = wide_px;
  g_signal_connect_data (flap, "notify::folded", G_CALLBACK (on_folded), memory, memory_free, 0);
  apply (memory);
  g_signal_connect (flap, "notify::reveal-flap", G_CALLBACK (on_reveal), memory);
  g_signal_connect (flap, "realize", G_CALLBACK (on_realize), memory);
  g_signal_connect (flap, "unrealize", G_CALLBACK (on_unrealize), memory);
}
