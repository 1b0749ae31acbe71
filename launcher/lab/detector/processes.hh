// SPDX-License-Identifier: Apache-2.0
// Which processes run in the lab, and for which node: seen through /proc, from inside of its PID
// namespace.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace pleat {

// Remembers which process each node began with, and finds the node of a descendant by the session
// or the parents that it has. Safe in several threads.
class ProcessesOfNodes {
 public:
  void started(pid_t pid, uint32_t node);
  // Nothing where the process has ended, or has left its node's session and lost its parents.
  std::optional<uint32_t> node_of(pid_t pid) const;

 private:
  std::optional<uint32_t> known(pid_t pid) const;

  mutable std::mutex mutex_;
  std::unordered_map<pid_t, uint32_t> nodes_;
};

std::vector<pid_t> processes();

// What the process executes, "/usr/bin/nc"; empty where it has ended or is the kernel's.
std::string program_of(pid_t pid);

// For each of these sockets that a process has open: one such process.
std::unordered_map<uint32_t, pid_t> owners_of(const std::unordered_set<uint32_t>& inodes);

enum class Reach : uint8_t {
  kLoaded,   // the identity library is in the process
  kStatic,   // the program has no dynamic linker
  kCleared,  // LD_PRELOAD is not in its environment
  kIgnored,  // it is, and yet the library is not loaded
  kGone,     // nobody can tell any more
};
// `library`: its path.
Reach reach_of(pid_t pid, const std::string& library);

}  // namespace pleat
