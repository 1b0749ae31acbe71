// SPDX-License-Identifier: Apache-2.0
#include "bench/lab.hh"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <utility>

#include "launcher/doctor/probes.hh"
#include "launcher/lab/engine_network.hh"
#include "model/load_plan.hh"
#include "sys/error.hh"
#include "sys/namespaces.hh"

namespace pleat::bench {
namespace {

Fd make_new_network(const Plan& plan) {
  check_call(::unshare(CLONE_NEWNET), "create a network namespace");
  return make_engine_network(plan, {});
}

int status_of(void (*measure)()) {
  try {
    measure();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace

int in_new_namespaces(void (*measure)()) {
  enter_new_namespaces();
  // Only a child is in the new PID namespace, and only there may a process start threads.
  const pid_t child = check_call(::fork(), "start", "a process");
  if (child == 0) return status_of(measure);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? 0 : 1;
}

bool kernel_has_netem() {
  const doctor::Attempt attempt = doctor::probe_traffic_control(true).at(TrafficPiece::kNetem);
  if (!attempt.worked() && attempt.error != ENOENT) {
    throw SystemError("try", "netem", attempt.error, attempt.text);
  }
  return attempt.worked();
}

Plan plan_of(const std::string& groups) {
  return load_plan(
             "[experiment]\nname = \"bench\"\nduration = \"1h\"\n"
             "[network]\nprefix = \"10.0.0.0/8\"\n" +
                 groups,
             "bench")
      .plan;
}

Plan plan_of_homes(uint32_t nodes, const std::string& access_link) {
  return plan_of("[[group]]\nname = \"homes\"\nprefix = \"10.0.0.0/16\"\nnodes = " +
                 std::to_string(nodes) + "\n" + access_link);
}

Lab::Lab(Plan plan) : plan_(std::move(plan)), engine_(plan_, make_new_network(plan_)) {
  engine_.start();
}

}  // namespace pleat::bench
