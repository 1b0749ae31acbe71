// SPDX-License-Identifier: Apache-2.0
#include "preload/process.hh"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <iterator>

namespace pleat {
namespace {

// The shell's status for a command that could not be started, which is what this amounts to.
constexpr int kCannotStart = 127;

constexpr std::size_t kLongestHostName = sizeof Process::node_name - 1;

// Written once, by load.
constinit Process the_process{};
constinit pthread_once_t once = PTHREAD_ONCE_INIT;

[[noreturn]] void stop(const char* what, const char* value, const char* why) noexcept {
  const auto part = [](const char* text) noexcept {
    return iovec{const_cast<char*>(text), std::strlen(text)};
  };
  const iovec line[] = {
      part("libpleat-preload: "), part(what), part("="), part(value), part(why), part("\n")};
  // Nothing is left to be done where stderr is closed.
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, line, std::size(line));
  _exit(kCannotStart);
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

// In what runs before all constructors (.preinit_array) libc has not set environ yet. The kernel
// has put the environment on the stack, behind the number of arguments and the arguments.
const char* const* environment() noexcept {
  if (environ != nullptr) return environ;
  const void* symbol = dlsym(RTLD_DEFAULT, "__libc_stack_end");
  if (symbol == nullptr) stop("symbol", "__libc_stack_end", " is not in this dynamic linker");
  const auto* stack = *static_cast<const char* const* const*>(symbol);
  std::intptr_t arguments;
  std::memcpy(&arguments, stack, sizeof arguments);
  return stack + 1 + arguments + 1;
}

const char* value_of(const char* variable) noexcept {
  const std::size_t length = std::strlen(variable);
  for (const char* const* entry = environment(); *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, variable, length) == 0 && (*entry)[length] == '=') {
      return *entry + length + 1;
    }
  }
  return nullptr;
}

template <typename Address>
std::optional<Address> read_address(
    const char* variable, const char* why,
    std::optional<Address> (*parse)(const char*) noexcept) noexcept {
  const char* value = value_of(variable);
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
  const char* identity = value_of("PLEAT_IDENTITY");
  the_process.is_said_to_have_bpf = identity != nullptr && std::strcmp(identity, "both") == 0;
  const char* node = value_of("PLEAT_NODE");
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
