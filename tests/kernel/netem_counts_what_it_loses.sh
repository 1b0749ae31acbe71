#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What netem loses by chance is among the drops of its qdisc, and what it has not lost arrives. Of
# 2,000 packets it loses 10 % so that the share is within six standard deviations.
. "$(dirname "$0")/belief.sh"
needs_kernel veth u32 redirect netem

make_way_in 1500
tc qdisc add dev near root handle 1: netem loss 10% limit 10000
send_burst 10.0.0.1 10.0.0.2 2000 100 500
expect "taken" "$taken" 2000
lost=$((2000 - delivered))
expect_between "lost of 2000" $lost 120 280
expect "counted as dropped" \
  "$(tc -s qdisc show dev near root | sed -n 's/.*(dropped \([0-9]*\),.*/\1/p')" $lost
