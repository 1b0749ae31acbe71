#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# With IPv6 the way in is that of lo_is_the_way_in.sh, and this differs: an address of a local route
# can be bound only where the network namespace lets any address be bound, a device takes packets
# only if IPv6 is on, and it sends none by itself if it generates no address. The filters of IPv6
# are a second list, with tables of their own, and are found as the root by fff.
#
#     2001:db8::a00:1 --> lo --> last 32 bits in 10.0.0.0/8 --> near ==> far --> 2001:db8::a00:2
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth u32 redirect
[ -e /proc/sys/net/ipv6 ] || skip "this kernel has no IPv6"

a=2001:db8::a00:1 b=2001:db8::a00:2
make_way_in 1400
sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0 net.ipv6.conf.near.disable_ipv6=1 \
  net.ipv6.conf.far.disable_ipv6=1 net.ipv6.conf.far.addr_gen_mode=1
ip -6 route add local 2001:db8::/64 dev lo src ::1 mtu 1400
tc filter add dev lo parent ffff: protocol ipv6 prio 2 u32 ht fff:: match ip6 dst ::1/128 flowid 1:1
tc filter add dev lo parent ffff: protocol ipv6 prio 2 handle 40: u32 divisor 256
tc filter add dev lo parent ffff: protocol ipv6 prio 2 u32 ht fff:: match u32 0x0a000000 0xff000000 at 20 \
  hashkey mask 0x000000ff at 20 link 40:
for last in 1 2; do
  tc filter add dev lo parent ffff: protocol ipv6 prio 2 u32 ht 40:$last: \
    match ip6 src 2001:db8::a00:$last/128 action mirred egress redirect dev near
done

pings6() { ping -6 -n -c "$2" -i 0.01 -W 1 -I "$1" $b 2>&1; }
expect "binding without the setting" "$(pings6 $a 1 | grep -c 'assign requested address')" 1
sysctl -q -w net.ipv6.ip_nonlocal_bind=1
expect "pings answered while the far end has no IPv6" "$(answered "$(pings6 $a 1)")" 0
before=$(sent_by near)
sysctl -q -w net.ipv6.conf.far.disable_ipv6=0
sleep 3
expect "packets that the far end has sent by itself" "$(sent_by far)" 0

expect "pings answered" "$(answered "$(pings6 $a 3)")" 3
expect "packets sent into the pair, requests and replies" "$(($(sent_by near) - before))" 6
# The last 32 bits are those of a, what precedes them is not: passed on as if there were no pair.
pings6 2001:db8::1:a00:1 1 >/dev/null
expect "packets sent into the pair from another prefix" "$(($(sent_by near) - before))" 7
ping -6 -n -c 3 -i 0.01 ::1 >/dev/null || fail "::1 does not answer"
expect "packets sent into the pair after pings of ::1" "$(($(sent_by near) - before))" 7
