// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <iostream>

#include "launcher/commands/choose_identity.hh"
#include "launcher/commands/choose_shaper.hh"
#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/experiment_file.hh"
#include "launcher/commands/lab_process.hh"
#include "launcher/commands/outcome.hh"
#include "launcher/commands/progress.hh"
#include "launcher/commands/run_folder.hh"
#include "launcher/lab/node_cgroups.hh"
#include "launcher/log.hh"
#include "launcher/paths.hh"
#include "launcher/record/run_lock.hh"
#include "launcher/record/schema.hh"
#include "launcher/verify/probe_nodes.hh"
#include "launcher/verify/verify_network.hh"
#include "sys/epoll.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/idle_poll.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

constexpr uint32_t kVerifiedPairs = 10;

// Follows a run from outside until its lab is gone.
class Watch {
 public:
  // `recording`: what to do once there is a record; may be called again.
  Watch(LabProcess& lab, ProgressDisplay& display, std::function<void()> recording)
      : lab_(lab), display_(display), recording_(std::move(recording)) {}

  // What the lab said at its end; nothing where it was killed.
  std::optional<Ended> follow() {
    SignalQueue signals({SIGINT, SIGTERM, SIGHUP});
    Epoll epoll;
    epoll.add(lab_.readable_fd(), 0);
    epoll.add(signals.readable_fd(), 1);
    while (!lab_.at_end()) {
      epoll.wait(std::chrono::hours(1));
      while (const auto signal = signals.next()) interrupt(*signal);
      while (const auto message = lab_.next()) std::visit(*this, *message);
    }
    display_.clear();
    return ended_;
  }
  bool interrupted() const { return interruptions_ > 0; }

  void operator()(const PhaseBegun& message) {
    display_.show(message.phase);
    if (message.phase != Phase::kPreparing) recording_();
  }
  void operator()(const Progress& message) { display_.show(message); }
  void operator()(const Ended& message) { ended_ = message; }
  // Said to pleat up and pleat verify only.
  void operator()(const Ready&) {}
  void operator()(const Probed&) {}
  void operator()(const Notice& message) {
    display_.clear();
    switch (message.level) {
      case NoticeLevel::kInfo: spdlog::info(message.text); break;
      case NoticeLevel::kWarning: spdlog::warn(message.text); break;
      case NoticeLevel::kError: spdlog::error(message.text); break;
    }
  }

 private:
  void interrupt(int signal) {
    display_.clear();
    if (++interruptions_ == 1) {
      spdlog::info("interrupted: ending the nodes; once more to kill the lab");
      lab_.send(StopRequest{.why = "by the user"});
    } else if (signal != SIGHUP) {  // of a terminal that is closed there may come two
      lab_.kill();
    }
  }

  LabProcess& lab_;
  ProgressDisplay& display_;
  std::function<void()> recording_;
  std::optional<Ended> ended_;
  int interruptions_ = 0;
};

std::optional<Ended> do_run(const RunRequest& request, const RunOptions& options,
                            bool& interrupted) {
  ProgressDisplay display(options.quiet, ::isatty(STDERR_FILENO) == 1);
  LabProcess lab;
  const RunLock lock(request.folder);  // after the fork: it is not the lab's
  lab.send(request);
  Watch watch(lab, display, [&] {
    if (options.output.empty()) point_latest_to(request.folder);
  });
  std::optional<Ended> ended = watch.follow();
  interrupted = watch.interrupted();
  return ended;
}

// Said before anything is made of the record, which may lack for the same reason.
void say_what_went_wrong(const std::optional<Ended>& ended, const std::filesystem::path& folder) {
  if (!ended && !std::filesystem::exists(folder / kResultsFile)) {
    spdlog::error("the lab ended before there was a record");
  } else if (!ended) {
    spdlog::error("the lab was killed; the record ends where it was");
  } else if (!ended->as_planned) {
    spdlog::error(ended->why);
  }
}

int exit_status(const std::optional<Ended>& ended, bool interrupted, const Verdict& verdict,
                bool strict) {
  if (interrupted) return kInterruptedStatus;
  if (!ended || !ended->as_planned) return kFailure;
  if (strict && verdict.level != VerdictLevel::kFaithful) {
    spdlog::error("--strict: the verdict is {}", name(verdict.level));
    return kFailure;
  }
  return kSuccess;
}

// Nothing where the user has interrupted it.
std::optional<Verification> verify_before(const Plan& plan, const RunOptions& options) {
  ProgressDisplay display(options.quiet, ::isatty(STDERR_FILENO) == 1);
  const auto show = [&](const VerifyProgress& progress) { display.show(progress); };
  const auto verification = verify_network(network_in_host_time(plan), kVerifiedPairs, show);
  display.clear();
  if (verification) std::cerr << to_text(*verification);
  return verification;
}

void prepare_probes(Plan& plan) {
  if (const auto why_not = add_probe_nodes(plan)) {
    spdlog::warn("--verify: no probes during the run: {}", *why_not);
  }
}

}  // namespace

int run_command(const RunOptions& options, const std::string& command_line) {
  ignore_broken_pipes();
  const ExperimentFile experiment = load_experiment(options.file, End::kNeeded, options.seed);
  Plan plan = experiment.loaded.plan;
  require_programs(experiment.loaded);
  if (options.dilation) plan.dilation = *options.dilation;
  refuse_rates_that_rounding_changes(plan);
  refuse_programs_of_host_time(plan);
  const std::string shaper_reason = decide_shaper(plan);
  const std::string identity_reason = decide_identity(plan);
  std::optional<IdlePoll> idle_poll;
  if (options.idle_poll) idle_poll.emplace();
  std::optional<Verification> verification;
  if (options.verify) {
    verification = verify_before(plan, options);
    if (!verification) return kInterruptedStatus;
    if (verification->checks.empty()) {
      if (options.strict) {
        spdlog::error("--strict: {}; nothing was run", kNothingToMeasure);
        return kFailure;
      }
      spdlog::warn("--verify: {}", kNothingToMeasure);
    } else if (!verification->ok() && options.strict) {
      spdlog::error("--strict: the network is not the one that was asked for; nothing was run");
      return kFailure;
    }
    prepare_probes(plan);
  }
  if (!uses_cgroups(plan.identity)) warn_of_static_programs(plan);
  // A missing one should be known before a folder is made.
  if (uses_library(plan.identity)) preload_library();
  if (plan.dilation.slows()) dilation_library();
  programs_in_nodes();
  const std::filesystem::path folder = make_run_folder(options.output, plan.name);
  write_file(folder / "experiment.toml", experiment.text);
  const NodeCgroups cgroups(plan);
  const RunRequest request{.plan = plan,
                           .folder = folder.string(),
                           .experiment = experiment.text,
                           .command = command_line,
                           .search_path = search_path(),
                           .shaper_reason = shaper_reason,
                           .identity_reason = identity_reason,
                           .cgroups = cgroups.made(),
                           .verification = verification,
                           .idle_poll = idle_poll ? idle_poll->pid() : options.idle_poll_by};
  bool interrupted = false;
  const std::optional<Ended> ended = do_run(request, options, interrupted);
  idle_poll.reset();
  if (!interrupted) say_what_went_wrong(ended, folder);
  // The lab may not have got as far as a record.
  const int without_record = interrupted ? kInterruptedStatus : kFailure;
  if (!std::filesystem::exists(folder / kResultsFile)) return without_record;
  try {
    const Outcome outcome = conclude_run(folder);
    print_summary(outcome);
    say_what_is_not_stored(outcome);
    const int status = exit_status(ended, interrupted, outcome.verdict, options.strict);
    return status == kSuccess && !outcome.stored() ? kFailure : status;
  } catch (const UserError& error) {
    // A record that broke off at its very beginning is not the user's mistake here.
    spdlog::error(error.what());
    return without_record;
  }
}

}  // namespace pleat
