// SPDX-License-Identifier: Apache-2.0
// A datagram socket at an address of a node.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <span>

#include "model/address.hh"
#include "sys/fd.hh"

namespace pleat {

class ProbeSocket {
 public:
  explicit ProbeSocket(const Address& own);  // on a port of the kernel's choice; throws SystemError

  int fd() const { return fd_.get(); }
  // From here on it sends to that one and hears that one only. Throws SystemError.
  void connect(const ProbeSocket& other);

  // Each throws SystemError. What the other side refuses is lost, which is what will be found.
  void send(std::span<const uint8_t> datagram);
  // The next datagram's size, if there is one without waiting.
  std::optional<size_t> receive(std::span<uint8_t> buffer);
  bool wait(Duration at_most) const;  // for a datagram

 private:
  Fd fd_;
};

}  // namespace pleat
