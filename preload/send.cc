// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "preload/control.hh"
#include "preload/facts.hh"
#include "preload/pin.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"
#include "preload/refuse.hh"

namespace pleat {
namespace {

bool is_fast_open(int flags) noexcept { return (flags & MSG_FASTOPEN) != 0; }

// The quick answer for most datagrams.
inline bool is_plain(const Identity& node, const void* name, socklen_t length, int flags) noexcept {
  const auto* address = static_cast<const sockaddr*>(name);
  if (!is_length_of_a_name(length) || !is_readable(address, length)) return false;
  const bool is_at_home = (node.v4 && is_of_another_host4(address, length)) ||
                          (node.v6 && is_of_another_host6(address, length));
  return is_at_home && !is_fast_open(flags);
}

// Not ours: nothing to arrange.
Ends ends_to_arrange(const Identity& node, const void* name, socklen_t length, int flags) noexcept {
  const auto* address = static_cast<const sockaddr*>(name);
  const Ends none{Way::kNotOurs, {}, {}};
  if (!is_length_of_a_name(length) || !is_readable(address, length)) return none;
  if (is_reached_from_home(node, address, length) && !is_fast_open(flags)) return none;
  return ends_towards(node, name_from(address, length, length));
}

enum class Fate { kSent, kVanished, kFailed };

// What comes before a send. Failed: with errno.
Fate prepare(int fd, const Ends& ends, int family, int flags) noexcept {
  if (ends.way == Way::kOpen) {
    // TCP Fast Open is a connect in the clothes of a send.
    const int result = is_fast_open(flags)                       ? pin_for_connect(fd, ends.local)
                       : is_mapped(ends.local) && identity()->v6 ? move_to_mapped(fd, ends.local)
                                                                 : pin(fd, ends.local);
    return result == 0 ? Fate::kSent : Fate::kFailed;
  }
  // A stream does not look at the name, other sockets refuse it.
  const bool is_stream = option_of(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM;
  if (!is_for(fd, family) || (is_stream && !is_fast_open(flags))) return Fate::kSent;
  if (ends.way == Way::kVanishes && !is_stream) return Fate::kVanished;
  errno = ENETUNREACH;
  return Fate::kFailed;
}

bool has_source_to_leave_out(const msghdr& message) noexcept {
  return message.msg_controllen != 0 && is_readable(message.msg_control, message.msg_controllen) &&
         names_a_source(message);
}

bool may_go_as_it_is(const Identity& node, const msghdr& message, int flags) noexcept {
  if (has_source_to_leave_out(message)) return false;
  return is_plain(node, message.msg_name, message.msg_namelen, flags) ||
         ends_to_arrange(node, message.msg_name, message.msg_namelen, flags).way == Way::kNotOurs;
}

// The most that a datagram of IPv6 carries: what its header's payload length can say, without UDP's
// header.
constexpr std::size_t kLargestDatagram = 65535 - 8;

// A datagram that nobody gets is answered as the kernel answers.
ssize_t vanish(const iovec* parts, std::size_t count) noexcept {
  if (count > kMostMessages) return refuse(EMSGSIZE);  // UIO_MAXIOV bounds both
  if (!is_readable(parts, count * sizeof *parts)) return refuse(EFAULT);
  std::size_t size = 0;
  for (const iovec* part = parts; part != parts + count; ++part) {
    if (part->iov_len > kLargestDatagram - size) return refuse(EMSGSIZE);
    size += part->iov_len;
  }
  for (const iovec* part = parts; part != parts + count; ++part) {
    if (!is_readable(part->iov_base, part->iov_len)) return refuse(EFAULT);
  }
  return static_cast<ssize_t>(size);
}

// A copy of a program's message that may go out; the original is not ours to write.
class Outgoing {
 public:
  explicit Outgoing(const msghdr& asked) noexcept : header_(asked) {}
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  Fate arrange(const Identity& node, int fd, int flags) noexcept {
    if (has_source_to_leave_out(header_)) {
      control_ = without_source(header_);
      if (!control_.fits) {
        errno = ENOBUFS;  // as the kernel says of more control than it can take
        return Fate::kFailed;
      }
      header_.msg_control = control_.bytes.data();
      header_.msg_controllen = control_.size;
    }
    const Ends ends = ends_to_arrange(node, header_.msg_name, header_.msg_namelen, flags);
    if (ends.way == Way::kNotOurs) return Fate::kSent;
    const int family = static_cast<const sockaddr*>(header_.msg_name)->sa_family;
    if (ends.way == Way::kOpen) {
      remote_ = ends.remote;
      header_.msg_name = remote_.get();
      header_.msg_namelen = remote_.length;
    }
    return prepare(fd, ends, family, flags);
  }

  const msghdr* get() const noexcept { return &header_; }

 private:
  msghdr header_;
  Name remote_;
  Control control_;
};

// Apart from sendto, which needs no room on the stack without it.
[[gnu::noinline]] ssize_t send_arranged(const Identity& node, int fd, const void* data, size_t size,
                                        int flags, const sockaddr* address, socklen_t length) {
  const Ends ends = ends_to_arrange(node, address, length, flags);
  if (ends.way == Way::kNotOurs) return next().sendto(fd, data, size, flags, address, length);
  switch (prepare(fd, ends, address->sa_family, flags)) {
    case Fate::kFailed: return -1;
    case Fate::kVanished: {
      const iovec whole{const_cast<void*>(data), size};
      return vanish(&whole, 1);
    }
    case Fate::kSent: break;
  }
  if (ends.way != Way::kOpen) return next().sendto(fd, data, size, flags, address, length);
  return next().sendto(fd, data, size, flags, ends.remote.get(), ends.remote.length);
}

[[gnu::noinline]] ssize_t send_arranged(const Identity& node, int fd, const msghdr& message,
                                        int flags) {
  Outgoing outgoing(message);
  switch (outgoing.arrange(node, fd, flags)) {
    case Fate::kFailed: return -1;
    case Fate::kVanished: return vanish(message.msg_iov, message.msg_iovlen);
    case Fate::kSent: break;
  }
  return next().sendmsg(fd, outgoing.get(), flags);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED ssize_t sendto(int fd, const void* data, size_t size, int flags,
                                const sockaddr* address, socklen_t length) {
  using namespace pleat;
  const Identity* node = identity();
  if (node == nullptr || is_plain(*node, address, length, flags)) {
    return next().sendto(fd, data, size, flags, address, length);
  }
  return send_arranged(*node, fd, data, size, flags, address, length);
}

PLEAT_INTERPOSED ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  using namespace pleat;
  const Identity* node = identity();
  if (node == nullptr || !is_readable(message, sizeof *message) ||
      may_go_as_it_is(*node, *message, flags)) {
    return next().sendmsg(fd, message, flags);
  }
  return send_arranged(*node, fd, *message, flags);
}

PLEAT_INTERPOSED int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) {
  using namespace pleat;
  const Identity* node = identity();
  count = std::min(count, kMostMessages);
  const auto may_go = [&](const mmsghdr& m) { return may_go_as_it_is(*node, m.msg_hdr, flags); };
  if (node == nullptr || !is_readable(messages, count * sizeof *messages) ||
      std::all_of(messages, messages + count, may_go)) {
    return next().sendmmsg(fd, messages, count, flags);
  }
  // One by one: an array of copies would need memory without bound. As in the kernel, a failure
  // after the first message is the next call's to report.
  const int saved = errno;
  for (unsigned i = 0; i < count; ++i) {
    const ssize_t sent = ::sendmsg(fd, &messages[i].msg_hdr, flags);
    if (sent < 0 && i == 0) return -1;
    if (sent < 0) {
      errno = saved;
      return static_cast<int>(i);
    }
    messages[i].msg_len = static_cast<unsigned>(sent);
  }
  return static_cast<int>(count);
}
