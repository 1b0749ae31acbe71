// SPDX-License-Identifier: Apache-2.0
// Whether every program keeps to its node's address. Two looks, every few seconds, in a thread of
// its own so that nothing waits for it:
//
//   at all internet sockets   each must be at the address of a node, or its own loopback
//   at the nodes' processes   each must have the identity library loaded, where that alone ties
//                             nodes to their addresses; one that has just been started may be
//                             about to: it counts when it is seen the second time. The same of
//                             the library that slows time down, where it is slowed down; a Go
//                             program reads the clock without libc, so the library is no help
//
// What comes and goes between two looks is not seen. (What such a program sends from an address
// that is no node's is counted by the shaper.)
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "launcher/lab/detector/processes.hh"
#include "launcher/lab/detector/standing.hh"

namespace pleat {

struct Slip {
  std::string program;           // "/usr/bin/nc"
  std::optional<uint32_t> node;  // where that is known
  std::string what;              // "UDP socket on 0.0.0.0:53 is at no node's address"
  bool program_is_new = false;   // the first of this program
  bool sees_host_time = false;   // it is no address that it slips from, but the nodes' time
};

class Detector {
 public:
  // The plan's identity is decided. `library`: the path of the identity library; `dilation`: of the
  // one that slows time down, empty where it is not.
  Detector(const Plan& plan, std::string library, std::string dilation);
  ~Detector();
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;

  void start();  // from here on it looks
  void node_started(pid_t pid, uint32_t node) { nodes_.started(pid, node); }
  // Ends the thread and looks once more. Throws SystemError.
  void finish();

  // What has been found since the last call: once for each program, node and kind of slip. Throws
  // SystemError, once, where it cannot look, and does not look any more.
  std::vector<Slip> take();

 private:
  struct Seen {
    std::string program;
    bool judged = false;
    uint64_t look = 0;  // the last one that saw it
  };

  void keep_looking();
  void look();
  void look_at_sockets();
  void look_at_processes();
  void judge(pid_t pid);
  void found(pid_t pid, const std::string& kind, const std::string& what);

  const LocalAddresses addresses_;
  const std::string library_;
  const std::string dilation_;
  const bool by_library_alone_;
  ProcessesOfNodes nodes_;

  // Only the thread that looks.
  uint64_t looks_ = 0;
  std::unordered_map<pid_t, Seen> seen_;
  std::unordered_set<uint32_t> reported_sockets_;
  std::unordered_set<std::string> reported_;  // program, node and kind; and each program
  std::unordered_map<std::string, size_t> reported_of_kind_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<Slip> slips_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace pleat
