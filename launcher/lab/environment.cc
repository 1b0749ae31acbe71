// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/environment.hh"

namespace pleat {
namespace {

using Variables = std::map<std::string, std::string>;

Variables common(const Surroundings& surroundings, const std::string& directory,
                 const Variables& experiment) {
  Variables variables{{"PATH", surroundings.search_path},
                      {"HOME", directory},
                      {"TMPDIR", directory},
                      {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : experiment) variables[name] = value;
  return variables;
}

// Only the node's own addresses, whatever the experiment says.
void bind_to(const std::optional<Address>& address, const std::string& name, Variables& variables) {
  variables.erase(name);
  if (address) variables[name] = address->text();
}

std::vector<std::string> entries(const Variables& variables) {
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables) result.push_back(name + '=' + value);
  return result;
}

}  // namespace

std::vector<std::string> node_environment(const Surroundings& surroundings, const PlanNode& node,
                                          const std::string& directory,
                                          const Variables& experiment) {
  Variables variables = common(surroundings, directory, experiment);
  if (!surroundings.preload_library.empty()) {
    // An experiment may preload a library of its own; ours comes first.
    std::string& preload = variables["LD_PRELOAD"];
    preload = surroundings.preload_library + (preload.empty() ? "" : ":" + preload);
  }
  bind_to(node.ipv4, "BINDIP", variables);
  bind_to(node.ipv6, "BINDIP6", variables);
  variables["PLEAT_NODE"] = node.name;
  variables["PLEAT_IDENTITY"] = name(surroundings.identity);
  return entries(variables);
}

std::vector<std::string> step_environment(const Surroundings& surroundings,
                                          const std::string& directory,
                                          const Variables& experiment) {
  return entries(common(surroundings, directory, experiment));
}

}  // namespace pleat
