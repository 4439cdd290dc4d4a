# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Debian packages for ./quickstart and ./check, which source this file: installs those that are
# missing, as root or through sudo, and says so. Nothing is removed or upgraded.

# What every build needs.
# shellcheck disable=SC2034 # read by the scripts that source this file
BUILD_PACKAGES=(gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev libjson-c-dev libpcre2-dev
                libseccomp-dev libsodium-dev libsqlite3-dev libssl-dev zlib1g-dev)

# What the clients need to encrypt, when they run.
# shellcheck disable=SC2034
TLS_PACKAGES=(glib-networking)

# What building the desktop app needs besides.
# shellcheck disable=SC2034
GUI_PACKAGES=(libgtk-4-dev libadwaita-1-dev libgtk-4-bin libglib2.0-bin gettext desktop-file-utils
              appstream librsvg2-common adwaita-icon-theme)

# say LINE...: prints each on a line of its own.
say() {
  printf '%s\n' "$@"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# as_root COMMAND...: runs it with root's rights, or returns 1 when there is no way to get them.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 1
  fi
}

# Prints those of the packages $@ that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      printf '%s\n' "$package"
    fi
  done
}

# apt_install PACKAGE...: 0 when all of them are installed afterwards.
apt_install() {
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then
    return 0
  fi
  if ! command -v apt-get >/dev/null; then
    say "There is no apt-get here. Install what these Debian packages hold, then try again: ${missing[*]}"
    return 1
  fi
  say "Installing Debian packages: ${missing[*]}"
  if ! as_root true; then
    say "Neither root nor sudo is at hand. As root: apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
  local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3)
  local -a install=(install --yes --no-install-recommends)
  # Lists that are there may still be too old to fetch from: then once more with fresh ones.
  if "${apt[@]}" --simulate "${install[@]}" "${missing[@]}" >/dev/null 2>&1 </dev/null &&
    as_root "${apt[@]}" "${install[@]}" "${missing[@]}" </dev/null; then
    return 0
  fi
  say "Fetching Debian's package lists first"
  as_root "${apt[@]}" update </dev/null &&
    as_root "${apt[@]}" "${install[@]}" "${missing[@]}" </dev/null
}

# configure DIR OPTION...: sets the build directory up, or up again when it is there already.
configure() {
  local dir=$1
  shift
  if [[ -f $dir/meson-private/coredata.dat ]] && meson setup --reconfigure "$dir" "$@"; then
    return 0
  fi
  rm -rf "$dir"
  meson setup "$dir" "$@"
}
