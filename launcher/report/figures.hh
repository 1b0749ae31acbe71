// SPDX-License-Identifier: Apache-2.0
// The figures of the report: each draws one question's answer from the results, or nothing where
// the run has none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/record/results.hh"
#include "launcher/report/chart.hh"
#include "launcher/report/outcomes.hh"

namespace pleat {

struct Figure {
  Chart chart;
  std::string caption;  // what to know to read it; plain text
};

using MaybeFigure = std::optional<Figure>;

// What share of its payload each node had received (figure 8 of the P2PLab paper).
MaybeFigure progress_figure(const Results& results, const Outcomes& outcomes);
// How many nodes ran, and how many had finished (figure 11).
MaybeFigure finished_figure(const Results& results, const Outcomes& outcomes);
// How long the nodes took to finish, as a distribution.
MaybeFigure completion_figure(const Outcomes& outcomes);
// What all nodes together had received (figure 9).
MaybeFigure received_figure(const Results& results);
MaybeFigure rate_figure(const Results& results);
// What share of the packets left later than a time.
MaybeFigure lateness_figure(const Results& results);
MaybeFigure lateness_over_time_figure(const Results& results);
// Where the kernel shaped the packets, which does not measure lateness: how many it held back.
MaybeFigure delayed_figure(const Results& results);
MaybeFigure processor_figure(const Results& results);
// How late the processors came when they were wanted.
MaybeFigure pauses_figure(const Results& results);
MaybeFigure memory_figure(const Results& results);

struct NamedFigure {
  std::string name;  // of a file: "lateness-over-time"
  Figure figure;
};
// All that the run has, in the order in which they are read.
std::vector<NamedFigure> all_figures(const Results& results, const Outcomes& outcomes);

}  // namespace pleat
