// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/sections.hh"

#include <algorithm>

#include "launcher/report/dilation_text.hh"
#include "launcher/report/html.hh"
#include "launcher/verdict/evidence.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr size_t kFailuresInReport = 10;

// "2025-01-31T13:05:59Z" as "2025-01-31 13:05 UTC"
std::string date_text(const std::string& started) {
  if (started.size() < 16) return started;
  return started.substr(0, 10) + " " + started.substr(11, 5) + " UTC";
}

std::string block(const std::string& text) {
  return text.empty() ? "" : "<pre>" + escaped(text) + "</pre>\n";
}

std::string key_figure(const std::string& label, const std::string& value,
                       const std::string& remark) {
  return "<div><dt>" + label + "</dt><dd>" + value + " <small>" + remark + "</small></dd></div>\n";
}

std::string node_figures(const Results& results, const Outcomes& outcomes) {
  if (outcomes.awaited() == 0) {
    return key_figure("nodes started", readable_count(outcomes.started()),
                      "of " + readable_count(results.plan.nodes.size()));
  }
  std::string html = key_figure("nodes finished", readable_count(outcomes.finished()),
                                "of " + readable_count(outcomes.awaited()));
  std::vector<Duration> took, at;
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    took.insert(took.end(), workload.took.begin(), workload.took.end());
    at.insert(at.end(), workload.finished_at.begin(), workload.finished_at.end());
  }
  if (took.empty()) return html;
  std::sort(took.begin(), took.end());
  std::sort(at.begin(), at.end());
  const Duration median = quantile(times_of_all(took, outcomes.awaited()), 0.5);
  const Duration last = times_of_all(at, outcomes.awaited()).back();
  return html + key_figure("time to finish", time_text(median), "in the median") +
         key_figure("first node finished", readable(at.front()), "after the start") +
         key_figure("last node finished", time_text(last),
                    last == kNotFinished
                        ? readable_count(outcomes.awaited() - outcomes.finished()) + " did not"
                        : "after the start");
}

std::string host_text(const HostDescription& host) {
  return host.name + ", " + counted(host.cpus, "processor") + " (" + host.cpu + "), " +
         readable_bytes(host.memory) + " of memory, " + host.kernel;
}

std::string origin_item(const std::string& term, const std::string& html) {
  return "<dt>" + term + "</dt><dd>" + html + "</dd>\n";
}

std::string step_text(const char* step, const std::optional<StepEnd>& end) {
  if (!end) return {};
  const std::string how = end->status == 0 ? "passed" : "failed with " + status_text(end->status);
  return std::string("<h3>") + step + " " + escaped(how) + " after " + readable(end->took) +
         "</h3>\n" + block(end->last_lines);
}

}  // namespace

std::string facts_line(const Results& results) {
  const std::string text = date_text(results.info.started) + " on " + results.info.host.name +
                           " · " + counted(results.plan.nodes.size(), "node") + " on " +
                           counted(results.info.host.cpus, "processor") + " · " +
                           to_text(results.end) + " · " + readable(results.end.elapsed);
  return escaped(text);
}

std::string verdict_meaning(const Verdict& verdict) {
  switch (verdict.level) {
    case VerdictLevel::kFaithful:
      return without_lateness(verdict)
                 ? "Nothing measured speaks against these results. How late packets left was not "
                   "measured."
                 : "The host kept up: nothing measured speaks against these results.";
    case VerdictLevel::kDoubtful: return "Look at these reasons before you rely on the results.";
    case VerdictLevel::kInvalid: break;
  }
  return "Something other than the experiment shaped these results.";
}

std::string reason_items(const Verdict& verdict) {
  std::string html;
  for (const Reason& reason : verdict.reasons) {
    const std::string_view kind =
        reason.cause == Cause::kLatenessUnknown ? "unknown" : name(reason.level);
    html += "<li class=\"" + std::string(kind) + "\">" + escaped(reason.text);
    if (reason.time) html += " <span class=\"when\">(at " + readable(*reason.time) + ")</span>";
    html += "</li>\n";
  }
  return html;
}

std::string key_figures(const Results& results, const Outcomes& outcomes) {
  std::string html = node_figures(results, outcomes);
  if (!results.traffic.empty()) {
    const auto& [time, up, down] = results.traffic.back();
    const std::optional<uint64_t> lost = lost_by_chance(results);
    html +=
        key_figure("received", readable_bytes(down.bytes), "in " + counted(down.packets, "packet"));
    html += key_figure("dropped by full queues", readable_count(up.dropped + down.dropped),
                       lost ? "and " + readable_count(*lost) + " lost by chance"
                            : "and not known how many lost by chance");
  }
  const Evidence seen = evidence(results);
  if (seen.engine.lateness.count() > 0) {
    html += key_figure("lateness of packets", readable(seen.engine.lateness.quantile(0.99)),
                       "for 99 %");
  } else if (seen.tc) {
    html += key_figure("lateness of packets", "not known", "to the kernel");
  }
  if (seen.host.cpu_busy) {
    html += key_figure("processors busy", readable_share(seen.host.cpu_busy->value), "at most");
  }
  return html;
}

std::string citation(const Results& results, const Verdict& verdict) {
  const RunInfo& info = results.info;
  const Plan& plan = results.plan;
  return "Pleat " + info.version + ", run \"" + plan.name + "\" of " + info.started.substr(0, 10) +
         ", " + counted(plan.nodes.size(), "node") + ", seed " + std::to_string(plan.seed) +
         (plan.dilation.slows() ? ", time slowed down " + to_text(plan.dilation) + " times" : "") +
         ", on one host with " + counted(info.host.cpus, "processor") + ", verdict \"" +
         std::string(name(verdict.level)) + "\"" +
         (without_lateness(verdict) ? ", lateness of packets not known" : "");
}

std::string failure_section(const Results& results, const Outcomes& outcomes,
                            const LastLines& last_lines) {
  if (outcomes.failures.empty()) return {};
  std::string html = "<h3>Failures</h3>\n";
  const size_t shown = std::min(outcomes.failures.size(), kFailuresInReport);
  for (size_t i = 0; i < shown; ++i) {
    const Failure& failure = outcomes.failures[i];
    const std::string& first = results.plan.nodes[failure.nodes.front()].name;
    const std::string said = failure.status ? last_lines(first) : failure.message;
    std::string text = to_text(failure, results.plan);
    if (failure.nodes.size() > 1) text += "; first: " + first;
    if (!said.empty()) text += failure.status ? ", which printed last:" : ":";
    html += "<p>" + escaped(text) + "</p>\n" + block(said);
  }
  if (shown < outcomes.failures.size()) {
    html +=
        "<p>And " + counted(outcomes.failures.size() - shown, "more kind") + " of failure.</p>\n";
  }
  return html;
}

std::string step_section(const RunEnd& end) {
  return step_text("Setup", end.setup) + step_text("Check", end.check);
}

std::string origin_section(const Results& results, const Verdict& verdict) {
  const RunInfo& info = results.info;
  const auto code = [](const std::string& text) { return "<code>" + escaped(text) + "</code>"; };
  return "<dl class=\"origin\">\n" + origin_item("command", code(info.command)) +
         origin_item("seed", std::to_string(results.plan.seed)) +
         (results.plan.dilation.slows() ? origin_item("time", escaped(dilation_text(results)))
                                        : "") +
         origin_item("program", "pleat " + escaped(info.version) + ", shaper " +
                                    escaped(info.shaper) + ": " + escaped(info.shaper_reason) +
                                    "; identity " + escaped(info.identity) + ": " +
                                    escaped(info.identity_reason)) +
         (info.congestion_control.empty()
              ? ""
              : origin_item("TCP", escaped(info.congestion_control) +
                                       ", the host's congestion control, where programs do not "
                                       "choose their own")) +
         origin_item("host", escaped(host_text(info.host)) +
                                 (info.idle_poll ? "; idle processors were kept awake" : "")) +
         origin_item("date", escaped(info.started)) +
         origin_item("cite as", escaped(citation(results, verdict))) + "</dl>\n";
}

}  // namespace pleat
