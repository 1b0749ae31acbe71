// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/record/run_info.hh"
#include "model/units.hh"

namespace pleat {

enum class RunEventKind : uint8_t {
  kPhase,     // the run enters a phase; text: its name
  kStart,     // the node's program runs for the first time
  kRestart,   // ... again, after it ended
  kExit,      // the node's program ended by itself; status says how
  kStopped,   // the lab ended it: stop_after was over, or the run; status says how it took it
  kFinished,  // the node has done what its workload waits for
  kMark,      // a program in the node said so; text: what
  kWarning,   // text: what to look at before the results are trusted
  kUnpinned,  // a program did not keep to the address of its node; text: which, and how
  kHostTime,  // a program of a node that is slowed down sees the host's time; text: which, and why
  kError,     // of a node: it could not be started; of the run: why it ended
};

struct RunEvent {
  Duration time{0};              // since the start of the run
  std::optional<uint32_t> node;  // index into Plan::nodes; none: the whole run
  RunEventKind kind = RunEventKind::kPhase;
  std::string text;
  std::optional<ExitStatus> status;
};

std::string_view name(RunEventKind);  // as in results.db: "restart"
std::optional<RunEventKind> run_event_kind(std::string_view name);

}  // namespace pleat
