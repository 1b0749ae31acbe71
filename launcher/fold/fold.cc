// SPDX-License-Identifier: Apache-2.0
#include "launcher/fold/fold.hh"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "launcher/compare/comparison_text.hh"
#include "launcher/compare/condition_differences.hh"
#include "launcher/verdict/readable.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

// Shares of the shortest run of a repetition in which all ran: below the first, it is said; below
// the second, nothing is shown.
constexpr double kTogether = 0.9, kHardlyTogether = 0.5;

// "3 of 12 runs are invalid; the first: ..."
void add_verdicts(const Round& round, VerdictLevel level, std::vector<std::string>& texts) {
  const RunFigures* first = nullptr;
  uint64_t count = 0;
  for (const RunFigures& run : round.group.runs) {
    if (run.verdict != level) continue;
    if (first == nullptr) first = &run;
    ++count;
  }
  if (first == nullptr) return;
  texts.push_back(readable_count(count) + " of " + counted(round.group.runs.size(), "run") +
                  (count == 1 ? " is " : " are ") + std::string(name(level)) + " (" + first->worst +
                  ")");
}

void add_ends(const Round& round, std::vector<std::string>& texts) {
  const RunFigures* first = nullptr;
  uint64_t count = 0;
  for (const RunFigures& run : round.group.runs) {
    if (run.whole) continue;
    if (first == nullptr) first = &run;
    ++count;
  }
  if (first != nullptr) {
    texts.push_back(readable_count(count) + " of " + counted(round.group.runs.size(), "run") +
                    " did not go as the experiment says (" + first->end + ")");
  }
}

bool any_finished(const Round& round) {
  for (const RunFigures& run : round.group.runs) {
    for (const WorkloadFigures& workload : run.workloads) {
      if (!workload.took.empty()) return true;
    }
  }
  return false;
}

// Copies that ran one after the other do not show that the machine carries all of them.
void add_together(const Round& round, RoundJudgement& judgement) {
  if (round.together.empty()) return;
  const double least = *std::min_element(round.together.begin(), round.together.end());
  if (least >= kTogether) return;
  const std::string text = "the copies of a repetition ran at the same time for only " +
                           readable_share(least) + " of the shortest run";
  (least < kHardlyTogether ? judgement.against : judgement.remarks).push_back(text);
}

// What was not the same for the runs of this round, but for the seed, which differs on purpose. A
// fold may go on as another user, with another identity.
void add_conditions(const Round& base, const Round& round, RoundJudgement& judgement) {
  if (base.group.runs.empty()) return;
  const auto without_seed = [](nlohmann::json conditions) {
    for (const char* key : {"seed", "nodes"}) conditions.erase(key);
    return conditions;
  };
  const nlohmann::json yardstick = without_seed(base.group.runs.front().conditions);
  std::set<std::string> found;
  for (const RunFigures& run : round.group.runs) {
    const auto differences = condition_differences(yardstick, without_seed(run.conditions));
    found.insert(differences.begin(), differences.end());
  }
  for (const std::string& difference : found) {
    judgement.remarks.push_back("not the same as in the first run: " + difference);
  }
}

// With which completion times of so many copies can be shown to differ from those of one.
uint32_t repetitions_needed(uint32_t copies, double level) {
  uint32_t repetitions = 2;
  while (smallest_p_of_runs(repetitions, size_t{repetitions} * copies) >= level) ++repetitions;
  return repetitions;
}

// A fold that asks for fewer than it takes to show a difference has not found that there is none.
void note_undecided(const std::string& what, const std::string& numbers, const Criteria& criteria,
                    RoundJudgement& judgement) {
  judgement.undecided.push_back(
      what + " are not alike to those of one copy (" + numbers +
      "), and the repetitions too few to show whether chance explains that: it takes " +
      readable_count(repetitions_needed(judgement.copies, criteria.level)));
}

template <typename Compared>  // a WorkloadComparison, or a ReceivedComparison
void note(const Compared& compared, const std::string& what, const Criteria& criteria,
          RoundJudgement& judgement) {
  const Finding finding = compared.finding;
  const std::string numbers = measured_text(compared);
  if (finding == Finding::kUnclear && !compared.tested) {
    return note_undecided(what, numbers, criteria, judgement);
  }
  const std::string how = " (" + numbers + ")";
  if (finding == Finding::kDifferent) {
    judgement.against.push_back(what + " differ from those of one copy" + how);
  } else if (finding == Finding::kUnclear) {
    judgement.remarks.push_back(
        what + " are neither shown to differ from those of one copy nor to be alike" + how +
        "; more repetitions would tell");
  }
}

void add_comparison(const Round& base, const Round& round, const FoldCriteria& criteria,
                    RoundJudgement& judgement) {
  if (base.group.runs.empty() || round.group.runs.empty()) return;
  for (const WorkloadFigures& workload : base.group.runs.front().workloads) {
    if (pooled_times(round.group, workload.name).empty()) continue;
    const WorkloadComparison compared =
        compare_workload(base.group, round.group, workload.name, criteria.difference);
    note(compared, "completion times of " + workload.name + " nodes", criteria.difference,
         judgement);
    judgement.workloads.push_back(compared);
  }
  judgement.received = compare_received(base.group, round.group, criteria.difference);
  if (judgement.received) {
    note(*judgement.received, "received data", criteria.difference, judgement);
  }
}

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts) result += (result.empty() ? "" : "; ") + text;
  return result;
}

// What is to be looked at of all rounds up to the last, each with its copies where there are more.
std::string remarks_text(const Fold& fold, size_t last) {
  std::vector<std::string> all;
  for (size_t i = 0; i <= last; ++i) {
    const RoundJudgement& round = fold.judgements[i];
    if (round.remarks.empty()) continue;
    all.push_back((last > 0 ? copies_text(round.copies) + ": " : "") + joined(round.remarks));
  }
  return joined(all);
}

std::string nodes_text(const RoundJudgement& round) {
  return counted(round.nodes, "node") + " (" + copies_text(round.copies) + ")";
}

// "KS distance at most 0.08, smallest p = 0.31, medians within 0.7 %, received data within 1.2 %"
// of all rounds up to the last.
std::string agreement_text(const Fold& fold, size_t last) {
  double distance = 0, p = 1, median = 0;
  bool all_reached = true;
  std::optional<double> received;
  for (size_t i = 1; i <= last; ++i) {
    for (const WorkloadComparison& one : fold.judgements[i].workloads) {
      distance = std::max(distance, one.ks.distance);
      p = std::min(p, one.p);
      median = std::max(median, std::abs(one.median_change.value_or(0)));
      all_reached &= one.median_change.has_value();
    }
    if (const auto& data = fold.judgements[i].received) {
      received = std::max(received.value_or(0), data->distance.share);
      if (data->tested) p = std::min(p, data->distance.runs->p);
    }
  }
  return "KS distance at most " + distance_text(distance) + ", smallest " + p_text(p) +
         ", medians within " + readable_share(median) + (all_reached ? "" : ", not all reached") +
         (received ? ", received data within " + readable_share(*received) : "");
}

bool compares_received(const Fold& fold, size_t last) {
  return std::any_of(fold.judgements.begin(),
                     fold.judgements.begin() + static_cast<ptrdiff_t>(last) + 1,
                     [](const RoundJudgement& round) { return round.received.has_value(); });
}

}  // namespace

std::string copies_text(uint32_t copies) {
  return copies == 1 ? "1 copy" : readable_count(copies) + " copies";
}

std::string holds_text(const RoundJudgement& round) {
  if (round.holds()) return "holds";
  return round.against.empty() ? "not known whether it holds" : "does not hold";
}

void expect_copies(const std::vector<uint32_t>& copies) {
  const bool ascending =
      std::adjacent_find(copies.begin(), copies.end(), std::greater_equal<>()) == copies.end();
  if (copies.empty() || copies.front() != 1 || !ascending) {
    throw UserError(
        "--copies: the numbers must ascend from 1, with which the others are compared; for "
        "example 1,2,4,8");
  }
}

std::optional<double> time_together(const std::vector<RunFigures>& runs) {
  Duration begin = Duration::min(), end = Duration::max(), shortest = Duration::max();
  for (const RunFigures& run : runs) {
    if (!run.at) return std::nullopt;
    begin = std::max(begin, run.at->begin);
    end = std::min(end, run.at->end);
    shortest = std::min(shortest, run.at->end - run.at->begin);
  }
  if (runs.empty() || shortest <= Duration(0)) return std::nullopt;
  const Duration together = std::max(end - begin, Duration(0));
  return static_cast<double>(together.count()) / static_cast<double>(shortest.count());
}

RoundJudgement judge_round(const Round& base, const Round& round, const FoldCriteria& criteria) {
  RoundJudgement judgement;
  judgement.copies = round.copies;
  judgement.nodes = uint64_t{round.nodes} * round.copies;
  if (!round.without_record.empty()) {
    judgement.against.push_back(counted(round.without_record.size(), "run") +
                                " left no record; the first: " + round.without_record.front());
  }
  add_ends(round, judgement.against);
  if (!round.group.runs.empty() && !any_finished(round)) {
    judgement.against.push_back("no node finished, so there is nothing to compare");
  }
  add_together(round, judgement);
  add_verdicts(round, VerdictLevel::kInvalid, judgement.against);
  add_verdicts(round, VerdictLevel::kDoubtful,
               criteria.strict ? judgement.against : judgement.remarks);
  add_conditions(base, round, judgement);
  if (round.copies != base.copies) add_comparison(base, round, criteria, judgement);
  return judgement;
}

std::optional<size_t> last_that_holds(const Fold& fold) {
  std::optional<size_t> last;
  for (size_t i = 0; i < fold.judgements.size() && fold.judgements[i].holds(); ++i) last = i;
  return last;
}

std::string fold_sentence(const Fold& fold) {
  const std::string slowly =
      fold.dilation.slows() ? "with time slowed down " + to_text(fold.dilation) + " times " : "";
  const std::string machine = "On this machine (" + fold.host + ") " + slowly;
  const std::optional<size_t> last = last_that_holds(fold);
  if (!last) {
    return machine + "the results of " + fold.experiment + " do not hold, not even of its " +
           nodes_text(fold.judgements.front()) + ": " + joined(fold.judgements.front().against) +
           ".";
  }
  const RoundJudgement& held = fold.judgements[*last];
  std::string text = machine + "results hold up to " + nodes_text(held) + " of " + fold.experiment;
  if (*last > 0) {
    text += std::string(": completion times") +
            (compares_received(fold, *last) ? " and received data" : "") +
            " are not shown to differ from those of one copy by more than " +
            readable_share(fold.criteria.difference.tolerance) + " (" +
            agreement_text(fold, *last) + ")";
  }
  const std::string remarks = remarks_text(fold, *last);
  if (!remarks.empty()) text += ", to be looked at: " + remarks;
  if (*last + 1 == fold.judgements.size()) return text + "; more copies were not tried.";
  const RoundJudgement& failed = fold.judgements[*last + 1];
  if (failed.against.empty()) {
    return text + "; whether they do with " + nodes_text(failed) +
           " is not known: " + joined(failed.undecided) + ".";
  }
  return text + "; with " + nodes_text(failed) + " they do not: " + joined(failed.against) + ".";
}

}  // namespace pleat
