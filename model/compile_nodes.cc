// SPDX-License-Identifier: Apache-2.0
#include "model/compile_nodes.hh"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "model/check_names.hh"
#include "model/in_quotes.hh"
#include "model/nearest.hh"

namespace pleat {
namespace {

std::vector<PlanNode> idle_nodes(const std::vector<PlanGroup>& groups) {
  std::vector<PlanNode> nodes;
  for (uint32_t g = 0; g < groups.size(); ++g) {
    for (uint32_t i = 0; i < groups[g].nodes; ++i) {
      PlanNode node;
      const Address address = groups[g].prefix.node_address(i);
      if (groups[g].ipv4) node.ipv4 = address;
      if (groups[g].prefix6) node.ipv6 = groups[g].prefix6->base().with_tail(address.tail());
      node.group = g;
      node.number = i + 1;
      nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

PlanNode* find_node(std::vector<PlanNode>& nodes, const Address& address) {
  const auto at =
      std::lower_bound(nodes.begin(), nodes.end(), address.tail(),
                       [](const PlanNode& node, uint32_t wanted) { return node.tail() < wanted; });
  if (at == nodes.end()) return nullptr;
  return at->ipv4 == address || at->ipv6 == address ? &*at : nullptr;
}

class NodeCompiler {
 public:
  NodeCompiler(const Experiment& experiment, Plan& plan, Problems& problems)
      : experiment_(experiment), plan_(plan), problems_(problems) {
    plan_.nodes = idle_nodes(plan_.groups);
    result_.resize(experiment_.workloads.size());
  }

  NodesOfWorkloads compile();

 private:
  void take(PlanNode& node, uint32_t workload);
  void take_listed(uint32_t workload);
  void take_free(uint32_t workload);
  void name_nodes();
  void refuse_equal_node_names();

  const Experiment& experiment_;
  Plan& plan_;
  Problems& problems_;
  NodesOfWorkloads result_;
};

void NodeCompiler::take(PlanNode& node, uint32_t workload) {
  std::vector<uint32_t>& taken = result_[workload];
  taken.push_back(static_cast<uint32_t>(&node - plan_.nodes.data()));
  node.workload = workload;
  node.number = static_cast<uint32_t>(taken.size());
}

void NodeCompiler::take_listed(uint32_t workload) {
  for (const Stated<Address>& address : experiment_.workloads[workload].on) {
    PlanNode* node = find_node(plan_.nodes, address.value);
    if (node == nullptr) {
      problems_.add(address.place, "on: no node has the address " + address.value.text(),
                    "the nodes of a group have its first addresses; `pleat plan` shows them");
    } else if (node->workload) {
      const auto& other = experiment_.workloads[*node->workload];
      problems_.add(address.place,
                    "on: " + address.value.text() + " is already taken in line " +
                        std::to_string(other.place.line),
                    "list each node once");
    } else {
      take(*node, workload);
    }
  }
}

void NodeCompiler::take_free(uint32_t workload) {
  const StatedWorkload& stated = experiment_.workloads[workload];
  if (!stated.group || stated.nodes_unsound) return;
  const auto group =
      std::find_if(plan_.groups.begin(), plan_.groups.end(),
                   [&](const PlanGroup& g) { return g.name == stated.group->value; });
  if (group == plan_.groups.end()) return;  // has been reported
  std::vector<PlanNode*> free;
  for (uint32_t i = 0; i < group->nodes; ++i) {
    PlanNode& node = plan_.nodes[group->first_node + i];
    if (!node.workload) free.push_back(&node);
  }
  const size_t wanted = stated.nodes ? stated.nodes->value : free.size();
  if (wanted > free.size() || wanted == 0) {
    // It gets none, so that the workloads after it are judged by their own wishes.
    problems_.add(stated.nodes ? stated.nodes->place : stated.group->place,
                  "of the " + std::to_string(group->nodes) + " nodes of " + in_quotes(group->name) +
                      " " + std::to_string(free.size()) + " are left" +
                      (stated.nodes ? ", not " + std::to_string(wanted) : ""),
                  "give the group more nodes, or its workloads fewer");
    return;
  }
  for (size_t i = 0; i < wanted; ++i) take(*free[i], workload);
}

void NodeCompiler::name_nodes() {
  for (PlanNode& node : plan_.nodes) {
    const std::string& group = plan_.groups[node.group].name;
    if (!node.workload) {
      node.name = group + "-" + std::to_string(node.number);
      continue;
    }
    const auto& name = experiment_.workloads[*node.workload].name;
    const bool alone = result_[*node.workload].size() == 1;
    node.name = name ? name->value : "";
    if (!alone) node.name += "-" + std::to_string(node.number);
  }
}

// Different workloads can make the same name: "a" with many nodes and "a-1" with one.
void NodeCompiler::refuse_equal_node_names() {
  std::unordered_map<std::string, const PlanNode*> known;
  std::set<uint32_t> reported;
  for (const PlanNode& node : plan_.nodes) {
    const auto [first, is_new] = known.emplace(without_case(node.name), &node);
    if (is_new) continue;
    // At most one of the two is idle: groups have different names.
    const PlanNode& culprit = node.workload ? node : *first->second;
    if (!culprit.workload || !reported.insert(*culprit.workload).second) continue;
    const StatedWorkload& workload = experiment_.workloads[*culprit.workload];
    if (!workload.name) continue;
    problems_.add(workload.name->place, "two nodes would be called " + in_quotes(node.name),
                  "rename the workload");
  }
}

NodesOfWorkloads NodeCompiler::compile() {
  const auto workloads = static_cast<uint32_t>(experiment_.workloads.size());
  const size_t problems_before = problems_.count();
  for (uint32_t w = 0; w < workloads; ++w) take_listed(w);
  for (uint32_t w = 0; w < workloads; ++w) take_free(w);
  name_nodes();
  if (problems_.count() == problems_before) refuse_equal_node_names();
  return std::move(result_);
}

}  // namespace

bool check_groups_of_workloads(const Experiment& experiment, Problems& problems) {
  std::vector<std::string_view> with_nodes;
  std::map<std::string_view, const StatedGroup*> groups;
  for (const StatedGroup& group : experiment.groups) {
    if (!group.name) return false;  // it could be the one that is missed
    groups.emplace(group.name->value, &group);
    if (group.nodes) with_nodes.push_back(group.name->value);
  }
  const size_t problems_before = problems.count();
  for (const StatedWorkload& workload : experiment.workloads) {
    if (!workload.group || groups.empty()) continue;
    const auto group = groups.find(workload.group->value);
    const std::string name = in_quotes(workload.group->value);
    if (group == groups.end()) {
      problems.add(workload.group->place, "there is no group " + name,
                   did_you_mean(workload.group->value, with_nodes, "the groups with nodes are"));
    } else if (!group->second->nodes && !group->second->nodes_unsound) {
      problems.add(workload.group->place, "the group " + name + " has no nodes of its own",
                   did_you_mean({}, with_nodes, "the groups with nodes are"));
    }
  }
  return problems.count() == problems_before;
}

NodesOfWorkloads compile_nodes(const Experiment& experiment, Plan& plan, Problems& problems) {
  return NodeCompiler(experiment, plan, problems).compile();
}

}  // namespace pleat
