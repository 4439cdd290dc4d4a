/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance-gtk: the desktop app.
 */
#include "client-gui/application.h"

int
main (int argc, char **argv)
{
  g_autoptr (ParlanceApplication) application = parlance_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
