// SPDX-License-Identifier: Apache-2.0
#include "preload/process.hh"

#include <dlfcn.h>
#include <pthread.h>

#include <cstring>

#include "preload/program_start.hh"

namespace pleat {
namespace {

constexpr std::size_t kLongestHostName = sizeof Process::node_name - 1;

// Written once, by load.
constinit Process the_process{};
constinit pthread_once_t once = PTHREAD_ONCE_INIT;

[[noreturn]] void stop(const char* what, const char* value, const char* why) noexcept {
  cannot_start("libpleat-preload", what, value, why);
}

template <typename Function>
void find(Function*& definition, const char* name) noexcept {
  definition = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  if (definition == nullptr) stop("symbol", name, " is not in this libc");
}

void find_next_definitions(Next& next) noexcept {
  find(next.socket, "socket");
  find(next.bind, "bind");
  find(next.connect, "connect");
  find(next.listen, "listen");
  find(next.accept, "accept");
  find(next.accept4, "accept4");
  find(next.sendto, "sendto");
  find(next.sendmsg, "sendmsg");
  find(next.sendmmsg, "sendmmsg");
  find(next.recvfrom, "recvfrom");
  find(next.recvfrom_chk, "__recvfrom_chk");
  find(next.recvmsg, "recvmsg");
  find(next.recvmmsg, "recvmmsg");
  find(next.getsockname, "getsockname");
  find(next.getpeername, "getpeername");
  find(next.getaddrinfo, "getaddrinfo");
  find(next.setsockopt, "setsockopt");
  find(next.ioctl, "ioctl");
  find(next.getifaddrs, "getifaddrs");
  find(next.if_nameindex, "if_nameindex");
  find(next.if_nametoindex, "if_nametoindex");
  find(next.if_indextoname, "if_indextoname");
  find(next.gethostname, "gethostname");
  find(next.gethostname_chk, "__gethostname_chk");
  find(next.uname, "uname");
}

template <typename Address>
std::optional<Address> read_address(
    const char* variable, const char* why,
    std::optional<Address> (*parse)(const char*) noexcept) noexcept {
  const char* value = starting_value_of(variable);
  if (value == nullptr) return std::nullopt;
  const std::optional<Address> address = parse(value);
  if (!address) stop(variable, value, why);
  return address;
}

void read_identity() noexcept {
  const auto v4 =
      read_address("BINDIP", " is not the IPv4 address of a node, such as 10.0.0.7", parse_bindip);
  const auto v6 = read_address("BINDIP6", " is not the IPv6 address of a node, such as 2001:db8::7",
                               parse_bindip6);
  if (!v4 && !v6) return;
  the_process.identity = make_identity(v4, v6);
  the_process.is_pinned = true;
  const char* identity = starting_value_of("PLEAT_IDENTITY");
  the_process.is_said_to_have_bpf = identity != nullptr && std::strcmp(identity, "both") == 0;
  const char* node = starting_value_of("PLEAT_NODE");
  if (node != nullptr) std::strncpy(the_process.node_name.data(), node, kLongestHostName);
}

void load() noexcept {
  find_next_definitions(the_process.next);
  read_identity();
  loaded_process.store(&the_process, std::memory_order_release);
}

// An invalid BINDIP must stop the program before main, whether it uses sockets or not.
[[gnu::constructor]] void load_before_main() noexcept { pthread_once(&once, load); }

}  // namespace

constinit std::atomic<const Process*> loaded_process{nullptr};

const Process& load_process() noexcept {
  pthread_once(&once, load);
  return the_process;
}

}  // namespace pleat
