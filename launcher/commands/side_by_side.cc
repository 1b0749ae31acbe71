// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/side_by_side.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/child.hh"
#include "sys/epoll.hh"
#include "sys/error.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

// The child, between fork and exec.
[[noreturn]] void become_run(pid_t parent, const char* log, const char* const* argv) {
  // Out of the terminal's foreground: a Ctrl-C would reach it from there and from us, and the
  // second one kills the lab.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int file = ::open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (nothing >= 0 && file >= 0 && ::dup2(nothing, STDIN_FILENO) == STDIN_FILENO &&
      ::dup2(file, STDOUT_FILENO) == STDOUT_FILENO &&
      ::dup2(file, STDERR_FILENO) == STDERR_FILENO) {
    // execv's signature lacks the const that its contract has.
    ::execv("/proc/self/exe", const_cast<char* const*>(argv));
  }
  ::_exit(127);
}

Child start_run(const std::string& file, const SideBySideRun& run) {
  const std::string folder = run.folder.string(), log = run.log.string();
  std::vector<const char*> argv = {"pleat", "run", "--quiet", "--output", folder.c_str()};
  for (const std::string& option : run.options) argv.push_back(option.c_str());
  argv.insert(argv.end(), {"--", file.c_str(), nullptr});
  const pid_t parent = ::getpid();
  Child child;
  child.pid = check_call(::fork(), "start", "pleat run");
  if (child.pid == 0) become_run(parent, log.c_str(), argv.data());
  child.pidfd = Fd(
      static_cast<int>(check_call(::syscall(SYS_pidfd_open, child.pid, 0), "watch", "pleat run")));
  return child;
}

// Runs that have been started: they are not left behind where something is thrown.
class Runs {
 public:
  ~Runs() {
    signal_all(SIGTERM);
    for (const Child& child : running_) collect(child);
  }

  void start(Child run) { running_.push_back(std::move(run)); }

  void signal_all(int number) const {
    for (const Child& child : running_) send_signal(child, number);
  }

  // False where it was interrupted.
  bool wait() {
    SignalQueue signals({SIGINT, SIGTERM, SIGHUP});
    Epoll epoll;
    epoll.add(signals.readable_fd(), 0);
    for (const Child& child : running_) {
      epoll.add(child.pidfd.get(), static_cast<uint64_t>(child.pid));
    }
    bool interrupted = false;
    while (!running_.empty()) {
      for (const uint64_t key : epoll.wait(std::chrono::hours(1))) {
        if (key != 0) end(static_cast<pid_t>(key), epoll);
      }
      while (const auto number = signals.next()) {
        interrupted = true;
        signal_all(*number);
      }
    }
    return !interrupted;
  }

 private:
  void end(pid_t pid, Epoll& epoll) {
    for (auto child = running_.begin(); child != running_.end(); ++child) {
      if (child->pid != pid) continue;
      epoll.remove(child->pidfd.get());
      collect(*child);
      running_.erase(child);
      return;
    }
  }

  std::vector<Child> running_;
};

}  // namespace

bool run_side_by_side(const std::string& file, const std::vector<SideBySideRun>& runs) {
  Runs all;
  for (const SideBySideRun& run : runs) all.start(start_run(file, run));
  return all.wait();
}

}  // namespace pleat
