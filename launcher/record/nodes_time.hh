// SPDX-License-Identifier: Apache-2.0
// What is measured of the host, as it is in the nodes' time. A record is in the nodes' time
// throughout: a packet that leaves 4 ms late where time is slowed down 4 times is 1 ms late for the
// nodes, and it is against their delays that it is held. Pure.
#pragma once

#include "launcher/record/wait_sample.hh"
#include "launcher/verify/probe_sample.hh"
#include "model/dilation_factor.hh"
#include "shaper/engine/stats.hh"
#include "sys/host_load.hh"

namespace pleat {

// A bucket of the histogram goes to the one in which its upper bound comes to lie: what is known
// of lateness to within a quarter is known to within a half, and never too small.
Histogram in_nodes_time(const Histogram& spans, DilationFactor factor);
EngineStats in_nodes_time(EngineStats stats, DilationFactor factor);
// Processor time as well: what is shown is its share of the time that passes.
HostLoad in_nodes_time(HostLoad load, DilationFactor factor);
ProbeSample in_nodes_time(ProbeSample sample, DilationFactor factor);
// Its time is the nodes' already.
WaitSample in_nodes_time(WaitSample sample, DilationFactor factor);

}  // namespace pleat
