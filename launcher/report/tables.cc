// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/tables.hh"

#include <algorithm>

#include "launcher/report/html.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr size_t kMostGroups = 12;  // whose latencies fit into the width of a page

// Nothing where nobody waits for them.
std::string time_at(const WorkloadOutcome& workload, double q) {
  if (!workload.awaited || workload.planned == 0) return {};
  return time_text(quantile(times_of_all(workload.took, workload.planned), q));
}

// "2Mbit" as the experiment file writes it, so that it is found there.
std::string pipe_text(const PipeProfile& pipe) {
  std::string text = pipe.rate.unlimited() ? "no limit" : to_text(pipe.rate);
  text += ", " + to_text(pipe.delay);
  if (pipe.loss.value > 0) text += ", " + to_text(pipe.loss) + " loss";
  if (pipe.queue.bytes > 0 || pipe.queue.packets > 0) text += ", queue " + to_text(pipe.queue);
  return escaped(text);
}

}  // namespace

std::string nodes_table(const Outcomes& outcomes) {
  std::vector<std::vector<std::string>> rows;
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    rows.push_back({escaped(workload.name), readable_count(workload.planned),
                    readable_count(workload.started),
                    workload.awaited ? readable_count(workload.finished) : "", time_at(workload, 0),
                    time_at(workload, 0.5), time_at(workload, 0.95), time_at(workload, 1)});
  }
  if (rows.empty()) return "<p>No node of this experiment runs anything.</p>\n";
  return table({{"workload", false},
                {"nodes", true},
                {"started", true},
                {"finished", true},
                {"first after", true},
                {"median", true},
                {"95 %", true},
                {"last", true}},
               rows) +
         "<p class=\"when\">Times are from the start of the node. Nodes that did not finish count "
         "as slower than all that did.</p>\n";
}

std::string prefixes_text(const PlanGroup& group) {
  if (!group.prefix6) return group.prefix.text();
  return (group.ipv4 ? group.prefix.text() + ", " : "") + group.prefix6->text();
}

std::string groups_table(const Plan& plan) {
  std::vector<std::vector<std::string>> rows;
  for (const PlanGroup& group : plan.groups) {
    rows.push_back({escaped(group.name), escaped(prefixes_text(group)), readable_count(group.nodes),
                    pipe_text(group.up), pipe_text(group.down)});
  }
  return table({{"group", false},
                {"prefix", false},
                {"nodes", true},
                {"uplink: rate, one-way delay", false},
                {"downlink", false}},
               rows);
}

std::string kernel_table(const Results& results) {
  if (!shaped_by_kernel(results.info)) return {};
  std::string html = "<h3>What the kernel counted</h3>\n";
  if (!results.tc.empty()) {
    const TcStats& tc = results.tc.back().stats;
    const auto row = [](const char* what, uint64_t packets) {
      return std::vector<std::string>{what, readable_count(packets)};
    };
    html +=
        table({{"packets", false}, {"", true}},
              {row("lost by chance, of all nodes", tc.lost),
               row("dropped by full stages that delay and lose nothing by chance", tc.overflow),
               row("dropped between two stages: net.core.netdev_max_backlog", tc.backlog_dropped),
               row("from an address that is no node&#39;s", tc.stray_source),
               row("to an address that is no node&#39;s", tc.stray_destination)});
  }
  return html +
         "<p>The kernel does not measure how late packets leave, nor which node&#39;s packets were "
         "lost by chance. Where packets are lost by chance, those that a full stage dropped are "
         "counted with them.</p>\n";
}

std::string verification_table(const Results& results) {
  if (!results.info.verification) return {};
  return "<h3>What was measured before the run</h3>\n<pre>" +
         escaped(to_text(*results.info.verification)) + "</pre>\n";
}

std::string latency_table(const Plan& plan) {
  const auto given = [](Duration latency) { return latency > Duration(0); };
  if (std::none_of(plan.latency.begin(), plan.latency.end(), given)) return {};
  if (plan.groups.size() > kMostGroups) {
    return "<p>The latencies between the groups are in the experiment below.</p>\n";
  }
  std::vector<Column> columns = {{"latency, one-way", false}};
  for (const PlanGroup& group : plan.groups) columns.push_back({"to " + group.name, true});
  std::vector<std::vector<std::string>> rows;
  for (uint32_t from = 0; from < plan.groups.size(); ++from) {
    std::vector<std::string> row = {escaped(plan.groups[from].name)};
    for (uint32_t to = 0; to < plan.groups.size(); ++to) {
      row.push_back(to_text(plan.latency_between(from, to)));
    }
    rows.push_back(std::move(row));
  }
  return table(columns, rows);
}

}  // namespace pleat
