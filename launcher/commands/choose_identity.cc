// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/choose_identity.hh"

#include "identity/obstacle.hh"
#include "launcher/log.hh"
#include "sys/error.hh"

namespace pleat {

IdentityChoice choose_identity(IdentityBy wanted, const std::optional<std::string>& obstacle) {
  if (wanted == IdentityBy::kPreload) return {IdentityBy::kPreload, "what the experiment says"};
  const bool may_choose = wanted == IdentityBy::kAuto;
  if (obstacle) {
    if (may_choose) return {IdentityBy::kPreload, "bpf cannot be had: " + *obstacle};
    throw SystemError("use", "identity = \"" + std::string(name(wanted)) + "\"", 0,
                      *obstacle + "; or use identity = \"preload\", which needs none of it");
  }
  if (!may_choose) return {wanted, "what the experiment says"};
  return {IdentityBy::kBoth, "this machine has what both take"};
}

std::string decide_identity(Plan& plan) {
  const bool matters = plan.identity != IdentityBy::kPreload;
  IdentityChoice choice =
      choose_identity(plan.identity, matters ? obstacle_to_cgroup_identity() : std::nullopt);
  if (plan.identity == IdentityBy::kAuto) {
    spdlog::info("identity: {} ({})", name(choice.identity), choice.reason);
  }
  plan.identity = choice.identity;
  return std::move(choice.reason);
}

}  // namespace pleat
