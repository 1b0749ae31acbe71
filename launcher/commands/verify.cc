// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/choose_shaper.hh"
#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/experiment_file.hh"
#include "launcher/commands/progress.hh"
#include "launcher/verify/sample.hh"
#include "launcher/verify/verify_network.hh"
#include "sys/error.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

void print(const Verification& verification, const Plan& plan, bool json) {
  if (json) {
    nlohmann::json object = to_json(verification);
    object["experiment"] = plan.name;
    object["shaper"] = name(plan.shaper);
    std::cout << object.dump(2) << '\n';
  } else {
    std::cout << to_text(verification);
  }
}

}  // namespace

int verify_command(const VerifyOptions& options) {
  ignore_broken_pipes();
  // What measures is slowed down by nothing, so it is the host's time in which it measures.
  Plan plan = network_in_host_time(load_experiment(options.file, End::kOptional).loaded.plan);
  decide_shaper(plan);
  if (sample_pairs(plan, 1).empty()) {
    throw UserError(options.file + ": " + std::string(kNothingToMeasure));
  }
  ProgressDisplay display(options.quiet, ::isatty(STDERR_FILENO) == 1);
  const auto verification = verify_network(
      plan, options.pairs, [&](const VerifyProgress& progress) { display.show(progress); });
  display.clear();
  if (!verification) return kInterruptedStatus;
  print(*verification, plan, options.json);
  return verification->ok() ? kSuccess : kFailure;
}

}  // namespace pleat
