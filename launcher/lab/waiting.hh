// SPDX-License-Identifier: Apache-2.0
// How long nodes wait for a processor: a look at each node's program every few seconds, spread over
// the seconds, because a look costs some microseconds and there may be thousands.
//
// Linux 6.12 and later sometimes count a sleep as a wait: a process that sleeps may be kept in the
// run queue until its turn has come (DELAY_DEQUEUE), and if it is moved to another processor there,
// the time until it wakes up is added to what it has waited. The pressure of the node's cgroup
// knows better, but says too little of a process that waits on one processor and runs on another:
// as a mean over processors, weighted by how busy the cgroup was on each. So what a process is said
// to have waited counts, but no more than the pressure times the number of processors.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "launcher/record/wait_sample.hh"
#include "model/units.hh"

namespace pleat {

class Waiting {
 public:
  // For how long some process of this node has waited, from any time on; nothing where that is not
  // known.
  using Pressure = std::function<std::optional<Duration>(uint32_t node)>;

  // `processors`: of the machine. `proc`: for tests.
  Waiting(Pressure pressure, uint32_t processors, std::filesystem::path proc = "/proc")
      : pressure_(std::move(pressure)), processors_(processors), proc_(std::move(proc)) {}

  // The nodes whose turn it is: those whose index gives this rest. To be called once a second, with
  // turns that go round.
  static constexpr uint32_t kTurns = 5;
  static bool is_turn(uint32_t node, uint32_t turn) { return node % kTurns == turn % kTurns; }

  // A look at the process that is the node's program now. How long it has waited since the last
  // look at this very process; nothing at the first.
  std::optional<WaitSample> look(Duration time, uint32_t node, pid_t pid);

 private:
  struct Seen {
    pid_t pid = -1;
    Duration time{0};
    Duration waited{0};
    std::optional<Duration> pressure;
  };

  Pressure pressure_;
  uint32_t processors_;
  std::filesystem::path proc_;
  std::unordered_map<uint32_t, Seen> seen_;
};

}  // namespace pleat
