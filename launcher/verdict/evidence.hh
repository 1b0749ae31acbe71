// SPDX-License-Identifier: Apache-2.0
// What the verdict is made from: the few numbers of a run that say whether the host kept up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "launcher/record/results.hh"
#include "launcher/record/run_info.hh"
#include "launcher/verdict/verdict.hh"
#include "launcher/verdict/worst.hh"
#include "model/units.hh"
#include "shaper/pipe/histogram.hh"

namespace pleat {

// A count of what should not happen, and when it happened first.
struct Mishaps {
  uint64_t count = 0;
  std::optional<Duration> first;
};

struct NodeEvidence {
  uint64_t packets = 0;  // that came to nodes of the experiment, so not to probe nodes
  uint32_t started = 0;
  uint32_t not_started = 0;               // the attempt failed
  std::string first_not_started;          // "peer-7: cannot run ...: No such file or directory"
  Duration start_limit{0};                // threshold::start_limit of the run
  uint32_t late = 0;                      // started later than that after their time
  std::optional<Worst<Duration>> latest;  // after its time in the plan
  Mishaps never_started;  // though their time had come, and no attempt failed; `first` was due then
  // The longest by which the lab's look at everything, once a second, was late: what ends in that
  // time is recorded as late.
  std::optional<Worst<Duration>> held_up{};
};

// Programs that did not keep to the address of their node.
struct IdentityEvidence {
  Mishaps slips;
  std::string first;  // "peer-7: /usr/bin/nc: UDP socket on 0.0.0.0:53 is at no node's address"
};

// Whose packets were late.
struct LateEvidence {
  uint32_t nodes = 0;  // that received any
  uint64_t packets = 0;
  uint64_t most = 0;  // that one of them received
  std::string most_node;
};

struct EngineEvidence {
  Duration smallest_delay{0};  // launcher/verdict/smallest_delay.hh
  uint64_t frames_read = 0;
  Histogram lateness;
  // The second with the largest share of late packets.
  std::optional<Worst<double>> late_second;
  LateEvidence late{};
  std::optional<Worst<Duration>> longest_stall;
  // Its thread, of one processor over threshold::kWindow; nothing in a shorter run.
  std::optional<Worst<double>> busy{};
  Mishaps tun_drops;
  Mishaps overflow;
  uint64_t memory_limit = 0;  // bytes
  Mishaps write_errors;
  Mishaps stray_sources;
};

struct TcEvidence {
  uint64_t packets_sent = 0;  // through the uplinks
  Mishaps backlog_drops;
  Mishaps overflow;
  Mishaps stray_sources;
  // The experiment asks for loss: on those paths an overflow cannot be told from it.
  bool overflow_hidden = false;
};

// Packets that the cgroup programs dropped, because a socket of a node had not the node's address.
struct UnpinnedEvidence {
  Mishaps packets;
  uint32_t nodes = 0;      // whose sockets they were
  std::string first_node;  // its name
};

// How late the processors were, each time that they were wanted (launcher/lab/pause_meter.hh).
struct PauseEvidence {
  Duration smallest_delay{0};  // as EngineEvidence's
  Histogram late;
  // Above threshold::pause_limit, over windows.
  std::optional<Worst<double>> late_share;
  std::optional<Worst<Duration>> longest;
};

// Shares are between 0 and 1, those of time over windows.
struct HostEvidence {
  Duration window{0};                     // threshold::kWindow, or the whole run if that is shorter
  std::optional<Worst<double>> cpu_busy;  // here, or taken by the hypervisor from who wanted to run
  // Share of the run in windows above threshold::kBusySaturated; 0 in a run shorter than a window.
  double cpu_saturated = 0;
  std::optional<Worst<double>> cpu_pressure;
  std::optional<Worst<double>> cpu_stolen;
  std::optional<Worst<double>> memory_available;  // smallest, of the whole memory
  std::optional<Worst<double>> memory_pressure;
  Mishaps swapped_in;              // pages
  Mishaps oom_kills;               // processes
  Mishaps tcp_memory_pressures{};  // sys/socket_memory.hh
  Mishaps tcp_memory_aborts{};
  Mishaps udp_memory_drops{};
  std::optional<Worst<Duration>> slept{};      // longest between two samples; the host's time
  std::optional<Worst<Duration>> clock_set{};  // by how much, in either direction
  std::optional<Worst<double>> disk_stalled{};
  std::optional<PauseEvidence> pauses{};  // where they were measured
  bool idle_poll = false;                 // idle processors were kept awake
  bool waits_known = true;                // how long nodes waited was looked at
};

// What the network was measured to be before the run.
struct VerificationEvidence {
  uint32_t checks = 0;
  uint32_t failed = 0;
  std::string first_failed;
};

// Packets between the probe nodes during the run.
struct ProbeEvidence {
  Duration round_trip{0};  // in the plan
  uint64_t sent = 0;
  uint64_t late = 0;                       // by more than threshold::probe_limit
  Mishaps lost;                            // without an answer
  std::optional<Worst<Duration>> longest;  // round trip
};

// Nodes whose programs waited for a processor for more than threshold::kWaitedDoubtful of some
// seconds.
struct WaitEvidence {
  uint32_t nodes = 0;
  uint32_t far = 0;      // of these: more than kWaitedFar
  uint32_t started = 0;  // of all
  std::optional<Worst<double>> worst;
  std::string worst_node;
};

struct Evidence {
  RunEnd end;
  NodeEvidence nodes;
  IdentityEvidence identity;
  IdentityEvidence host_time = {};  // of programs that saw the host's time instead of the nodes'
  EngineEvidence engine;
  std::optional<TcEvidence> tc;  // where the kernel shaped the packets; then `engine` says nothing
  HostEvidence host;
  UnpinnedEvidence unpinned{};
  std::optional<VerificationEvidence> verification{};
  std::optional<ProbeEvidence> probes{};
  WaitEvidence waiting{};
};

Evidence evidence(const Results& results);

Verdict judge(const Evidence& evidence);

// The share of `histogram` above `limit`; within a bucket the spans are taken as evenly spread.
double share_above(const Histogram& histogram, Duration limit);

}  // namespace pleat
