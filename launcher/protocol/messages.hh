// SPDX-License-Identifier: Apache-2.0
// What `pleat run` or `pleat up` and a lab say to each other: one JSON object a line, whose "type"
// names the message. docs/PROTOCOL.md describes it for other programs. Times are nanoseconds since
// the start of the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "launcher/verify/probes.hh"
#include "launcher/verify/verification.hh"
#include "model/plan.hh"

namespace pleat {

// ---- to the lab ----

// The cgroups of the nodes, where their identity takes some.
struct CgroupsOfLab {
  std::string folder;      // of the lab's (identity/lab_cgroup.hh)
  uint32_t drops_map = 0;  // CgroupPrograms::drops_map()
};

// First message: do this run. The plan's back end and identity are decided (neither is kAuto). The
// lab's folder for it exists already and is seen by both.
struct RunRequest {
  Plan plan;
  std::string folder;         // absolute
  std::string experiment;     // the file's text, for the record
  std::string command;        // the command line, for the record
  std::string search_path;    // PATH for setup, check and the nodes
  std::string shaper_reason;  // why the plan's back end is the one that it is
  std::string identity_reason;
  std::optional<CgroupsOfLab> cgroups;
  std::optional<Verification> verification = {};  // of the network, before the run
  // The process that keeps idle processors awake (sys/idle_poll.hh), by its number outside of the
  // lab; absent: nobody does.
  std::optional<int64_t> idle_poll = {};
};

// End the run now, in order: nodes, record, verdict.
struct StopRequest {
  std::string why;  // for the record: "interrupted"
};

// First message, instead of RunRequest: make a lab in which nothing runs by itself, and say when it
// is ready.
struct PrepareRequest {
  Plan plan;
  std::string folder;  // absolute; the lab ends when it is removed
  std::optional<CgroupsOfLab> cgroups;
};

// The answer to Ready: from here on the end of the stream is no order to stop. SIGTERM to the lab's
// init is.
struct StayRequest {};

// After Ready: send packets from one node to another. Nothing else happens until it is done.
struct ProbeRequest {
  ProbeOrder order;
};

using ToLab = std::variant<RunRequest, StopRequest, PrepareRequest, StayRequest, ProbeRequest>;

// ---- from the lab ----

enum class Phase : uint8_t { kPreparing, kSetup, kRunning, kEnding, kCheck };

struct PhaseBegun {
  Phase phase = Phase::kPreparing;
};

// Once a second while the nodes run.
struct Progress {
  Duration time{0};
  uint32_t planned = 0;  // nodes that run something
  uint32_t started = 0;
  uint32_t running = 0;
  uint32_t awaited = 0;         // nodes that the experiment waits for
  uint32_t finished = 0;        // of those
  uint32_t failed = 0;          // ended otherwise, or could not be started
  uint64_t received_bytes = 0;  // by all nodes
  // 99 % of the last second's packets left no later than this; none where it is not known.
  std::optional<Duration> late;
};

enum class NoticeLevel : uint8_t { kInfo, kWarning, kError };

struct Notice {
  NoticeLevel level = NoticeLevel::kInfo;
  std::string text;
};

// The answer to PrepareRequest: addresses and links are there, packets pass.
struct Ready {
  int64_t init = 0;  // the lab's first process, by its number outside of the lab
};

// The answer to ProbeRequest.
struct Probed {
  ProbeResult result;
};

// Last message: the record is complete.
struct Ended {
  bool as_planned = false;  // it went the way that the experiment says
  std::string why;
};

using FromLab = std::variant<PhaseBegun, Progress, Notice, Ready, Probed, Ended>;

std::string to_line(const ToLab&);
std::string to_line(const FromLab&);
// Throw UserError on a line that is no such message, and say what it lacks.
ToLab parse_to_lab(std::string_view line);
FromLab parse_from_lab(std::string_view line);

std::string_view name(Phase);

}  // namespace pleat
