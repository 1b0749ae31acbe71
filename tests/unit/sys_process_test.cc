// SPDX-License-Identifier: Apache-2.0
#include "sys/process.hh"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace pleat;
using namespace std::chrono_literals;

TEST_CASE("a process is known by its number and its start") {
  const auto key = process_key(::getpid());
  REQUIRE(key);
  CHECK(is_alive(*key));
  CHECK(open_process(*key));
  CHECK(!is_alive({.pid = key->pid, .start = key->start + 1}));
  CHECK(!open_process({.pid = key->pid, .start = key->start + 1}));
  CHECK(family_of(::getpid())->parent == ::getppid());
}

TEST_CASE("a process that has ended is not alive, even before it is collected") {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const auto key = process_key(child);
  REQUIRE(key);
  const Fd pidfd = open_process(*key);
  REQUIRE(pidfd);
  CHECK(!wait_for_end(pidfd, 0ms));
  send_signal(pidfd, SIGKILL);
  CHECK(wait_for_end(pidfd, 5000ms));
  CHECK(!is_alive(*key));
  CHECK(!open_process(*key));
  ::waitpid(child, nullptr, 0);
  CHECK(!process_key(child));
  send_signal(pidfd, SIGKILL);  // nobody is there to get it, which is no error
}

TEST_CASE("an execution differs from the next one of the same program") {
  int to_child[2];
  REQUIRE(::pipe(to_child) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    // A shell that becomes one again when it is told to, and waits to be told.
    ::dup2(to_child[0], 0);
    ::close(to_child[1]);
    ::execl("/bin/sh", "sh", "-c", "read line; exec sh -c 'read line' sh a b c", nullptr);
    ::_exit(1);
  }
  ::close(to_child[0]);
  const auto wait_for_change = [&](uint64_t from) {
    uint64_t now = 0;
    // In the middle of an execve it is 0.
    for (int i = 0; i < 1000 && (now == 0 || now == from); ++i) {
      ::usleep(10'000);
      now = execution_of(child);
    }
    return now;
  };
  const uint64_t forked = execution_of(::getpid());
  const uint64_t first = wait_for_change(forked);
  CHECK(first != 0);
  CHECK(first != forked);
  REQUIRE(::write(to_child[1], "go\n", 3) == 3);
  const uint64_t second = wait_for_change(first);
  CHECK(second != 0);
  CHECK(second != first);
  ::close(to_child[1]);
  ::waitpid(child, nullptr, 0);
  CHECK(execution_of(child) == 0);
}
