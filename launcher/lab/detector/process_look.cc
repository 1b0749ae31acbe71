// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/process_look.hh"

#include <algorithm>
#include <iterator>
#include <utility>

#include "launcher/host_time.hh"
#include "launcher/lab/detector/processes.hh"
#include "launcher/paths.hh"
#include "sys/clock.hh"
#include "sys/process.hh"

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

}  // namespace

std::vector<Suspicion> ProcessLook::look(const NodeOf& node_of, bool everybody) {
  std::vector<Suspicion> found;
  if (identity_.empty() && dilation_.empty()) return found;
  ++looks_;
  for (const pid_t pid : processes()) {
    Seen& seen = seen_[pid];
    if (!is_due(pid, seen)) continue;
    seen.judged = true;
    const auto node = node_of(pid);
    // What the setup step left behind belongs to no node, and has no library to load.
    if (!node && !everybody) continue;
    std::vector<Suspicion> suspicions = judge(pid, seen, node);
    // It may have begun to execute something else while we looked.
    if (suspicions.empty() || !is_as_seen(pid, seen)) continue;
    std::move(suspicions.begin(), suspicions.end(), std::back_inserter(found));
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

bool ProcessLook::is_due(pid_t pid, Seen& seen) {
  const bool is_new = std::exchange(seen.look, looks_) == 0;
  const bool its_turn = (looks_ + static_cast<uint64_t>(pid)) % kTurns == 0;
  if (!is_new && seen.judged && !its_turn) return false;
  if (!is_as_seen(pid, seen) || is_new) return false;
  return !seen.judged && monotonic_now() - seen.since >= kSettled;
}

std::vector<Suspicion> ProcessLook::judge(pid_t pid, const Seen& seen,
                                          std::optional<uint32_t> node) {
  std::vector<Suspicion> found;
  if (!identity_.empty()) {
    if (const char* why = why_out_of_reach(reach_of(pid, identity_))) {
      found.push_back(
          {seen.program, node, Slipped::kReach,
           std::string("the program ") + why + ", so that the identity library does not reach it"});
    }
  }
  if (const auto why = why_it_sees_host_time(pid, seen.program)) {
    found.push_back({seen.program, node, Slipped::kTime, "the program " + *why});
  }
  return found;
}

std::optional<std::string> ProcessLook::why_it_sees_host_time(pid_t pid,
                                                              const std::string& program) {
  if (dilation_.empty()) return std::nullopt;
  if (const char* why = why_out_of_reach(reach_of(pid, dilation_))) {
    return std::string(why) + ", so that it sees the host's time";
  }
  const auto [known, is_new] = host_time_.try_emplace(program);
  if (is_new) known->second = why_host_time("/proc/" + std::to_string(pid) + "/exe");
  return known->second ? std::optional(*known->second + ", so that it sees the host's")
                       : std::nullopt;
}

}  // namespace pleat
