// SPDX-License-Identifier: Apache-2.0
#include "sys/namespaces.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/privileges.hh"

namespace pleat {
namespace {

constexpr int kAllNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWPID;

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

}  // namespace pleat
