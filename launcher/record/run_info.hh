// SPDX-License-Identifier: Apache-2.0
// What is true of a run as a whole: how it was begun, and how it ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/verify/verification.hh"
#include "model/units.hh"
#include "sys/host_load.hh"

namespace pleat {

struct RunInfo {
  std::string started;        // when the record was begun, UTC: "2025-01-31T13:05:59Z"
  std::string version;        // of pleat
  std::string command;        // the command line, quoted for a shell
  std::string experiment;     // the text of the experiment file
  std::string shaper;         // "engine" or "tc"
  std::string shaper_reason;  // why that one
  std::string identity;       // "preload", "bpf" or "both"
  std::string identity_reason;
  // Of TCP, as the lab has it from the host: "cubic", "bbr". Empty: not known.
  std::string congestion_control;
  bool idle_poll = false;   // idle processors were kept awake (sys/idle_poll.hh)
  bool waits_known = true;  // how long nodes waited for a processor was looked at
  HostDescription host;
  std::optional<Verification> verification;  // of the network, before the run
};

// The kernel's traffic control imposed the network, not the engine. It does not measure how late
// packets leave, and counts losses by chance for all nodes together.
bool shaped_by_kernel(const RunInfo&);

// How a process ended, in one number: its exit status, or the signal's number negated.
using ExitStatus = int32_t;
std::string status_text(ExitStatus);  // "status 1", "signal 9 (Killed)"

// What became of the setup or check step.
struct StepEnd {
  ExitStatus status = 0;
  Duration took{0};
  std::string last_lines;  // of what it printed; may be empty
};

enum class EndReason : uint8_t {
  kFinished,       // every awaited node had finished; detail: how many had not, and ended
  kDuration,       // the experiment's duration was over
  kTimeLimit,      // ... its time limit: it did not end by itself
  kInterrupted,    // the user ended it
  kStoppedByNode,  // a node whose workload says on_exit = "stop" ended; detail: its name
  kLabKilled,      // the record breaks off
  kRunning,        // it goes on: what is known is what the record holds so far
  kError,          // detail: the message
};

struct RunEnd {
  EndReason reason = EndReason::kFinished;
  std::string detail;
  Duration elapsed{0};  // from the start of the run to its end
  // The start, by the host's CLOCK_MONOTONIC, whatever the nodes' time. 0: not known.
  Duration begun{0};
  std::optional<StepEnd> setup;
  std::optional<StepEnd> check;
};

std::string_view name(EndReason);  // as in results.db: "time limit"
std::optional<EndReason> end_reason(std::string_view name);
std::string to_text(const RunEnd&);  // "interrupted", "stopped by node tracker-1"

// "3 of 160 nodes could not be started"; empty where all could.
std::string absent_text(size_t absent, size_t planned);

}  // namespace pleat
