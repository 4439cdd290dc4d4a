/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An AdwFlap that is not locked opens whenever there is room for it, wanted or not.
 */
#include "client-gui/flap-memory.h"

typedef struct
{
  GSettings *settings;
  const char *key;
} Memory;

static void
memory_free (gpointer data, GClosure *closure)
{
  Memory *self = data;

  g_object_unref (self->settings);
  g_free (self);
}

static void
on_reveal (AdwFlap *flap, GParamSpec *property, gpointer user_data)
{
  const Memory *self = user_data;

  if (!adw_flap_get_folded (flap))
    g_settings_set_boolean (self->settings, self->key, adw_flap_get_reveal_flap (flap));
}

static void
on_folded (AdwFlap *flap, GParamSpec *property, gpointer user_data)
{
  const Memory *self = user_data;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_folded (flap) &&
                                      g_settings_get_boolean (self->settings, self->key));
}

void
parlance_flap_remember (AdwFlap *flap, GSettings *settings, const char *key)
{
  g_return_if_fail (ADW_IS_FLAP (flap));
  g_return_if_fail (G_IS_SETTINGS (settings));

  Memory *memory = g_new (Memory, 1);
  *memory = (Memory){ .settings = g_object_ref (settings), .key = key };
  g_signal_connect_data (flap, "notify::folded", G_CALLBACK (on_folded), memory, memory_free, 0);
  on_folded (flap, NULL, memory);
  g_signal_connect (flap, "notify::reveal-flap", G_CALLBACK (on_reveal), memory);
}
