// SPDX-License-Identifier: Apache-2.0
// A look at the nodes' processes: each must have the identity library loaded, where that alone ties
// nodes to their addresses, and the library that slows time down, where it is slowed down. (A Go
// program reads the clock without libc, so the library is no help.) What the program's file tells
// is judged at the first look. A process that has just begun to execute may be about to load the
// libraries: what it has loaded is judged when that is a while ago. Each is judged again only if it
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

  enum class Due : uint8_t { kNothing, kFile, kLoaded };
  struct File {
    bool is_static = false;
    std::optional<std::string> host_time;  // why it sees that: launcher/host_time.hh
  };

  // Whether it executes what it did when it was seen last; otherwise that is noted.
  bool is_as_seen(pid_t pid, Seen& seen) const;
  Due due(pid_t pid, Seen& seen);
  File file_of(pid_t pid, const std::string& program);
  std::vector<Suspicion> judge_file(pid_t pid, const Seen& seen);
  std::vector<Suspicion> judge_loaded(pid_t pid, const Seen& seen);

  const std::string identity_;
  const std::string dilation_;
  uint64_t looks_ = 0;
  std::unordered_map<pid_t, Seen> seen_;
  std::unordered_map<std::string, File> files_;  // thousands of processes execute the same
};

}  // namespace pleat
