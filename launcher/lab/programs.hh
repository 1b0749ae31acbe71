// SPDX-License-Identifier: Apache-2.0
// Starts what the plan says: the program of a node, or of a step, in its working directory.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "identity/lab_cgroup.hh"
#include "launcher/lab/environment.hh"
#include "launcher/protocol/messages.hh"
#include "model/expand.hh"
#include "model/plan.hh"
#include "sys/child.hh"

namespace pleat {

class Programs {
 public:
  // `plan` must outlive it. `folder` is the run's, absolute.
  // `cgroups`: of the nodes, which start in theirs; absent: they have none. Throws SystemError.
  Programs(const Plan& plan, std::filesystem::path folder, Surroundings surroundings,
           const std::optional<CgroupsOfLab>& cgroups);

  // From now on the time of nodes that are slowed down starts there (start_of_time.hh).
  void time_starts(const std::string& start) { surroundings_.dilation_start = start; }

  // Both make the working directory with its files; standard output and error are appended to the
  // files stdout and stderr in it. Throw SystemError.
  Child start(uint32_t node);  // by its index
  Child start(const PlanStep& step);

  // Of the nodes; nothing where they have none.
  const std::optional<LabCgroupShare>& cgroups() const { return cgroups_; }

 private:
  Child start(const NodeCommand& command, const std::filesystem::path& directory,
              std::vector<std::string> environment, Fd cgroup = {},
              const std::string& host_name = {});
  const std::filesystem::path& find(const std::string& program);

  const Plan& plan_;
  std::filesystem::path folder_;
  Surroundings surroundings_;
  std::optional<LabCgroupShare> cgroups_;
  Spawner spawner_;
  std::map<std::string, std::filesystem::path> found_;  // programs that were found along PATH
};

}  // namespace pleat
