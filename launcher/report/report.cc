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

std::string half_width_figures(const Results& results, const Outcomes& outcomes) {
  std::string html;
  for (const MaybeFigure& figure :
       {finished_figure(results, outcomes), completion_figure(outcomes), received_figure(results),
        rate_figure(results), lateness_figure(results), lateness_over_time_figure(results),
        delayed_figure(results), processor_figure(results), memory_figure(results)}) {
    html += figure_html(figure);
  }
  return html.empty() ? "<p>The run ended before there was anything to draw.</p>\n" : html;
}

}  // namespace

std::string report_html(const Results& results, const Verdict& verdict,
                        const LastLines& last_lines) {
  const Outcomes outcome = outcomes(results);
  return page_html(
      {.version = escaped(results.info.version),
       .kind = "Pleat run",
       .title = escaped(results.plan.name),
       .facts = facts_line(results),
       .content =
           fill(kReportTemplate, {{"verdict", std::string(name(verdict.level))},
                                  {"verdict_meaning", verdict_meaning(verdict)},
                                  {"reasons", reason_items(verdict)},
                                  {"key_figures", key_figures(results, outcome)},
                                  {"wide_figures", figure_html(progress_figure(results, outcome))},
                                  {"figures", half_width_figures(results, outcome)},
                                  {"nodes", nodes_table(outcome)},
                                  {"failures", failure_section(results, outcome, last_lines)},
                                  {"steps", step_section(results.end)},
                                  {"groups", groups_table(results.plan)},
                                  {"latency", latency_table(results.plan)},
                                  {"kernel", kernel_table(results)},
                                  {"verification", verification_table(results)},
                                  {"experiment", escaped(results.info.experiment)},
                                  {"origin", origin_section(results)}})});
}

}  // namespace pleat
