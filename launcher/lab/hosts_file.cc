// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/hosts_file.hh"

namespace pleat {

std::string hosts_file(const Plan& plan) {
  std::string text = "127.0.0.1 localhost\n";
  for (const PlanNode& node : plan.nodes) text += node.address.text() + ' ' + node.name + '\n';
  return text;
}

}  // namespace pleat
