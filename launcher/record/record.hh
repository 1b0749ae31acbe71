// SPDX-License-Identifier: Apache-2.0
// The record of a run, written while it happens: results.db (SQLite) in the run's folder.
// docs/RESULTS.md describes its tables.
//
// Whenever the writer dies, the file is readable and holds everything up to the last commit().
// Until end() it consists of results.db and results.db-wal, and others may read it while it
// grows; end() leaves results.db alone.
//
// All times and durations in it are the nodes'; what engine(), host(), probe() and waiting() are
// given is the host's, and is converted here, but for the time at which it was taken (probe()'s
// too is the host's).
//
// One thread. Times are since the start of the run; what precedes it has 0.
// Where the file cannot be written (a full disk) the next commit() or end() throws SystemError,
// once, with the time up to which the record goes. From then on all calls do nothing: the run may
// go on, and its record breaks off there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "identity/node_addresses.h"
#include "launcher/record/run_event.hh"
#include "launcher/record/run_info.hh"
#include "launcher/record/wait_sample.hh"
#include "launcher/verdict/verdict.hh"
#include "launcher/verify/probe_sample.hh"
#include "model/plan.hh"
#include "shaper/engine/stats.hh"
#include "shaper/pipe/histogram.hh"
#include "shaper/pipe/pipe.hh"
#include "shaper/tc/stats.hh"
#include "sys/error.hh"
#include "sys/host_load.hh"

namespace pleat {

class Record {
 public:
  // Creates results.db in `run_folder`, where there must be none, and commits what is known
  // beforehand. Throws SystemError.
  Record(const std::filesystem::path& run_folder, const RunInfo& info, const Plan& plan);
  ~Record();  // without end(): the record breaks off at the last commit()
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  void event(const RunEvent& event);

  // Cumulated counters of every node, in the order of Plan::nodes. Only nodes whose counters have
  // changed since the last call take up room. Where RunInfo::shaper is "tc" their `lost` is not
  // looked at, and recorded as not known.
  void samples(Duration time, std::span<const NodeCounters> nodes);

  // `pauses`: how late the processors were, each time that they were wanted since the last call.
  void host(Duration time, const HostLoad& load, const std::optional<Histogram>& pauses,
            uint32_t nodes_running);

  // `tun_dropped`: packets that the TUN device has dropped since the start, before the engine read
  // them.
  void engine(Duration time, const EngineStats& stats, uint64_t tun_dropped);

  // Packets that the engine has delivered later than threshold::late_limit since the start, by
  // receiver in the order of Plan::nodes. Replaces what was written before.
  void late(Duration time, std::span<const uint64_t> nodes);

  // What the kernel has counted, in the place of engine() where it shapes the packets.
  void tc(Duration time, const TcStats& stats);

  // What the cgroup programs have dropped since the start, of every node in the order of
  // Plan::nodes. Only nodes whose counts have changed since the last call take up room.
  void unpinned(Duration time, std::span<const node_drops> nodes);

  // What became of a packet between the probe nodes.
  void probe(const ProbeSample& sample);

  // Takes up room only from kWaitNoted on.
  void waiting(const WaitSample& sample);

  void commit();
  void end(const RunEnd& end);  // the last call; commits

 private:
  class Writer;

  template <typename Action>
  void attempt(Action action);
  void report_failure();

  std::filesystem::path file_;
  DilationFactor dilation_;
  std::unique_ptr<Writer> writer_;      // none after a failure, and after end()
  std::optional<SystemError> failure_;  // not yet thrown
};

// Writes the verdict into a record that has ended or broken off, in the place of an earlier one.
// Throws SystemError.
void store_verdict(const std::filesystem::path& run_folder, const Verdict& verdict);

}  // namespace pleat
