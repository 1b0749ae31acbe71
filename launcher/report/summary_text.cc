// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <vector>

#include "launcher/report/dilation_text.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/report/printable.hh"
#include "launcher/report/summary.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr size_t kColumns = 100;  // of the terminal
constexpr size_t kIndent = 11;    // of what follows a heading
constexpr size_t kFailuresInText = 3;

class Lines {
 public:
  // `heading` may be empty: the line continues the one before.
  void add(std::string_view heading, std::string_view text) {
    std::string line(heading);
    line.resize(kIndent, ' ');
    size_t begin = 0;
    while (text.size() - begin > kColumns - kIndent) {
      size_t end = text.rfind(' ', begin + kColumns - kIndent);
      if (end == std::string_view::npos || end <= begin) break;
      text_ += line.append(text.substr(begin, end - begin)) + "\n";
      line = std::string(kIndent + 2, ' ');
      begin = end + 1;
    }
    text_ += line.append(text.substr(begin)) + "\n";
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string bold(std::string_view text, const char* colour, SummaryStyle style) {
  if (!style.colours) return std::string(text);
  return std::string("\x1b[1;") + colour + "m" + std::string(text) + "\x1b[0m";
}

std::string of_verdict(VerdictLevel level, SummaryStyle style) {
  constexpr const char* kColours[] = {"32", "33", "31"};  // green, yellow, red
  return bold(name(level), kColours[static_cast<size_t>(level)], style);
}

void add_nodes(const Outcomes& outcomes, Lines& lines) {
  std::string_view heading = "nodes";
  size_t width = 0;
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    width = std::max(width, workload.name.size());
  }
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    std::string text = workload.name + std::string(width - workload.name.size() + 2, ' ') +
                       readable_count(workload.started) + " of " +
                       readable_count(workload.planned) + " started";
    if (workload.awaited) text += ", " + readable_count(workload.finished) + " finished";
    if (workload.restarts > 0) text += ", " + counted(workload.restarts, "restart");
    lines.add(std::exchange(heading, ""), text);
  }
}

void add_last_lines(const std::string& text, Lines& lines) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.add("", "  | " + printable(text.substr(begin, end - begin)));
    begin = end + 1;
  }
}

void add_failures(const Results& results, const Outcomes& outcomes, const LastLines& last_lines,
                  Lines& lines) {
  const size_t shown = std::min(outcomes.failures.size(), kFailuresInText);
  for (size_t i = 0; i < shown; ++i) {
    const Failure& failure = outcomes.failures[i];
    const std::string& first = results.plan.nodes[failure.nodes.front()].name;
    const std::string said = failure.status ? last_lines(first) : failure.message;
    std::string text = to_text(failure, results.plan);
    if (failure.nodes.size() > 1) text += "; first: " + first;
    if (!said.empty()) text += failure.status ? ", last lines:" : ":";
    lines.add(i == 0 ? "failures" : "", text);
    add_last_lines(said, lines);
  }
  if (shown < outcomes.failures.size()) {
    lines.add("", "and " + counted(outcomes.failures.size() - shown, "more kind") +
                      " of failure: see the report");
  }
}

std::string spread(const std::vector<Duration>& times) {
  return "first " + time_text(times.front()) + ", median " + time_text(quantile(times, 0.5)) +
         ", 95 % " + time_text(quantile(times, 0.95)) + ", last " + time_text(times.back());
}

void add_completion(const Outcomes& outcomes, Lines& lines) {
  const auto finished = [](const WorkloadOutcome& workload) { return workload.finished > 0; };
  const auto count = std::count_if(outcomes.workloads.begin(), outcomes.workloads.end(), finished);
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    if (!finished(workload)) continue;
    const std::string who = count > 1 ? workload.name + ": " : "";
    lines.add("finished", who + spread(times_of_all(workload.finished_at, workload.planned)));
    lines.add("took",
              who + spread(times_of_all(workload.took, workload.planned)) + " from its start");
  }
}

void add_traffic(const Results& results, Lines& lines) {
  if (results.traffic.empty()) return;
  const auto& [time, up, down] = results.traffic.back();
  const std::optional<uint64_t> lost = lost_by_chance(results);
  lines.add("traffic",
            readable_bytes(down.bytes) + " received in " + counted(down.packets, "packet") + "; " +
                (lost ? readable_count(*lost) : "not known how many") + " lost by chance, " +
                readable_count(up.dropped + down.dropped) + " dropped by full queues");
}

void add_step(std::string_view heading, const std::optional<StepEnd>& step, Lines& lines) {
  if (!step) return;
  const std::string how =
      (step->status == 0 ? "passed" : "failed with " + status_text(step->status)) + " after " +
      readable(step->took);
  const bool one_line = step->last_lines.find('\n') == std::string::npos;
  if (step->last_lines.empty()) {
    lines.add(heading, how);
  } else if (one_line) {
    lines.add(heading, how + ": " + printable(step->last_lines));
  } else {
    lines.add(heading, how + ":");
    add_last_lines(step->last_lines, lines);
  }
}

void add_verdict(const Verdict& verdict, SummaryStyle style, Lines& lines) {
  lines.add("verdict", of_verdict(verdict.level, style) +
                           (without_lateness(verdict) ? ", lateness of packets not known" : ""));
  for (const Reason& reason : verdict.reasons) {
    // What speaks for a run is of interest where nothing speaks against it.
    if (reason.level == VerdictLevel::kFaithful && verdict.level != VerdictLevel::kFaithful) break;
    lines.add("", "- " + printable(reason.text) +
                      (reason.time ? " (at " + readable(*reason.time) + ")" : ""));
  }
}

}  // namespace

std::string summary_text(const Results& results, const Verdict& verdict,
                         const LastLines& last_lines, SummaryStyle style) {
  const Outcomes outcome = outcomes(results);
  Lines lines;
  lines.add("run", results.plan.name + ": " + printable(to_text(results.end)) + " after " +
                       readable(results.end.elapsed));
  if (results.plan.dilation.slows()) lines.add("time", dilation_text(results));
  if (results.end.setup && results.end.setup->status != 0) {
    add_step("setup", results.end.setup, lines);
  }
  add_nodes(outcome, lines);
  add_failures(results, outcome, last_lines, lines);
  add_completion(outcome, lines);
  add_traffic(results, lines);
  add_step("check", results.end.check, lines);
  add_verdict(verdict, style, lines);
  return lines.take();
}

}  // namespace pleat
