// SPDX-License-Identifier: Apache-2.0
// Runs that are made to be judged, and what the verdict says of them.
#pragma once

#include <string>

#include "tests/lab/lab_run.hh"

namespace pleat::test {

// An experiment for so long: of 64 nodes the first two are a server that sleeps and a client that
// pings it; and `more` groups and workloads.
std::string pinging(const std::string& duration, const std::string& more = {});

struct Judged {
  std::string level;
  std::string causes;  // of all reasons that are not faithful: "|cpu|waiting|"

  bool by(const std::string& cause) const {
    return causes.find("|" + cause + "|") != std::string::npos;
  }
};

Judged judged(const LabRun& run);  // it has ended

// Of all processors' time while samples were taken, by the record in this folder.
double busy_share(const std::filesystem::path& run_folder);

}  // namespace pleat::test
