// SPDX-License-Identifier: Apache-2.0
// What was measured in several rounds, and how it is told. On a machine with other things to do a
// mean says little: the median says what it usually is, the quartiles how sure that is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "model/text_table.hh"

namespace pleat::bench {

class Samples {
 public:
  Samples() = default;
  explicit Samples(std::vector<double> values) : values_(std::move(values)) {
    std::sort(values_.begin(), values_.end());
  }

  void add(double value) {
    values_.insert(std::upper_bound(values_.begin(), values_.end(), value), value);
  }

  // Interpolated between the two nearest. There must be one.
  double quantile(double q) const {
    const double place = q * static_cast<double>(values_.size() - 1);
    const double below = std::floor(place);
    const auto at = static_cast<size_t>(below);
    const double next = values_[std::min(at + 1, values_.size() - 1)];
    return values_.at(at) + (place - below) * (next - values_[at]);
  }
  double median() const { return quantile(0.5); }
  double least() const { return values_.front(); }
  double most() const { return values_.back(); }
  size_t count() const { return values_.size(); }

 private:
  std::vector<double> values_;  // ascending
};

inline std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

inline std::string quartiles(const Samples& samples, int decimals) {
  return number(samples.quantile(0.25), decimals) + " - " +
         number(samples.quantile(0.75), decimals);
}

inline std::string at_most(double target, double value, int decimals) {
  return "<= " + number(target, decimals) + (value <= target ? "  met" : "  MISSED");
}

inline std::string at_least(double target, double value, int decimals) {
  return ">= " + number(target, decimals) + (value >= target ? "  met" : "  MISSED");
}

// The first column is text, the others are mostly numbers.
inline void print(const std::string& title, const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> right;
  for (size_t column = 1; column + 1 < rows.at(0).size(); ++column) right.push_back(column);
  std::printf("%s\n%s\n", title.c_str(), text_table(rows, "  ", right).c_str());
  std::fflush(stdout);
}

}  // namespace pleat::bench
