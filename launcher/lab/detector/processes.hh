// SPDX-License-Identifier: Apache-2.0
// Which processes run in the lab, and for which node: seen through /proc, from inside of its PID
// namespace.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sys/child.hh"
#include "sys/namespaces.hh"
#include "sys/process.hh"

namespace pleat {

// Remembers which process each node began with, and finds the node of a descendant by its UTS
// namespace, of which each node has one, or the parents that it has. Safe in several threads.
class ProcessesOfNodes {
 public:
  void started(const Child& child, uint32_t node);
  // Nothing where the process has ended, or has left its node's namespace and lost its parents.
  std::optional<uint32_t> node_of(pid_t pid) const;

 private:
  struct Began {
    uint64_t start;  // of the process, in clock ticks: another one may get its number
    uint32_t node;
  };

  // `family`: of the process with this number now; none: it has ended.
  std::optional<uint32_t> known(pid_t pid, const std::optional<ProcessFamily>& family) const;
  std::optional<uint32_t> at_host(uint64_t uts_namespace) const;

  const uint64_t our_host_ = own_uts_namespace();
  mutable std::mutex mutex_;
  std::unordered_map<pid_t, Began> began_;
  std::unordered_map<uint64_t, uint32_t> hosts_;  // UTS namespaces; a new one may get an old number
};

// The node that a process or one of its forebears has in its environment: PLEAT_NODE. For where
// nobody has seen the nodes' programs start.
std::optional<std::string> node_in_environment(pid_t pid);

std::vector<pid_t> processes();

// What the process executes, "/usr/bin/nc"; empty where it has ended or is the kernel's.
std::string program_of(pid_t pid);

// The inodes of the sockets that it has open.
std::vector<uint32_t> sockets_of(pid_t pid);

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
