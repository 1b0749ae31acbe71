// SPDX-License-Identifier: Apache-2.0
// Lines of text over a pair of file descriptors: a socket, or the two ends of pipes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sys/fd.hh"

namespace pleat {

class LineStream {
 public:
  // `in` and `out` may be duplicates of one socket.
  LineStream(Fd in, Fd out) : in_(std::move(in)), out_(std::move(out)) {}

  int readable_fd() const { return in_.get(); }

  // The next whole line without its end, if there is one without waiting. Call it until it returns
  // nothing when readable_fd() is readable. Throws SystemError where reading fails, UserError where
  // a line is longer than kMostLineBytes.
  std::optional<std::string> next_line();

  // The other side has closed and all its lines were returned. A last line without its end, which
  // a killed writer leaves, is no line.
  bool at_end() const { return at_end_ && !has_line(); }

  // Writes the line and its end; waits where the other side is slow. Returns false when the other
  // side is gone. Throws SystemError on other failures.
  bool write_line(std::string_view line);

  // Whether the other side reads: little of what was written is still on its way. What may be left
  // out is left out otherwise, so that nobody has to wait for a reader that is stopped.
  bool is_read() const;

  static constexpr size_t kMostLineBytes = size_t{1} << 30;

 private:
  bool has_line() const { return buffer_.find('\n', searched_) != std::string::npos; }
  void read_available();

  Fd in_;
  Fd out_;
  std::string buffer_;
  size_t searched_ = 0;  // no end of line before this
  bool at_end_ = false;
};

}  // namespace pleat
