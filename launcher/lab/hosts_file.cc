// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/hosts_file.hh"

#include <sstream>

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

std::string nsswitch_file(const std::string& of_host) {
  std::istringstream lines(of_host);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const size_t word = line.find_first_not_of(" \t");
    const bool hosts = word != std::string::npos && line.compare(word, 6, "hosts:") == 0;
    text += (hosts ? "hosts: files dns" : line) + "\n";
  }
  return text;
}

}  // namespace pleat
