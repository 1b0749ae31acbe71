// SPDX-License-Identifier: Apache-2.0
// Comparisons in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/compare/comparison.hh"

namespace pleat {

std::string p_text(double p);                           // "p = 0.043", "p < 0.001"
std::string distance_text(double d);                    // "0.05"
std::string change_text(std::optional<double> change);  // "+1.2 %", "not reached"

// "KS distance 0.05, p = 0.71, median +0.3 %": what was measured, in few words.
std::string measured_text(const WorkloadComparison& compared);

// What follows for a workload, in a sentence without its full stop that claims no more than was
// measured.
std::string conclusion(const WorkloadComparison& compared, const RunGroup& base,
                       const RunGroup& other, const Criteria& criteria);

// The same of received data: "at most 3.1 % apart, 12.3 s after the start, p = 0.31; totals +0.4
// %".
std::string measured_text(const ReceivedComparison& compared);
std::string conclusion(const ReceivedComparison& compared, const RunGroup& base,
                       const RunGroup& other, const Criteria& criteria);

// "at least 3 runs of A and 4 of B": what it takes for runs to show a difference.
std::string needed_text(const RunGroup& base, const RunGroup& other, const Criteria& criteria);

// The completion times of each workload and group, below a row of headings: workload, group, runs,
// nodes, finished, median, 95 %, last, received. Times are from the start of the node.
std::vector<std::vector<std::string>> figure_rows(const std::vector<RunGroup>& groups);

// All of it, for a terminal; ends with a newline.
std::string to_text(const Comparison& comparison);

}  // namespace pleat
