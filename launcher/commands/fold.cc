// SPDX-License-Identifier: Apache-2.0
#include "launcher/fold/fold.hh"

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/choose_shaper.hh"
#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/experiment_file.hh"
#include "launcher/commands/fold_folder.hh"
#include "launcher/commands/side_by_side.hh"
#include "launcher/fold/output.hh"
#include "launcher/record/schema.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/version.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/host_load.hh"
#include "sys/idle_poll.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// In the folder of a repetition: all its copies have ended, each in its way.
constexpr char kEnded[] = "ended";

std::string host_text() {
  const HostDescription host = describe_host();
  return counted(host.cpus, "processor") + ", " + readable_bytes(host.memory) + " of memory";
}

// A fold speaks for one machine.
std::string machine_text(const FoldOptions& options) {
  const HostDescription host = describe_host();
  return host.name + ", " + host.kernel + ", " + host.cpu + ", " + host_text() + ", pleat " +
         kVersion + (options.idle_poll ? ", idle processors kept awake" : "");
}

fs::path default_folder(const std::string& experiment, DilationFactor dilation) {
  const std::string slowly = dilation.slows() ? "-dilation-" + to_text(dilation) : "";
  return fs::path("runs") / (experiment + "-fold" + slowly);
}

// Whether each run may draw losses and start times of its own. The kernel's traffic control draws
// its losses itself, and an experiment that states a seed for them is not for it.
bool takes_seeds(Plan plan) {
  decide_shaper(plan);
  const bool loses = std::any_of(plan.groups.begin(), plan.groups.end(), [](const auto& group) {
    return group.up.loss.value > 0 || group.down.loss.value > 0;
  });
  return plan.shaper == Shaper::kEngine || !loses;
}

Plan slowed(Plan plan, DilationFactor dilation) {
  plan.dilation = dilation;
  return plan;
}

fs::path folder_of(const FoldOptions& options, const ExperimentFile& experiment,
                   DilationFactor dilation) {
  return options.output.empty() ? default_folder(experiment.loaded.plan.name, dilation)
                                : fs::path(options.output);
}

class Rounds {
 public:
  Rounds(const FoldOptions& options, const ExperimentFile& experiment)
      : options_(options),
        dilation_(options.dilation.value_or(experiment.loaded.plan.dilation)),
        seed_(experiment.loaded.plan.seed),
        takes_seeds_(takes_seeds(slowed(experiment.loaded.plan, dilation_))),
        folder_(folder_of(options, experiment, dilation_), {.experiment = experiment.text,
                                                            .dilation = to_text(dilation_),
                                                            .machine = machine_text(options)}) {
    fold_.experiment = experiment.loaded.plan.name;
    fold_.dilation = dilation_;
    fold_.host = host_text();
    fold_.nodes = static_cast<uint32_t>(experiment.loaded.plan.nodes.size());
    fold_.criteria = {
        .difference = {.level = Criteria().level, .tolerance = options.tolerance / 100},
        .strict = options.strict};
    if (options.idle_poll) idle_poll_.emplace();
  }

  // Nothing where it was interrupted.
  bool run() {
    for (const uint32_t copies : options_.copies) {
      Round round{.copies = copies,
                  .repetitions = options_.repetitions,
                  .nodes = fold_.nodes,
                  .group = {.name = copies_text(copies), .runs = {}},
                  .without_record = {}};
      for (uint32_t repetition = 1; repetition <= options_.repetitions; ++repetition) {
        if (!run_once(round, repetition)) return false;
      }
      fold_.rounds.push_back(std::move(round));
      fold_.judgements.push_back(
          judge_round(fold_.rounds.front(), fold_.rounds.back(), fold_.criteria));
      say(fold_.judgements.back());
      if (!fold_.judgements.back().holds() && !options_.keep_going) break;
    }
    return true;
  }

  const Fold& fold() const { return fold_; }
  const fs::path& folder() const { return folder_.path(); }

 private:
  // All copies once. False where it was interrupted.
  bool run_once(Round& round, uint32_t repetition) {
    const fs::path place = folder() / ("copies-" + std::to_string(round.copies)) /
                           ("repetition-" + std::to_string(repetition));
    std::vector<SideBySideRun> runs;
    for (uint32_t copy = 1; copy <= round.copies; ++copy) {
      const std::string name = "copy-" + std::to_string(copy);
      runs.push_back(
          {.folder = place / name,
           .log = place / (name + ".log"),
           .options = options_of(round.copies, (repetition - 1) * round.copies + copy - 1)});
    }
    const bool known = fs::exists(place / kEnded);
    if (!known) {
      say(round, repetition, "running");
      // What an interrupted fold left of it: copies count only if all ran at the same time.
      fs::remove_all(place);
      make_folder(place);
      if (!run_side_by_side(folder_.experiment().string(), runs)) return false;
      write_file(place / kEnded, "");
    }
    std::vector<RunFigures> figures = records_of(runs);
    say(round, repetition, outcome_text(figures, known));
    note_missing(runs, figures, round);
    if (const auto together = time_together(figures)) round.together.push_back(*together);
    for (RunFigures& one : figures) round.group.runs.push_back(std::move(one));
    return true;
  }

  // Of the n-th run of a round. Repetitions and copies of all rounds are draws of the same
  // experiment, so each has a seed of its own.
  std::vector<std::string> options_of(uint32_t copies, uint64_t n) const {
    constexpr uint64_t kOfARound = 100'000;
    const uint64_t seed = (seed_ + kOfARound * (copies - 1) + n) & kLargestSeed;
    std::vector<std::string> options = {"--dilation", to_text(dilation_)};
    if (takes_seeds_) options.insert(options.end(), {"--seed", std::to_string(seed)});
    if (idle_poll_) {
      options.insert(options.end(), {"--idle-poll-by", std::to_string(idle_poll_->pid())});
    }
    return options;
  }

  std::vector<RunFigures> records_of(const std::vector<SideBySideRun>& runs) const {
    std::vector<RunFigures> records;
    for (const SideBySideRun& run : runs) {
      if (!fs::exists(run.folder / kResultsFile)) continue;
      RunFigures figures;
      try {
        figures = read_run_figures(run.folder);
      } catch (const UserError&) {
        continue;  // broken off before it was a record
      }
      figures.folder = run.folder.lexically_relative(folder());
      records.push_back(std::move(figures));
    }
    return records;
  }

  void note_missing(const std::vector<SideBySideRun>& runs, const std::vector<RunFigures>& figures,
                    Round& round) const {
    for (const SideBySideRun& run : runs) {
      const fs::path name = run.folder.lexically_relative(folder());
      const bool there = std::any_of(figures.begin(), figures.end(),
                                     [&](const RunFigures& one) { return one.folder == name; });
      if (there) continue;
      const std::string log = try_read_file(run.log).value_or("");
      const size_t end = log.find_last_not_of('\n');
      const size_t begin = end == log.npos ? 0 : log.rfind('\n', end) + 1;
      round.without_record.push_back(
          name.string() + (end == log.npos ? "" : ": " + log.substr(begin, end - begin + 1)));
    }
  }

  static std::string outcome_text(const std::vector<RunFigures>& figures, bool known) {
    VerdictLevel worst = VerdictLevel::kFaithful;
    for (const RunFigures& one : figures) worst = std::max(worst, one.verdict);
    std::string text = known ? "there already" : "done";
    if (figures.empty()) return text + ", without a record";
    const RunGroup group{.name = {}, .runs = figures};
    for (const WorkloadFigures& workload : figures.front().workloads) {
      const std::vector<Duration> times = pooled_times(group, workload.name);
      const Duration median = quantile(times, 0.5);
      text += ", " + workload.name + " in the median " +
              (median == kNotFinished ? "not finished" : "after " + readable(median));
    }
    return text + ", " + std::string(name(worst));
  }

  void say(const Round& round, uint32_t repetition, const std::string& what) const {
    if (options_.quiet) return;
    std::fprintf(stderr, "%s, repetition %u of %u: %s\n", copies_text(round.copies).c_str(),
                 repetition, round.repetitions, what.c_str());
  }

  void say(const RoundJudgement& judged) const {
    if (options_.quiet) return;
    std::fprintf(stderr, "%s, %s: %s\n", copies_text(judged.copies).c_str(),
                 counted(judged.nodes, "node").c_str(), holds_text(judged).c_str());
  }

  const FoldOptions& options_;
  DilationFactor dilation_;
  uint64_t seed_;
  bool takes_seeds_;
  FoldFolder folder_;
  std::optional<IdlePoll> idle_poll_;  // for all runs that go side by side
  Fold fold_;
};

}  // namespace

int fold_command(const FoldOptions& options) {
  expect_copies(options.copies);
  const ExperimentFile experiment = load_experiment(options.file);
  require_programs(experiment.loaded);
  if (std::none_of(experiment.loaded.plan.workloads.begin(), experiment.loaded.plan.workloads.end(),
                   [](const PlanWorkload& one) { return one.finish != Finish::kNever; })) {
    throw UserError(
        options.file +
        ": no workload of this experiment finishes, so there are no completion times to "
        "compare; \"finish\" says when a node has finished");
  }
  Rounds rounds(options, experiment);
  if (!rounds.run()) {
    std::fprintf(stderr, "interrupted; the same command goes on where it stopped\n");
    return kInterruptedStatus;
  }
  const fs::path page = rounds.folder() / "fold.html";
  write_file(page, fold_html(rounds.fold()));
  const std::string json = to_json(rounds.fold()).dump(2) + "\n";
  write_file(rounds.folder() / "fold.json", json);
  std::cout << (options.json ? json : to_text(rounds.fold()) + "page: " + page.string() + "\n");
  return last_that_holds(rounds.fold()) ? kSuccess : kFailure;  // not even one copy
}

}  // namespace pleat
