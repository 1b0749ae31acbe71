// SPDX-License-Identifier: Apache-2.0
#include "launcher/protocol/line_stream.hh"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>

#include "sys/error.hh"

namespace pleat {
namespace {

bool ready(int fd, short events, int timeout_ms) {
  pollfd poller{.fd = fd, .events = events, .revents = 0};
  return ::poll(&poller, 1, timeout_ms) > 0;
}

}  // namespace

void LineStream::read_available() {
  std::array<char, 65536> part;
  while (!at_end_ && ready(in_.get(), POLLIN, 0)) {
    const ssize_t length = ::read(in_.get(), part.data(), part.size());
    if (length < 0 && errno == EINTR) continue;
    // A peer that was killed with unread data leaves ECONNRESET: an end like any other.
    if (length == 0 || (length < 0 && errno == ECONNRESET)) {
      at_end_ = true;
    } else if (length < 0) {
      fail("read from", "the other side of the lab protocol");
    } else {
      buffer_.append(part.data(), static_cast<size_t>(length));
    }
    if (buffer_.size() > kMostLineBytes) throw UserError("lab protocol: a line is over 1 GiB");
  }
}

std::optional<std::string> LineStream::next_line() {
  if (!has_line()) {
    searched_ = buffer_.size();
    read_available();
  }
  const size_t end = buffer_.find('\n', searched_);
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  searched_ = 0;
  return line;
}

bool LineStream::write_line(std::string_view line) {
  const std::string text = std::string(line) + '\n';
  for (size_t written = 0; written < text.size();) {
    const ssize_t length = ::write(out_.get(), text.data() + written, text.size() - written);
    if (length >= 0) {
      written += static_cast<size_t>(length);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return false;
    } else if (errno == EAGAIN) {
      ready(out_.get(), POLLOUT, -1);
    } else if (errno != EINTR) {
      fail("write to", "the other side of the lab protocol");
    }
  }
  return true;
}

bool LineStream::is_read() const {
  constexpr int kLittle = 64 << 10;  // of 208 KiB, which a socket holds by default
  int unread = 0;
  return ::ioctl(out_.get(), SIOCOUTQ, &unread) < 0 || unread < kLittle;
}

}  // namespace pleat
