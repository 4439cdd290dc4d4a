/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance-gtk: the desktop app.
 */
#include "client-gui/application.h"
#include "client-gui/translation.h"

int
main (int argc, char **argv)
{
  parlance_translation_init ();
  g_autoptr (ParlanceApplication) application = parlance_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
