// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/hosts_file.hh"

namespace pleat {

std::string hosts_file(const Plan& plan) {
  std::string text = "127.0.0.1 localhost\n";
  if (!plan.prefixes6().empty()) text += "::1 localhost\n";
  for (const PlanNode& node : plan.nodes) {
    for (const auto& address : {node.ipv4, node.ipv6}) {
      if (address) text += address->text() + ' ' + node.name + '\n';
    }
  }
  return text;
}

}  // namespace pleat
