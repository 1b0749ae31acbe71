// SPDX-License-Identifier: Apache-2.0
// The figures of a comparison: groups of runs, overlaid. Nothing where there is nothing to draw.
#pragma once

#include "launcher/compare/comparison.hh"
#include "launcher/report/figures.hh"

namespace pleat {

// The distributions of how long the nodes of a workload took; a thin line for each run where a
// group has several.
MaybeFigure distribution_figure(const std::vector<RunGroup>& groups, const std::string& workload);

// Bytes that all nodes together had received: the mean over the runs of a group, and a thin line
// for each.
MaybeFigure received_figure(const std::vector<RunGroup>& groups);

}  // namespace pleat
