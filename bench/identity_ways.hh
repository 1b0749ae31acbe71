// SPDX-License-Identifier: Apache-2.0
// The ways to tie a program to a node's address, for benches whose programs take turns.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace pleat::bench {

enum class Way { kNone, kPreload, kBpf, kBoth };

const char* name(Way way);

// One node, whose cgroup has the programs in the kernel.
class NodeToEnter {
 public:
  // To be called outside of namespaces, in a process of one thread. Throws SystemError.
  explicit NodeToEnter(const std::string& address);
  ~NodeToEnter();
  NodeToEnter(const NodeToEnter&) = delete;
  NodeToEnter& operator=(const NodeToEnter&) = delete;

  // Whether this machine has the programs; why not is printed.
  bool has_programs() const { return made_ != nullptr; }
  std::vector<Way> ways() const;

  // Makes the calling process, which executes a program next, the node's, in this way.
  void enter(Way way) const;

 private:
  struct Made;
  std::string address_;
  std::unique_ptr<Made> made_;
};

}  // namespace pleat::bench
