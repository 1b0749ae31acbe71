// SPDX-License-Identifier: Apache-2.0
#include "model/node_names.hh"

#include "model/in_quotes.hh"
#include "model/nearest.hh"

namespace pleat {
namespace {

// "-17" of "peer-17"; "-1" where there is none.
std::string number_of(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == name.size()) return "-1";
  const bool digits = name.find_first_not_of("0123456789", dash + 1) == std::string_view::npos;
  return digits ? std::string(name.substr(dash)) : "-1";
}

}  // namespace

NodeNames::NodeNames(const Experiment& experiment, const Plan& plan, const NodesOfWorkloads& nodes)
    : experiment_(experiment), nodes_(nodes) {
  known_.reserve(plan.nodes.size());
  for (const PlanNode& node : plan.nodes) known_.emplace(node.name, &node);
}

Address NodeNames::address_of(std::string_view name, Family family) const {
  const auto known = known_.find(name);
  if (known == known_.end()) throw unknown(name);
  const PlanNode& node = *known->second;
  const std::optional<Address>& address = family == Family::kIpv4 ? node.ipv4 : node.ipv6;
  if (address) return *address;
  const std::string node_has_no = "the node " + in_quotes(name) + " has no ";
  if (family == Family::kIpv4) {
    throw BadValue(node_has_no + "IPv4 address", "write " + in_quotes("{ip6:" + node.name + "}") +
                                                     ", or give its group a prefix");
  }
  throw BadValue(node_has_no + "IPv6 address",
                 "write " + in_quotes("{ip:" + node.name + "}") + ", or give its group a prefix6");
}

BadValue NodeNames::unknown(std::string_view name) const {
  const std::string wrong = "there is no node " + in_quotes(name);
  std::vector<std::string> alike;
  for (size_t w = 0; w < nodes_.size(); ++w) {
    const std::string& workload = experiment_.workloads[w].name->value;
    const size_t count = nodes_[w].size();
    const bool about_this = name == workload || name == workload + number_of(name);
    if (about_this && count > 1) {
      return BadValue(wrong, "the nodes of " + in_quotes(workload) + " are " +
                                 in_quotes(workload + "-1") + " to " +
                                 in_quotes(workload + "-" + std::to_string(count)));
    }
    if (about_this) return BadValue(wrong, "did you mean " + in_quotes(workload) + "?");
    alike.push_back(count > 1 ? workload + number_of(name) : workload);
  }
  const std::vector<std::string_view> candidates(alike.begin(), alike.end());
  return BadValue(wrong, did_you_mean(name, candidates, "there are for example"));
}

}  // namespace pleat
