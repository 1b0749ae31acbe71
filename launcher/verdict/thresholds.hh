// SPDX-License-Identifier: Apache-2.0
// Where the verdict turns. docs/VERDICT.md gives the reasons at length; change both.
#pragma once

#include <algorithm>
#include <chrono>

#include "model/units.hh"

namespace pleat::threshold {

using namespace std::chrono_literals;

// A packet is late when it leaves more than 5 % of the smallest delay after its time: an
// application that measures a round trip then finds it a twentieth too long. Below 0.25 ms no
// program on a shared processor measures anything; above 2 ms (P2PLab's own overhead was 3 ms) it
// is no longer negligible however long the delays are. Without any delay: 1 ms.
constexpr Duration late_limit(Duration smallest_delay) {
  if (smallest_delay == Duration(0)) return 1ms;
  return std::clamp<Duration>(smallest_delay / 20, 250us, 2ms);
}
constexpr int kFarLate = 5;  // times the limit: far too late

constexpr double kLateDoubtful = 0.01;  // share of late packets
constexpr double kLateInvalid = 0.10;
constexpr double kFarLateInvalid = 0.01;      // share of packets far too late
constexpr double kLateSecondDoubtful = 0.10;  // share of late packets in one second
// A share says something from so many packets, or probes, on: of fewer, a few make a second
// remarkable, or a run invalid.
constexpr uint64_t kLeastForShare = 100;

// Linux's smallest retransmission timeout is 200 ms over the round trip: a stall of this length
// makes TCP resend what was not lost. A quarter of it, or the smallest delay if that is less (but
// 20 ms, which any busy Linux shows now and then), is worth a look.
constexpr Duration stall_doubtful(Duration smallest_delay) {
  return std::clamp<Duration>(smallest_delay, 20ms, 50ms);
}
constexpr Duration kStallInvalid = 200ms;

// The engine's thread, of one processor over a window. What waits in front of it is measured by
// nobody, and at 90 % it waits nine times as long as a packet takes (busy / (1 - busy)); Linux lets
// no real-time thread have more than 95 %.
constexpr double kEngineBusyDoubtful = 0.90;

// Share of the packets that got lost though nobody asked for it; any is doubtful.
constexpr double kUnaskedLossInvalid = 0.001;

constexpr Duration kWindow = 5s;            // shares of time are taken over this
constexpr double kBusySaturated = 0.90;     // processors busy over a window
constexpr double kPressureDoubtful = 0.90;  // share of a window in which a process waited for one
// Share of the processors taken by the hypervisor, where nobody knows for how long at a time.
constexpr double kStolenDoubtful = 0.05;
constexpr double kStolenInvalid = 0.25;
constexpr double kStolenSaid = 0.01;  // more of it is told apart from the load of this machine

// Samples are taken every second, but for some milliseconds: a window is as many of them as come
// nearest to it.
constexpr Duration kLeastWindow = kWindow - 500ms;

// How much load on the processors a verdict bears.
struct LoadBorne {
  double busy_doubtful;      // processors busy over a window
  double saturated_invalid;  // share of the run in windows above kBusySaturated
};
// Where lateness is measured it speaks for the packets, and the load for the nodes' programs only.
constexpr LoadBorne kLoadBorne = {kBusySaturated, 0.50};
// Where it is not, the load has to speak for the packets too. At 90 % what needs a processor waits
// three times as long as at 75 % (the mean of a queue: busy / (1 - busy), 9 and 3). And whatever
// left while the processors were saturated may have been late: as much of it is invalid as of
// packets known to be late.
constexpr LoadBorne kLoadBorneForPackets = {0.75, kLateInvalid};

// A probe (pleat run --verify) waits for its processor three times on its round trip, like any
// program. Linux gives a program that runs some 3 ms before another one's turn, so what is bearable
// is more than of the packets themselves: a tenth of the round trip, but 2 to 10 ms.
constexpr Duration probe_limit(Duration round_trip) {
  return std::clamp<Duration>(round_trip / 10, 2ms, 10ms);
}
constexpr double kProbesLateDoubtful = 0.05;  // share of late probes
constexpr double kProbesLateInvalid = 0.50;
constexpr double kProbesLostInvalid = 0.01;  // share of probes without an answer; any is doubtful

// A processor that was wanted came late, to a node's program as to whoever else: taken by the
// hypervisor, say. On a round trip two programs want one, so each has half of what a probe has.
constexpr Duration pause_limit(Duration smallest_delay) {
  return probe_limit(2 * smallest_delay) / 2;
}
constexpr double kPausesDoubtful = 0.05;  // share of a window in which it came that late
constexpr double kPausesInvalid = 0.25;

// A node's program waited for a processor for so much of some seconds, though it could run. At home
// it would have had one of its own.
constexpr double kWaitedDoubtful = 0.10;
constexpr double kWaitedFar = 0.25;
constexpr double kWaitedFarInvalid = 0.10;  // share of the nodes that waited that much

constexpr double kDiskStalledDoubtful = 0.10;  // share of a window in which all waited for a disk
constexpr double kDiskStalledInvalid = 0.50;

// Of a host that sleeps, or whose clock is set: programs that go by the time of day wait for tenths
// of a second and more.
constexpr Duration kClockSaid = 100ms;

constexpr double kMemoryDoubtful = 0.05;  // share of the memory that is available
constexpr double kMemoryInvalid = 0.01;
constexpr double kMemoryPressureDoubtful = 0.10;  // share of a window in which a process waited

// A node that starts so long after its time has that much less of the run: 2 % of it, but not less
// than the 250 ms in which any host starts a program, and never more than 1 s, however long the
// run: nodes that should come one by one then come in a heap.
constexpr Duration start_limit(Duration run) { return std::clamp<Duration>(run / 50, 250ms, 1s); }
constexpr int kFarStart = 10;  // times the limit: far too late

}  // namespace pleat::threshold
