// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/process_look.hh"

#include <utility>

#include "launcher/host_time.hh"
#include "launcher/lab/detector/processes.hh"
#include "launcher/paths.hh"
#include "sys/clock.hh"
#include "sys/process.hh"
#include "sys/program_file.hh"

namespace pleat {
namespace {

// How long a dynamic linker may take on a machine that is very busy.
constexpr Duration kSettled = std::chrono::seconds(1);
// Those that have been judged are looked at again at every fourth look.
constexpr uint64_t kTurns = 4;

const char* why_out_of_reach(Reach reach) {
  switch (reach) {
    case Reach::kStatic: return "is linked statically";
    case Reach::kCleared: return "was started without LD_PRELOAD";
    case Reach::kIgnored: return "does not load what LD_PRELOAD names";
    case Reach::kLoaded:
    case Reach::kGone: break;
  }
  return nullptr;
}

Suspicion out_of_reach(const std::string& program, const std::string& why) {
  return {program, std::nullopt, Slipped::kReach,
          "the program " + why + ", so that the identity library does not reach it"};
}

Suspicion in_host_time(const std::string& program, const std::string& why) {
  return {program, std::nullopt, Slipped::kTime,
          "the program " + why + ", so that it sees the host's time"};
}

}  // namespace

std::vector<Suspicion> ProcessLook::look(const NodeOf& node_of, bool everybody) {
  std::vector<Suspicion> found;
  if (identity_.empty() && dilation_.empty()) return found;
  ++looks_;
  for (const pid_t pid : processes()) {
    Seen& seen = seen_[pid];
    const Due what = due(pid, seen);
    if (what == Due::kNothing) continue;
    seen.judged = what == Due::kLoaded;
    std::vector<Suspicion> suspicions =
        what == Due::kFile ? judge_file(pid, seen) : judge_loaded(pid, seen);
    if (suspicions.empty()) continue;
    const auto node = node_of(pid);
    // It may have begun to execute something else while we looked.
    if (!is_as_seen(pid, seen)) continue;
    // What the setup step left behind belongs to no node, and has no library to load.
    if (!node && !everybody) continue;
    for (Suspicion& suspicion : suspicions) {
      suspicion.node = node;
      found.push_back(std::move(suspicion));
    }
  }
  std::erase_if(seen_, [this](const auto& entry) { return entry.second.look != looks_; });
  return found;
}

bool ProcessLook::is_as_seen(pid_t pid, Seen& seen) const {
  static const std::string ours = own_program().string();
  const uint64_t execution = execution_of(pid);
  std::string program = program_of(pid);
  if (execution == seen.execution && program == seen.program) return true;
  seen.judged = program.empty() || program == ours;
  seen.execution = execution;
  seen.program = std::move(program);
  seen.since = monotonic_now();
  return false;
}

ProcessLook::Due ProcessLook::due(pid_t pid, Seen& seen) {
  const bool is_new = std::exchange(seen.look, looks_) == 0;
  const bool its_turn = (looks_ + static_cast<uint64_t>(pid)) % kTurns == 0;
  if (!is_new && seen.judged && !its_turn) return Due::kNothing;
  const bool as_seen = is_as_seen(pid, seen) && !is_new;
  if (seen.judged) return Due::kNothing;
  if (!as_seen) return Due::kFile;
  return monotonic_now() - seen.since >= kSettled ? Due::kLoaded : Due::kNothing;
}

ProcessLook::File ProcessLook::file_of(pid_t pid, const std::string& program) {
  const auto known = files_.find(program);
  if (known != files_.end()) return known->second;
  const std::string path = "/proc/" + std::to_string(pid) + "/exe";
  File file{.is_static = is_static_program(path), .host_time = {}};
  if (!dilation_.empty()) file.host_time = why_host_time(path);
  // It may have ended or begun to execute something else while we read: that was another file.
  if (program_of(pid) == program) files_.emplace(program, file);
  return file;
}

std::vector<Suspicion> ProcessLook::judge_file(pid_t pid, const Seen& seen) {
  std::vector<Suspicion> found;
  const File file = file_of(pid, seen.program);
  if (!identity_.empty() && file.is_static) {
    found.push_back(out_of_reach(seen.program, why_out_of_reach(Reach::kStatic)));
  }
  if (!dilation_.empty() && file.host_time) {
    found.push_back(in_host_time(seen.program, *file.host_time));
  }
  return found;
}

std::vector<Suspicion> ProcessLook::judge_loaded(pid_t pid, const Seen& seen) {
  // Again: it may have changed between the first look and the judgement of that, or not have been
  // known yet as its node's.
  std::vector<Suspicion> found = judge_file(pid, seen);
  const File file = file_of(pid, seen.program);
  if (!identity_.empty() && !file.is_static) {
    const char* why = why_out_of_reach(reach_of(pid, identity_));
    if (why != nullptr) found.push_back(out_of_reach(seen.program, why));
  }
  if (!dilation_.empty() && !file.host_time) {
    const char* why = why_out_of_reach(reach_of(pid, dilation_));
    if (why != nullptr) found.push_back(in_host_time(seen.program, why));
  }
  return found;
}

}  // namespace pleat
