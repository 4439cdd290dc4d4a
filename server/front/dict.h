/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The DICT front door: the same dictionaries for `dict`, GNOME Dictionary, GoldenDict and Emacs.
 * Source: RFC 2229; docs/protocol.md, section 9
 */
#pragma once

#include "server/net/door.h"

extern const Door dict_door;
