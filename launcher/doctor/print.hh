// SPDX-License-Identifier: Apache-2.0
// A diagnosis as text for people and as JSON for programs. Both end with a newline.
#pragma once

#include <string>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {

std::string headline(const Diagnosis&);  // one line, without the newline
std::string plain_text(const Diagnosis&);
std::string json_text(const Diagnosis&);

const char* word(State);  // "ok", "limited", "missing", "unknown"

}  // namespace pleat::doctor
