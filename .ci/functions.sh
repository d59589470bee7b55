# shellcheck shell=bash
# Functions that the scripts of this repository share; sourced, not run.

# need REQUIREMENT...: installs the Debian packages of what is missing. A requirement is a command or, if it contains a
# slash, a file, followed by =PACKAGE... if the package has another name.
need() {
  local missing=() requirement packages
  for requirement in "$@"; do
    is_present "${requirement%%=*}" && continue
    read -ra packages <<<"${requirement#*=}"
    missing+=("${packages[@]}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq update
  "${sudo[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq install --yes --no-install-recommends "${missing[@]}"
}

# Servers are in /usr/sbin, which only root has on its path.
is_present() {
  case $1 in
    */*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] ;;
  esac
}
