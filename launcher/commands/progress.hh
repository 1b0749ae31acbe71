// SPDX-License-Identifier: Apache-2.0
// Progress of a run on standard error: one line that is renewed on a terminal, else a line every
// ten seconds.
#pragma once

#include <string>

#include "launcher/protocol/messages.hh"

namespace pleat {

// "0:42  running 164  finished 37/160  received 211 MB  late 0.08 ms". Pure.
std::string progress_line(const Progress& progress);

class ProgressDisplay {
 public:
  ProgressDisplay(bool quiet, bool terminal) : quiet_(quiet), terminal_(terminal) {}

  void show(Phase phase);
  void show(const Progress& progress);
  void clear();  // the renewed line, before something else is printed

 private:
  bool quiet_;
  bool terminal_;
  bool line_shown_ = false;
  Duration next_{0};
};

}  // namespace pleat
