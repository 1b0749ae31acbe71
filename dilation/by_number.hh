// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <time.h>

// What syscall(2) has in common with the functions of libc that are defined elsewhere.
namespace pleat {

// timer_settime and timer_gettime by the kernel's number of a timer, which is not libc's timer_t.
int set_timer_by_number(int timer, int flags, const itimerspec* time, itimerspec* before) noexcept;
int get_timer_by_number(int timer, itimerspec* time) noexcept;

// When the message came, in a message that was received.
void stamps_to_node(const msghdr& message) noexcept;

}  // namespace pleat
