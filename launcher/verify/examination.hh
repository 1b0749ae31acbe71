// SPDX-License-Identifier: Apache-2.0
// How the way between two nodes is examined: what to send, and what the plan says must come of it.
// Pure.
//
// What is wanted follows from the model of the back end. With the engine a packet that finds its
// links idle pays its serialisation on each of them; with the kernel's token buckets it does not
// (shaper/tc/tc_network.hh), and loss comes after the uplink's rate instead of before.
#pragma once

#include <optional>

#include "launcher/verify/probes.hh"
#include "launcher/verify/sample.hh"
#include "model/plan.hh"

namespace pleat {

struct WantedRate {
  double bits_per_second = 0;  // of IP packets
  bool at_least = false;       // a faster way was not filled: what was sent has to come
  // The part of the packets that is lost by chance behind the slowest link, where no queue evens it
  // out: what comes then varies by chance, too.
  double thinned = 0;
};

struct WantedTcp {
  Duration time{0};     // of a short flow, from its first packet to its last byte
  Duration sending{0};  // the part of that for which links were busy
};

struct Wanted {
  Duration round_trip{0};
  std::optional<WantedTcp> tcp;    // nothing: chance or a short queue has a say
  double loss = 0;                 // one way, between 0 and 1
  std::optional<WantedRate> rate;  // nothing: there is no limit, or its queue is too short to tell
  Duration smallest_delay{0};      // the smaller of the two one-way delays
};

struct Examination {
  NodePair pair;
  ProbeOrder order;
  Wanted wanted;
};

// `plan.shaper` is decided.
Examination examination(const Plan& plan, const NodePair& pair);

}  // namespace pleat
