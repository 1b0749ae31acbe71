// SPDX-License-Identifier: Apache-2.0
// How long nodes wait for a processor: a look at each node's program every few seconds, spread over
// the seconds, because a look costs some microseconds and there may be thousands.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <unordered_map>
#include <vector>

#include "launcher/record/wait_sample.hh"
#include "model/units.hh"

namespace pleat {

class Waiting {
 public:
  // `proc`: for tests.
  explicit Waiting(std::filesystem::path proc = "/proc") : proc_(std::move(proc)) {}

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
  };

  std::filesystem::path proc_;
  std::unordered_map<uint32_t, Seen> seen_;
};

}  // namespace pleat
