// SPDX-License-Identifier: Apache-2.0
// What the verdict says of a run that a test has made.
#pragma once

#include <string>

#include "tests/lab/lab_run.hh"

namespace pleat::test {

struct Judged {
  std::string level;
  std::string causes;  // of all reasons that are not faithful: "|processors|waiting|"

  bool by(const std::string& cause) const {
    return causes.find("|" + cause + "|") != std::string::npos;
  }
};

Judged judged(const LabRun& run);  // it has ended

}  // namespace pleat::test
