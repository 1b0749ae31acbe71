// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cstring>

#include "launcher/doctor/probes.hh"
#include "launcher/doctor/trial.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/file.hh"

namespace pleat::doctor {
namespace {

constexpr const char* kTunFile = "/dev/net/tun";

// Linux 6.2 has them, Debian 12's headers do not.
constexpr unsigned kUso4 = 0x20;
constexpr unsigned kUso6 = 0x40;

Fd open_file() { return Fd(check_call(::open(kTunFile, O_RDWR | O_CLOEXEC), "open", kTunFile)); }

Fd make_device() {
  Fd fd = open_file();
  ifreq request = {};
  std::strcpy(request.ifr_name, "probe0");
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  check_call(::ioctl(fd.get(), TUNSETIFF, &request), "make a TUN device of", kTunFile);
  return fd;
}

Attempt try_offload(unsigned offload) {
  return try_in_lab([offload] {
    check_call(::ioctl(make_device().get(), TUNSETOFFLOAD, offload), "switch on TUN's offload");
    return std::string();
  });
}

}  // namespace

TunFacts probe_tun(bool labs) {
  TunFacts facts;
  // "200 tun" among the devices with one minor number each.
  facts.in_kernel = try_read_file("/proc/misc").value_or("").find("200 tun\n") != std::string::npos;
  facts.open = try_in_child([] {
    open_file();
    return std::string();
  });
  if (!labs || !facts.open.worked()) return facts;
  facts.device = try_in_lab([] {
    make_device();
    return std::string();
  });
  if (!facts.device.worked()) return facts;
  constexpr unsigned kTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  facts.tcp_offload = try_offload(kTcp);
  facts.udp_offload = try_offload(kTcp | kUso4 | kUso6);
  return facts;
}

}  // namespace pleat::doctor
