// SPDX-License-Identifier: Apache-2.0
// The back end `tc`: a plan's network as the kernel's own traffic control.
//
// Theory of operation
//
//     socket of A                                                             socket of B
//         | local route: all addresses of the network are this host's              ^
//         v                                                                        |
//        lo ---> ingress --> up0 ===> up0-out --> path0 ===> path0-out --> down0 ==> down0-out
//                block 1     HTB      ingress     netem      ingress       HTB
//              by source     A's      block 2     delays,    block 3       B's
//                            uplink   by groups   losses     by dest.      downlink
//
// Every ===> is a lane: a pair of veth devices of which the near one has the qdisc that shapes, and
// the far one hands on what it receives. A filter block says to which lane of the next stage;
// all far ends of a stage share one block, so filters grow with addresses and not with lanes. The
// last far ends have no block: what they receive is input for IP, which delivers it. Every lookup
// is hashed (filter_tree.hh), every lane has its own qdisc, lock and timer. So a packet costs the
// same however many nodes and groups there are, HTB and netem never share a tree, and lanes can be
// worked on by different processors.
//
// Why lo is the way in. Packets between two addresses of this host leave by lo, and are received
// there at once. That makes them forget their socket (as a cable would), so that a slow uplink
// drops what is too much as a modem does. On a device of the sender's own its queue would block
// the sender instead, or tell its TCP of each drop.
//
//   - lo's MAC address is what all packets carry as their destination. The last far ends have the
//     same one: IP takes only what is addressed to its device.
//   - Nothing may be larger than a packet on the wire, or a slow link would be handed 64 kB at
//     once: the route has an MTU, and where anything is limited lo sends one segment at a time.
//   - What a node sends to itself does not leave it: block 1 leaves it alone.
//   - Who has no address of its own sends from 127.0.0.1 or ::1 and is found out: block 1 knows
//     the nodes' addresses only, and drops the rest (device `stray`). What is addressed to nobody
//     ends in the device `dead`. Within a lane's address blocks class 1:fffd takes what is no
//     node's.
//
// IPv6 takes the same way, through the same classes and netems. Its filters look the addresses'
// tails up, and in the end, where a packet gets its class, compare the whole address: what has a
// node's tail but is not its address goes to class 1:fffd. Blocks leave alone what is for ::1, for
// the block that it stands for, and for multicast, which has no way to another node here. Only lo
// and the last far ends take part in IPv6, and none has an address that the kernel would announce.
//
// What it is not. HTB is a token bucket: a packet that finds the link idle leaves at once, and is
// not delayed by its own serialisation, as it is in a pipe (shaper/pipe/pipe.hh). Two packets in a
// row are spaced as the rate demands. Loss on an uplink comes after its queue and rate, not before.
// Nobody measures how late packets leave. Loss is drawn by the kernel, not from the seed. ICMPv6
// errors, which Linux sends from no node's address here (shaper/engine/icmpv6_error.hh), are
// strays too.
#pragma once

#include "model/plan.hh"
#include "shaper/tc/layout.hh"
#include "shaper/tc/operation.hh"

namespace pleat::tc {

inline const std::string kStrayLink = "stray";  // drops what comes from no node
inline const std::string kDeadLink = "dead";    // drops what is addressed to no node

// Filter blocks: of what comes from nodes, which lo receives; from uplinks; from paths.
inline constexpr uint32_t kFromNodes = 1, kFromUplinks = 2, kFromPaths = 3;

// The class of what is in a lane's address blocks but no node's.
inline constexpr uint16_t kNoNodesClass = 0xfffd;

// The far end of the lane whose near end is `link`.
inline std::string far_end(const std::string& link) { return link + "-out"; }

// How many bytes HTB counts of each packet beyond those of IP. None where it is told so, as rates
// want it. But then it counts packets that are handed over many at once (where nothing is limited)
// with the headers of the first one only.
uint32_t header_counted(const Plan& plan);

// In the order in which they are to be done, in a new network namespace. Throws UserError where
// the kernel could not do it.
Operations network_operations(const Plan& plan, const Layout& layout);

}  // namespace pleat::tc
