// SPDX-License-Identifier: Apache-2.0
// A back end of the shaper, as a run sees it: what imposes the network on the packets of a lab.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/wildcard.hh"
#include "launcher/record/record.hh"
#include "model/plan.hh"
#include "shaper/pipe/pipe.hh"

namespace pleat {

class BackEnd {
 public:
  BackEnd() = default;
  virtual ~BackEnd() = default;
  BackEnd(const BackEnd&) = delete;
  BackEnd& operator=(const BackEnd&) = delete;

  virtual Doors doors() const = 0;

  virtual void start() = 0;  // once: packets pass from here on
  virtual void stop() = 0;   // packets on their way are lost; again: nothing

  // Why packets no longer pass; empty while they do.
  virtual std::string failure() const = 0;

  // One entry per node, in the order of Plan::nodes. Throws SystemError.
  virtual void read_counters(std::vector<NodeCounters>& counters) = 0;

  // Writes what the back end has counted of its own work, after read_counters(). Returns how late
  // 99 % of the packets since the last call left at most, where that is known. Throws SystemError.
  virtual std::optional<Duration> record_own_work(Duration time, Record& record) = 0;
};

// Makes the network of the lab, inside whose namespaces this is called, once: links, addresses,
// routes and rules, so that every packet between nodes goes through the shaper; and, where identity
// takes cgroups, what gives wildcard sockets all their addresses. `plan` is
// network_in_host_time() of one that is slowed down by `dilation`, which is for TCP. `plan`
// outlives it. Throws SystemError.
std::unique_ptr<BackEnd> make_back_end(const Plan& plan, DilationFactor dilation);

}  // namespace pleat
