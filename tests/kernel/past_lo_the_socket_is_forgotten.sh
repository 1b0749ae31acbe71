#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A packet that lo has received no longer belongs to the socket that sent it. So who sends faster
# than a link that comes after lo is not held up, however much waits there, and hears nothing of
# what is dropped: as with a modem. On a device that the sender's own route leads to, what waits is
# in the sender's socket buffer: it is held up, or told of the drops.
#
#     10.0.0.1 --> lo --> near (HTB) ==> far --> 10.0.0.2     300 of 300 taken
#     192.0.2.1 -------> own (HTB) ==> own-out                some refused
. "$(dirname "$0")/belief.sh"
needs_kernel veth htb u32 redirect

# shape LINK LIMIT: 80 kbit/s, and a queue of so many bytes.
shape() {
  tc qdisc del dev "$1" root 2>/dev/null || true
  tc qdisc add dev "$1" root handle 1: htb default 1
  tc class add dev "$1" parent 1: classid 1:1 htb rate 80kbit burst 10b cburst 10b quantum 1514
  tc qdisc add dev "$1" parent 1:1 handle 2: bfifo limit "$2"
}

make_way_in 1500
add_pair own own-out 02:00:00:00:00:02
ip address add 192.0.2.1/24 dev own
ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev own

echo "past lo, a queue of 1 MB:"
shape near 1000000
send_burst 10.0.0.1 10.0.0.2 300 1000 0
expect "taken" "$taken" 300
class_counts near 1
expect "dropped" "$dropped" 0
expect_between "waiting, more than a socket buffer holds" "$waiting" 280 300

echo "past lo, a queue of 10 kB:"
shape near 10000
send_burst 10.0.0.1 10.0.0.2 300 1000 0
expect "taken" "$taken" 300
expect "errors told to the sender" "$told" 0
class_counts near 1
expect_between "dropped" "$dropped" 270 291
expect "sent, waiting and dropped" "$((packets + waiting + dropped))" 300

echo "on the sender's own device, a queue of 1 MB:"
shape own 1000000
send_burst 192.0.2.1 192.0.2.2 300 1000 0
expect_between "refused because the socket buffer is full" "$blocked" 1 299
expect "taken and refused" "$((taken + blocked))" 300

echo "on the sender's own device, a queue of 10 kB:"
shape own 10000
send_burst 192.0.2.1 192.0.2.2 300 1000 0
expect_between "drops told to the sender" "$told" 200 299
