/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance, the command-line client.
 */
#include "client-cli/app.h"

int
main (int argc, char **argv)
{
  return app_run (argc, argv);
}
