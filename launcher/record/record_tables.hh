// SPDX-License-Identifier: Apache-2.0
// The tables of results.db that grow during a run: each function appends what its table gets.
// All throw DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "identity/node_addresses.h"
#include "launcher/record/database.hh"
#include "launcher/record/run_event.hh"
#include "launcher/record/wait_sample.hh"
#include "launcher/verify/probe_sample.hh"
#include "model/units.hh"
#include "shaper/engine/stats.hh"
#include "shaper/pipe/histogram.hh"
#include "shaper/pipe/pipe.hh"
#include "shaper/tc/stats.hh"
#include "sys/host_load.hh"

namespace pleat {

class RecordTables {
 public:
  // `by_kernel`: the kernel shapes the packets, and does not tell what each node lost.
  RecordTables(Database& database, size_t nodes, bool by_kernel);

  void event(const RunEvent& event);
  void samples(Duration time, std::span<const NodeCounters> nodes);
  void host(Duration time, const HostLoad& load, const std::optional<Histogram>& pauses,
            uint32_t nodes_running);
  void engine(Duration time, const EngineStats& stats, uint64_t tun_dropped);
  void late(std::span<const uint64_t> nodes);
  void tc(Duration time, const TcStats& stats);
  void unpinned(Duration time, std::span<const node_drops> nodes);
  void probe(const ProbeSample& sample);
  void waiting(const WaitSample& sample);

 private:
  void sample(Duration time, std::optional<uint32_t> node, const NodeCounters& counters);
  void histogram(Statement& insert, Duration time, const Histogram& added);

  Statement insert_event_;
  Statement insert_sample_;
  Statement insert_host_;
  Statement insert_pauses_;
  Statement insert_engine_;
  Statement insert_lateness_;
  Statement replace_late_;
  Statement insert_tc_;
  Statement insert_unpinned_;
  Statement insert_probe_;
  Statement insert_waiting_;
  bool by_kernel_;
  std::vector<NodeCounters> last_;         // what `samples` has of each node
  std::vector<node_drops> last_unpinned_;  // and `unpinned`
  Histogram last_lateness_;
  std::vector<uint64_t> last_late_, late_before_;
};

}  // namespace pleat
