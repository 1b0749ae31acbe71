// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/choose_shaper.hh"

#include <doctest/doctest.h>

#include <cerrno>

#include "sys/error.hh"

using namespace pleat;

namespace {

TcFacts everything() {
  TcFacts facts;
  for (const TrafficPieceNames& names : kTrafficPieces) {
    facts.kernel[names.piece] = {.outcome = doctor::Attempt::Outcome::kWorked};
  }
  return facts;
}

TcFacts without_netem() {
  TcFacts facts = everything();
  facts.kernel[TrafficPiece::kNetem] = {.outcome = doctor::Attempt::Outcome::kFailed,
                                        .error = ENOENT};
  return facts;
}

}  // namespace

TEST_CASE("auto takes tc where the kernel has all of it and the experiment fits") {
  const ShaperChoice choice = choose_shaper(Shaper::kAuto, everything());
  CHECK(choice.shaper == Shaper::kTc);
  CHECK(choice.reason == "this kernel has all that it takes, and the experiment fits");
}

TEST_CASE("auto takes the engine where the kernel lacks something, and says what") {
  const ShaperChoice choice = choose_shaper(Shaper::kAuto, without_netem());
  CHECK(choice.shaper == Shaper::kEngine);
  CHECK(choice.reason == "for tc this kernel lacks netem (CONFIG_NET_SCH_NETEM, module sch_netem)");
}

TEST_CASE("netem is not missed by an experiment without delays") {
  TcFacts facts = without_netem();
  facts.delays = false;
  CHECK(choose_shaper(Shaper::kAuto, facts).shaper == Shaper::kTc);
  CHECK(choose_shaper(Shaper::kTc, facts).shaper == Shaper::kTc);
}

TEST_CASE("who asks for tc where it cannot be is told what is missing, and offered the engine") {
  CHECK_THROWS_WITH_AS(
      choose_shaper(Shaper::kTc, without_netem()),
      "cannot use shaper = \"tc\"; this kernel has no netem (CONFIG_NET_SCH_NETEM, module "
      "sch_netem): try modprobe sch_netem, or use shaper = \"engine\", which needs none of it",
      SystemError);
}

TEST_CASE("an experiment that does not fit gets the engine with auto, and an error with tc") {
  TcFacts facts = everything();
  facts.misfit = "too much";
  CHECK(choose_shaper(Shaper::kAuto, facts).shaper == Shaper::kEngine);
  CHECK(choose_shaper(Shaper::kAuto, facts).reason ==
        "tc does not do for this experiment: too much");
  CHECK_THROWS_WITH_AS(choose_shaper(Shaper::kTc, facts), "too much", UserError);
}

TEST_CASE("the engine is chosen without a look at the kernel") {
  CHECK(choose_shaper(Shaper::kEngine, TcFacts{}).shaper == Shaper::kEngine);
}
