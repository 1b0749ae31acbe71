// SPDX-License-Identifier: Apache-2.0
// The words for the kinds of things, as they stand in results.db.
#include <cstring>
#include <string>

#include "launcher/record/enum_names.hh"
#include "launcher/record/run_event.hh"
#include "launcher/record/run_info.hh"
#include "model/plan.hh"

namespace pleat {
namespace {

constexpr EnumNames<EndReason, 8> kEndReasons = {{
    "finished",
    "duration",
    "time limit",
    "interrupted",
    "stopped by node",
    "lab killed",
    "running",
    "error",
}};

constexpr EnumNames<RunEventKind, 11> kRunEventKinds = {{
    "phase",
    "start",
    "restart",
    "exit",
    "stopped",
    "finished",
    "mark",
    "warning",
    "unpinned",
    "host time",
    "error",
}};

}  // namespace

std::string_view name(EndReason reason) { return kEndReasons.name(reason); }
std::optional<EndReason> end_reason(std::string_view name) { return kEndReasons.find(name); }

std::string_view name(RunEventKind kind) { return kRunEventKinds.name(kind); }
std::optional<RunEventKind> run_event_kind(std::string_view name) {
  return kRunEventKinds.find(name);
}

bool shaped_by_kernel(const RunInfo& info) { return info.shaper == name(Shaper::kTc); }

std::string status_text(ExitStatus status) {
  if (status >= 0) return "status " + std::to_string(status);
  const char* description = ::sigdescr_np(-status);
  return "signal " + std::to_string(-status) +
         (description == nullptr ? "" : " (" + std::string(description) + ")");
}

std::string to_text(const RunEnd& end) {
  switch (end.reason) {
    case EndReason::kFinished:
      return end.detail.empty() ? "every awaited node finished" : end.detail;
    case EndReason::kDuration: return "its duration was over";
    case EndReason::kTimeLimit: return "stopped at its time limit";
    case EndReason::kInterrupted: return "interrupted";
    case EndReason::kStoppedByNode: return "stopped by node " + end.detail;
    case EndReason::kLabKilled: return "the lab was killed";
    case EndReason::kRunning: return "still running";
    case EndReason::kError: return "error: " + end.detail;
  }
  return {};
}

std::string absent_text(size_t absent, size_t planned) {
  if (absent == 0) return {};
  return std::to_string(absent) + " of " + std::to_string(planned) + " nodes could not be started";
}

}  // namespace pleat
