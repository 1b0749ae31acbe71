// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "dilation/dilation.hh"

// Times as the calls take and give them, from the node's to the host's (to_host) and back
// (to_node).
//
// What the kernel would refuse is left as it is, so that the kernel refuses it. Zero stays zero: it
// means "do not wait" or "disarm". What is not zero does not become zero.
namespace pleat {

// Clamped to what the type can hold; of an instant before 1970, whole units are rounded down.
timespec timespec_of(Nanoseconds time) noexcept;
timeval timeval_of(Nanoseconds time) noexcept;     // rounded down to the microsecond
timeval timeval_up_of(Nanoseconds time) noexcept;  // rounded up
Nanoseconds nanoseconds(const timespec& time) noexcept;
Nanoseconds nanoseconds(const timeval& time) noexcept;

// Spans to wait for, and what is left of them.
timespec span_to_host(const Dilation& dilation, const timespec& span) noexcept;
timeval span_to_host(const Dilation& dilation, const timeval& span) noexcept;
int milliseconds_to_host(const Dilation& dilation, int span) noexcept;  // negative: for ever
timespec left_to_node(const Dilation& dilation, const timespec& left) noexcept;
timeval left_to_node(const Dilation& dilation, const timeval& left) noexcept;

// Instants to wait for; the program's past stays in the past.
timespec instant_to_host(const Dilation& dilation, Clock clock, const timespec& instant) noexcept;

// What clocks say, and processor time that has been used.
timespec instant_to_node(const Dilation& dilation, Clock clock, const timespec& instant) noexcept;
timeval instant_to_node(const Dilation& dilation, Clock clock, const timeval& instant) noexcept;
void usage_to_node(const Dilation& dilation, rusage& usage) noexcept;

}  // namespace pleat
