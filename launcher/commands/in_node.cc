// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/in_node.hh"

#include <cstdlib>
#include <filesystem>

#include "identity/lab_cgroup.hh"
#include "launcher/commands/experiment_file.hh"
#include "launcher/lab/environment.hh"
#include "launcher/lab/surroundings.hh"
#include "launcher/labs/find_lab.hh"
#include "model/expand.hh"
#include "sys/cgroup.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/foreground.hh"
#include "sys/namespaces.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

using Variables = std::map<std::string, std::string>;

// What the experiment says of this node; nothing of an idle one.
Variables own_variables(const Plan& plan, const PlanNode& node, const fs::path& folder) {
  return node.workload ? expand(plan, node, folder.string()).environment : Variables();
}

void add_terminal(Variables& variables) {
  for (const char* name : {"TERM", "COLORTERM", "COLUMNS", "LINES"}) {
    if (const char* value = std::getenv(name)) variables[name] = value;
  }
}

void enter(const LabState& lab) {
  const Fd init = open_process(lab.init);
  if (!init) throw UserError("lab " + lab.name + " has just ended");
  join_namespaces(lab.init.pid, init);
}

}  // namespace

int run_in_node(const NodeProgram& program) {
  const LabsFolder labs;
  const LabState lab = find_lab(look_for_labs(labs), program.lab);
  const fs::path folder = labs.of(lab.name);
  const Plan plan = read_plan(folder);
  const PlanNode& node = find_node(plan, program.node);
  const std::string directory = working_directory(node, folder.string());
  make_folder(directory);

  Variables variables = own_variables(plan, node, folder);
  add_terminal(variables);
  for (const auto& [name, value] : program.environment) variables[name] = value;
  // Looked up out here: in the lab's /proc this process is not to be found.
  const Surroundings surroundings = surroundings_of_nodes(search_path(), plan, lab.dilation_start);
  Fd cgroup;
  if (!lab.cgroup.empty()) {
    const auto index = static_cast<size_t>(&node - plan.nodes.data());
    cgroup = open_cgroup(node_cgroup(lab.cgroup, index));
  }
  enter(lab);
  return run_in_foreground(
      {.argv = program.argv,
       .environment = node_environment(surroundings, node, directory, variables),
       .directory = directory,
       .cgroup = std::move(cgroup),
       .host_name = node.name,
       .interactive = program.interactive});
}

}  // namespace pleat
