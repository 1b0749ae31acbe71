// SPDX-License-Identifier: Apache-2.0
// How long nodes wait for a processor: a look at each node's program every few seconds, spread over
// the seconds, because a look costs some microseconds and there may be thousands.
//
// Linux 6.12 and later sometimes count a sleep as a wait: a process that sleeps may be kept in the
// run queue until its turn has come (DELAY_DEQUEUE), and if it is moved to another processor there,
// the time until it wakes up is added to what it has waited. The pressure of the node's cgroup
// knows better, but says less than the truth of a node that waits on one processor and runs on
// another. So what a process is said to have waited counts as far as that pressure leaves it
// possible.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include "launcher/record/wait_sample.hh"
#include "model/dilation_factor.hh"
#include "model/units.hh"

namespace pleat {

// The longest that a process of a cgroup can have waited while its pressure grew by S = `pressure`
// and its processes used at most R = `used` of P processors. Where W_c is for how long one of them
// waited on processor c, and N_c for how long one of them waited or ran there, S is the sum of
// W_c N_c over the sum of N_c. N_c is at least W_c, and the sum of N_c at most W + R, where W is
// the sum of W_c; so the sum of W_c^2 is at most S (W + R), and W^2 at most P times that (Cauchy
// and Schwarz). With x = P S that is W <= x / 2 (1 + sqrt(1 + 4 R / x)). Waiting for a disk is left
// out, which Linux counts into N_c as well: of nodes that do that much, somewhat too much is cut.
Duration longest_wait(Duration pressure, Duration used, uint32_t processors);

// What is known of a node's cgroup since it was made (sys/cgroup.hh); nothing where it is not. The
// second takes long, and is called only for nodes that seem to have waited.
struct CgroupOfNode {
  std::function<std::optional<Duration>(uint32_t node)> pressure;
  std::function<std::optional<Duration>(uint32_t node)> used;
};

class Waiting {
 public:
  // `processors`: that nodes may use. `proc`: for tests.
  Waiting(CgroupOfNode cgroup, uint32_t processors, DilationFactor dilation,
          std::filesystem::path proc = "/proc")
      : cgroup_(std::move(cgroup)),
        processors_(processors),
        dilation_(dilation),
        proc_(std::move(proc)) {}

  // The nodes whose turn it is: those whose index gives this rest. To be called once a second, with
  // turns that go round.
  static constexpr uint32_t kTurns = 5;
  static bool is_turn(uint32_t node, uint32_t turn) { return node % kTurns == turn % kTurns; }

  // Whether this kernel counts what processes wait (CONFIG_SCHED_INFO).
  static bool can_look(const std::filesystem::path& proc = "/proc");

  // A look at the process that is the node's program now. How long it has waited since the last
  // look at this very process; nothing at the first. Waits are the host's time, `time` the nodes'.
  std::optional<WaitSample> look(Duration time, uint32_t node, pid_t pid);

 private:
  struct Seen {
    pid_t pid = -1;
    Duration time{0};
    Duration waited{0};
    // Of the node's cgroup, and at the look before: a wait is added to `waited` when it ends, and
    // to the pressure while it lasts.
    std::optional<Duration> pressure, pressure_before;
    Duration used{0}, used_before{0};  // of the node's cgroup, at the last two questions
  };

  // While the cgroup's pressure grew by so much.
  Duration longest(uint32_t node, Duration pressure);

  CgroupOfNode cgroup_;
  uint32_t processors_;
  DilationFactor dilation_;
  std::filesystem::path proc_;
  std::unordered_map<uint32_t, Seen> seen_;
};

}  // namespace pleat
