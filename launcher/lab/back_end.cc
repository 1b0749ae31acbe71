// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/back_end.hh"

#include "launcher/lab/engine_back_end.hh"
#include "launcher/lab/kernel_settings.hh"
#include "sys/error.hh"

namespace pleat {

std::unique_ptr<BackEnd> make_back_end(const Plan& plan) {
  if (plan.shaper != Shaper::kEngine) {
    throw UserError("shaper = \"" + std::string(name(plan.shaper)) + "\" is not in this version");
  }
  allow_what_peers_may();
  return make_engine_back_end(plan);
}

}  // namespace pleat
