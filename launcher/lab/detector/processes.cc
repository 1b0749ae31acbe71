// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/processes.hh"

#include <charconv>
#include <filesystem>
#include <string_view>

#include "sys/file.hh"
#include "sys/program_file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

std::optional<uint32_t> number_in(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// Calls visit(path) for each entry. A folder of a process that has ended meanwhile is empty.
template <typename Visit>
void visit_entries(const fs::path& folder, Visit visit) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    visit(at->path());
  }
}

// "socket:[1234]"
std::optional<uint32_t> socket_of(const fs::path& descriptor) {
  std::error_code error;
  const std::string target = fs::read_symlink(descriptor, error).string();
  constexpr std::string_view kHead = "socket:[";
  if (error || !target.starts_with(kHead)) return std::nullopt;
  return number_in(std::string_view(target).substr(kHead.size()));
}

std::string in_proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + '/' + file;
}

// A family tree that grows while it is climbed must not be climbed for ever.
constexpr int kMostGenerations = 64;

// The value of a variable in an environment as /proc/PID/environ has it, each variable with a zero
// byte at its end.
std::optional<std::string> value_in(const std::string& environment, const std::string& name) {
  const std::string all = std::string(1, '\0') + environment;
  const std::string head = std::string(1, '\0') + name + '=';
  const size_t at = all.find(head);
  if (at == std::string::npos) return std::nullopt;
  const size_t begin = at + head.size();
  return all.substr(begin, all.find('\0', begin) - begin);
}

}  // namespace

void ProcessesOfNodes::started(const Child& child, uint32_t node) {
  const auto family = family_of(child.pid);
  const std::lock_guard lock(mutex_);
  began_[child.pid] = {.start = family ? family->start : 0, .node = node};
  const uint64_t host = child.uts_namespace;
  if (host != 0 && host != our_host_) hosts_[host] = node;
}

std::optional<uint32_t> ProcessesOfNodes::at_host(uint64_t uts_namespace) const {
  if (uts_namespace == 0 || uts_namespace == our_host_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = hosts_.find(uts_namespace);
  return found == hosts_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<uint32_t> ProcessesOfNodes::known(pid_t pid,
                                                const std::optional<ProcessFamily>& family) const {
  const std::lock_guard lock(mutex_);
  const auto found = began_.find(pid);
  if (found == began_.end() || (family && family->start != found->second.start)) return {};
  return found->second.node;
}

std::optional<uint32_t> ProcessesOfNodes::node_of(pid_t pid) const {
  std::optional<ProcessFamily> family = family_of(pid);
  for (int i = 0; family && i < kMostGenerations; ++i) {
    if (const auto node = known(pid, family)) return node;
    if (const auto node = at_host(uts_namespace_of(pid))) return node;
    pid = family->parent;
    family = family_of(pid);
  }
  return std::nullopt;
}

std::vector<pid_t> processes() {
  std::vector<pid_t> found;
  visit_entries("/proc", [&](const fs::path& path) {
    if (const auto pid = number_in(path.filename().string())) {
      found.push_back(static_cast<pid_t>(*pid));
    }
  });
  return found;
}

std::string program_of(pid_t pid) {
  std::error_code error;
  return fs::read_symlink(in_proc(pid, "exe"), error).string();
}

std::optional<std::string> node_in_environment(pid_t pid) {
  for (int i = 0; pid > 0 && i < kMostGenerations; ++i) {
    const auto environment = try_read_file(in_proc(pid, "environ"));
    if (auto node = value_in(environment.value_or(""), "PLEAT_NODE")) return node;
    const auto family = family_of(pid);
    if (!family) break;
    pid = family->parent;
  }
  return std::nullopt;
}

std::vector<uint32_t> sockets_of(pid_t pid) {
  std::vector<uint32_t> inodes;
  visit_entries(in_proc(pid, "fd"), [&](const fs::path& descriptor) {
    if (const auto inode = socket_of(descriptor)) inodes.push_back(*inode);
  });
  return inodes;
}

Reach reach_of(pid_t pid, const std::string& library) {
  const auto maps = try_read_file(in_proc(pid, "maps"));
  if (!maps || maps->empty()) return Reach::kGone;
  if (maps->find(library) != std::string::npos) return Reach::kLoaded;
  if (is_static_program(in_proc(pid, "exe"))) return Reach::kStatic;
  const auto environment = try_read_file(in_proc(pid, "environ"));
  if (!environment) return Reach::kGone;
  return value_in(*environment, "LD_PRELOAD") ? Reach::kIgnored : Reach::kCleared;
}

}  // namespace pleat
