// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/programs.hh"

#include "model/expand.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

void make_files(const fs::path& directory, const std::vector<PlanFile>& files) {
  for (const PlanFile& file : files) {
    const fs::path path = directory / file.path;
    make_folder(path.parent_path());
    write_file(path, file.text);
  }
}

}  // namespace

Programs::Programs(const Plan& plan, fs::path folder, Surroundings surroundings,
                   const std::optional<CgroupsOfLab>& cgroups)
    : plan_(plan), folder_(std::move(folder)), surroundings_(std::move(surroundings)) {
  if (cgroups) cgroups_.emplace(cgroups->folder);
}

const fs::path& Programs::find(const std::string& program) {
  if (const auto known = found_.find(program); known != found_.end()) return known->second;
  const auto path = find_program(program, path_variable(surroundings_, surroundings_.search_path));
  if (!path) throw SystemError("find the program", program, ENOENT, "install it, or correct PATH");
  return found_.emplace(program, *path).first->second;
}

Child Programs::start(uint32_t index) {
  const PlanNode& node = plan_.nodes[index];
  const std::string directory = working_directory(node, folder_.string());
  const NodeCommand command = expand(plan_, node, folder_.string());
  return start(command, directory,
               node_environment(surroundings_, node, directory, command.environment),
               cgroups_ ? cgroups_->open_node(index) : Fd(), node.name);
}

Child Programs::start(const PlanStep& step) {
  const std::string directory = working_directory(step, folder_.string());
  const NodeCommand command = expand(plan_, step, folder_.string());
  return start(command, directory, step_environment(surroundings_, directory, command.environment));
}

Child Programs::start(const NodeCommand& command, const fs::path& directory,
                      std::vector<std::string> environment, Fd cgroup,
                      const std::string& host_name) {
  make_folder(directory);
  make_files(directory, command.files);
  return spawner_.spawn({.program = find(command.argv.at(0)),
                         .argv = command.argv,
                         .environment = std::move(environment),
                         .directory = directory,
                         .output = directory / "stdout",
                         .errors = directory / "stderr",
                         .cgroup = std::move(cgroup),
                         .host_name = host_name});
}

}  // namespace pleat
