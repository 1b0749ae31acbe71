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
  variables["PATH"] = path_variable(surroundings, variables["PATH"]);
  return variables;
}

// Only the node's own addresses, whatever the experiment says.
void bind_to(const std::optional<Address>& address, const std::string& name, Variables& variables) {
  variables.erase(name);
  if (address) variables[name] = address->text();
}

void preload(const std::string& library, Variables& variables) {
  if (library.empty()) return;
  std::string& list = variables["LD_PRELOAD"];
  list = library + (list.empty() ? "" : ":" + list);
}

void slow_down(const Surroundings& surroundings, Variables& variables) {
  variables.erase("PLEAT_DILATION");
  variables.erase("PLEAT_DILATION_START");
  if (surroundings.dilation_library.empty()) return;
  variables["PLEAT_DILATION"] = surroundings.dilation;
  variables["PLEAT_DILATION_START"] = surroundings.dilation_start;
}

std::vector<std::string> entries(const Variables& variables) {
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables) result.push_back(name + '=' + value);
  return result;
}

}  // namespace

std::string path_variable(const Surroundings& surroundings, const std::string& search_path) {
  return surroundings.own_programs + ":" + search_path;
}

std::vector<std::string> node_environment(const Surroundings& surroundings, const PlanNode& node,
                                          const std::string& directory,
                                          const Variables& experiment) {
  Variables variables = common(surroundings, directory, experiment);
  // An experiment may preload a library of its own; ours come first, the identity library before
  // all, since its calls go on to the other's.
  preload(surroundings.dilation_library, variables);
  preload(surroundings.preload_library, variables);
  slow_down(surroundings, variables);
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
