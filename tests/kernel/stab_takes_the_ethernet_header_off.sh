#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# With `stab overhead -14` HTB counts, and charges, the bytes of IP packets. Without it each packet
# counts 14 bytes more, those of the Ethernet header that the device sees.
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth htb stab u32 redirect

make_way_in 1500

# counted STAB SIZE: what HTB's class counts of 10 packets of so many bytes of IP.
counted() {
  tc qdisc del dev near root 2>/dev/null || true
  # shellcheck disable=SC2086
  tc qdisc add dev near root handle 1: $1 htb
  tc class add dev near parent 1: classid 1:1 htb rate 100mbit quantum 1514
  tc filter add dev near parent 1: protocol ip prio 1 u32 match ip src 10.0.0.1 flowid 1:1
  answers=$(answered "$(pings 10.0.0.1 10.0.0.2 10 "$2")")
  expect "pings answered" "$answers" 10 >&2
  class_counts near 1
  expect "packets" "$packets" 10 >&2
  echo "$bytes"
}

for size in 28 84 1000 1500; do
  expect "bytes of 10 packets of $size, with stab" \
    "$(counted "stab overhead -14 linklayer ethernet" $size)" $((10 * size))
  expect "bytes of 10 packets of $size, without" "$(counted "" $size)" $((10 * (size + 14)))
done
