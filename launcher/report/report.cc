// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/report.hh"

#include <vector>

#include "launcher/report/figures.hh"
#include "launcher/report/html.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/report/page.hh"
#include "launcher/report/sections.hh"
#include "launcher/report/tables.hh"
#include "launcher/report/template.hh"

namespace pleat {
namespace {

std::string figures_html(const std::vector<NamedFigure>& figures, bool wide) {
  std::string html;
  for (const NamedFigure& each : figures) {
    if (each.figure.chart.wide == wide) html += figure_html(each.figure);
  }
  return html;
}

}  // namespace

std::string report_html(const Results& results, const Verdict& verdict,
                        const LastLines& last_lines) {
  const Outcomes outcome = outcomes(results);
  const std::vector<NamedFigure> figures = all_figures(results, outcome);
  const std::string half_width = figures_html(figures, false);
  const std::string nothing = "<p>The run ended before there was anything to draw.</p>\n";
  return page_html({.version = escaped(results.info.version),
                    .kind = "Pleat run",
                    .title = escaped(results.plan.name),
                    .facts = facts_line(results),
                    .content = fill(kReportTemplate,
                                    {{"verdict", std::string(name(verdict.level))},
                                     {"verdict_meaning", verdict_meaning(verdict)},
                                     {"reasons", reason_items(verdict)},
                                     {"key_figures", key_figures(results, outcome)},
                                     {"wide_figures", figures_html(figures, true)},
                                     {"figures", half_width.empty() ? nothing : half_width},
                                     {"nodes", nodes_table(outcome)},
                                     {"failures", failure_section(results, outcome, last_lines)},
                                     {"steps", step_section(results.end)},
                                     {"groups", groups_table(results.plan)},
                                     {"latency", latency_table(results.plan)},
                                     {"kernel", kernel_table(results)},
                                     {"verification", verification_table(results)},
                                     {"experiment", escaped(results.info.experiment)},
                                     {"origin", origin_section(results, verdict)}})});
}

}  // namespace pleat
