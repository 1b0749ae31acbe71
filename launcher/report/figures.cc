// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/figures.hh"

#include <utility>

namespace pleat {

std::vector<NamedFigure> all_figures(const Results& results, const Outcomes& outcomes) {
  std::pair<const char*, MaybeFigure> figures[] = {
      {"progress", progress_figure(results, outcomes)},
      {"finished", finished_figure(results, outcomes)},
      {"completion", completion_figure(outcomes)},
      {"received", received_figure(results)},
      {"rate", rate_figure(results)},
      {"lateness", lateness_figure(results)},
      {"lateness-over-time", lateness_over_time_figure(results)},
      {"delayed", delayed_figure(results)},
      {"processors", processor_figure(results)},
      {"pauses", pauses_figure(results)},
      {"memory", memory_figure(results)}};
  std::vector<NamedFigure> found;
  for (auto& [name, figure] : figures) {
    if (figure) found.push_back({name, std::move(*figure)});
  }
  return found;
}

}  // namespace pleat
