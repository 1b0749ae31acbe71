// SPDX-License-Identifier: Apache-2.0
// Starting child processes by the thousand.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sys/fd.hh"
#include "sys/privileges.hh"

namespace pleat {

struct ChildSpec {
  std::filesystem::path program;  // the file to run
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::filesystem::path directory;       // working directory; must exist
  std::filesystem::path output;          // standard output is appended to this file
  std::filesystem::path errors;          // standard error; may be the same file
  Fd cgroup{};                           // its folder (sys/cgroup.hh); none: the caller's
  std::string host_name{};  // of its own, which takes CAP_SYS_ADMIN; empty: the caller's
};

struct Child {
  pid_t pid = -1;
  Fd pidfd;
  uint64_t uts_namespace = 0;  // the number of that with which it began; 0: not known
};

// How a child ended.
struct ChildEnd {
  bool signaled = false;
  int status = 0;  // exit status, or the signal's number
};

class Spawner {
 public:
  Spawner();

  // Starts a child that leads a process group of its own, holds no capability, has /dev/null as
  // standard input, no other file descriptor of ours, default signal handling, and the limit on
  // open files that this process had at its start. Returns when the program runs; throws
  // SystemError where it can't (no such file, too many processes). Thread-safe.
  Child spawn(const ChildSpec&) const;

 private:
  Renunciation renunciation_;
};

// Raises the soft limit on open files to the hard one, and returns it. Children from Spawner get
// the old one.
rlim_t raise_open_file_limit();

// Collects a child that has ended. Asserts that it is ours and has ended.
ChildEnd collect(const Child&);

// Sends a signal; a child that has ended already is no error.
void send_signal(const Child&, int signal);

}  // namespace pleat
