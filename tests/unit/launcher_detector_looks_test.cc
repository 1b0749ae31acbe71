// SPDX-License-Identifier: Apache-2.0
// The looks are taken at this very machine, of which only the test's own sockets and processes
// count.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "launcher/lab/detector/process_look.hh"
#include "launcher/lab/detector/socket_look.hh"
#include "launcher/paths.hh"
#include "model/load_plan.hh"
#include "sys/clock.hh"
#include "sys/fd.hh"
#include "sys/file.hh"
#include "sys/process.hh"

using namespace pleat;
using namespace std::chrono_literals;

namespace {

// Nodes 0 and 1 are at 10.1.2.1 and 10.1.2.2, their loopback is 127.1.2.1 and 127.1.2.2.
Plan two_nodes() {
  return load_plan(
             "[experiment]\nname = \"n\"\nduration = \"1s\"\n[network]\nprefix = \"10.0.0.0/8\"\n"
             "[[group]]\nname = \"g\"\nprefix = \"10.1.2.0/24\"\nnodes = 2\n",
             "n.toml")
      .plan;
}

class DatagramSocket {
 public:
  explicit DatagramSocket(const char* address) : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    REQUIRE(::inet_pton(AF_INET, address, &name.sin_addr) == 1);
    socklen_t length = sizeof name;
    REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&name), length) == 0);
    REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&name), &length) == 0);
    where_ = std::string(address) + ':' + std::to_string(::ntohs(name.sin_port));
  }

  // Sends it off through a socket that nobody reads, and closes it here: no process has it then.
  void leave_in_flight(const Fd& way) {
    char byte = 0;
    iovec part{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *reinterpret_cast<int*>(CMSG_DATA(header)) = fd_.get();
    REQUIRE(::sendmsg(way.get(), &message, 0) == 1);
    fd_ = Fd();
  }

  // Among what a look found: what is said of this socket.
  std::optional<Suspicion> in(const std::vector<Suspicion>& found) const {
    const auto it = std::find_if(found.begin(), found.end(), [&](const Suspicion& suspicion) {
      return suspicion.what.starts_with("UDP socket on " + where_ + ' ');
    });
    return it == found.end() ? std::nullopt : std::optional(*it);
  }
  const std::string& where() const { return where_; }

 private:
  Fd fd_;
  std::string where_;
};

// Any library that this program has loaded and a shell does not load by itself.
std::string library_of_ours() {
  const std::string maps = read_file("/proc/self/maps");
  const size_t name = maps.find("/libstdc++.so");
  REQUIRE(name != std::string::npos);
  const size_t begin = maps.rfind(' ', name) + 1;
  return maps.substr(begin, maps.find('\n', begin) - begin);
}

NodeOf we_are_node(uint32_t node) {
  return [node](pid_t pid) { return pid == ::getpid() ? std::optional(node) : std::nullopt; };
}

}  // namespace

TEST_CASE("a socket at no node's address is found once, with a process that has it") {
  const DatagramSocket socket("127.0.0.1");
  SocketLook look(two_nodes(), false);
  const auto suspicion = socket.in(look.look(we_are_node(0), true));
  REQUIRE(suspicion);
  CHECK(suspicion->program == own_program());
  CHECK(suspicion->node == 0);
  CHECK(suspicion->what == "UDP socket on " + socket.where() + " is at no node's address");
  CHECK_FALSE(socket.in(look.look(we_are_node(0), true)));
}

TEST_CASE("a socket at a node's address that is another node's is found where nothing guards it") {
  const DatagramSocket socket("127.1.2.2");
  SocketLook look(two_nodes(), false);
  CHECK_FALSE(socket.in(look.look(we_are_node(1), true)));
  const auto suspicion = socket.in(look.look(we_are_node(0), true));
  REQUIRE(suspicion);
  CHECK(suspicion->program == own_program());
  CHECK(suspicion->node == 0);
  CHECK(suspicion->what == "UDP socket on " + socket.where() + " is at another node's address");
  SocketLook guarded(two_nodes(), true);
  CHECK_FALSE(socket.in(guarded.look(we_are_node(0), true)));
}

TEST_CASE("a socket that no process shows is found at the second look") {
  DatagramSocket socket("127.0.0.1");
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
  const Fd here(ends[0]);
  const Fd there(ends[1]);
  socket.leave_in_flight(here);
  SocketLook look(two_nodes(), false);
  CHECK_FALSE(socket.in(look.look(we_are_node(0), true)));
  const auto suspicion = socket.in(look.look(we_are_node(0), true));
  REQUIRE(suspicion);
  CHECK(suspicion->program == "a socket that no process shows");
  CHECK_FALSE(suspicion->node);
  CHECK_FALSE(socket.in(look.look(we_are_node(0), true)));
}

TEST_CASE("a process is judged anew when it executes the same program without the library") {
  const std::string library = library_of_ours();
  int words[2];
  REQUIRE(::pipe(words) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(words[0], 0);
    ::close(words[1]);
    const std::string preload = "LD_PRELOAD=" + library;
    char* environment[] = {const_cast<char*>(preload.c_str()), nullptr};
    const char* script = "read line; unset LD_PRELOAD; exec /bin/sh -c 'read line; :'";
    char* arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                         const_cast<char*>(script), nullptr};
    ::execve("/bin/sh", arguments, environment);
    ::_exit(1);
  }
  ::close(words[0]);
  const auto wait_for_exec = [&](uint64_t from) {
    for (int i = 0; i < 1000 && execution_of(child) == from; ++i) ::usleep(10'000);
    REQUIRE(execution_of(child) != from);
  };
  const NodeOf node_of = [&](pid_t pid) {
    return pid == child ? std::optional(uint32_t{0}) : std::nullopt;
  };
  wait_for_exec(execution_of(::getpid()));
  // On a busy machine its dynamic linker may take longer than the look waits for it.
  const std::string maps = "/proc/" + std::to_string(child) + "/maps";
  for (int i = 0; i < 1000 && read_file(maps).find(library) == std::string::npos; ++i) {
    ::usleep(10'000);
  }
  ProcessLook look(library, "");
  const auto look_for = [&](std::chrono::milliseconds at_most) {
    const Duration end = monotonic_now() + at_most;
    std::vector<Suspicion> found;
    while (found.empty() && monotonic_now() < end) {
      found = look.look(node_of, false);
      ::usleep(50'000);
    }
    return found;
  };
  CHECK(look_for(1500ms).empty());
  const uint64_t before = execution_of(child);
  REQUIRE(::write(words[1], "go\n", 3) == 3);
  wait_for_exec(before);
  const Duration seen = monotonic_now();
  const auto found = look_for(10s);
  CHECK(monotonic_now() - seen >= 1s);  // it might have been about to load it
  REQUIRE(found.size() == 1);
  CHECK(found[0].program == std::filesystem::canonical("/bin/sh"));
  CHECK(found[0].node == 0);
  CHECK(found[0].from == Slipped::kReach);
  CHECK(found[0].what ==
        "the program was started without LD_PRELOAD, so that the identity library does not reach "
        "it");
  CHECK(look_for(500ms).empty());
  ::close(words[1]);
  ::waitpid(child, nullptr, 0);
}
