// SPDX-License-Identifier: Apache-2.0
// A packet between the probe nodes now and then, for as long as a run takes. It is sent, answered
// and timed by a thread like any program's, which waits for its processor like any: what it
// measures is what a node that does little else would see.
#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "launcher/verify/probe_nodes.hh"
#include "launcher/verify/probe_sample.hh"

namespace pleat {

class SteadyProbe {
 public:
  // All times are the host's. `origin`: the start of the run, CLOCK_MONOTONIC. `patience`: so long
  // after it was due an answer counts as lost. Inside the lab. Throws SystemError.
  SteadyProbe(const ProbeNodes& nodes, Duration origin, Duration patience);
  ~SteadyProbe();
  SteadyProbe(const SteadyProbe&) = delete;
  SteadyProbe& operator=(const SteadyProbe&) = delete;

  // Those of which it is known what became of them, since the last call. Throws SystemError, once,
  // where nothing can be sent any more.
  std::vector<ProbeSample> take();

  // Sends no more, waits for the answers that are due still, at most for `patience` and a round
  // trip, and takes what has become of them. Throws as take() does.
  std::vector<ProbeSample> finish();

 private:
  class Ends;
  void keep_probing(Ends ends);
  void keep(std::vector<ProbeSample> done);

  ProbeNodes nodes_;
  Duration origin_;
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::vector<ProbeSample> done_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace pleat
