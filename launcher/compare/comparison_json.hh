// SPDX-License-Identifier: Apache-2.0
// Comparisons for programs. Times in nanoseconds, changes as shares (0.05: 5 % more); null where a
// quantile was not reached, or there are not enough runs to permute.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "launcher/compare/comparison.hh"

namespace pleat {

nlohmann::json to_json(const RunGroup& group);
nlohmann::json to_json(const WorkloadComparison& compared);
nlohmann::json to_json(const ReceivedComparison& compared);
nlohmann::json to_json(const Comparison& comparison);

}  // namespace pleat
