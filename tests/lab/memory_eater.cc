// SPDX-License-Identifier: Apache-2.0
// A program that wants memory: memory_eater LEFT takes what the machine has available but LEFT MiB,
// and looks at all of it every 200 ms. A negative LEFT takes so much more.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace {

constexpr long kPage = 4096;

long available_pages() {
  std::ifstream meminfo("/proc/meminfo");
  std::string key, unit;
  for (long kilobytes = 0; meminfo >> key >> kilobytes;) {
    if (key == "MemAvailable:") return kilobytes * 1024 / kPage;
    std::getline(meminfo, unit);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const long pages = available_pages() - std::atol(argv[1]) * (1024 * 1024 / kPage);
  if (pages <= 0) return 1;
  const auto bytes = static_cast<size_t>(pages * kPage);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return 1;
  // Not zero, of which a page that is read again would need no memory.
  std::memset(memory, 1, bytes);
  std::printf("took %zu bytes\n", bytes);
  std::fflush(stdout);
  const volatile char* first = static_cast<const volatile char*>(memory);
  for (int round = 0; round < 300; ++round) {
    for (long page = 0; page < pages; ++page) static_cast<void>(first[page * kPage]);
    ::usleep(200'000);
  }
  return 0;
}
