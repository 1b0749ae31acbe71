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
  CHECK(family_of(::getpid())->session == ::getsid(0));
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
