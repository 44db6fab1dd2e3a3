#!/usr/bin/env bash
# Installs kgate's npm packages, and the system's packages that it misses and that this system has.
set -euo pipefail
cd "$(dirname "$0")/../.."

npm ci --omit=dev --no-fund --no-audit --loglevel=error

mapfile -t missing < <(node bin/kgate.js doctor --packages)
[ "${#missing[@]}" -gt 0 ] || exit 0

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
"${root[@]}" apt-get update

# A kernel's source comes with Debian only; a run on a tree of one's own does without it, and any other says what it lacks.
available=()
for package in "${missing[@]}"; do
  # To apt an unknown name is a pattern: it may answer with another package.
  if apt-cache show "$package" 2> /dev/null | grep -Fxq "Package: $package"; then
    available+=("$package")
  else
    echo "::notice title=kgate::This system has no package $package."
  fi
done
[ "${#available[@]}" -gt 0 ] || exit 0
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y "${available[@]}"
