// SPDX-License-Identifier: Apache-2.0
// A program in the place of this one: on the same terminal, pipes and files.
//
// Two ways to share a terminal. Where the program has it to itself, it gets a process group of its
// own in the terminal's foreground, as from a shell with job control: a shell in another PID
// namespace needs that, because there it could not name the group that we are in, and so not give
// the terminal back. Where it is a part of something, a pipeline or a script, it stays in our
// process group, and the terminal sends its signals to all of that.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sys/fd.hh"

namespace pleat {

struct ForegroundSpec {
  std::vector<std::string> argv;         // its first is looked for along PATH of the environment
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::filesystem::path directory;       // working directory; must exist
  Fd cgroup{};                           // its folder (sys/cgroup.hh); none: the caller's
  std::string host_name{};               // of its own; empty: the caller's
  bool interactive = false;              // has the terminal to itself, even where a script calls it
};

// Runs the program in a child that holds no capability, and waits for it. Signals that others send
// to this process reach the child. It is killed when this process dies.
//
// Returns what a shell says: the exit status, 128 + the signal that killed it, 127 where there is
// no such program and 126 where it cannot be run (told on standard error). Throws SystemError. To
// be called by a process of one thread.
int run_in_foreground(const ForegroundSpec& spec);

}  // namespace pleat
