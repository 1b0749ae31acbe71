#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Any number of devices can give what they receive to one block of filters, so a rule is written
# once. In it a u32 filter may lead into a hash table; where nothing is found there, the search
# goes on with the root's next filter.
#
#     one ==> one-out --.          800:: to 10.1.0.0/16, by the third byte --> 1:1:  --> found
#                    >-- block 1                                         `--> 1:2:  only for .2.7
#     two ==> two-out --'            800:: to 10.0.0.0/8 -----------------------------------> rest
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth u32 redirect blocks

prepare_addresses
for link in one two found rest; do add_pair $link $link-out 02:00:00:00:00:01; done
ip link set lo up
for link in one two; do
  tc qdisc add dev $link-out ingress_block 1 ingress
  ip address add 192.0.2.1/32 dev $link
done

in_block="tc filter add block 1 protocol ip prio 1"
$in_block handle 1: u32 divisor 256
$in_block u32 ht 1:1: match ip dst 10.1.1.0/24 action mirred egress redirect dev found
$in_block u32 ht 1:2: match ip dst 10.1.2.7/32 action mirred egress redirect dev found
$in_block u32 ht 800:: match ip dst 10.1.0.0/16 hashkey mask 0x0000ff00 at 16 link 1:
$in_block u32 ht 800:: match ip dst 10.0.0.0/8 action mirred egress redirect dev rest

# send LINK ADDRESS
send() {
  ip neighbour replace "$2" lladdr 02:00:00:00:00:01 dev "$1"
  ip route replace "$2" dev "$1" src 192.0.2.1
  ping -n -c 1 -W 0.1 "$2" >/dev/null && fail "who has answered as $2?"
  ip route del "$2"
}

found=0 rest=0
for link in one two; do
  for address in 10.1.1.9 10.1.2.7; do
    send $link $address
    found=$((found + 1))
    expect "to $address by $link: packets found" "$(sent_by found)" $found
  done
  # In the table a list without a match, one that is empty; and beside the table.
  for address in 10.1.2.8 10.1.3.1 10.2.0.1; do
    send $link $address
    rest=$((rest + 1))
    expect "to $address by $link: packets that are the rest" "$(sent_by rest)" $rest
  done
done
expect "packets found, in the end" "$(sent_by found)" $found
