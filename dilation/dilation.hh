// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/time.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <optional>

namespace pleat {

// Time dilation: theory of operation
//
// A node's clocks run k times slower than the host's. In one second of the node's time the host has
// k seconds to do the node's work, so k times as many nodes fit; in the nodes' eyes the network and
// the processors are what they were, if the shaper slows the network down by the same k.
//
//                      host ------|-----------------|-----------------|------> host's time
//                               start             start + k s       start + 2k s
//                      node ------|-----------------|-----------------|------> nodes' time
//                               start             start + 1 s       start + 2 s
//
// For each clock there is an instant at which both said the same, `start`, which all processes of
// all nodes of a lab are told. Everything else is arithmetic on it:
//
//   what a program reads      start + floor((host - start) / k)
//   what it waits for, span   ceil(span * k), then rounded up to the unit of the call
//   ... instant               start + ceil((node - start) * k)
//   what is left of a wait    ceil(left / k)
//
// Rounding this way, no wait ends early by any of the node's clocks: if the host's clock has
// reached start + ceil(d * k), the node's has reached start + d. And as reading is a function of
// the host's clock that never falls, no thread and no process can see time go back.
//
// There is no state: nothing is remembered of file descriptors, timers or condition variables. What
// an absolute time means, the kernel or libc knows: a timer is asked which clock it goes by
// (timer_clock.hh), a condition variable has it written in it (condition_clock.hh).
//
// Processor time is divided by k as well: a processor does in a second of the node's time what it
// does in k of the host's, so a program that keeps one busy has used one second in each second.
//
// The library does not reach what libc does for itself (the resolver's timeouts) and the times of
// files, which are the host's; pleat-dilation(7) lists what it cannot do.

// Spans and instants. Wide enough for any timespec times any k, so that only results are clamped.
__extension__ typedef __int128 Nanoseconds;

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

// The clocks that have an origin of their own, and processor time, which has none.
enum class Clock { kMonotonic, kRealtime, kBoottime, kRaw, kTai, kProcessor };
constexpr std::size_t kStarts = 5;  // all but kProcessor, in this order

// Absent for what is no clock of the kernel's, and for clocks of devices: these stay as they are.
std::optional<Clock> clock_of(clockid_t id) noexcept;

struct Dilation {
  std::int64_t numerator;  // k = numerator / denominator, which are small: clocks are read often
  std::int64_t denominator;
  std::array<std::int64_t, kStarts> start;  // nanoseconds

  // What k does to nothing else: reads and waits as on the host.
  static constexpr Dilation none() noexcept { return {1, 1, {}}; }

  Nanoseconds node_span(Nanoseconds host) const noexcept;     // rounded down
  Nanoseconds node_span_up(Nanoseconds host) const noexcept;  // rounded up: of what is left
  Nanoseconds host_span(Nanoseconds node) const noexcept;     // rounded up
  Nanoseconds node_instant(Clock clock, Nanoseconds host) const noexcept;
  Nanoseconds host_instant(Clock clock, Nanoseconds node) const noexcept;
};

// PLEAT_DILATION: a decimal number from 1 to 1000 with at most six decimals, in millionths.
std::optional<std::int64_t> parse_factor(const char* text) noexcept;
Dilation make_dilation(std::int64_t millionths,
                       const std::array<std::int64_t, kStarts>& start) noexcept;

// PLEAT_DILATION_START: CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME and CLOCK_MONOTONIC_RAW in
// nanoseconds, with a space between; the start of TAI, which is not among them, is left 0.
std::optional<std::array<std::int64_t, kStarts>> parse_start(const char* text) noexcept;

// `numerator` by `denominator`, which is positive, towards minus infinity. A division of 64 bits,
// which is nearly always enough, takes a quarter of the time.
constexpr Nanoseconds divided_down(Nanoseconds numerator, std::int64_t denominator) noexcept {
  const auto narrow = static_cast<std::int64_t>(numerator);
  if (narrow == numerator) return narrow / denominator - (narrow % denominator < 0 ? 1 : 0);
  const Nanoseconds quotient = numerator / denominator;
  return quotient - (quotient * denominator > numerator ? 1 : 0);
}

// The same towards plus infinity.
constexpr Nanoseconds divided_up(Nanoseconds numerator, std::int64_t denominator) noexcept {
  return -divided_down(-numerator, denominator);
}

}  // namespace pleat
