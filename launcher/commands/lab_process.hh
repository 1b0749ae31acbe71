// SPDX-License-Identifier: Apache-2.0
// The lab seen from `pleat run` or `pleat up`: a child process and the stream to it.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "launcher/protocol/line_stream.hh"
#include "launcher/protocol/messages.hh"

namespace pleat {

class LabProcess {
 public:
  // Starts `pleat lab`; throws SystemError. What the lab writes to its standard error goes to ours,
  // or is appended to `errors`.
  explicit LabProcess(const std::filesystem::path& errors = {});
  ~LabProcess();  // closes the stream, which ends the lab, and waits for it
  LabProcess(const LabProcess&) = delete;
  LabProcess& operator=(const LabProcess&) = delete;

  int readable_fd() const { return stream_.readable_fd(); }
  std::optional<FromLab> next();  // without waiting
  bool at_end() const { return stream_.at_end(); }
  void send(const ToLab& message);
  void kill();
  pid_t pid() const { return pid_; }  // of the supervisor
  // Closes the stream and does not wait: for a lab that was told to stay.
  void let_go();

 private:
  LineStream start(const std::filesystem::path& errors);

  pid_t pid_ = -1;
  LineStream stream_;
};

}  // namespace pleat
