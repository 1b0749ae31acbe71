// SPDX-License-Identifier: Apache-2.0
#include "identity/lab_cgroup.hh"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <regex>
#include <string>
#include <thread>

#include "sys/cgroup.hh"
#include "sys/error.hh"
#include "sys/process.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "pleat-";
constexpr int kMostTries = 1'000;

fs::path own_cgroup() {
  const auto tree = find_cgroup_tree();
  if (!tree) {
    throw SystemError("find", "the cgroups of version 2", 0,
                      "mount them: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none "
                      "/sys/fs/cgroup/unified");
  }
  return tree->ours;
}

fs::path new_folder() {
  const auto self = process_key(::getpid());
  check(self.has_value());
  return own_cgroup() / (kPrefix + std::to_string(self->pid) + "-" + std::to_string(self->start));
}

// Its name is ours alone: what is there is what we have made before.
void make_cgroup(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return;
  fail("make the cgroup", folder.string(),
       errno == EAGAIN ? "cgroup.max.descendants or cgroup.max.depth of a cgroup above is reached"
                       : "");
}

bool lock(const Fd& fd, int how) {
  int result = 0;
  do {
    result = ::flock(fd.get(), how);
  } while (result < 0 && errno == EINTR);
  return result == 0;
}

// With the lock on it: whether the folder is still there, and so nobody else's to remove.
bool is_there(const fs::path& folder) { return fs::exists(folder / "cgroup.procs"); }

// As new_folder() makes them: others' may begin in the same way.
bool is_of_a_lab(const std::string& name) {
  static const std::regex form(std::string(kPrefix) + "[0-9]+-[0-9]+");
  return std::regex_match(name, form);
}

void remove_leftovers(const fs::path& where) {
  for (const auto& entry : fs::directory_iterator(where)) {
    if (!is_of_a_lab(entry.path().filename())) continue;
    const Fd fd(::open(entry.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd && lock(fd, LOCK_EX | LOCK_NB)) remove_cgroup(entry.path());
  }
}

// Out of the reach of the terminal and of whoever waits for the end of a file that we have open.
void withdraw(int watch) {
  ::prctl(PR_SET_NAME, "pleat-caretaker");
  ::setsid();
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) ::dup2(null, fd);
  check(::dup2(watch, 3) == 3);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  if (::chdir("/") < 0) return;  // then somebody may not be able to unmount something
}

[[noreturn]] void take_care(const fs::path& folder, int go_ahead) {
  withdraw(go_ahead);
  char nothing = 0;
  while (::read(3, &nothing, 1) < 0 && errno == EINTR) {
  }
  try {
    remove_lab_cgroup(folder);
  } catch (const std::exception&) {
    ::_exit(1);  // the next lab tries again
  }
  ::_exit(0);
}

// Nothing where it is gone, or goes.
Fd share(const fs::path& folder) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd && (!lock(fd, LOCK_SH | LOCK_NB) || !is_there(folder))) fd.reset();
  return fd;
}

}  // namespace

LabCgroup::LabCgroup() : folder_(new_folder()) {
  remove_leftovers(folder_.parent_path());
  start_caretaker();
  try {
    for (int tries = 0; !fd_; ++tries) {
      make_cgroup(folder_);
      fd_ = share(folder_);
      if (fd_) break;
      // Another lab that starts at this moment has taken it for a leftover, and removes it.
      if (tries == kMostTries) fail("keep the cgroup", folder_.string());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  } catch (...) {
    go_ahead_.reset();
    ::waitpid(caretaker_, nullptr, 0);
    throw;
  }
  go_ahead_.reset();
}

void LabCgroup::start_caretaker() {
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  // Above the standard streams, which the caretaker closes, even where those are closed already.
  const Fd watch(check_call(::fcntl(ends[0], F_DUPFD_CLOEXEC, 3), "duplicate", "a pipe"));
  ::close(ends[0]);
  go_ahead_ = Fd(ends[1]);
  caretaker_ = check_call(::fork(), "start the caretaker of", folder_.string());
  if (caretaker_ != 0) return;
  go_ahead_.reset();
  take_care(folder_, watch.get());
}

LabCgroup::~LabCgroup() {
  fd_.reset();
  while (caretaker_ > 0 && ::waitpid(caretaker_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

uint64_t LabCgroup::make_node(size_t index) {
  const fs::path folder = node_cgroup(folder_, index);
  make_cgroup(folder);
  return cgroup_id(open_cgroup(folder));
}

void LabCgroup::let_go() {
  fd_.reset();
  caretaker_ = -1;
}

LabCgroupShare::LabCgroupShare(const fs::path& folder) : fd_(share(folder)) {
  if (!fd_) throw SystemError("use the cgroup", folder.string(), 0, "it is being removed");
}

Fd LabCgroupShare::open_node(size_t index) const {
  const std::string name = std::to_string(index);
  return Fd(check_call(::openat(fd_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                       "open the cgroup of node", name));
}

std::optional<std::chrono::nanoseconds> LabCgroupShare::processor_pressure(size_t index) const {
  return pleat::processor_pressure(fd_, std::to_string(index));
}

std::optional<std::chrono::nanoseconds> LabCgroupShare::processor_usage(size_t index) const {
  return pleat::processor_usage(fd_, std::to_string(index));
}

fs::path node_cgroup(const fs::path& lab, size_t index) { return lab / std::to_string(index); }

void remove_lab_cgroup(const fs::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return;
  if (!lock(fd, LOCK_EX)) fail("lock", folder.string());
  remove_cgroup(folder);
}

}  // namespace pleat
