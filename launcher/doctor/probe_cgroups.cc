// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "launcher/doctor/probes.hh"
#include "launcher/doctor/proc_file.hh"
#include "sys/cgroup.hh"
#include "sys/file.hh"

namespace pleat::doctor {
namespace {

namespace fs = std::filesystem;

// Names of a controller's files.
struct Files {
  const char* limit;
  const char* used;
  const char* reclaimable;  // the key of memory.stat for what counts as used but can be had
};

// How version 1 writes that there is no limit on memory: the largest number, in whole pages.
constexpr uint64_t kNoLimit = uint64_t{1} << 62;

// A cgroup is bound by its own limits and by those of all above it.
std::optional<CgroupRoom> tightest(const CgroupTree& tree, const Files& files) {
  std::optional<CgroupRoom> result;
  for (fs::path folder = tree.ours;; folder = folder.parent_path()) {
    const auto limit = read_number(folder / files.limit);
    const auto used = read_number(folder / files.used);
    if (limit && used && *limit < kNoLimit) {
      CgroupRoom room{.limit = *limit, .used = *used, .file = folder / files.limit};
      if (files.reclaimable != nullptr) {
        const std::string stat = try_read_file(folder / "memory.stat").value_or("");
        room.used -= std::min(room.used, number_after(stat, files.reclaimable).value_or(0));
      }
      if (!result || room.left() < result->left()) result = room;
    }
    if (folder == tree.mount || folder == folder.root_path()) return result;
  }
}

std::optional<CgroupRoom> narrower(const std::optional<CgroupRoom>& a,
                                   const std::optional<CgroupRoom>& b) {
  if (!a || !b) return a ? a : b;
  return a->left() < b->left() ? a : b;
}

}  // namespace

CgroupFacts probe_cgroups() {
  CgroupFacts facts;
  if (const auto unified = find_cgroup_tree()) {
    facts.mount = unified->mount;
    facts.ours = unified->ours;
    facts.writable = ::access(unified->ours.c_str(), W_OK) == 0 &&
                     ::access((unified->ours / "cgroup.procs").c_str(), W_OK) == 0;
    facts.processes = tightest(*unified, {"pids.max", "pids.current", nullptr});
    facts.memory = tightest(*unified, {"memory.max", "memory.current", "inactive_file "});
  }
  if (const auto pids = find_cgroup_tree("pids")) {
    facts.processes =
        narrower(facts.processes, tightest(*pids, {"pids.max", "pids.current", nullptr}));
  }
  if (const auto memory = find_cgroup_tree("memory")) {
    facts.memory =
        narrower(facts.memory, tightest(*memory, {"memory.limit_in_bytes", "memory.usage_in_bytes",
                                                  "total_inactive_file "}));
  }
  return facts;
}

}  // namespace pleat::doctor
