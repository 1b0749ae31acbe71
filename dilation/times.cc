// SPDX-License-Identifier: Apache-2.0
#include "dilation/times.hh"

#include <algorithm>
#include <limits>

namespace pleat {
namespace {

static_assert(sizeof(time_t) == 8 && sizeof(long) == 8, "libc's calls for 32-bit time have others");

constexpr long kMillion = 1'000'000;
constexpr long kBillion = 1'000'000'000;

// Refused everywhere, except that select takes more microseconds than a second has.
bool is_valid(const timespec& time) noexcept {
  return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < kBillion;
}

bool is_valid(const timeval& time) noexcept { return time.tv_sec >= 0 && time.tv_usec >= 0; }

constexpr time_t kLastSecond = std::numeric_limits<time_t>::max();

}  // namespace

timespec timespec_of(Nanoseconds time) noexcept {
  const Nanoseconds seconds = divided_down(time, kSecond);
  if (seconds > kLastSecond) return {kLastSecond, kBillion - 1};
  return {static_cast<time_t>(seconds), static_cast<long>(time - seconds * kSecond)};
}

timeval timeval_of(Nanoseconds time) noexcept {
  const timespec exact = timespec_of(time);
  return {exact.tv_sec, exact.tv_nsec / 1000};
}

timeval timeval_up_of(Nanoseconds time) noexcept {
  return timeval_of(divided_up(time, kMicrosecond) * kMicrosecond);
}

Nanoseconds nanoseconds(const timespec& time) noexcept {
  return Nanoseconds{time.tv_sec} * kSecond + time.tv_nsec;
}

Nanoseconds nanoseconds(const timeval& time) noexcept {
  return Nanoseconds{time.tv_sec} * kSecond + Nanoseconds{time.tv_usec} * kMicrosecond;
}

timespec span_to_host(const Dilation& dilation, const timespec& span) noexcept {
  return is_valid(span) ? timespec_of(dilation.host_span(nanoseconds(span))) : span;
}

timeval span_to_host(const Dilation& dilation, const timeval& span) noexcept {
  if (!is_valid(span)) return span;
  timeval host = timeval_up_of(dilation.host_span(nanoseconds(span)));
  // As far from valid as it came, for those who refuse it.
  if (span.tv_usec >= kMillion && host.tv_sec > 0) {
    --host.tv_sec;
    host.tv_usec += kMillion;
  }
  return host;
}

int milliseconds_to_host(const Dilation& dilation, int span) noexcept {
  if (span <= 0) return span;
  const Nanoseconds host =
      divided_up(dilation.host_span(Nanoseconds{span} * kMillisecond), kMillisecond);
  return static_cast<int>(std::min<Nanoseconds>(host, std::numeric_limits<int>::max()));
}

timespec left_to_node(const Dilation& dilation, const timespec& left) noexcept {
  return timespec_of(dilation.node_span_up(nanoseconds(left)));
}

timeval left_to_node(const Dilation& dilation, const timeval& left) noexcept {
  return timeval_up_of(dilation.node_span_up(nanoseconds(left)));
}

timespec instant_to_host(const Dilation& dilation, Clock clock, const timespec& instant) noexcept {
  const Nanoseconds node = nanoseconds(instant);
  if (!is_valid(instant) || node == 0) return instant;
  return timespec_of(std::max<Nanoseconds>(1, dilation.host_instant(clock, node)));
}

timespec instant_to_node(const Dilation& dilation, Clock clock, const timespec& instant) noexcept {
  return timespec_of(dilation.node_instant(clock, nanoseconds(instant)));
}

timeval instant_to_node(const Dilation& dilation, Clock clock, const timeval& instant) noexcept {
  return timeval_of(dilation.node_instant(clock, nanoseconds(instant)));
}

void usage_to_node(const Dilation& dilation, rusage& usage) noexcept {
  usage.ru_utime = instant_to_node(dilation, Clock::kProcessor, usage.ru_utime);
  usage.ru_stime = instant_to_node(dilation, Clock::kProcessor, usage.ru_stime);
}

}  // namespace pleat
