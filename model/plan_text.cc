// SPDX-License-Identifier: Apache-2.0
#include "model/plan_text.hh"

#include <algorithm>
#include <cctype>

#include "model/latency_text.hh"
#include "model/text_table.hh"

namespace pleat {
namespace {

using NodePointers = std::vector<const PlanNode*>;

std::string nodes_text(size_t count) {
  return std::to_string(count) + (count == 1 ? " node" : " nodes");
}

// As one would type it in a shell; lines of a script are indented.
std::string shell_word(const std::string& word, const std::string& indent) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-+=:,./{}@%").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string result = "'";
  for (const char c : word) {
    if (c == '\n') {
      result += "\n" + indent;
    } else if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

// PlanWorkload and PlanStep name these members alike.
template <class Program>
std::string program_text(const Program& program) {
  const std::string indent = "      ";
  std::string result = "   ";
  for (const std::string& word : program.command) result += " " + shell_word(word, indent);
  result += '\n';
  for (const auto& [key, value] : program.environment) {
    result += "    with " + key + "=" + shell_word(value, indent) + '\n';
  }
  for (const PlanFile& file : program.files) {
    result += "    file " + shell_word(file.path, indent) + ", " +
              std::to_string(file.text.size()) + " bytes\n";
  }
  return result;
}

std::string end_text(const Plan& plan) {
  std::string finishing;
  for (const PlanWorkload& workload : plan.workloads) {
    if (workload.finish == Finish::kNever) continue;
    finishing += (finishing.empty() ? "" : ", ") + workload.name;
  }
  std::string result = "  ends ";
  if (!finishing.empty()) result += "when all nodes of " + finishing + " are finished";
  if (plan.duration) {
    result += (finishing.empty() ? "after " : ", or after ") + to_text(*plan.duration);
  }
  const bool may_fail = !plan.duration || plan.time_limit < *plan.duration;
  return result + (may_fail ? "; fails after " + to_text(plan.time_limit) : "") + "\n";
}

std::string head_text(const Plan& plan) {
  std::string result = "experiment " + plan.name + "\n  network " +
                       (plan.network ? plan.network->text() : "of IPv6 only") + ", MTU " +
                       std::to_string(plan.mtu) + ", shaper " + std::string(name(plan.shaper)) +
                       " with " + to_text(plan.packet_memory) + " for packets, identity " +
                       std::string(name(plan.identity)) + ", seed " + std::to_string(plan.seed) +
                       "\n" + end_text(plan);
  if (plan.dilation.slows()) {
    result += "  in the nodes' time, in which all here is said, slowed down " +
              to_text(plan.dilation) + " times\n";
  }
  for (const std::string& program : plan.needs) result += "  needs " + program + "\n";
  return result;
}

void add_pipe(const PipeProfile& pipe, std::vector<std::string>& row) {
  row.push_back(to_text(pipe.rate));
  row.push_back(to_text(pipe.delay));
  row.push_back(to_text(pipe.loss));
  row.push_back(to_text(pipe.queue));
}

std::string groups_text(const Plan& plan) {
  Rows rows = {{"", "prefix", "prefix6", "nodes", "up: rate", "delay", "loss", "queue",
                "down: rate", "delay", "loss", "queue"}};
  for (const PlanGroup& group : plan.groups) {
    std::vector<std::string> row = {group.name, group.ipv4 ? group.prefix.text() : "",
                                    group.prefix6 ? group.prefix6->text() : "",
                                    std::to_string(group.nodes)};
    add_pipe(group.up, row);
    add_pipe(group.down, row);
    rows.push_back(std::move(row));
  }
  if (!plan.prefixes6().empty()) {
    return "\ngroups\n" + text_table(rows, "  ", {3, 4, 5, 6, 7, 8, 9, 10, 11});
  }
  for (auto& row : rows) row.erase(row.begin() + 2);
  return "\ngroups\n" + text_table(rows, "  ", {2, 3, 4, 5, 6, 7, 8, 9, 10});
}

std::string latencies_text(const Plan& plan) {
  const std::string lines = latency_text(plan, "  ");
  return lines.empty() ? "" : "\nlatency between groups\n" + lines;
}

std::vector<NodePointers> nodes_by_workload(const Plan& plan) {
  std::vector<NodePointers> result(plan.workloads.size());
  for (const PlanNode& node : plan.nodes) {
    if (node.workload) result[*node.workload].push_back(&node);
  }
  for (NodePointers& nodes : result) {
    std::sort(nodes.begin(), nodes.end(),
              [](const PlanNode* a, const PlanNode* b) { return a->number < b->number; });
  }
  return result;
}

std::string range(const std::string& first, const std::string& last) {
  return first == last ? first : first + " .. " + last;
}

bool follows(const Address& address, const Address& before) {
  return address.same_but_tail(before) && address.tail() == before.tail() + 1 && before < address;
}

// Addresses that follow each other as a range; a few ranges.
std::string ranges_text(const std::vector<Address>& addresses) {
  constexpr int kShown = 4;
  std::string result;
  size_t begin = 0;
  for (int i = 0; begin < addresses.size() && i < kShown; ++i) {
    size_t end = begin + 1;
    while (end < addresses.size() && follows(addresses[end], addresses[end - 1])) ++end;
    if (i > 0) result += ", ";
    result += range(addresses[begin].text(), addresses[end - 1].text());
    begin = end;
  }
  return begin < addresses.size() ? result + ", ..." : result;
}

// Those of IPv4 and those of IPv6.
std::string addresses_text(const NodePointers& nodes) {
  std::vector<Address> ipv4, ipv6;
  for (const PlanNode* node : nodes) {
    if (node->ipv4) ipv4.push_back(*node->ipv4);
    if (node->ipv6) ipv6.push_back(*node->ipv6);
  }
  return ranges_text(ipv4) + (ipv4.empty() || ipv6.empty() ? "" : " and ") + ranges_text(ipv6);
}

std::string start_text(const NodePointers& nodes) {
  const Duration first = nodes.front()->start;
  if (nodes.size() == 1) return "start " + to_text(first);
  const Duration gap = nodes[1]->start - first;
  bool regular = true;
  for (size_t i = 1; i < nodes.size(); ++i) {
    regular = regular && nodes[i]->start - nodes[i - 1]->start == gap;
  }
  if (!regular) return "start " + to_text(first) + " .. " + to_text(nodes.back()->start);
  if (gap == Duration::zero()) return "start " + to_text(first);
  return "start " + to_text(first) + " + " + to_text(gap) + " each";
}

std::string rules_text(const PlanWorkload& workload) {
  std::string result = "    finished ";
  switch (workload.finish) {
    case Finish::kExit: result += "on exit with 0"; break;
    case Finish::kMark: result += "on mark " + shell_word(workload.mark, ""); break;
    case Finish::kNever: result += "never"; break;
  }
  switch (workload.on_exit) {
    case OnExit::kStay: result += ", then stays empty"; break;
    case OnExit::kRestart: result += ", restarted after exit"; break;
    case OnExit::kStop: result += ", its exit ends the experiment"; break;
  }
  if (workload.stop_after) result += ", stopped after " + to_text(*workload.stop_after);
  if (workload.payload) result += ", receives " + to_text(*workload.payload);
  return result + "\n";
}

std::string workloads_text(const Plan& plan) {
  if (plan.workloads.empty()) return {};
  std::string result = "\nworkloads\n";
  const std::vector<NodePointers> nodes = nodes_by_workload(plan);
  for (size_t w = 0; w < nodes.size(); ++w) {
    if (nodes[w].empty()) continue;
    result += "  " + nodes_text(nodes[w].size()) + "  " +
              range(nodes[w].front()->name, nodes[w].back()->name) + "  " +
              addresses_text(nodes[w]) + "  " + start_text(nodes[w]) + "\n" +
              program_text(plan.workloads[w]) + rules_text(plan.workloads[w]);
  }
  return result;
}

std::string step_text(const std::optional<PlanStep>& step) {
  if (!step) return {};
  return "\n" + step->name + ", at most " + to_text(step->time_limit) + "\n" + program_text(*step);
}

std::string totals_text(const Plan& plan) {
  const auto idle = std::count_if(plan.nodes.begin(), plan.nodes.end(),
                                  [](const PlanNode& node) { return !node.workload; });
  std::string result = "\n" + nodes_text(plan.nodes.size()) + " in " +
                       std::to_string(plan.groups.size()) +
                       (plan.groups.size() == 1 ? " group" : " groups");
  return result + ", " + std::to_string(idle) + " of them idle\n";
}

std::string every_node_text(const Plan& plan) {
  const auto text = [](const std::optional<Address>& address) {
    return address ? address->text() : std::string();
  };
  Rows rows;
  for (const PlanNode& node : plan.nodes) {
    rows.push_back({node.name, text(node.ipv4), text(node.ipv6), plan.groups[node.group].name,
                    node.workload ? plan.workloads[*node.workload].name : "idle",
                    node.workload ? "start " + to_text(node.start) : ""});
  }
  if (plan.prefixes6().empty()) {
    for (auto& row : rows) row.erase(row.begin() + 2);
  }
  return "\nnodes\n" + text_table(rows, "  ");
}

}  // namespace

std::string to_text(const Plan& plan, PlanTextOptions options) {
  return head_text(plan) + groups_text(plan) + latencies_text(plan) + step_text(plan.setup) +
         workloads_text(plan) + step_text(plan.check) +
         (options.every_node ? every_node_text(plan) : "") + totals_text(plan);
}

}  // namespace pleat
