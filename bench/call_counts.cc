// SPDX-License-Identifier: Apache-2.0
// How many instructions and system calls does the identity library add to a call?
//
// A program makes each call between two breakpoints, once without the library and once with it, and
// is stepped through it instruction by instruction. Only what runs outside of the kernel counts:
// libc and the library. Unlike times, these numbers are the same in every run.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "bench/samples.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/namespaces.hh"
#include "sys/netlink.hh"

namespace pleat::bench {
namespace {

constexpr const char* kNode = "10.0.0.2";
constexpr in_port_t kPort = 5000;  // and the next one, since both programs are there at once

// ---- the program ----

[[gnu::always_inline]] inline void breakpoint() { asm volatile("int3" ::: "memory"); }

// The first time is for what is done only once, such as looking symbols up.
template <typename Call>
void step_through(Call call) {
  call();
  breakpoint();
  call();
  breakpoint();
}

sockaddr_in node_name(in_port_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  inet_pton(AF_INET, kNode, &name.sin_addr);
  return name;
}

int new_socket(int type) {
  return check_call(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "create", "a socket");
}

Fd bound_socket(int type, in_port_t port) {
  Fd fd(new_socket(type));
  const sockaddr_in name = node_name(port);
  check_call(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), "bind to",
             kNode);
  return fd;
}

constexpr std::array<const char*, 8> kCalls = {
    "socket, datagrams", "connect, a stream", "accept",  "sendto",
    "recvfrom",          "sendmsg",           "recvmsg", "getsockname"};

int be_program(in_port_t port) {
  const sockaddr_in name = node_name(port);
  const auto* address = reinterpret_cast<const sockaddr*>(&name);
  step_through([] { new_socket(SOCK_DGRAM); });

  const Fd listener = bound_socket(SOCK_STREAM, port);
  check_call(::listen(listener.get(), 8), "listen at", kNode);
  const std::array<int, 2> callers = {new_socket(SOCK_STREAM), new_socket(SOCK_STREAM)};
  const int* caller = callers.data();
  step_through([&] { check(::connect(*caller++, address, sizeof name) == 0); });
  sockaddr_in peer;
  auto* const peer_address = reinterpret_cast<sockaddr*>(&peer);
  socklen_t length = sizeof peer;
  step_through([&] { check(::accept(listener.get(), peer_address, &length) >= 0); });

  const Fd from = bound_socket(SOCK_DGRAM, 0), to = bound_socket(SOCK_DGRAM, port);
  char byte = 0;
  step_through([&] { check(::sendto(from.get(), &byte, 1, 0, address, sizeof name) == 1); });
  step_through([&] { check(::recvfrom(to.get(), &byte, 1, 0, peer_address, &length) == 1); });
  iovec data{&byte, 1};
  msghdr message{};
  message.msg_name = const_cast<sockaddr_in*>(&name);
  message.msg_namelen = sizeof name;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  step_through([&] { check(::sendmsg(from.get(), &message, 0) == 1); });
  message.msg_name = &peer;
  step_through([&] { check(::recvmsg(to.get(), &message, 0) == 1); });
  step_through([&] { check(::getsockname(from.get(), peer_address, &length) == 0); });
  return 0;
}

// ---- what steps through it ----

struct Count {
  int instructions = 0, system_calls = 0;
};

class Stepper {
 public:
  explicit Stepper(bool has_library) {
    process_ = check_call(::fork(), "start", "a program");
    if (process_ == 0) {
      check_call(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr), "be stepped through");
      if (has_library) {
        ::setenv("LD_PRELOAD", PLEAT_PRELOAD_LIBRARY, 1);
        ::setenv("BINDIP", kNode, 1);
      }
      ::setenv("LD_BIND_NOW", "1", 1);
      ::execl("/proc/self/exe", "call_counts", std::to_string(kPort + has_library).c_str(),
              nullptr);
      ::_exit(127);
    }
    await_stop();  // exec
  }

  Count next_call() {
    resume(PTRACE_CONT);  // to the first breakpoint
    Count count;
    while (opcode_at_program_counter() % 0x100 != kBreakpoint) {
      ++count.instructions;
      if (opcode_at_program_counter() == kSystemCall) ++count.system_calls;
      resume(PTRACE_SINGLESTEP);
    }
    resume(PTRACE_CONT);  // past the second one
    return count;
  }

  void end() {
    check_call(::ptrace(PTRACE_CONT, process_, nullptr, nullptr), "let a program go on");
    int status = 0;
    ::waitpid(process_, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      throw SystemError("step through", "a program", 0, "it failed");
    }
  }

 private:
  static constexpr long kBreakpoint = 0xcc;
  static constexpr long kSystemCall = 0x050f;  // its two bytes, the first one lowest

  void resume(__ptrace_request how) {
    check_call(::ptrace(how, process_, nullptr, nullptr), "step through", "a program");
    await_stop();
  }

  void await_stop() {
    int status = 0;
    check_call(::waitpid(process_, &status, 0), "wait for", "a program");
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
      throw SystemError("step through", "a program", 0, "it did not stop");
    }
  }

  long opcode_at_program_counter() const {
    user_regs_struct registers{};
    check_call(::ptrace(PTRACE_GETREGS, process_, nullptr, &registers), "read", "registers");
    errno = 0;
    const long word = ::ptrace(PTRACE_PEEKTEXT, process_, registers.rip, nullptr);
    if (word == -1 && errno != 0) fail("read", "a program's instructions");
    return word & 0xffff;
  }

  pid_t process_ = -1;
};

void measure() {
  enter_new_namespaces();
  Netlink netlink;
  netlink.set_up("lo");
  netlink.add_local_route("10.0.0.0/8");
  std::array<Stepper, 2> steppers{Stepper(false), Stepper(true)};
  std::array<std::array<Count, kCalls.size()>, 2> counts;
  for (size_t i = 0; i < kCalls.size(); ++i) {
    for (const size_t which : {0, 1}) counts[which][i] = steppers[which].next_call();
  }
  steppers[1].end();  // the other one is the first of their PID namespace
  steppers[0].end();
  std::vector<std::vector<std::string>> rows{
      {"call", "instructions without", "with library", "system calls without", "with library"}};
  for (size_t i = 0; i < kCalls.size(); ++i) {
    const auto text = [&](int Count::*field, size_t which) {
      return std::to_string(counts[which][i].*field);
    };
    rows.push_back({kCalls[i], text(&Count::instructions, 0), text(&Count::instructions, true),
                    text(&Count::system_calls, 0), text(&Count::system_calls, 1)});
  }
  print("instructions outside of the kernel, and system calls", rows);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char** argv) {
  if (argc > 1) return pleat::bench::be_program(static_cast<in_port_t>(std::atoi(argv[1])));
  pleat::bench::measure();
}
