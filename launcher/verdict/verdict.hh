// SPDX-License-Identifier: Apache-2.0
// The verdict: whether the host kept up, so that the run can be trusted, with the reasons.
// docs/VERDICT.md explains it to those who rely on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/units.hh"

namespace pleat {

enum class VerdictLevel : uint8_t {
  kFaithful,  // nothing that was measured speaks against the results
  kDoubtful,  // look at the reasons before you rely on them
  kInvalid,   // something other than the experiment shaped the results
};

enum class Cause : uint8_t {
  kEnd,              // the record is not whole
  kNotStarted,       // nodes that could not be started
  kSchedule,         // nodes that were started late
  kLateness,         // packets that left late
  kStall,            // the engine did not run for a time
  kTunDrops,         // packets lost before the engine read them
  kEngineMemory,     // packets dropped because the engine's memory bound was met
  kEngineErrors,     // packets that the engine could not write
  kLatenessUnknown,  // nobody measured how late packets left
  kBacklogDrops,     // packets that the kernel dropped between two stages of its network
  kDelayStage,       // packets dropped because a stage of the kernel that delays was full
  kUnpinned,         // programs, or packets, that did not keep to an address of a node
  kNoTraffic,        // nothing to judge by
  kCpu,              // the processors were busy
  kStolenCpu,        // ... taken by the hypervisor
  kPauses,           // ... away while they were wanted
  kMemory,           // little memory was left
  kSwap,             // memory was read back from swap
  kVerification,     // the network was measured before the run
  kProbes,           // packets between the probe nodes
  kWaiting,          // nodes waited for a processor
  kDisk,             // ... and everybody for a disk
  kSocketMemory,     // the kernel's bound for the memory of all sockets was met
  kClock,            // the host slept, or its clock was set
  kHostTime,         // programs that saw the host's time instead of the nodes'
  kUnmeasured,       // what this host does not tell; never more than faithful
};

struct Reason {
  VerdictLevel level = VerdictLevel::kFaithful;
  Cause cause = Cause::kEnd;
  std::string text;              // a sentence without its full stop
  std::optional<Duration> time;  // when it was worst, since the start of the run
};

struct Verdict {
  VerdictLevel level = VerdictLevel::kFaithful;
  // Worst first. A faithful run has reasons too: what was measured that speaks for it.
  std::vector<Reason> reasons;
};

// It had to be found without knowing how late packets left, and that has to be said with it.
bool without_lateness(const Verdict&);

std::string_view name(VerdictLevel);  // "faithful"
std::string_view name(Cause);         // "lateness"

}  // namespace pleat
