// SPDX-License-Identifier: Apache-2.0
#include "model/dilation_factor.hh"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/digits.hh"
#include "model/in_quotes.hh"
#include "model/plan.hh"

namespace pleat {
namespace {

__extension__ typedef __int128 Wide;  // any duration times any k

constexpr uint64_t kMillion = 1'000'000;

Duration scaled(Duration duration, uint64_t numerator, uint64_t denominator) {
  const Wide product = Wide{duration.count()} * Wide{numerator};
  const Wide half = Wide{denominator} / 2;
  const Wide nearest = (product + (product < 0 ? -half : half)) / Wide{denominator};
  using Limits = std::numeric_limits<Duration::rep>;
  return Duration(
      static_cast<Duration::rep>(std::clamp(nearest, Wide{Limits::min()}, Wide{Limits::max()})));
}

// Slow, but not without limit: that is what 0 says.
Rate slowed(Rate rate, uint64_t millionths) {
  if (rate.unlimited()) return rate;
  const Wide bits = (Wide{rate.bits_per_second} * kMillion + millionths / 2) / millionths;
  return {std::max<uint64_t>(1, static_cast<uint64_t>(bits))};
}

void slow(PipeProfile& pipe, DilationFactor factor) {
  pipe.rate = slowed(pipe.rate, factor.millionths);
  pipe.delay = factor.to_host(pipe.delay);
}

}  // namespace

Duration DilationFactor::to_host(Duration node) const { return scaled(node, millionths, kMillion); }
Duration DilationFactor::to_node(Duration host) const { return scaled(host, kMillion, millionths); }

DilationFactor parse_dilation(std::string_view text) {
  const BadValue wrong(
      in_quotes(text) + " is not by how much time is slowed down",
      "write a number from 1 to 1000, with at most six decimals, such as 4 or 2.5");
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  const bool is_number = !whole.empty() && whole.size() <= 4 && decimals.size() <= 6 &&
                         (point == text.size() || !decimals.empty()) &&
                         std::all_of(whole.begin(), whole.end(), is_digit) &&
                         std::all_of(decimals.begin(), decimals.end(), is_digit);
  if (!is_number) throw wrong;
  std::string digits(decimals);
  digits.resize(6, '0');
  const uint64_t millionths = std::stoull(std::string(whole)) * kMillion + std::stoull(digits);
  if (millionths < kMillion || millionths > 1000 * kMillion) throw wrong;
  return {millionths};
}

std::string to_text(DilationFactor factor) {
  std::string text = std::to_string(factor.millionths / kMillion);
  const uint64_t rest = factor.millionths % kMillion;
  if (rest == 0) return text;
  std::string decimals = std::to_string(kMillion + rest).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text + "." + decimals;
}

void refuse_rates_that_rounding_changes(const Plan& plan) {
  constexpr double kBorne = 0.001;
  const double k = static_cast<double>(plan.dilation.millionths) / kMillion;
  for (const PlanGroup& group : plan.groups) {
    for (const Rate rate : {group.up.rate, group.down.rate}) {
      if (rate.unlimited()) continue;
      const double exact = static_cast<double>(rate.bits_per_second) / k;
      const auto rounded =
          static_cast<double>(slowed(rate, plan.dilation.millionths).bits_per_second);
      if (std::abs(rounded - exact) <= kBorne * exact) continue;
      throw BadValue(
          "group " + group.name + ": " + to_text(rate) +
              " is too slow for dilation = " + to_text(plan.dilation) +
              ": the host's links have whole bits per second, so its rate would be another",
          "slow time down less");
    }
  }
}

Plan network_in_host_time(const Plan& plan) {
  Plan slowed = plan;
  for (PlanGroup& group : slowed.groups) {
    slow(group.up, plan.dilation);
    slow(group.down, plan.dilation);
  }
  for (Duration& latency : slowed.latency) latency = plan.dilation.to_host(latency);
  slowed.dilation = {};
  return slowed;
}

}  // namespace pleat
