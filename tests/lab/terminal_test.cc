// SPDX-License-Identifier: Apache-2.0
// pleat shell and pleat exec on a terminal.
#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "tests/lab/lab_run.hh"
#include "tests/lab/staying_labs.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// A shell on a terminal of its own, and somebody who types.
class Typist {
 public:
  Typist() {
    int terminal = -1;
    pid_ = pleat::check_call(::forkpty(&terminal, nullptr, nullptr, nullptr), "make a terminal");
    if (pid_ == 0) {
      ::setenv("SHELL", "/bin/sh", 1);
      ::setenv("PS1", "outside> ", 1);
      ::execl("/bin/sh", "sh", "-i", nullptr);
      ::_exit(127);
    }
    terminal_ = pleat::Fd(terminal);
  }
  ~Typist() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Typist(const Typist&) = delete;
  Typist& operator=(const Typist&) = delete;

  void type(const std::string& keys) {
    shown_.clear();
    REQUIRE(::write(terminal_.get(), keys.data(), keys.size()) ==
            static_cast<ssize_t>(keys.size()));
  }

  // Waits until the terminal shows this, since the last keys were typed.
  bool sees(const std::string& text) {
    const auto deadline = pleat::monotonic_now() + 5s;
    while (shown_.find(text) == std::string::npos) {
      pollfd poller{.fd = terminal_.get(), .events = POLLIN, .revents = 0};
      if (pleat::monotonic_now() > deadline) return false;
      if (::poll(&poller, 1, 100) <= 0) continue;
      std::array<char, 4096> part;
      const ssize_t length = ::read(terminal_.get(), part.data(), part.size());
      if (length <= 0) return false;
      shown_.append(part.data(), static_cast<size_t>(length));
    }
    return true;
  }
  const std::string& shown() const { return shown_; }

 private:
  pid_t pid_ = -1;
  pleat::Fd terminal_;
  std::string shown_;
};

const std::string kPleat = PLEAT_PROGRAM;
// Shows with every line that it has the terminal: keys that signal go to whom that is.
const std::string kListener = "sed -u 's/hello/hi /'";
const std::string kCtrlC = "\x03";
const std::string kCtrlZ = "\x1a";

// With kListener in the foreground: by Ctrl-Z, fg and Ctrl-C.
void stop_continue_and_interrupt(Typist& typist) {
  typist.type("hello1\n");
  REQUIRE(typist.sees("hi 1"));
  typist.type(kCtrlZ);
  CHECK(typist.sees("Stopped"));
  typist.type("fg\n");
  typist.type("hello2\n");
  REQUIRE(typist.sees("hi 2"));
  typist.type(kCtrlC);
}

}  // namespace

TEST_CASE("a shell in a node has job control, and gives the terminal back") {
  require_lab();
  StayingLabs labs;
  labs.up();
  Typist typist;
  REQUIRE(typist.sees("outside> "));
  typist.type(kPleat + " shell a\n");
  CHECK(typist.sees("a $ "));
  typist.type("echo $((40 + 2)) $BINDIP\n");
  CHECK(typist.sees("42 10.1.0.1"));
  typist.type(kListener + "\n");
  stop_continue_and_interrupt(typist);
  CHECK(typist.sees("a $ "));
  typist.type("exit 5\n");
  CHECK(typist.sees("outside> "));
  typist.type("echo status $?\n");
  CHECK(typist.sees("status 5"));
}

TEST_CASE("Ctrl-C and Ctrl-Z reach a command in a node as they would outside") {
  require_lab();
  StayingLabs labs;
  labs.up();
  Typist typist;
  REQUIRE(typist.sees("outside> "));
  typist.type(kPleat + " exec a -- " + kListener + "\n");
  stop_continue_and_interrupt(typist);
  CHECK(typist.sees("outside> "));
  typist.type("echo status $?\n");
  CHECK(typist.sees("status 130"));
  // In a pipeline it shares its process group.
  typist.type(kPleat + " exec a -- " + kListener + " | cat\n");
  typist.type("hello3\n");
  REQUIRE(typist.sees("hi 3"));
  typist.type(kCtrlC);
  CHECK(typist.sees("outside> "));
}
