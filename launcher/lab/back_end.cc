// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/back_end.hh"

#include "launcher/lab/engine_back_end.hh"
#include "launcher/lab/kernel_settings.hh"
#include "launcher/lab/node_cgroups.hh"
#include "launcher/lab/tc_back_end.hh"
#include "launcher/lab/tcp_times.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

std::vector<node_addresses> addresses_of_nodes(const Plan& plan) {
  std::vector<node_addresses> nodes;
  nodes.reserve(plan.nodes.size());
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) nodes.push_back(addresses_of(plan, i));
  return nodes;
}

}  // namespace

std::unique_ptr<BackEnd> make_back_end(const Plan& plan, DilationFactor dilation) {
  check(plan.shaper != Shaper::kAuto);  // has been decided before
  if (!plan.prefixes6().empty()) require_ipv6();
  allow_what_peers_may();
  if (dilation.slows()) {
    for (const auto& [name, value] : tcp_settings(dilation)) set_network_where_known(name, value);
  }
  std::unique_ptr<BackEnd> back_end =
      plan.shaper == Shaper::kTc ? make_tc_back_end(plan) : make_engine_back_end(plan, dilation);
  if (plan.prefixes6().empty()) route_loopbacks6();
  if (uses_cgroups(plan.identity)) complete_wildcards(addresses_of_nodes(plan), back_end->doors());
  return back_end;
}

}  // namespace pleat
