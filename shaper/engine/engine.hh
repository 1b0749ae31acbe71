// SPDX-License-Identifier: Apache-2.0
// The engine: a thread that carries packets from the TUN device through the network to the TUN
// device. engine.cc has its theory of operation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/plan.hh"
#include "shaper/engine/stats.hh"
#include "shaper/pipe/pipe.hh"
#include "sys/fd.hh"

namespace pleat {

struct EngineOptions {
  // Bytes of packets on their way at most; more are dropped and counted as overflow. Reserved as
  // address space, used as needed.
  uint64_t memory_limit = uint64_t{1} << 30;
  // What is written so much after it was due counts as late for its receiver; see read_late().
  Duration late_limit = Duration::max();
};

class Engine {
 public:
  // `tun` is from open_tun(). Throws SystemError.
  Engine(const Plan& plan, Fd tun, EngineOptions options = {});
  ~Engine();  // stops
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void start();  // once
  void stop();   // packets on their way are lost; again: nothing

  // From any one thread, at any time, without holding up the engine.
  EngineStats stats();
  // From any thread. One entry per node, in the order of Plan::nodes.
  void read_counters(std::vector<NodeCounters>& counters) const;
  // Writes that were later than EngineOptions::late_limit, by receiver, likewise.
  void read_late(std::vector<uint64_t>& late) const;
  bool failed() const;          // the thread has ended by an error
  std::string failure() const;  // which; empty unless failed()

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace pleat
