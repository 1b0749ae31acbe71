// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mqueue.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include <string>
#include <vector>

// What a program does with time, run natively and slowed down.
namespace pleat::dilation_case {

// Of the node's time.
constexpr long kSpanUs = 25'000;
constexpr timespec kSpan = {0, kSpanUs * 1000};
constexpr timeval kSpanTimeval = {0, kSpanUs};
constexpr int kSpanMs = 25;

struct Case {
  const char* name;
  std::string (*run)();               // what it found, which must not depend on k; waits kSpan
  clockid_t clock = CLOCK_MONOTONIC;  // by which it is soon over, on a busy machine too
};

// A list per file.
extern const std::vector<Case> kClocks;
extern const std::vector<Case> kSleeps;
extern const std::vector<Case> kWaits;
extern const std::vector<Case> kTimers;
extern const std::vector<Case> kThreads;
extern const std::vector<Case> kSockets;
extern const std::vector<Case> kSystemCalls;

// By libc, so of the node; kSpan from now.
timespec soon(clockid_t clock);
long microseconds(const timespec& time);

// By a system call that no library comes between.
long host_microseconds(clockid_t clock = CLOCK_MONOTONIC);
long host_microseconds_to_alarm();

// "0", or the name of the error.
std::string outcome(int result);
std::string error_name(int error);

// How much, against how much it should be: "as set" from `expected` to 30 ms above, else the
// numbers, for times that a program is told.
std::string about(long microseconds, long expected);

// Blocks a signal, so that it can be waited for; a set with it alone.
sigset_t blocked(int signal);

// What a timer of timer_create is to do.
sigevent sends(int signal);

// A message queue with room for one message of 8 bytes; -1 and errno where there is none.
mqd_t queue_for_one();

// Catches SIGALRM and interrupts with it, after half of kSpan of the node's time.
void interrupt_at_half();

}  // namespace pleat::dilation_case
