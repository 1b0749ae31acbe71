// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/trial.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstring>

#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/namespaces.hh"

namespace pleat::doctor {
namespace {

constexpr unsigned kPatienceSeconds = 10;

Attempt attempt(const Deed& deed) {
  try {
    return {.outcome = Attempt::Outcome::kWorked, .text = deed()};
  } catch (const SystemError& error) {
    return {.outcome = Attempt::Outcome::kFailed, .error = error.error(), .text = error.what()};
  } catch (const std::exception& error) {
    return {.outcome = Attempt::Outcome::kFailed, .text = error.what()};
  }
}

// On the wire: outcome and error as integers, then the text. Far below what a pipe takes at once.
struct Head {
  Attempt::Outcome outcome;
  int error;
};

void send(int fd, const Attempt& attempt) {
  const Head head{attempt.outcome, attempt.error};
  std::string message(reinterpret_cast<const char*>(&head), sizeof head);
  message += attempt.text.substr(0, PIPE_BUF - sizeof head);
  // Nobody to tell where this fails; the parent takes silence for failure.
  [[maybe_unused]] const ssize_t written = ::write(fd, message.data(), message.size());
}

Attempt receive(int fd) {
  std::array<char, PIPE_BUF> message;
  ssize_t length;
  do {
    length = ::read(fd, message.data(), message.size());
  } while (length < 0 && errno == EINTR);
  Head head;
  if (length < static_cast<ssize_t>(sizeof head)) {
    return {.outcome = Attempt::Outcome::kFailed, .text = "the process that tried it died"};
  }
  std::memcpy(&head, message.data(), sizeof head);
  return {
      .outcome = head.outcome,
      .error = head.error,
      .text = std::string(message.data() + sizeof head, static_cast<size_t>(length) - sizeof head)};
}

Attempt in_child(const std::function<Attempt()>& act) {
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  const Fd from_child(ends[0]);
  Fd to_parent(ends[1]);
  const pid_t child = check_call(::fork(), "start a process to try something in");
  if (child == 0) {
    // The alarm does nothing to the first process of a PID namespace, but its parent's death does.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::alarm(kPatienceSeconds);
    send(to_parent.get(), act());
    ::_exit(0);
  }
  to_parent.reset();
  Attempt result = receive(from_child.get());
  ::waitpid(child, nullptr, 0);
  return result;
}

}  // namespace

Attempt try_in_child(const Deed& deed) {
  return in_child([&] { return attempt(deed); });
}

Attempt try_in_lab(const Deed& deed) {
  return in_child([&] {
    const Attempt entered = attempt([] {
      enter_new_namespaces();
      return std::string();
    });
    return entered.worked() ? try_in_child(deed) : entered;
  });
}

}  // namespace pleat::doctor
