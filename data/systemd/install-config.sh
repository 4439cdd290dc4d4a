#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install-config.sh SAMPLE TARGET: installs the key file of the service where there is none: the one that
# is there is the administrator's.
set -eu
target=${DESTDIR-}$2
if [ -e "$target" ]; then
  echo "$target is there already and stays as it is"
  exit 0
fi
install -D -m 0644 "$1" "$target"
