// SPDX-License-Identifier: Apache-2.0
#include "sys/namespaces.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/privileges.hh"

namespace pleat {
namespace {

constexpr int kAllNamespaces =
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID;

// Whether children belong to another PID namespace than this process.
bool has_foreign_children = false;

void enter_user_namespace(int also) {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  check_call(::unshare(CLONE_NEWUSER | also), "create user and network namespaces", {},
             "run as root, or allow them: sysctl -w user.max_user_namespaces=10000 "
             "kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0 "
             "(each where it exists)");
  // user_namespaces(7): a process without rights outside may map its own IDs, and its group
  // only once it has given up setgroups.
  write_setting("/proc/self/setgroups", "deny");
  write_setting("/proc/self/uid_map", user + " " + user + " 1");
  write_setting("/proc/self/gid_map", group + " " + group + " 1");
}

// Set-user-ID bits and capabilities of files count for nothing in here. Nobody in a lab is to gain
// a right by them; and where they count, the dynamic linker ignores LD_PRELOAD (ld.so(8), secure
// execution mode), even if the right itself is denied: Debian's ping has such a capability.
void ignore_privileges_of_files() {
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  check_call(::mount_setattr(-1, "/", AT_RECURSIVE, &attributes, sizeof attributes),
             "mount everything nosuid", {}, "this takes Linux 5.12");
}

// What tells one namespace from all others.
struct NamespaceKey {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const NamespaceKey&) const = default;
};

// Nothing where the process has ended or is not to be looked at. Only makes system calls.
std::optional<NamespaceKey> namespace_at(const char* path) noexcept {
  struct stat status;
  if (::stat(path, &status) < 0) return std::nullopt;
  return NamespaceKey{.device = status.st_dev, .inode = status.st_ino};
}

// `process`: its number, or "self".
std::optional<NamespaceKey> namespace_of(const std::string& process, const char* kind) {
  return namespace_at(("/proc/" + process + "/ns/" + kind).c_str());
}

// All namespaces are on one device.
uint64_t number_of(const std::optional<NamespaceKey>& key) noexcept { return key ? key->inode : 0; }

// The process that an entry of /proc is about, if it is about one.
std::optional<pid_t> process_number(const std::string& name) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole ? std::optional(pid) : std::nullopt;
}

}  // namespace

void enter_new_namespaces() {
  if (holds_capability(Capability::kSysAdmin) && holds_capability(Capability::kNetAdmin)) {
    check_call(::unshare(kAllNamespaces), "create namespaces");
  } else {
    enter_user_namespace(kAllNamespaces);
  }
  check_call(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make mounts private");
  ignore_privileges_of_files();
}

void join_namespaces(pid_t pid, const Fd& pidfd) {
  int kinds = kAllNamespaces;
  // To join the one that it is in already is denied to a process.
  if (namespace_of(std::to_string(pid), "user") != namespace_of("self", "user")) {
    kinds |= CLONE_NEWUSER;
  }
  // One call for all: the user namespace, which gives the right to the others, goes first.
  if (::setns(pidfd.get(), kinds) < 0) {
    fail("join the namespaces of process", std::to_string(pid),
         errno == EPERM ? "only the user who made them may" : "");
  }
  has_foreign_children = true;
}

std::vector<pid_t> sharers_of_pid_namespace(pid_t pid) {
  const auto wanted = namespace_of(std::to_string(pid), "pid");
  std::vector<pid_t> result;
  if (!wanted) return result;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    const auto number = process_number(name);
    if (number && namespace_of(name, "pid") == wanted) result.push_back(*number);
  }
  return result;
}

void mount_proc() {
  check_call(::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr), "mount",
             "a new /proc",
             "in a container, its /proc must not be masked (for example systempaths=unconfined)");
}

void bind_mount(const std::filesystem::path& file, const std::filesystem::path& over) {
  check_call(::mount(file.c_str(), over.c_str(), nullptr, MS_BIND, nullptr), "mount",
             file.string() + " over " + over.string());
}

void set_hostname(const std::string& name) {
  check_call(::sethostname(name.c_str(), name.size()), "set the host name", name);
}

uint64_t uts_namespace_of(pid_t pid) { return number_of(namespace_of(std::to_string(pid), "uts")); }

uint64_t own_uts_namespace() noexcept { return number_of(namespace_at("/proc/self/ns/uts")); }

uint64_t own_pid_namespace() noexcept { return number_of(namespace_at("/proc/self/ns/pid")); }

bool take_host_name(const char* name) noexcept {
  const size_t length = ::strnlen(name, kMostHostnameBytes);
  return length == 0 || (::unshare(CLONE_NEWUTS) == 0 && ::sethostname(name, length) == 0);
}

}  // namespace pleat

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLEAT_HAS_LEAK_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define PLEAT_HAS_LEAK_SANITIZER
#endif

#ifdef PLEAT_HAS_LEAK_SANITIZER
// At the end of a process LeakSanitizer looks at it from a child, which gives up where getppid is
// not the number that its parent has for itself; the parent then waits for it for ever, spinning.
extern "C" int __lsan_is_turned_off() { return pleat::has_foreign_children ? 1 : 0; }
#endif
