// SPDX-License-Identifier: Apache-2.0
// Trying things without leaving anything behind: each in a child process that ends at once.
#pragma once

#include <functional>
#include <string>

#include "launcher/doctor/facts.hh"

namespace pleat::doctor {

// What a trial does. Returns what it found, if anything; throws SystemError where it fails.
using Deed = std::function<std::string()>;

// Throws SystemError where not even a process can be started. A deed that takes longer than a few
// seconds, or whose process dies, counts as failed.
Attempt try_in_child(const Deed&);

// The same in namespaces such as a lab's, as the first process of its PID namespace.
Attempt try_in_lab(const Deed&);

}  // namespace pleat::doctor
