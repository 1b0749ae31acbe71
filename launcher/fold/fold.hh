// SPDX-License-Identifier: Apache-2.0
// How many nodes of an experiment this machine carries: the judgement, without the runs.
//
// The same experiment is run once, then as k copies side by side, each a lab of its own that knows
// nothing of the others. While the machine keeps up a copy cannot tell how many others there are,
// so its completion times are draws from the same distribution as those of an experiment that is
// alone, and its data arrive as there. Where they are not, or a verdict says that the host shaped
// the results, it carries no k copies. Every round is repeated, because runs differ by themselves.
//
// That the copies of a round run at the same time does not make them dependent, as far as the
// machine keeps up; if it does not, that is what is looked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/compare/comparison.hh"
#include "model/dilation_factor.hh"

namespace pleat {

// What there is of one round: all repetitions of so many copies at once.
struct Round {
  uint32_t copies = 1;
  uint32_t repetitions = 1;
  uint32_t nodes = 0;  // of one copy
  RunGroup group;      // the runs that left a record
  // Copies that left none: "copies-4/repetition-1/copy-2: ...", why.
  std::vector<std::string> without_record;
  // Of each repetition that tells, time_together() of its copies.
  std::vector<double> together = {};
};

struct FoldCriteria {
  Criteria difference = {};
  bool strict = false;  // a doubtful verdict counts as an invalid one
};

struct RoundJudgement {
  uint32_t copies = 1;
  uint64_t nodes = 0;                // of all copies together
  std::vector<std::string> against;  // why the results of this round do not hold; empty: they do
  // Why it is not known whether they do: differences that so few repetitions cannot tell from
  // chance.
  std::vector<std::string> undecided;
  std::vector<std::string> remarks;  // what to look at all the same
  // With the round of one copy; nothing for that one.
  std::vector<WorkloadComparison> workloads;
  std::optional<ReceivedComparison> received;
  bool holds() const { return against.empty() && undecided.empty(); }
};

std::string holds_text(const RoundJudgement& round);  // "holds", "does not hold"

// For how much of the shortest of these runs all of them ran: 1 if all began and ended together.
// Nothing where a record does not tell when its run was.
std::optional<double> time_together(const std::vector<RunFigures>& runs);

// `base` is the round of one copy, and may be the round itself.
RoundJudgement judge_round(const Round& base, const Round& round, const FoldCriteria& criteria);

struct Fold {
  std::string experiment;  // its name
  std::string host;        // "2 processors, 16.8 GB of memory"
  uint32_t nodes = 0;      // of one copy
  DilationFactor dilation = {};
  FoldCriteria criteria;
  std::vector<Round> rounds;               // in ascending order of copies, from one copy
  std::vector<RoundJudgement> judgements;  // of each round
};

// The largest number of copies up to which all rounds hold, as an index into Fold::rounds.
std::optional<size_t> last_that_holds(const Fold& fold);

// "On this machine (...) results of NAME hold up to 660 nodes ...", with its full stop.
std::string fold_sentence(const Fold& fold);

// Throws UserError unless the numbers ascend from 1.
void expect_copies(const std::vector<uint32_t>& copies);

std::string copies_text(uint32_t copies);  // "1 copy", "4 copies"

}  // namespace pleat
