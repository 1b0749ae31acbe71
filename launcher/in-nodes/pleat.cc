// SPDX-License-Identifier: Apache-2.0
// `pleat` as programs in nodes find it: only what they may want of it, and no library to be loaded,
// so that it starts fast. Nodes that depend on each other finish together, and thousands mark at
// once.
#include <cstdio>
#include <exception>
#include <string_view>

#include "launcher/commands/commands.hh"
#include "sys/error.hh"

int main(int argc, char** argv) {
  constexpr int kUsage = 2, kFailure = 1;
  if (argc != 3 || std::string_view(argv[1]) != "mark") {
    std::fputs("usage: pleat mark TEXT; in a node pleat knows nothing else\n", stderr);
    return kUsage;
  }
  try {
    return pleat::mark_command(argv[2]);
  } catch (const pleat::UserError& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return kFailure;
  }
}
