// SPDX-License-Identifier: Apache-2.0
#include "launcher/paths.hh"

#include <cstdlib>

#include "launcher/version.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

constexpr const char* kLibrary = "libpleat-preload.so";

std::filesystem::path find_library() {
  if (const char* given = std::getenv("PLEAT_PRELOAD")) return given;
  const std::filesystem::path folder = own_program().parent_path();
  for (const std::filesystem::path& candidate :
       {folder.parent_path() / "preload" / kLibrary,
        folder.parent_path() / kLibraryFolder / "pleat" / kLibrary}) {
    if (std::filesystem::exists(candidate)) return candidate;
  }
  throw SystemError("find", kLibrary, ENOENT,
                    "it belongs beside " + folder.string() + "; PLEAT_PRELOAD names another place");
}

}  // namespace

std::filesystem::path own_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::filesystem::path preload_library() {
  std::filesystem::path library = find_library();
  // ld.so(8): LD_PRELOAD is a list separated by spaces or colons, and nothing escapes them.
  if (library.string().find_first_of(" :") != std::string::npos) {
    throw UserError("the path " + library.string() +
                    " holds a space or a colon, which LD_PRELOAD cannot; move or install Pleat "
                    "elsewhere");
  }
  return library;
}

}  // namespace pleat
