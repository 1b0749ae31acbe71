// SPDX-License-Identifier: Apache-2.0
// One TCP connection that carries as much as it can, as iperf3's would: a thread that writes and
// one that reads, 128 KiB at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "model/address.hh"
#include "sys/fd.hh"

namespace pleat::bench {

class TcpStream {
 public:
  // Both addresses are local ones of the calling thread's network namespace. Throws SystemError.
  TcpStream(const Address& from, const Address& to);
  ~TcpStream();

  // Bytes of payload that have arrived.
  uint64_t received() const { return received_.load(std::memory_order_relaxed); }

 private:
  void send();
  void receive();

  Fd sender_, receiver_;
  std::atomic<uint64_t> received_{0};
  std::thread sending_, receiving_;
};

}  // namespace pleat::bench
