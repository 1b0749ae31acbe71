// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/choose_shaper.hh"

#include <vector>

#include "launcher/doctor/probes.hh"
#include "launcher/lab/tc_back_end.hh"
#include "launcher/log.hh"
#include "shaper/tc/tc_network.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

std::vector<TrafficPieceNames> missing_pieces(const TcFacts& facts) {
  std::vector<TrafficPieceNames> missing;
  for (const TrafficPieceNames& names : kTrafficPieces) {
    if (names.piece == TrafficPiece::kNetem && !facts.delays) continue;
    const auto found = facts.kernel.find(names.piece);
    if (found == facts.kernel.end() || !found->second.worked()) missing.push_back(names);
  }
  return missing;
}

// "netem (CONFIG_NET_SCH_NETEM, module sch_netem)"
std::string listed(const std::vector<TrafficPieceNames>& pieces) {
  std::string text;
  for (const TrafficPieceNames& names : pieces) {
    text += (text.empty() ? "" : ", ") + std::string(names.name) + " (" + names.option +
            ", module " + names.module + ")";
  }
  return text;
}

[[noreturn]] void refuse(const std::vector<TrafficPieceNames>& missing) {
  throw SystemError("use", "shaper = \"tc\"", 0,
                    "this kernel has no " + listed(missing) + ": try modprobe " +
                        missing.front().module +
                        ", or use shaper = \"engine\", which needs none of it");
}

TcFacts gather(const Plan& plan) {
  TcFacts facts;
  try {
    const Plan network = network_in_host_time(plan);  // which is what a lab makes
    const tc::Layout layout = tc::make_layout(network, tc_layout_options());
    tc::network_operations(network, layout);
    facts.delays = !layout.paths.empty();
  } catch (const UserError& error) {
    facts.misfit = error.what();
    if (plan.dilation.slows()) {
      *facts.misfit += " (time is slowed down: the host's links have rates of 1/" +
                       to_text(plan.dilation) + " and delays of " + to_text(plan.dilation) +
                       " times what the experiment says)";
    }
    return facts;
  }
  facts.kernel = doctor::probe_traffic_control(true);
  return facts;
}

}  // namespace

ShaperChoice choose_shaper(Shaper wanted, const TcFacts& facts) {
  if (wanted == Shaper::kEngine)
    return {Shaper::kEngine, "what the experiment says, or leaves open"};
  const bool may_choose = wanted == Shaper::kAuto;
  if (facts.misfit) {
    if (may_choose)
      return {Shaper::kEngine, "tc does not do for this experiment: " + *facts.misfit};
    throw UserError(*facts.misfit);
  }
  const std::vector<TrafficPieceNames> missing = missing_pieces(facts);
  if (!missing.empty()) {
    if (may_choose) return {Shaper::kEngine, "for tc this kernel lacks " + listed(missing)};
    refuse(missing);
  }
  if (!may_choose) return {Shaper::kTc, "what the experiment says"};
  return {Shaper::kTc, "this kernel has all that it takes, and the experiment fits"};
}

std::string decide_shaper(Plan& plan) {
  const TcFacts facts = plan.shaper == Shaper::kEngine ? TcFacts{} : gather(plan);
  ShaperChoice choice = choose_shaper(plan.shaper, facts);
  if (plan.shaper == Shaper::kAuto) {
    spdlog::info("shaper: {} ({})", name(choice.shaper), choice.reason);
  }
  plan.shaper = choice.shaper;
  return std::move(choice.reason);
}

}  // namespace pleat
