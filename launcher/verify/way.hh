// SPDX-License-Identifier: Apache-2.0
// The way from one node to another: the sender's uplink, the latency between their groups, the
// receiver's downlink. Pure.
#pragma once

#include <cstdint>

#include "model/plan.hh"

namespace pleat {

// How long a packet of so many bytes of IP keeps the link busy; 0 where its rate is not limited.
Duration serialisation(const PipeProfile& pipe, uint32_t bytes);

// In bits of IP per second; infinite where it is not limited.
double rate_of(const PipeProfile& pipe);

struct Way {
  PipeProfile up, down;
  Duration between{0};

  Duration delay() const { return up.delay + between + down.delay; }
  Duration serialisation(uint32_t bytes) const;
  Duration longest_serialisation(uint32_t bytes) const;
  double loss() const;  // between 0 and 1
};

Way way_between_groups(const Plan& plan, uint32_t from, uint32_t to);  // by index
Way way(const Plan& plan, uint32_t from, uint32_t to);                 // nodes, by index

}  // namespace pleat
