// SPDX-License-Identifier: Apache-2.0
#include "sys/cgroup.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <span>
#include <sstream>
#include <string_view>

#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/poll.hh"
#include "sys/pressure.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// Whether `word` is among the comma-separated words of `list`.
bool lists(const std::string& list, const std::string& word) {
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

// cgroups(7): lines "ID:CONTROLLERS:PATH"; version 2 has no controllers there.
std::string own_path(const std::string& controller) {
  std::istringstream lines(try_read_file("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : lists(controllers, controller)) {
      return line.substr(second + 1);
    }
  }
  return "/";
}

bool is_populated(const fs::path& folder) {
  const auto events = try_read_file(folder / "cgroup.events");
  return events && events->find("populated 1") != std::string::npos;
}

// The kernel tells a change of cgroup.events as an exceptional condition.
void wait_until_empty(const fs::path& folder) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPatience = std::chrono::seconds(10);  // processes in the middle of writing a core
  const Fd events(::open((folder / "cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
  const auto deadline = Clock::now() + kPatience;
  while (is_populated(folder)) {
    if (Clock::now() >= deadline) {
      throw SystemError("remove the cgroup", folder.string(), EBUSY, "its processes do not end");
    }
    // Asked again after a while: a change between reading and polling would not be told.
    wait_for(events.get(), POLLPRI, std::chrono::milliseconds(50));
  }
}

// The start of a small file below `folder`; empty where it cannot be read.
std::string_view read_start(const Fd& folder, const std::string& path, std::span<char> text) {
  const Fd fd(::openat(folder.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
  return {text.data(), size < 0 ? 0 : static_cast<size_t>(size)};
}

void remove_folders(const fs::path& folder) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(folder, gone)) {
    if (entry.is_directory()) remove_folders(entry.path());
  }
  if (::rmdir(folder.c_str()) < 0 && errno != ENOENT) fail("remove the cgroup", folder.string());
}

}  // namespace

std::optional<CgroupTree> find_cgroup_tree(const std::string& controller) {
  std::istringstream lines(try_read_file("/proc/self/mounts").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string device, mount, type, options;
    fields >> device >> mount >> type >> options;
    if (controller.empty() ? type != "cgroup2" : type != "cgroup" || !lists(options, controller)) {
      continue;
    }
    const std::string path = own_path(controller);
    CgroupTree tree{.mount = mount, .ours = path == "/" ? mount : mount + path};
    // In a container the path may be the host's while the mount shows only a part of the tree.
    if (!fs::exists(tree.ours / "cgroup.procs")) tree.ours = mount;
    return tree;
  }
  return std::nullopt;
}

Fd open_cgroup(const fs::path& folder) {
  return Fd(check_call(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                       "open the cgroup", folder.string()));
}

// The number of its inode, on 64-bit machines.
uint64_t cgroup_id(const Fd& folder) {
  static_assert(sizeof(ino_t) == sizeof(uint64_t));
  struct stat status;
  check_call(::fstat(folder.get(), &status), "look at", "a cgroup");
  return status.st_ino;
}

bool join_cgroup(const Fd& folder) noexcept {
  const int processes = ::openat(folder.get(), "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (processes < 0) return false;
  const bool moved = ::write(processes, "0", 1) == 1;
  const int error = errno;
  ::close(processes);
  errno = error;
  return moved;
}

std::optional<std::chrono::nanoseconds> processor_pressure(const Fd& folder,
                                                           const std::string& name) {
  char text[512];
  return parse_pressure(read_start(folder, name + "/cpu.pressure", text), "some");
}

std::optional<std::chrono::nanoseconds> processor_usage(const Fd& folder, const std::string& name) {
  char text[512];
  return microseconds_after(read_start(folder, name + "/cpu.stat", text), "usage_usec ");
}

void remove_cgroup(const fs::path& folder) {
  if (!fs::exists(folder)) return;
  // Since Linux 5.14; before, only processes that end by themselves go.
  if (fs::exists(folder / "cgroup.kill")) write_setting(folder / "cgroup.kill", "1");
  wait_until_empty(folder);
  remove_folders(folder);
}

}  // namespace pleat
