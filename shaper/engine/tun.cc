// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/tun.hh"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>

#include "model/assert.hh"
#include "shaper/engine/frame.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

constexpr const char* kDevice = "/dev/net/tun";

// Since Linux 6.2; Debian 12's headers are older.
constexpr unsigned kTunUso4 = 0x20, kTunUso6 = 0x40;

Fd open_device() {
  Fd fd(open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (fd) return fd;
  switch (errno) {
    case EACCES:
    case EPERM:
      fail("open", kDevice, "allow it to everybody with `chmod 0666 /dev/net/tun` or run as root");
    case ENOENT:
      fail("open", kDevice,
           "create it with `mkdir -p /dev/net && mknod -m 0666 /dev/net/tun c 10 200`");
    case ENODEV:
    case ENXIO: fail("open", kDevice, "the kernel has no TUN driver: try `modprobe tun`");
    default: fail("open", kDevice);
  }
}

// Super-packets save most of the work: TCP's are indispensable, UDP's a bonus of newer kernels.
void accept_super_packets(const Fd& fd, const std::string& name) {
  constexpr unsigned kTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  if (ioctl(fd.get(), TUNSETOFFLOAD, kTcp | kTunUso4 | kTunUso6) == 0) return;
  check_call(ioctl(fd.get(), TUNSETOFFLOAD, kTcp), "accept super-packets on the TUN device", name);
}

}  // namespace

Fd open_tun(const std::string& name) {
  Fd fd = open_device();
  ifreq request{};
  PLEAT_ASSERT(name.size() < sizeof request.ifr_name);
  name.copy(request.ifr_name, name.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  check_call(ioctl(fd.get(), TUNSETIFF, &request), "create the TUN device", name,
             "it takes CAP_NET_ADMIN in this network namespace, and a name that is not in use");
  int header_bytes = kVnetHeaderBytes;
  check_call(ioctl(fd.get(), TUNSETVNETHDRSZ, &header_bytes), "set the header size of", name);
  accept_super_packets(fd, name);
  return fd;
}

}  // namespace pleat
