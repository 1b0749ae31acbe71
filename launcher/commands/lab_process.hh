// SPDX-License-Identifier: Apache-2.0
// The lab seen from `pleat run`: a child process and the stream to it.
#pragma once

#include <sys/types.h>

#include "launcher/protocol/line_stream.hh"
#include "launcher/protocol/messages.hh"

namespace pleat {

class LabProcess {
 public:
  LabProcess();   // starts `pleat lab`; throws SystemError
  ~LabProcess();  // closes the stream, which ends the lab, and waits for it
  LabProcess(const LabProcess&) = delete;
  LabProcess& operator=(const LabProcess&) = delete;

  int readable_fd() const { return stream_.readable_fd(); }
  std::optional<FromLab> next();  // without waiting
  bool at_end() const { return stream_.at_end(); }
  void send(const ToLab& message);
  void kill();

 private:
  LineStream start();

  pid_t pid_ = -1;
  LineStream stream_;
};

}  // namespace pleat
