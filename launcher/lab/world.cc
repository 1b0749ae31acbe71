// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/world.hh"

#include <filesystem>

#include "launcher/lab/hosts_file.hh"
#include "sys/file.hh"
#include "sys/namespaces.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// Gives everybody in the lab another text for a file in /etc.
void replace_in_etc(const fs::path& folder, const std::string& name, const std::string& text) {
  const fs::path replacement = folder / name;
  const fs::path original = fs::path("/etc") / name;
  if (!fs::exists(original)) return;  // nobody reads it then
  write_file(replacement, text);
  bind_mount(replacement, original);
}

// The name service cache daemon of the host is asked before any file, by a path, which no network
// namespace keeps apart. Nobody answers there then.
void hide_name_cache(const fs::path& socket) {
  if (fs::exists(socket)) bind_mount("/dev/null", socket);
}

}  // namespace

void make_world(const Plan& plan, const std::string& folder) {
  mount_proc();
  set_hostname(plan.name.substr(0, kMostHostnameBytes));
  replace_in_etc(folder, "hosts", hosts_file(plan));
  // The host's name servers are out of reach: asking them would only take its time to fail. The
  // node's own loopback refuses at once, unless somebody serves names there.
  replace_in_etc(folder, "resolv.conf", "nameserver 127.0.0.1\n");
  if (const auto nsswitch = try_read_file("/etc/nsswitch.conf")) {
    replace_in_etc(folder, "nsswitch.conf", nsswitch_file(*nsswitch));
  }
  hide_name_cache("/run/nscd/socket");
}

// A /proc answers in the numbers of the PID namespace that it was mounted in.
pid_t own_number_outside() { return std::stoi(fs::read_symlink("/proc/self").string()); }

}  // namespace pleat
