/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the process leaves behind when it crashes.
 */
#pragma once

/**
 * core_dump_forbid:
 *
 * No file with the memory, in which there are the key of the certificate and perhaps passwords.
 * Whoever looks for a fault allows it again from outside: prlimit --pid PID --core=unlimited.
 */
void core_dump_forbid (void);
