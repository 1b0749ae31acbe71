// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/ticks.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace pleat {
namespace {

// Rounding: 0.3 / 0.1 is less than 3.
constexpr double kAlmost = 1e-9;

double nice_step(double high, int wanted) {
  const double raw = high / wanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power * (1 + kAlmost)) return factor * power;
  }
  return 10 * power;
}

std::string label(double value, double step) {
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + kAlmost)));
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

Ticks ticks_every(double step, int steps, double high) {
  Ticks result{.low = 0, .high = high, .ticks = {}};
  for (int i = 0; i <= steps; ++i) result.ticks.push_back({i * step, label(i * step, step)});
  return result;
}

}  // namespace

Ticks linear_ticks(double high, int wanted) {
  if (!(high > 0)) high = 1;
  const double step = nice_step(high, wanted);
  const int steps = static_cast<int>(std::ceil(high / step - kAlmost));
  return ticks_every(step, steps, steps * step);
}

Ticks linear_ticks_within(double high, int wanted) {
  if (!(high > 0)) high = 1;
  const double step = nice_step(high, wanted);
  return ticks_every(step, static_cast<int>(std::floor(high / step + kAlmost)), high);
}

std::vector<double> powers_of_ten(double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low) + kAlmost));
  const int last = std::max(first + 1, static_cast<int>(std::ceil(std::log10(high) - kAlmost)));
  std::vector<double> powers;
  for (int power = first; power <= last; ++power) powers.push_back(std::pow(10, power));
  return powers;
}

}  // namespace pleat
