// SPDX-License-Identifier: Apache-2.0
// A look at all internet sockets of the lab: each must be at the address of its node. That it is at
// the address of some node is seen at every look. Whose it is takes a walk through the open files
// of processes: of some each time, so that a look costs the same in a lab of any size. That a
// socket is its node's and not another's is looked at only where the kernel does not see to it.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "launcher/lab/detector/standing.hh"
#include "launcher/lab/detector/suspicion.hh"

namespace pleat {

class SocketLook {
 public:
  // `guarded`: as in LocalAddresses.
  SocketLook(const Plan& plan, bool guarded) : addresses_(plan, guarded), guarded_(guarded) {}

  // What was not found before. `all`: of all processes, whatever it costs. Throws SystemError.
  std::vector<Suspicion> look(const NodeOf& node_of, bool all = false);

 private:
  struct Owner {
    pid_t pid;
    std::optional<uint32_t> node;
  };
  using Owners = std::unordered_map<uint32_t, Owner>;  // by inode

  std::vector<InternetSocket> sockets_to_judge() const;
  std::vector<pid_t> next_processes(bool all);
  Owners owners(const NodeOf& node_of, bool all);

  const LocalAddresses addresses_;
  const bool guarded_;
  std::unordered_set<uint32_t> reported_;  // inodes
  pid_t last_ = 0;                         // the last process whose files were walked through
  size_t walked_ = 0;                      // processes of this round
  uint64_t rounds_ = 0;                    // through all processes
  bool whole_ = false;                     // the last look was a round
  // Strays that no process has shown yet, with the round at which they were first seen.
  std::unordered_map<uint32_t, uint64_t> unowned_;
};

}  // namespace pleat
