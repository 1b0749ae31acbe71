// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>

#include "launcher/lab/keys.hh"
#include "launcher/lab/run.hh"
#include "launcher/record/results.hh"
#include "sys/clock.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRestartPause = 1s;  // before a program that has ended is started again
constexpr Duration kStopGrace = 2s;     // between SIGTERM and SIGKILL where stop_after is over

}  // namespace

Duration Run::now() const {
  return started_ ? plan_.dilation.to_node(monotonic_now() - origin_) : Duration(0);
}

void Run::wait(Duration until) { wait_on_host(plan_.dilation.to_host(until - now())); }

bool Run::wait_on_host(Duration at_most) {
  const auto keys = epoll_.wait(at_most);
  for (const uint64_t key : keys) {
    switch (key) {
      case kStreamKey: on_order(); break;
      case kSignalKey: on_signal(); break;
      case kMarkKey: on_marks(); break;
      case kStepKey: on_step_end(); break;
      default: on_node_end(static_cast<uint32_t>(key));
    }
  }
  return !keys.empty();
}

void Run::on_order() {
  while (const auto line = stream_.next_line()) {
    const ToLab message = parse_to_lab(*line);
    if (const auto* order = std::get_if<StopRequest>(&message)) {
      stop(EndReason::kInterrupted, order->why);
    } else {
      notify(NoticeLevel::kError, "lab protocol: a second run was asked for, and ignored");
    }
  }
  if (!stream_.at_end()) return;
  epoll_.remove(stream_.readable_fd());
  stop(EndReason::kInterrupted, "the connection to pleat run is lost");
}

void Run::on_signal() {
  while (const auto signal = signals_.next()) {
    stop(EndReason::kInterrupted, std::string("the lab got signal ") + ::sigabbrev_np(*signal));
  }
}

void Run::on_marks() {
  while (const auto mark = marks_.next()) {
    const auto found = node_by_name_.find(mark->node);
    const std::optional<uint32_t> node =
        found == node_by_name_.end() ? std::nullopt : std::optional(found->second);
    // A node's clock has gone slowly since the origin, a step's has not. Before the start there is
    // none of these.
    const Duration since = started_ ? mark->time - origin_ : Duration(0);
    const Duration time = std::max(node ? since : plan_.dilation.to_node(since), Duration(0));
    record_.event({.time = time,
                   .node = node,
                   .kind = RunEventKind::kMark,
                   .text = mark->text,
                   .status = std::nullopt});
    // What comes once the run is over, as of nodes that are told to end, is no work done.
    const bool in_time = !end_ || time <= end_->elapsed;
    if (node && in_time && census_.marked(*node, mark->text)) finished(*node, time);
  }
}

void Run::on_step_end() {
  step_end_ = collect(*step_);
  step_.reset();
}

void Run::on_node_end(uint32_t node) {
  const auto found = running_.find(node);
  check(found != running_.end());
  const Stopped stopped = found->second.stopped;
  const pid_t group = found->second.child.pid;
  const ChildEnd end = collect(found->second.child);
  running_.erase(found);
  // What it has started and left has the rest of its grace. The group keeps its number while it has
  // members, and numbers are given out in turn: no other gets it before keep() has killed these.
  if (stopped == Stopped::kAfterItsTime && ::kill(-group, 0) == 0) left_behind_[node] = group;
  record(stopped == Stopped::kByNobody ? RunEventKind::kExit : RunEventKind::kStopped, node, {},
         end.signaled ? -end.status : end.status);
  const auto after = census_.ended(node, {.signaled = end.signaled, .status = end.status},
                                   over_ ? Stopped::kWithTheRun : stopped);
  if (after.finished_now) finished(node, now());
  if (after.stop_experiment) stop(EndReason::kStoppedByNode, plan_.nodes[node].name);
  if (after.restart && !end_) {
    schedule_.add({.time = now() + kRestartPause, .node = node, .action = NodeAction::kStart});
  }
}

void Run::keep(const Appointment& appointment) {
  if (appointment.action == NodeAction::kStart) return start(appointment.node);
  const bool kill = appointment.action == NodeAction::kKill;
  if (kill) {
    if (const auto left = left_behind_.extract(appointment.node)) ::kill(-left.mapped(), SIGKILL);
  }
  const auto found = running_.find(appointment.node);
  if (found == running_.end() || found->second.round != appointment.round) return;
  Running& running = found->second;
  running.stopped = Stopped::kAfterItsTime;
  // The node's program leads a process group of its own.
  ::kill(-running.child.pid, kill ? SIGKILL : SIGTERM);
  if (kill) return;
  Appointment next = appointment;
  next.time = now() + kStopGrace;
  next.action = NodeAction::kKill;
  schedule_.add(next);
}

void Run::start(uint32_t node) {
  try {
    Child child = programs_.start(node);
    epoll_.add(child.pidfd.get(), node);
    processes_.started(child, node);
    const uint32_t round = rounds_[node]++;
    running_.emplace(node, Running{.child = std::move(child), .round = round});
    census_.started(node);
    record(round == 0 ? RunEventKind::kStart : RunEventKind::kRestart, node);
    if (const auto& after = plan_.workloads[*plan_.nodes[node].workload].stop_after) {
      schedule_.add(
          {.time = now() + *after, .node = node, .action = NodeAction::kStop, .round = round});
    }
  } catch (const SystemError& error) {
    // One node's failure is no reason to give up the others: the summary groups them.
    record(RunEventKind::kError, node, error.what());
    census_.could_not_start(node);
  }
}

// Processes that lost their parents come to us, the init, and nobody else collects them. A node's
// own program is left to on_node_end().
bool Run::collect_orphans() {
  bool any = false;
  siginfo_t ended = {};
  while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) {
    const auto is_it = [&](const auto& entry) { return entry.second.child.pid == ended.si_pid; };
    if (std::any_of(running_.begin(), running_.end(), is_it)) break;
    if (step_ && step_->pid == ended.si_pid) break;
    ::waitpid(ended.si_pid, nullptr, 0);
    any = true;
    ended = {};
  }
  return any;
}

void Run::finished(uint32_t node, Duration time) {
  record_.event({.time = time,
                 .node = node,
                 .kind = RunEventKind::kFinished,
                 .text = {},
                 .status = std::nullopt});
}

void Run::tick(bool all_counters) {
  // The next is due a second after this one was, however long this one takes.
  while (next_tick_ <= now()) next_tick_ += kSampleInterval;
  const auto& counts = census_.counts();
  look_at_waiting();
  if (probe_) {
    for (const ProbeSample& sample : probe_->take()) record_.probe(sample);
  }
  const Sampler::Glance glance = sampler_.sample(now(), counts.running, all_counters);
  const auto late =
      glance.late ? std::optional(plan_.dilation.to_node(*glance.late)) : std::nullopt;
  if (stream_.is_read()) {
    stream_.write_line(to_line(Progress{.time = now(),
                                        .planned = counts.planned,
                                        .started = counts.started,
                                        .running = counts.running,
                                        .awaited = counts.awaited,
                                        .finished = counts.finished,
                                        .failed = counts.failed,
                                        .received_bytes = glance.received_bytes,
                                        .late = late}));
  }
  if (const std::string why = back_end_->failure(); !why.empty()) stop(EndReason::kError, why);
  collect_orphans();
  report_slips();
}

CgroupOfNode Run::cgroup_of_node() const {
  const auto& cgroups = programs_.cgroups();
  const auto ask = [&cgroups](auto question) {
    return [&cgroups, question](uint32_t node) {
      return cgroups ? ((*cgroups).*question)(node) : std::nullopt;
    };
  };
  return {.pressure = ask(&LabCgroupShare::processor_pressure),
          .used = ask(&LabCgroupShare::processor_usage)};
}

void Run::look_at_waiting() {
  const uint32_t turn = ticks_++;
  for (const auto& [node, running] : running_) {
    if (!Waiting::is_turn(node, turn)) continue;
    if (const auto sample = waiting_.look(now(), node, running.child.pid)) {
      record_.waiting(*sample);
    }
  }
}

void Run::report_slips() {
  for (const Slip& slip : detector_.take()) {
    const std::string text = slip.program + ": " + slip.what;
    record(slip.sees_host_time ? RunEventKind::kHostTime : RunEventKind::kUnpinned, slip.node,
           text);
    if (!slip.program_is_new) continue;
    const std::string where =
        slip.node ? " (first seen in " + plan_.nodes[*slip.node].name + ")" : "";
    stream_.write_line(to_line(Notice{NoticeLevel::kWarning, text + where}));
  }
}

void Run::stop(EndReason reason, const std::string& detail) {
  interrupted_ |= reason == EndReason::kInterrupted;
  // The first reason counts, but an error counts more: what a failed shaper or disk did to the end
  // of a run concerns whoever reads the result, however the run was to end.
  if (end_ && (reason != EndReason::kError || end_->reason == EndReason::kError)) return;
  end_ = RunEnd{.reason = reason,
                .detail = detail,
                .elapsed = now(),
                .begun = origin_,
                .setup = {},
                .check = {}};
  // It is said at the end, by whoever waits for us to end.
  if (reason == EndReason::kError) record(RunEventKind::kError, std::nullopt, detail);
}

void Run::record(RunEventKind kind, std::optional<uint32_t> node, const std::string& text,
                 std::optional<ExitStatus> status) {
  record_.event({.time = now(), .node = node, .kind = kind, .text = text, .status = status});
}

void Run::notify(NoticeLevel level, const std::string& text) {
  if (level != NoticeLevel::kInfo) {
    record(level == NoticeLevel::kError ? RunEventKind::kError : RunEventKind::kWarning,
           std::nullopt, text);
  }
  stream_.write_line(to_line(Notice{level, text}));
}

}  // namespace pleat
