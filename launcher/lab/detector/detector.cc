// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/detector.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "launcher/paths.hh"
#include "sys/error.hh"
#include "sys/program_file.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 1s;  // programs that are started at once are there, and their sockets
constexpr auto kInterval = 5s;
constexpr int kNiceness = 10;
constexpr size_t kMostSlips = 1'000;  // of a kind, in a run: nobody reads more

const std::string kHostTime = "time";

const char* why_out_of_reach(Reach reach) {
  switch (reach) {
    case Reach::kStatic: return "is linked statically";
    case Reach::kCleared: return "was started without LD_PRELOAD";
    case Reach::kIgnored: return "does not load what LD_PRELOAD names";
    case Reach::kLoaded:
    case Reach::kGone: break;
  }
  return nullptr;
}

}  // namespace

Detector::Detector(const Plan& plan, std::string library, std::string dilation)
    : addresses_(plan, uses_cgroups(plan.identity)),
      library_(std::move(library)),
      dilation_(std::move(dilation)),
      by_library_alone_(!uses_cgroups(plan.identity)) {}

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
  thread_ = std::thread([this] { keep_looking(); });
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
      look();
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
  if (!failure_) look();
}

std::vector<Slip> Detector::take() {
  const std::lock_guard lock(mutex_);
  if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) {
    std::rethrow_exception(failure);
  }
  return std::exchange(slips_, {});
}

void Detector::look() {
  ++looks_;
  look_at_sockets();
  if (by_library_alone_ || !dilation_.empty()) look_at_processes();
}

void Detector::look_at_sockets() {
  std::unordered_map<uint32_t, InternetSocket> strays;
  visit_internet_sockets([&](const InternetSocket& socket) {
    if (socket.inode == 0 || addresses_.include(socket)) return;
    if (!reported_sockets_.contains(socket.inode)) strays.emplace(socket.inode, socket);
  });
  if (strays.empty()) return;
  std::unordered_set<uint32_t> inodes;
  for (const auto& [inode, socket] : strays) inodes.insert(inode);
  for (const auto& [inode, pid] : owners_of(inodes)) {
    reported_sockets_.insert(inode);
    found(pid, "socket", describe(strays.at(inode)) + " is at no node's address");
  }
}

void Detector::look_at_processes() {
  static const std::string ours = own_program().string();
  for (const pid_t pid : processes()) {
    const std::string program = program_of(pid);
    if (program.empty() || program == ours) continue;
    Seen& seen = seen_[pid];
    seen.look = looks_;
    if (seen.program != program) {
      seen.program = program;
      seen.judged = false;
    } else if (!seen.judged) {
      seen.judged = true;
      // What the setup step left behind belongs to no node, and has no library to load.
      if (nodes_.node_of(pid)) judge(pid);
    }
  }
  std::erase_if(seen_, [this](const auto& entry) { return entry.second.look != looks_; });
}

void Detector::judge(pid_t pid) {
  if (by_library_alone_) {
    if (const char* why = why_out_of_reach(reach_of(pid, library_))) {
      found(pid, "reach",
            std::string("the program ") + why + ", so that the identity library does not reach it");
    }
  }
  if (dilation_.empty()) return;
  if (const char* why = why_out_of_reach(reach_of(pid, dilation_))) {
    found(pid, kHostTime, std::string("the program ") + why + ", so that it sees the host's time");
  } else if (is_go_program("/proc/" + std::to_string(pid) + "/exe")) {
    found(pid, kHostTime,
          "the program is written in Go, which does not ask libc for the time, so that it sees the "
          "host's");
  }
}

void Detector::found(pid_t pid, const std::string& kind, const std::string& what) {
  const std::string program = program_of(pid);
  if (program.empty()) return;
  const std::optional<uint32_t> node = nodes_.node_of(pid);
  const bool program_is_new = reported_.insert(program).second;
  const std::string key = program + '\n' + (node ? std::to_string(*node) : "") + '\n' + kind;
  size_t& of_this_kind = reported_of_kind_[kind];
  if (of_this_kind == kMostSlips || !reported_.insert(key).second) return;
  ++of_this_kind;
  const std::lock_guard lock(mutex_);
  slips_.push_back({.program = program,
                    .node = node,
                    .what = what,
                    .program_is_new = program_is_new,
                    .sees_host_time = kind == kHostTime});
}

}  // namespace pleat
