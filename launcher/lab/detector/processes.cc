// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/processes.hh"

#include <charconv>
#include <filesystem>
#include <string_view>

#include "sys/file.hh"
#include "sys/process.hh"
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

}  // namespace

void ProcessesOfNodes::started(pid_t pid, uint32_t node) {
  const std::lock_guard lock(mutex_);
  nodes_[pid] = node;
}

std::optional<uint32_t> ProcessesOfNodes::known(pid_t pid) const {
  const std::lock_guard lock(mutex_);
  const auto found = nodes_.find(pid);
  return found == nodes_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<uint32_t> ProcessesOfNodes::node_of(pid_t pid) const {
  // A family tree that grows while it is climbed must not be climbed for ever.
  constexpr int kMostGenerations = 64;
  std::optional<ProcessFamily> family = family_of(pid);
  if (const auto node = known(pid)) return node;
  for (int i = 0; family && i < kMostGenerations; ++i) {
    if (const auto node = known(family->session)) return node;
    if (const auto node = known(family->parent)) return node;
    family = family_of(family->parent);
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

std::unordered_map<uint32_t, pid_t> owners_of(const std::unordered_set<uint32_t>& inodes) {
  std::unordered_map<uint32_t, pid_t> owners;
  for (const pid_t pid : processes()) {
    if (owners.size() == inodes.size()) break;
    visit_entries(in_proc(pid, "fd"), [&](const fs::path& descriptor) {
      const auto inode = socket_of(descriptor);
      if (inode && inodes.contains(*inode)) owners.emplace(*inode, pid);
    });
  }
  return owners;
}

Reach reach_of(pid_t pid, const std::string& library) {
  const auto maps = try_read_file(in_proc(pid, "maps"));
  if (!maps || maps->empty()) return Reach::kGone;
  if (maps->find(library) != std::string::npos) return Reach::kLoaded;
  if (is_static_program(in_proc(pid, "exe"))) return Reach::kStatic;
  const auto environment = try_read_file(in_proc(pid, "environ"));
  if (!environment) return Reach::kGone;
  // Each variable ends with a zero byte.
  const bool has_it =
      (std::string(1, '\0') + *environment).find(std::string("\0LD_PRELOAD=", 12)) !=
      std::string::npos;
  return has_it ? Reach::kIgnored : Reach::kCleared;
}

}  // namespace pleat
