// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <aio.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

// Take the places of poll and ppoll in programs built with -D_FORTIFY_SOURCE.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" int __poll_chk(pollfd* fds, nfds_t count, int timeout, size_t size);
extern "C" int __ppoll_chk(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask,
                           size_t size);
// NOLINTEND(bugprone-reserved-identifier)

// The definitions that ours hide: libc's, or those of another preloaded library, libpleat-preload's
// among them. A plain list, with the version that libc has had since programs are of 64 bits where
// there is an older one that does something else, and "" otherwise.
// clang-format off
#define PLEAT_NEXT(_)                                                                              \
  _(clock_gettime, "") _(times, "") _(getrusage, "") _(wait3, "") _(wait4, "") _(sysinfo, "")      \
  _(nanosleep, "") _(clock_nanosleep, "")                                                          \
  _(poll, "") _(ppoll, "") _(__poll_chk, "") _(__ppoll_chk, "") _(select, "") _(pselect, "")       \
  _(epoll_wait, "") _(epoll_pwait, "") _(epoll_pwait2, "")                                         \
  _(timerfd_settime, "") _(timerfd_gettime, "") _(setitimer, "") _(getitimer, "")                  \
  _(timer_settime, "GLIBC_2.3.3") _(timer_gettime, "GLIBC_2.3.3")                                  \
  _(pthread_cond_timedwait, "GLIBC_2.3.2") _(pthread_cond_clockwait, "") _(cnd_timedwait, "")      \
  _(pthread_mutex_timedlock, "") _(pthread_mutex_clocklock, "") _(mtx_timedlock, "")               \
  _(pthread_rwlock_timedrdlock, "") _(pthread_rwlock_timedwrlock, "")                              \
  _(pthread_rwlock_clockrdlock, "") _(pthread_rwlock_clockwrlock, "")                              \
  _(sem_timedwait, "") _(sem_clockwait, "")                                                        \
  _(pthread_timedjoin_np, "") _(pthread_clockjoin_np, "")                                          \
  _(sigtimedwait, "") _(mq_timedsend, "") _(mq_timedreceive, "") _(semtimedop, "")                 \
  _(aio_suspend, "") _(gai_suspend, "")                                                            \
  _(setsockopt, "") _(getsockopt, "") _(recvmsg, "") _(recvmmsg, "") _(syscall, "")
// clang-format on

namespace pleat {

struct NextInTime {
#define PLEAT_MEMBER(name, version) decltype(&::name) name;
  PLEAT_NEXT(PLEAT_MEMBER)
#undef PLEAT_MEMBER
};

}  // namespace pleat
