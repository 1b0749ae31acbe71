#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# netem's `delay` is a packet's delay: none leaves early, and none late by more than a timer is.
# Packets do not wait for each other. Measures time: where that is not virtual, it assumes a machine
# that does nothing else.
#
#     10.0.0.1 --> lo --> near (netem) ==> far --> 10.0.0.2, and the reply the same way
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth u32 redirect netem

late=3 # ms
[ "${PLEAT_VIRTUAL_TIME:-}" != 1 ] || late=0.2

make_way_in 1500
for delay in 1 25 425; do
  tc qdisc replace dev near root handle 1: netem delay ${delay}ms limit 1000
  # All at once: none of them may be later for that.
  report=$(pings 10.0.0.1 10.0.0.2 10 84 -l 10)
  expect "pings answered" "$(answered "$report")" 10
  latest=$(awk "BEGIN { print 2 * $delay + $late }")
  # "rtt min/avg/max/mdev = 2.022/2.034/2.047/0.007 ms, pipe 10"
  # shellcheck disable=SC2046
  set -- $(echo "$report" | awk -F '[ /]' '/^rtt / { print $7, $9 }')
  expect_between "through twice $delay ms: earliest, ms" "$1" $((2 * delay)) "$latest"
  expect_between "through twice $delay ms: latest, ms" "$2" $((2 * delay)) "$latest"
done
