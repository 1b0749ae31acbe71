#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packets between two local addresses leave by lo, and what lo receives can be redirected into
# another device. What comes out at the far end of that one is delivered if it carries the MAC
# address that the far end has: lo's. The route decides about MTU, and so about TCP's segments, and
# from which address an unbound socket sends. 127.0.0.1 stays as it is.
#
#     10.0.0.1 --> lo --> from 10.0.0.0/8 --> near ==> far --> 10.0.0.2
#                    `--> from anybody else to 10.0.0.0/8 --> stray ==> stray-out
. "$(dirname "$0")/belief.sh"
needs ping iperf3
needs_kernel veth u32 redirect

make_way_in 1000
add_pair stray stray-out 02:00:00:00:00:01
redirect_from_lo "dst 10.0.0.0/8" stray

expect "pings answered" "$(answered "$(pings 10.0.0.1 10.0.0.2 3 84)")" 3
expect "packets sent into the pair, requests and replies" "$(sent_by near)" 6
expect "packets received from it" "$(received_by far)" 6

ping -n -c 3 -i 0.01 127.0.0.1 >/dev/null || fail "127.0.0.1 does not answer"
expect "packets sent into the pair after pings of 127.0.0.1" "$(sent_by near)" 6

# The answer to what an unbound socket sends from.
expect "source of an unbound socket" \
  "$(ip route get 10.0.0.2 | awk '{ for (i = 1; i < NF; i++) if ($i == "src") print $(i + 1) }')" \
  127.0.0.1
ping -n -c 2 -i 0.01 -W 1 10.0.0.2 >/dev/null && fail "an unbound ping was answered"
expect "packets of unbound pings, led elsewhere" "$(sent_by stray)" 2
expect "packets sent into the pair by unbound pings" "$(($(sent_by near) - 6))" 0

# 1,000 bytes are the most.
expect "pings answered, of 1000 bytes" \
  "$(answered "$(pings 10.0.0.1 10.0.0.2 1 1000 -M "do")")" 1
pings 10.0.0.1 10.0.0.2 1 1001 -M "do" 2>&1 | grep -q 'too long, mtu=1000' ||
  fail "a packet of 1001 bytes was not refused for an MTU of 1000"

start_iperf3_server 10.0.0.2
before=$(sent_by near)
report=$(iperf3 --client 10.0.0.2 --bind 10.0.0.1 --bytes 200K --verbose) ||
  fail "no TCP: $report"
# Of 1,000 bytes 20 are IP's, 20 TCP's, 12 its time stamps'.
expect "TCP's segments, in bytes" "$(echo "$report" | awk '/TCP MSS:/ { print $3; exit }')" 948
expect_between "packets sent into the pair by 200 KiB of TCP" "$(($(sent_by near) - before))" 4 2000
