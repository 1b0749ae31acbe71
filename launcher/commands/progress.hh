// SPDX-License-Identifier: Apache-2.0
// Progress of a run on standard error: one line that is renewed on a terminal, else a line every
// ten seconds.
#pragma once

#include <string>

#include "launcher/protocol/messages.hh"
#include "launcher/verify/verify_network.hh"

namespace pleat {

// "measuring 3/10: peer-4 to tracker". Pure.
std::string progress_line(const VerifyProgress& progress);

// "0:42  running 164  finished 37/160  received 211 MB  late 0.08 ms". Pure.
std::string progress_line(const Progress& progress);

class ProgressDisplay {
 public:
  ProgressDisplay(bool quiet, bool terminal) : quiet_(quiet), terminal_(terminal) {}

  void show(Phase phase);
  void show(const Progress& progress);
  void show(const VerifyProgress& progress);
  void clear();  // the renewed line, before something else is printed

 private:
  bool quiet_;
  bool terminal_;
  bool line_shown_ = false;
  Duration next_{0};
};

}  // namespace pleat
