// SPDX-License-Identifier: Apache-2.0
// A look at the nodes' processes: each must have the identity library loaded, where that alone ties
// nodes to their addresses, and the library that slows time down, where it is slowed down. (A Go
// program reads the clock without libc, so the library is no help.) One that has just begun to
// execute may be about to load them: it is judged when that is a while ago, and again only if it
// executes another program, or the same one anew.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "launcher/lab/detector/suspicion.hh"
#include "model/units.hh"

namespace pleat {

class ProcessLook {
 public:
  // The libraries' paths; empty where it does not matter.
  ProcessLook(std::string identity, std::string dilation)
      : identity_(std::move(identity)), dilation_(std::move(dilation)) {}

  // `everybody`: processes that belong to no node as well. Throws SystemError.
  std::vector<Suspicion> look(const NodeOf& node_of, bool everybody);

 private:
  struct Seen {
    uint64_t execution = 0;  // sys/process.hh
    std::string program;
    Duration since{0};  // when it was first seen
    bool judged = false;
    uint64_t look = 0;  // the last one that saw it
  };

  // Whether it executes what it did when it was seen last; otherwise that is noted.
  bool is_as_seen(pid_t pid, Seen& seen) const;
  bool is_due(pid_t pid, Seen& seen);
  std::vector<Suspicion> judge(pid_t pid, const Seen& seen, std::optional<uint32_t> node);
  std::optional<std::string> why_it_sees_host_time(pid_t pid, const std::string& program);

  const std::string identity_;
  const std::string dilation_;
  uint64_t looks_ = 0;
  std::unordered_map<pid_t, Seen> seen_;
  // By program, since thousands of processes have the same: launcher/host_time.hh.
  std::unordered_map<std::string, std::optional<std::string>> host_time_;
};

}  // namespace pleat
