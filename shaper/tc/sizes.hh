// SPDX-License-Identifier: Apache-2.0
// How large bursts, queues and limits have to be so that the kernel's network is the one that was
// asked for. Pure.
//
// Burst. A class of HTB may send while its tokens are not negative; a packet's tokens are taken
// when it is sent, and may make them negative. So even without any burst a packet that finds the
// link idle leaves at once, and the next one once the first has been paid for: the long-term rate
// is exact. The burst is what a class may save up. Its use is to make up for a timer that was late;
// without it that time would be lost to the rate. Its harm is that so much may leave early. Hence
// kTimerSlack at the rate, for every rate: nothing leaves more than that much too early, and timers
// may be as late. (hrtimers are late by some 0.1 ms at worst on an idle machine.) What they are
// later than that is lost: while a hypervisor kept processors waiting for more than 1 ms during 3
// to 13 % of the time, six flows over 100 Mbit/s got 2 to 11 % less, six over 10 Mbit/s 1 to 7 %.
// (network_test prints both, beside what its flows got.)
//
// Quantum. How much a class may send before the next one's turn, among classes that may send at the
// same time. Those are links of different nodes: a packet each is fair.
//
// Delay. A stage that delays has to hold what can be on its way: rate x delay. Its limit counts
// packets, so the smallest packets decide.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "model/units.hh"
#include "shaper/tc/operation.hh"

namespace pleat::tc {

inline constexpr Duration kTimerSlack = std::chrono::milliseconds(1);

// What stands for a rate that is not limited.
inline constexpr uint64_t kUnlimitedBytesPerSecond = 125'000'000'000;

// In bytes per second, as HTB counts: rounded down by less than one.
uint64_t htb_rate(Rate rate);
uint32_t htb_burst(Rate rate);  // bytes

// The qdisc that is a link's queue; none where nothing limits the rate, so that nothing queues.
// The packet that is being sent is no longer in HTB's queue, but counts in QueueLimit::packets. (In
// QueueLimit::bytes that is neglected: the queue is longer by what of it is still to be sent.)
std::optional<std::variant<ByteFifo, PacketFifo>> queue(Rate rate, QueueLimit limit);

// How many packets a stage of `delay` has to hold where packets come in at `rate`; but never more
// than `memory` can hold of those that are as large as the MTU. (Where nothing is limited the
// kernel may hand over up to 64 kB as one packet, so the bound is looser there.)
uint32_t delay_limit(Rate rate, Duration delay, uint32_t mtu, ByteCount memory);

// Both of two chances to get lost, one after the other.
Probability either(Probability a, Probability b);

}  // namespace pleat::tc
