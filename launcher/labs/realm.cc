// SPDX-License-Identifier: Apache-2.0
#include "launcher/labs/realm.hh"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/namespaces.hh"

namespace pleat {
namespace {

// As a part of a file's name.
std::string own_host_name() {
  std::array<char, kMostHostnameBytes + 1> text = {};
  check_call(::gethostname(text.data(), text.size()), "read", "the host's name");
  std::string name = text.data();
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

std::string boot_id() {
  std::string id = read_file("/proc/sys/kernel/random/boot_id");
  while (id.ends_with('\n')) id.pop_back();
  return id;
}

}  // namespace

Realm own_realm() {
  return {.host = own_host_name(), .boot = boot_id(), .pid_namespace = own_pid_namespace()};
}

Life life_of(const Realm& realm, const Realm& ours, bool is_here) {
  // The same kernel, whatever the host is called by now.
  if (realm.boot == ours.boot) {
    if (realm.pid_namespace != ours.pid_namespace) return Life::kElsewhere;
    return is_here ? Life::kLives : Life::kOver;
  }
  // Nothing outlives a restart. Of another host it cannot be told whether there was one.
  return realm.host == ours.host ? Life::kOver : Life::kElsewhere;
}

}  // namespace pleat
