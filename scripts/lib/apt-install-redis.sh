#!/bin/sh
# Installs Debian's redis-server for its program alone: the system service that comes with it is neither started now nor at boot.
# Run as root. While the package is configured, a policy file denies every start of a service; whatever was there comes back.
set -eu

policy=/usr/sbin/policy-rc.d
kept=$policy.levelflow-kept

restore_policy() {
  rm -f "$policy"
  if [ -e "$kept" ]; then mv "$kept" "$policy"; fi
}

# A run that was killed half-way has left the original under its other name.
if [ -e "$kept" ]; then restore_policy; fi
trap restore_policy EXIT
trap 'exit 130' INT TERM HUP

if [ -e "$policy" ]; then mv "$policy" "$kept"; fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
install_redis() {
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server
}

# The package lists of a fresh machine are empty, those of an old one name files that are gone: both are mended by an update.
if ! install_redis; then
  apt-get update -o DPkg::Lock::Timeout=120
  install_redis
fi

if [ -d /run/systemd/system ]; then systemctl disable --quiet redis-server.service; fi
