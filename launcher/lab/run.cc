// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/run.hh"

#include <signal.h>

#include <algorithm>

#include "launcher/lab/grace.hh"
#include "launcher/lab/kernel_settings.hh"
#include "launcher/lab/keys.hh"
#include "launcher/lab/start_of_time.hh"
#include "launcher/lab/surroundings.hh"
#include "launcher/last_lines.hh"
#include "launcher/paths.hh"
#include "launcher/version.hh"
#include "model/expand.hh"
#include "sys/autogroup.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/processors.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// When nobody has ended for kGrace, or all together have had their time, those that are left do not
// heed SIGTERM and are killed: Ctrl-C is answered within 2 s where nodes are few.
constexpr Duration kGraceOfEach = 2ms;
// How often to look for the ends of those who are no children of ours.
constexpr Duration kOrphansLook = 10ms;
// Nodes' own ends may keep coming while the run is being ended.
constexpr Duration kLastEnds = 100ms;
// What SIGKILL does not end in this time hangs in the kernel.
constexpr Duration kKillPatience = 10s;
constexpr Duration kKillLimit = 2min;

RunInfo run_info(const RunRequest& request, const HostDescription& host) {
  return {.started = utc_text(),
          .version = kVersion,
          .command = request.command,
          .experiment = request.experiment,
          .shaper = std::string(name(request.plan.shaper)),
          .shaper_reason = request.shaper_reason,
          .identity = std::string(name(request.plan.identity)),
          .identity_reason = request.identity_reason,
          .congestion_control = congestion_control(),
          .idle_poll = request.idle_poll.has_value(),
          .waits_known = Waiting::can_look(),
          .host = host,
          .verification = request.verification};
}

ExitStatus status_of(const ChildEnd& end) { return end.signaled ? -end.status : end.status; }

}  // namespace

Run::Run(const RunRequest& request, const HostDescription& host,
         std::optional<ProcessorTime> idle_poll, LineStream& stream)
    : plan_(request.plan),
      network_(network_in_host_time(request.plan)),
      stream_(stream),
      folder_(request.folder),
      back_end_(make_back_end(network_, request.plan.dilation)),
      record_(request.folder, run_info(request, host), request.plan),
      programs_(request.plan, request.folder,
                surroundings_of_nodes(request.search_path, request.plan, {}), request.cgroups),
      sampler_(request.plan, *back_end_, record_, request.cgroups, std::move(idle_poll)),
      detector_(request.plan, {.node_of = [this](pid_t pid) { return processes_.node_of(pid); }}),
      waiting_(cgroup_of_node(), static_cast<uint32_t>(usable_processors().size()),
               request.plan.dilation),
      signals_({SIGTERM, SIGINT, SIGHUP}),
      census_(request.plan),
      schedule_(request.plan),
      rounds_(request.plan.nodes.size()),
      origin_(monotonic_now()) {
  for (uint32_t i = 0; i < plan_.nodes.size(); ++i) node_by_name_.emplace(plan_.nodes[i].name, i);
  epoll_.add(stream_.readable_fd(), kStreamKey);
  epoll_.add(signals_.readable_fd(), kSignalKey);
  epoll_.add(marks_.readable_fd(), kMarkKey);
}

Ended Run::perform() {
  std::optional<StepEnd> setup;
  try {
    back_end_->start();
    setup = run_step(plan_.setup, Phase::kSetup);
    if (setup && setup->status != 0) {
      stop(EndReason::kError, "setup ended with " + status_text(setup->status));
    }
    run_nodes();
  } catch (const std::exception& error) {
    // The run is over, but not lost: nodes are ended in order, and the record says why.
    stop(EndReason::kError, error.what());
  }
  end_nodes();
  std::optional<StepEnd> check;
  const bool worth_checking =
      end_->reason == EndReason::kFinished || end_->reason == EndReason::kDuration;
  if (worth_checking) check = run_step(plan_.check, Phase::kCheck);
  end_->setup = std::move(setup);
  end_->check = std::move(check);
  return conclude();
}

void Run::begin(Phase phase) {
  record(RunEventKind::kPhase, std::nullopt, std::string(name(phase)));
  stream_.write_line(to_line(PhaseBegun{phase}));
}

std::optional<StepEnd> Run::run_step(const std::optional<PlanStep>& step, Phase phase) {
  if (!step) return std::nullopt;
  begin(phase);
  const std::string step_name(name(phase));
  try {
    step_ = programs_.start(*step);
  } catch (const SystemError& error) {
    notify(NoticeLevel::kError, step_name + ": " + error.what());
    return StepEnd{.status = 127, .took = Duration(0), .last_lines = error.what()};
  }
  return see_to_its_end(*step, step_name);
}

StepEnd Run::see_to_its_end(const PlanStep& step, const std::string& step_name) {
  // A step is no node: its time is the host's.
  const Duration begun = monotonic_now();
  const Duration deadline = begun + step.time_limit;
  step_end_.reset();
  epoll_.add(step_->pidfd.get(), kStepKey);
  bool killed = false;
  while (!step_end_) {
    const bool too_long = monotonic_now() >= deadline;
    if (!killed && (interrupted_ || too_long)) {
      if (too_long) {
        notify(NoticeLevel::kError, step_name + " took longer than its time_limit, " +
                                        to_text(step.time_limit) + ", and was killed");
      }
      ::kill(-step_->pid, SIGKILL);  // it leads a process group of its own
      killed = true;
    }
    wait_on_host(killed ? kGrace : deadline - monotonic_now());
  }
  return {.status = status_of(*step_end_),
          .took = monotonic_now() - begun,
          .last_lines = last_lines(working_directory(step, folder_))};
}

void Run::run_nodes() {
  if (end_) return;
  const StartOfTime start = time_starts_now();
  origin_ = start.monotonic;
  programs_.time_starts(start.text);
  // All nodes are in the lab's session: it gets the weight that as many would have. Who may not ask
  // for that has the share of one beside other busy programs, and the verdict sees whether it does.
  weigh_session_as(static_cast<uint32_t>(plan_.nodes.size()));
  started_ = true;
  begin(Phase::kRunning);
  detector_.start();
  if (const auto nodes = probe_nodes(network_)) {
    probe_.emplace(*nodes, origin_, plan_.dilation.to_host(kProbePatience));
  }
  next_tick_ = Duration(0);
  tick();  // the first sample is what was before the nodes

  constexpr Duration kSlice = 20ms;  // of starting nodes, before other things get their turn
  while (!end_) {
    const Duration turn_begun = now();
    while (now() - turn_begun < kSlice) {
      const std::optional<Appointment> due = schedule_.pop_due(now());
      if (!due) break;
      keep(*due);
    }
    if (now() >= next_tick_) tick();
    if (census_.over()) {
      stop(EndReason::kFinished, census_.unfinished_text());
    } else if (plan_.duration && now() >= *plan_.duration) {
      stop(EndReason::kDuration);
    } else if (now() >= plan_.time_limit) {
      stop(EndReason::kTimeLimit, to_text(plan_.time_limit));
    }
    if (end_) break;
    wait(std::min({next_tick_, plan_.duration.value_or(plan_.time_limit), plan_.time_limit,
                   schedule_.next_time().value_or(next_tick_)}));
  }
}

// What takes long in a large lab, and is no part of the run.
void Run::look_once_more() {
  if (probe_) {
    for (const ProbeSample& sample : probe_->finish()) record_.probe(sample);
    probe_.reset();
  }
  detector_.finish();
  report_slips();
}

// What has happened already is seen, but not for ever.
void Run::catch_up() {
  const Duration until = monotonic_now() + kLastEnds;
  while (wait_on_host(Duration(0)) && monotonic_now() < until) {
  }
}

void Run::end_nodes() {
  try {
    catch_up();
    tick(true);
    end_->elapsed = now();
    over_ = true;
    look_once_more();
  } catch (const std::exception& error) {
    stop(EndReason::kError, error.what());
  }
  catch_up();  // who has ended by itself while we looked was not ended by us
  begin(Phase::kEnding);
  for (auto& [node, running] : running_) running.stopped = Stopped::kWithTheRun;
  // We are the init of the PID namespace: this reaches everything that the nodes have started.
  ::kill(-1, SIGTERM);
  ::kill(-1, SIGCONT);  // who is stopped would not see it
  wait_for_ends(kGrace, kGrace + static_cast<int64_t>(running_.size()) * kGraceOfEach);
  ::kill(-1, SIGKILL);
  wait_for_ends(kKillPatience, kKillLimit);
  if (!running_.empty()) {
    notify(NoticeLevel::kWarning, std::to_string(running_.size()) +
                                      " nodes could not be ended, even by SIGKILL; the first is " +
                                      plan_.nodes[running_.begin()->first].name);
  }
  collect_orphans();
  record_.commit();  // the check step may take long
}

// Until all processes have ended, also those that a node's program has started and left, or none
// has for `patience`: thousands take a while. Whoever waits for us to end has the host's time.
void Run::wait_for_ends(Duration patience, Duration at_most) {
  const Duration end = monotonic_now() + at_most;
  Duration deadline = std::min(monotonic_now() + patience, end);
  while (anybody_else() && monotonic_now() < deadline) {
    const size_t before = running_.size();
    wait_on_host(std::min(deadline - monotonic_now(), kOrphansLook));
    const bool any = collect_orphans() || running_.size() < before;
    if (any) deadline = std::min(monotonic_now() + patience, end);
  }
}

Ended Run::conclude() {
  const bool all_finished = end_->reason == EndReason::kFinished && end_->detail.empty();
  Ended ended{.as_planned = all_finished || end_->reason == EndReason::kDuration,
              // Which is shown as an error, so it need not say that it is one.
              .why = end_->reason == EndReason::kError ? end_->detail : to_text(*end_)};
  if (const std::string absent = census_.absent_text(); ended.as_planned && !absent.empty()) {
    ended.as_planned = false;
    ended.why = absent;
  }
  if (end_->check && end_->check->status != 0) {
    ended.as_planned = false;
    ended.why = "the check step ended with " + status_text(end_->check->status);
  }
  record_.end(*end_);
  back_end_->stop();
  return ended;
}

}  // namespace pleat
