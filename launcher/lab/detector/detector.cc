// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/detector.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "launcher/paths.hh"
#include "sys/error.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 1s;  // programs that are started at once are there, and their sockets
constexpr auto kInterval = 5s;
constexpr int kNiceness = 10;
constexpr size_t kMostSlips = 1'000;  // of a kind, in a run: nobody reads more

std::string identity_library(const Plan& plan) {
  return uses_cgroups(plan.identity) ? "" : preload_library().string();
}

std::string time_library(const Plan& plan) {
  return plan.dilation.slows() ? dilation_library().string() : "";
}

}  // namespace

Detector::Detector(const Plan& plan, Inhabitants inhabitants)
    : inhabitants_(std::move(inhabitants)),
      sockets_(plan, uses_cgroups(plan.identity)),
      processes_(identity_library(plan), time_library(plan)) {}

Detector::~Detector() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Detector::start() {
  thread_ = start_thread([this] { keep_looking(); });
}

void Detector::keep_looking() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  auto pause = kFirst;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause, [this] { return ending_; })) {
    pause = kInterval;
    lock.unlock();
    std::exception_ptr failure;
    try {
      look(false);
    } catch (const SystemError&) {
      failure = std::current_exception();
    }
    lock.lock();
    if (!failure) continue;
    failure_ = failure;
    return;
  }
}

void Detector::finish() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (!failure_) look(true);
}

std::vector<Slip> Detector::take() {
  const std::lock_guard lock(mutex_);
  if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) {
    std::rethrow_exception(failure);
  }
  return std::exchange(slips_, {});
}

void Detector::look(bool all) {
  for (const Suspicion& each : sockets_.look(inhabitants_.node_of, all)) found(each);
  for (const Suspicion& each : processes_.look(inhabitants_.node_of, inhabitants_.all)) found(each);
}

void Detector::found(const Suspicion& suspicion) {
  const auto& [program, node, from, what] = suspicion;
  const bool program_is_new = reported_.insert(program).second;
  const std::string key = program + '\n' + (node ? std::to_string(*node) : "") + '\n' +
                          std::to_string(static_cast<int>(from));
  size_t& of_this_kind = reported_of_kind_[from];
  if (of_this_kind == kMostSlips || !reported_.insert(key).second) return;
  ++of_this_kind;
  const std::lock_guard lock(mutex_);
  slips_.push_back({.program = program,
                    .node = node,
                    .what = what,
                    .program_is_new = program_is_new,
                    .sees_host_time = from == Slipped::kTime});
}

}  // namespace pleat
