#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What no filter of an HTB knows goes to the class that `default` names. With the qdisc blackhole
# as its leaf, that class drops everything and counts it.
#
#     near, HTB:  from 10.0.0.1 --> 1:1     --> far
#                 default       --> 1:fffd  --> blackhole
. "$(dirname "$0")/belief.sh"
needs ping
needs_kernel veth htb u32 redirect blackhole

make_way_in 1500
tc qdisc add dev near root handle 1: htb default fffd
tc class add dev near parent 1: classid 1:1 htb rate 100mbit quantum 1514
tc class add dev near parent 1: classid 1:fffd htb rate 8kbit burst 1b cburst 1b quantum 1514
tc qdisc add dev near parent 1:fffd handle fffe: blackhole
tc filter add dev near parent 1: protocol ip prio 1 u32 match ip src 10.0.0.1 flowid 1:1

send_burst 10.0.0.1 10.0.0.9 50 500 300
expect "delivered, from 10.0.0.1" "$delivered" 50
send_burst 10.0.0.2 10.0.0.9 50 500 300
expect "taken from 10.0.0.2" "$taken" 50
expect "delivered, from 10.0.0.2" "$delivered" 0
class_counts near 1
expect "sent by the class of 10.0.0.1" "$packets" 50
expect "dropped by it" "$dropped" 0
class_counts near fffd
expect "sent by the class of the rest" "$packets" 0
expect "dropped by it" "$dropped" 50
expect "waiting in it" "$waiting" 0
