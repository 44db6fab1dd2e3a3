#!/usr/bin/env bash
# Lets everybody use KVM where the machine has it. Without it guests are emulated, which is slower and no less right.
set -euo pipefail

if [ ! -e /dev/kvm ]; then
  echo 'This machine has no /dev/kvm: guests are emulated.'
  exit 0
fi
if [ -w /dev/kvm ]; then
  exit 0
fi
rule='KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"'
echo "$rule" | sudo tee /etc/udev/rules.d/99-kgate-kvm.rules > /dev/null
sudo udevadm control --reload-rules
sudo udevadm trigger --name-match=kvm --settle
[ -w /dev/kvm ] || echo '/dev/kvm cannot be used: guests are emulated.'
