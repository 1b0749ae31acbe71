// SPDX-License-Identifier: Apache-2.0
// Whether every program keeps to its node's address, and to its node's time: a look at the sockets
// and one at the processes every few seconds, in a thread of its own so that nothing waits for it.
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

#include "launcher/lab/detector/process_look.hh"
#include "launcher/lab/detector/socket_look.hh"

namespace pleat {

struct Slip {
  std::string program;           // "/usr/bin/nc"
  std::optional<uint32_t> node;  // where that is known
  std::string what;              // "UDP socket on 0.0.0.0:53 is at no node's address"
  bool program_is_new = false;   // the first of this program
  bool sees_host_time = false;   // it is no address that it slips from, but the nodes' time
};

// Whose processes are looked at, and how a node is found: in a run its setup step may have left
// some behind that belong to no node; in a lab that stays all are the nodes'.
struct Inhabitants {
  NodeOf node_of;
  bool all = false;
};

class Detector {
 public:
  // The plan's identity is decided. `node_of` is called in the detector's thread.
  Detector(const Plan& plan, Inhabitants inhabitants);
  ~Detector();
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;

  void start();  // from here on it looks
  // Ends the thread and looks once more. Throws SystemError.
  void finish();

  // What has been found since the last call: once for each program, node and kind of slip. Throws
  // SystemError, once, where it cannot look, and does not look any more.
  std::vector<Slip> take();

 private:
  void keep_looking();
  void look(bool all);
  void found(const Suspicion& suspicion);

  // Only the thread that looks.
  const Inhabitants inhabitants_;
  SocketLook sockets_;
  ProcessLook processes_;
  std::unordered_set<std::string> reported_;  // program, node and kind; and each program
  std::unordered_map<Slipped, size_t> reported_of_kind_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<Slip> slips_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace pleat
