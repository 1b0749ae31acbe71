// SPDX-License-Identifier: Apache-2.0
// How long the processors stay away though they are wanted, because a hypervisor, the firmware or
// an interrupt has them: what jHiccup and cyclictest measure, on every processor at a time.
//
// Theory. A thread on each processor wants it every 5 ms, with a priority above the engine's and
// that of all programs that are not real-time themselves. How late it gets it is how late any
// program would have been at that time. The times do not depend on what happens, so the share of
// them that are late is the share of all time at which a program would have been: a pause of 20 ms
// is four of them, 20, 15, 10 and 5 ms late, and one of 2 ms is seen in two of five cases, then as
// 1 ms in the mean.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "shaper/pipe/histogram.hh"

namespace pleat {

class PauseMeter {
 public:
  // Begins on all processors that the calling thread may use.
  PauseMeter();
  ~PauseMeter();
  PauseMeter(const PauseMeter&) = delete;
  PauseMeter& operator=(const PauseMeter&) = delete;

  // How late the threads were since the last call, all processors together, in the host's time;
  // max() is exact, and holds already what lasts still. Nothing where they may not have real-time priority: what they would measure is
  // how busy the nodes are.
  std::optional<Histogram> take();

 private:
  class Clock;
  std::vector<std::unique_ptr<Clock>> clocks_;  // one on each processor; none where not allowed
};

}  // namespace pleat
