#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# netem holds as many packets as its limit says, however large or small they are. It drops those
# that come on top, and counts them.
. "$(dirname "$0")/belief.sh"
needs_kernel veth u32 redirect netem

make_way_in 1500
for size in 28 1500; do
  for count in 19 20 21 50; do
    tc qdisc del dev near root 2>/dev/null || true
    tc qdisc add dev near root handle 1: netem delay 1s limit 20
    send_burst 10.0.0.1 10.0.0.2 $count $size 2000
    kept=$((count < 20 ? count : 20))
    expect "delivered of $count packets of $size bytes" "$delivered" $kept
    expect "counted as dropped" \
      "$(tc -s qdisc show dev near root | sed -n 's/.*(dropped \([0-9]*\),.*/\1/p')" \
      $((count - kept))
  done
done
