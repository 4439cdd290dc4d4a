/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance-gtk: the desktop app.
 */
#include "client-gui/application.h"
#include "client-gui/translation.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/* Suppressed for LeakSanitizer: what libraries allocate in their constructors. GLib makes its first
 * table of quarks there, and on purpose does not free it when it is outgrown, which GTK's names see
 * to. No suppression can name it, as GLib has no symbols and no frame pointers. */
static void
before_constructors (void)
{
  __lsan_disable ();
}

__attribute__ ((section (".preinit_array"),
                used)) static void (*const preinit) (void) = before_constructors;

__attribute__ ((constructor)) static void
after_constructors (void)
{
  __lsan_enable ();
}
#endif

int
main (int argc, char **argv)
{
  parlance_translation_init ();
  g_autoptr (ParlanceApplication) application = parlance_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
