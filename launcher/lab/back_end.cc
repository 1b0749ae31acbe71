// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/back_end.hh"

#include "launcher/lab/engine_back_end.hh"
#include "launcher/lab/kernel_settings.hh"
#include "launcher/lab/tc_back_end.hh"
#include "sys/error.hh"

namespace pleat {

std::unique_ptr<BackEnd> make_back_end(const Plan& plan) {
  check(plan.shaper != Shaper::kAuto);  // has been decided before
  if (!plan.prefixes6().empty()) require_ipv6();
  allow_what_peers_may();
  std::unique_ptr<BackEnd> back_end =
      plan.shaper == Shaper::kTc ? make_tc_back_end(plan) : make_engine_back_end(plan);
  if (plan.prefixes6().empty()) route_loopbacks6();
  return back_end;
}

}  // namespace pleat
