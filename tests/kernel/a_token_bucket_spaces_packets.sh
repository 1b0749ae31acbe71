#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# HTB lets a packet that finds its class idle pass at once, and the ones after it as the rate
# demands. With a burst of a millisecond the second may come that much too early, and only that one.
#
#     5 pings of 1,000 bytes at once, at 80 kbit/s: 100 ms each
#
#     leave at   0                        99                       199       299       399 ms
#                |                        |                        |         |         |
#                at once                  paid for, but 1 ms       100 ms from here on
#
# The replies are not shaped, so each ping takes as long as its request has waited. Measures time:
# where that is not virtual, it assumes a machine that does nothing else.
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth htb stab u32 redirect

late=10 # ms
[ "${PLEAT_VIRTUAL_TIME:-}" != 1 ] || late=0.2

make_way_in 1500
tc qdisc add dev near root handle 1: stab overhead -14 linklayer ethernet htb
tc class add dev near parent 1: classid 1:1 htb rate 80kbit burst 10b cburst 10b quantum 1514
tc filter add dev near parent 1: protocol ip prio 1 u32 match ip src 10.0.0.1 flowid 1:1

for run in "in the beginning" "after a pause"; do
  report=$(pings 10.0.0.1 10.0.0.2 5 1000 -l 5 -D)
  expect "pings answered" "$(answered "$report")" 5
  echo "$report" | awk -v late="$late" -v run="$run" '
    function judge(what, seen, due, early) {
      printf "%s, %s: %.3f ms\n", run, what, seen
      if (seen >= due - early && seen <= due + late) return
      printf "the belief does not hold: that is not %g\n", due
      exit failed = 1
    }
    # "[1700000000.123456] 1008 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.05 ms"
    /icmp_seq=/ {
      now = substr($1, 2) * 1000
      if (n == 0) judge("the first took", substr($(NF - 1), 6), 0, 0)
      # Who was late makes the next one seem early.
      else judge("the next came after", now - before, n == 1 ? 99 : 100, late)
      before = now
      n++
    }
    END { exit failed || n != 5 }'
  sleep 1
done
