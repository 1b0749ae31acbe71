// SPDX-License-Identifier: Apache-2.0
// The cgroups of a lab: one for itself, and below it one for each node.
//
//   <cgroup of whoever starts the lab>/
//     pleat-<its number>-<its start>/     the programs are attached here
//       0/ 1/ 2/ ...                      nodes, in the order of the plan
//
// Unlike the rest of a lab they are no namespace's, and nobody's death removes them. So a process
// outside of the lab, the caretaker, does nothing but remove them when the lab is gone. What says
// so is a lock on the lab's folder: whoever needs the cgroups shares it (the one who made them, and
// the lab's init), the caretaker waits until it has it alone. The kernel gives up a dead process's
// share. The caretaker is started before the cgroup is made. Where it is killed itself, the next
// lab that is started from the same cgroup finds a folder that nobody has a share of, and removes
// it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>

#include "sys/cgroup.hh"
#include "sys/fd.hh"

namespace pleat {

class LabCgroup {
 public:
  // Makes the lab's cgroup in the caller's own, and removes what is left there of labs that are
  // gone. The caller has one thread. Throws SystemError.
  LabCgroup();
  // Gives up the share. Without let_go() waits until the cgroups are removed, and so until whoever
  // else has a share has ended.
  ~LabCgroup();
  LabCgroup(const LabCgroup&) = delete;
  LabCgroup& operator=(const LabCgroup&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const Fd& fd() const { return fd_; }

  // Makes the cgroup of a node; returns its ID (sys/cgroup.hh). Throws SystemError.
  uint64_t make_node(size_t index);

  // Leaves the cgroups to those who share them.
  void let_go();

 private:
  void start_caretaker();

  std::filesystem::path folder_;
  pid_t caretaker_ = -1;
  Fd go_ahead_;  // open until the caretaker may look for the lock
  Fd fd_;        // has the share
};

// A share of a lab's cgroups, from inside the lab.
class LabCgroupShare {
 public:
  // Throws SystemError; also where they are gone, or go.
  explicit LabCgroupShare(const std::filesystem::path& folder);

  // The cgroup of a node, open. Throws SystemError.
  Fd open_node(size_t index) const;

  // Of a node (sys/cgroup.hh).
  std::optional<std::chrono::nanoseconds> processor_pressure(size_t index) const;
  std::optional<std::chrono::nanoseconds> processor_usage(size_t index) const;

 private:
  Fd fd_;
};

// The folder of a node's cgroup in a lab's.
std::filesystem::path node_cgroup(const std::filesystem::path& lab, size_t index);

// Waits until nobody has a share of the lab's cgroups any more, and removes them, if they are
// still there. Throws SystemError.
void remove_lab_cgroup(const std::filesystem::path& folder);

}  // namespace pleat
