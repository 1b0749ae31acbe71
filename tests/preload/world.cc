// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/world.hh"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "tests/skip.hh"

namespace pleat::test {
namespace {

bool are_we_root() { return geteuid() == 0; }

bool write_file(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return is_written;
}

// Root inside is who we are outside.
bool make_user_namespace() {
  const std::string uid_map = "0 " + std::to_string(geteuid()) + " 1";
  const std::string gid_map = "0 " + std::to_string(getegid()) + " 1";
  return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", uid_map) && write_file("/proc/self/gid_map", gid_map);
}

void give_address(const Namespace& space, const std::string& host, Addresses addresses) {
  space.run({"ip", "link", "set", "eth0", "addrgenmode", "none"});
  if (addresses == Addresses::kIpv4) {
    space.run({"sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6"});
  } else {
    space.run({"ip", "addr", "add", ipv6_of(host) + "/64", "dev", "eth0", "nodad"});
  }
  if (addresses != Addresses::kIpv6) space.run({"ip", "addr", "add", host + "/8", "dev", "eth0"});
  space.run({"ip", "link", "set", "eth0", "up"});
  // Groups need a route, and this is what a host at home has.
  if (addresses != Addresses::kIpv6) space.run({"ip", "route", "add", "default", "dev", "eth0"});
}

// The kernel notices a cable some time after it has been plugged in, and takes an IPv6 address for
// its own later still.
void wait_for_cable(const Namespace& space, Addresses addresses) {
  const auto has_local_route = [](const std::string& beginning) {
    return " && ip -6 route show table local | grep -q '^" + beginning + "'";
  };
  std::string is_ready = "ip link show eth0 | grep -q 'state UP'";
  if (addresses != Addresses::kIpv4) {
    is_ready += has_local_route("multicast ff00::/8") + has_local_route("local 2001:db8::");
  }
  space.run({"sh", "-c",
             "for i in $(seq 100); do " + is_ready +
                 " && exit 0; sleep 0.02; done; "
                 "echo eth0 has no carrier after 2 s; exit 1"});
}

// Ping sockets are for everybody, as in a lab.
bool allow_ping() { return write_file("/proc/sys/net/ipv4/ping_group_range", "0 0"); }

}  // namespace

Namespace::Namespace() { create(nullptr); }

Namespace::Namespace(const Namespace& neighbour) { create(&neighbour); }

void Namespace::create(const Namespace* neighbour) {
  int ready[2];
  REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
  // The child makes the namespaces and stays until they are held open here.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (neighbour != nullptr) neighbour->enter();
    errno = 0;
    if (neighbour != nullptr || are_we_root() || make_user_namespace()) {
      if (unshare(CLONE_NEWNET) == 0) allow_ping();
    }
    const int failure = errno;
    [[maybe_unused]] const ssize_t size = write(ready[1], &failure, sizeof failure);
    pause();
    _exit(0);
  }
  int failure = EPROTO;
  REQUIRE(read(ready[0], &failure, sizeof failure) == sizeof failure);
  const std::string links = "/proc/" + std::to_string(child) + "/ns/";
  user_ = open((links + "user").c_str(), O_RDONLY | O_CLOEXEC);
  net_ = open((links + "net").c_str(), O_RDONLY | O_CLOEXEC);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  if (failure != 0) {
    PLEAT_SKIP(std::string("cannot make a network namespace: ") + std::strerror(failure));
  }
  run({"ip", "link", "set", "lo", "up"});
}

Namespace::~Namespace() {
  close(user_);
  close(net_);
}

void Namespace::enter() const {
  if (!are_we_root() && setns(user_, CLONE_NEWUSER) != 0) _exit(126);
  if (setns(net_, CLONE_NEWNET) != 0) _exit(126);
}

std::string Namespace::failure_of(const std::vector<std::string>& argv) const {
  Program program(argv, [this] { enter(); });
  const std::string output = program.finish();
  return program.status() == 0 ? "" : argv[0] + " " + argv[1] + ": " + output;
}

void Namespace::run(const std::vector<std::string>& argv) const { REQUIRE(failure_of(argv) == ""); }

std::string ipv6_of(const std::string& host) { return "2001:db8::" + host; }

NativeWorld::NativeWorld(Addresses addresses) {
  const std::string failure =
      here_.failure_of({"ip", "link", "add", "eth0", "type", "veth", "peer", "name", "other"});
  if (!failure.empty()) PLEAT_SKIP("cannot make a cable: " + failure);
  // `ip` finds the other namespace by a process in it.
  Program inhabitant({"sh", "-c", "echo $$; cat"}, [this] { there_.enter(); });
  here_.run({"ip", "link", "set", "other", "name", "eth0", "netns", inhabitant.read_line()});
  inhabitant.finish();
  give_address(here_, kHere, addresses);
  give_address(there_, kThere, addresses);
  for (const Namespace* space : {&here_, &there_}) wait_for_cable(*space, addresses);
}

Program NativeWorld::start(const std::string& host, const std::vector<std::string>& argv) const {
  const Namespace& home = host == kHere ? here_ : there_;
  return Program(argv, [&home] { home.enter(); });
}

FoldedWorld::FoldedWorld(Addresses addresses) : addresses_(addresses) {
  lab_.run({"ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo"});
  lab_.run({"ip", "route", "add", "local", "2001:db8::/64", "dev", "lo"});
  lab_.run({"ip", "route", "add", "local", "fd50:6c65:6174::/96", "dev", "lo"});
  // What a local route does not allow by itself, unlike for IPv4.
  lab_.run({"sh", "-c", "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind"});
}

std::vector<std::pair<std::string, std::string>> FoldedWorld::environment_of(
    const std::string& host) const {
  std::vector<std::pair<std::string, std::string>> environment;
  if (addresses_ != Addresses::kIpv6) environment.emplace_back("BINDIP", host);
  if (addresses_ != Addresses::kIpv4) environment.emplace_back("BINDIP6", ipv6_of(host));
  return environment;
}

Program FoldedWorld::start(const std::string& host, const std::vector<std::string>& argv) const {
  return start_with(environment_of(host), argv);
}

Program FoldedWorld::start_with(const std::vector<std::pair<std::string, std::string>>& environment,
                                const std::vector<std::string>& argv) const {
  return Program(with_library(argv), [&] {
    lab_.enter();
    preload(argv);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  });
}

#ifdef PLEAT_PRELOAD_NODE_CASE

std::vector<std::string> FoldedWorld::with_library(std::vector<std::string> argv) {
  if (argv[0] == PLEAT_PRELOAD_CASE) argv[0] = PLEAT_PRELOAD_NODE_CASE;
  return argv;
}

void FoldedWorld::preload(const std::vector<std::string>& argv) {
  if (argv[0] != PLEAT_PRELOAD_CASE) setenv("LD_PRELOAD", PLEAT_PRELOAD_LIBRARY, 1);
}

#else

std::vector<std::string> FoldedWorld::with_library(std::vector<std::string> argv) { return argv; }

void FoldedWorld::preload(const std::vector<std::string>&) {
  setenv("LD_PRELOAD", PLEAT_PRELOAD_LIBRARY, 1);
}

#endif

}  // namespace pleat::test
