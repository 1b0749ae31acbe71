// SPDX-License-Identifier: Apache-2.0
#include "dilation/dilation.hh"

#include <limits>
#include <numeric>

namespace pleat {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The digits at `text`, which is moved behind them; absent where there are none or too many.
std::optional<std::int64_t> read_number(const char*& text) noexcept {
  if (!is_digit(*text)) return std::nullopt;
  std::int64_t number = 0;
  for (; is_digit(*text); ++text) {
    constexpr std::int64_t kLast = (std::numeric_limits<std::int64_t>::max() - 9) / 10;
    if (number > kLast) return std::nullopt;
    number = number * 10 + (*text - '0');
  }
  return number;
}

}  // namespace

std::optional<Clock> clock_of(clockid_t id) noexcept {
  switch (id) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE: return Clock::kMonotonic;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM: return Clock::kRealtime;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: return Clock::kBoottime;
    case CLOCK_MONOTONIC_RAW: return Clock::kRaw;
    case CLOCK_TAI: return Clock::kTai;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID: return Clock::kProcessor;
    default: break;
  }
  // The kernel's numbers for the processor time of others are negative; those of devices, too, and
  // end in 3 (CPUCLOCK_WHICH and CLOCKFD of linux/posix-timers.h).
  constexpr clockid_t kKind = 7;
  constexpr clockid_t kDevice = 3;
  if (id < 0 && (id & kKind) != kDevice && (id & kKind) != kKind) return Clock::kProcessor;
  return std::nullopt;
}

Nanoseconds Dilation::node_span(Nanoseconds host) const noexcept {
  return divided_down(host * denominator, numerator);
}

Nanoseconds Dilation::node_span_up(Nanoseconds host) const noexcept {
  return divided_up(host * denominator, numerator);
}

Nanoseconds Dilation::host_span(Nanoseconds node) const noexcept {
  return divided_up(node * numerator, denominator);
}

Nanoseconds Dilation::node_instant(Clock clock, Nanoseconds host) const noexcept {
  if (clock == Clock::kProcessor) return node_span(host);
  const Nanoseconds origin = start[static_cast<std::size_t>(clock)];
  return origin + node_span(host - origin);
}

Nanoseconds Dilation::host_instant(Clock clock, Nanoseconds node) const noexcept {
  if (clock == Clock::kProcessor) return host_span(node);
  const Nanoseconds origin = start[static_cast<std::size_t>(clock)];
  return origin + host_span(node - origin);
}

Dilation make_dilation(std::int64_t millionths,
                       const std::array<std::int64_t, kStarts>& start) noexcept {
  constexpr std::int64_t kMillion = 1'000'000;
  const std::int64_t common = std::gcd(millionths, kMillion);
  return {millionths / common, kMillion / common, start};
}

std::optional<std::int64_t> parse_factor(const char* text) noexcept {
  constexpr std::int64_t kLargest = 1000;
  const auto whole = read_number(text);
  if (!whole || *whole < 1 || *whole > kLargest) return std::nullopt;
  std::int64_t millionths = *whole * 1'000'000;
  if (*text == '.') {
    ++text;
    if (!is_digit(*text)) return std::nullopt;
    for (std::int64_t place = 100'000; is_digit(*text) && place > 0; place /= 10, ++text) {
      millionths += (*text - '0') * place;
    }
  }
  if (*text != '\0' || millionths > kLargest * 1'000'000) return std::nullopt;
  return millionths;
}

std::optional<std::array<std::int64_t, kStarts>> parse_start(const char* text) noexcept {
  constexpr std::size_t kGiven = 4;
  std::array<std::int64_t, kStarts> start{};
  for (std::size_t i = 0; i < kGiven; ++i) {
    if (i > 0 && *text++ != ' ') return std::nullopt;
    const auto instant = read_number(text);
    if (!instant) return std::nullopt;
    start[i] = *instant;
  }
  if (*text != '\0') return std::nullopt;
  return start;
}

}  // namespace pleat
