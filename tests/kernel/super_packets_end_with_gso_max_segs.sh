#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TCP hands lo super-packets of up to 64 kB, to be cut later, and an HTB behind lo gets them whole:
# a slow link would be given all of it at once. With `gso_max_segs 1` on lo it gets packets as they
# are on a wire.
#
#     near, HTB:  IP's length field below 2,048 --> 1:1
#                 the rest                      --> 1:2
. "$(dirname "$0")/belief.sh"
needs iperf3
needs_kernel veth htb u32 redirect

make_way_in 1500

# Sets the counters of both classes, after 2 MiB of TCP, or a little less.
send() {
  tc qdisc del dev near root 2>/dev/null || true
  tc qdisc add dev near root handle 1: htb default 2
  tc class add dev near parent 1: classid 1:1 htb rate 1gbit quantum 1514
  tc class add dev near parent 1: classid 1:2 htb rate 1gbit quantum 1514
  tc filter add dev near parent 1: protocol ip prio 1 u32 match u16 0 0xf800 at 2 flowid 1:1
  start_iperf3_server 10.0.0.2
  iperf3 --client 10.0.0.2 --bind 10.0.0.1 --bytes 2M --window 128K >/dev/null || fail "no TCP"
  wait "$server" || true
  server=""
  class_counts near 1
  small=$bytes
  class_counts near 2
}

echo "as lo is:"
send
expect_between "bytes in packets larger than the MTU" "$bytes" 100000 4000000

echo "with gso_max_segs 1:"
ip link set lo gso_max_segs 1
send
expect "bytes in packets larger than the MTU" "$bytes" 0
# The server leaves without what the client still has in its buffer: up to twice the window.
expect_between "bytes in others" "$small" 1835008 2500000
