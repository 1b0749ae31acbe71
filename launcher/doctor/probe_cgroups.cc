// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "launcher/doctor/probes.hh"
#include "launcher/doctor/proc_file.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// One of the kernel's trees of cgroups: the one of version 2, or that of a controller of version 1.
struct Hierarchy {
  std::string mount;
  fs::path ours;  // the folder of our own cgroup
};

// Whether `word` is among the comma-separated words of `list`.
bool lists(const std::string& list, const std::string& word) {
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

// cgroups(7): lines "ID:CONTROLLERS:PATH"; version 2 has no controllers there.
std::string own_path(const std::string& controller) {
  std::istringstream lines(try_read_file("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : lists(controllers, controller)) {
      return line.substr(second + 1);
    }
  }
  return "/";
}

// An empty controller asks for version 2.
std::optional<Hierarchy> find_hierarchy(const std::string& controller) {
  std::istringstream lines(try_read_file("/proc/self/mounts").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string device, mount, type, options;
    fields >> device >> mount >> type >> options;
    if (controller.empty() ? type != "cgroup2" : type != "cgroup" || !lists(options, controller)) {
      continue;
    }
    const std::string path = own_path(controller);
    Hierarchy hierarchy{.mount = mount, .ours = path == "/" ? mount : mount + path};
    // In a container the path may be the host's while the mount shows only a part of the tree.
    if (!fs::exists(hierarchy.ours / "cgroup.procs")) hierarchy.ours = mount;
    return hierarchy;
  }
  return std::nullopt;
}

// Names of a controller's files.
struct Files {
  const char* limit;
  const char* used;
  const char* reclaimable;  // the key of memory.stat for what counts as used but can be had
};

// How version 1 writes that there is no limit on memory: the largest number, in whole pages.
constexpr uint64_t kNoLimit = uint64_t{1} << 62;

// A cgroup is bound by its own limits and by those of all above it.
std::optional<CgroupRoom> tightest(const Hierarchy& hierarchy, const Files& files) {
  std::optional<CgroupRoom> result;
  for (fs::path folder = hierarchy.ours;; folder = folder.parent_path()) {
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
    if (folder == hierarchy.mount || folder == folder.root_path()) return result;
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
  if (const auto unified = find_hierarchy("")) {
    facts.mount = unified->mount;
    facts.ours = unified->ours;
    facts.writable = ::access(unified->ours.c_str(), W_OK) == 0 &&
                     ::access((unified->ours / "cgroup.procs").c_str(), W_OK) == 0;
    facts.processes = tightest(*unified, {"pids.max", "pids.current", nullptr});
    facts.memory = tightest(*unified, {"memory.max", "memory.current", "inactive_file "});
  }
  if (const auto pids = find_hierarchy("pids")) {
    facts.processes =
        narrower(facts.processes, tightest(*pids, {"pids.max", "pids.current", nullptr}));
  }
  if (const auto memory = find_hierarchy("memory")) {
    facts.memory =
        narrower(facts.memory, tightest(*memory, {"memory.limit_in_bytes", "memory.usage_in_bytes",
                                                  "total_inactive_file "}));
  }
  return facts;
}

}  // namespace pleat
