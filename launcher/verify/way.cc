// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/way.hh"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pleat {

Duration serialisation(const PipeProfile& pipe, uint32_t bytes) {
  if (pipe.rate.unlimited()) return Duration(0);
  const double rate = static_cast<double>(pipe.rate.bits_per_second);
  return Duration(std::llround(bytes * 8e9 / rate));
}

double rate_of(const PipeProfile& pipe) {
  return pipe.rate.unlimited() ? std::numeric_limits<double>::infinity()
                               : static_cast<double>(pipe.rate.bits_per_second);
}

Duration Way::serialisation(uint32_t bytes) const {
  return pleat::serialisation(up, bytes) + pleat::serialisation(down, bytes);
}

Duration Way::longest_serialisation(uint32_t bytes) const {
  return std::max(pleat::serialisation(up, bytes), pleat::serialisation(down, bytes));
}

double Way::loss() const { return 1 - (1 - up.loss.value) * (1 - down.loss.value); }

Way way_between_groups(const Plan& plan, uint32_t from, uint32_t to) {
  return {plan.groups[from].up, plan.groups[to].down, plan.latency_between(from, to)};
}

Way way(const Plan& plan, uint32_t from, uint32_t to) {
  return way_between_groups(plan, plan.nodes[from].group, plan.nodes[to].group);
}

}  // namespace pleat
