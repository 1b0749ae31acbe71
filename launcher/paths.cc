// SPDX-License-Identifier: Apache-2.0
#include "launcher/paths.hh"

#include <cstdlib>

#include "launcher/version.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

struct Library {
  const char* name;
  const char* build_folder;
  const char* variable;  // that names another place
};
constexpr Library kIdentity = {"libpleat-preload.so", "preload", "PLEAT_PRELOAD"};
constexpr Library kDilation = {"libpleat-dilation.so", "dilation", "PLEAT_DILATION_LIBRARY"};

// In the folder of a build, or installed. `or_else`: what else would do.
std::filesystem::path find_part(const char* build_folder, const char* name,
                                const std::string& or_else = {}) {
  const std::filesystem::path folder = own_program().parent_path();
  for (const std::filesystem::path& candidate :
       {folder.parent_path() / build_folder / name,
        folder.parent_path() / kLibraryFolder / "pleat" / name}) {
    if (std::filesystem::exists(candidate)) return candidate;
  }
  throw SystemError("find", name, ENOENT, "it belongs beside " + folder.string() + or_else);
}

std::filesystem::path find_library(const Library& library) {
  if (const char* given = std::getenv(library.variable)) return given;
  return find_part(library.build_folder, library.name,
                   std::string("; ") + library.variable + " names another place");
}

std::filesystem::path loadable(const Library& which) {
  std::filesystem::path library = find_library(which);
  // ld.so(8): LD_PRELOAD is a list separated by spaces or colons, and nothing escapes them.
  if (library.string().find_first_of(" :") != std::string::npos) {
    throw UserError("the path " + library.string() +
                    " holds a space or a colon, which LD_PRELOAD cannot; move or install Pleat "
                    "elsewhere");
  }
  return library;
}

}  // namespace

std::filesystem::path own_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::filesystem::path programs_in_nodes() {
  return find_part("launcher", "in-nodes/pleat").parent_path();
}

std::filesystem::path preload_library() { return loadable(kIdentity); }
std::filesystem::path dilation_library() { return loadable(kDilation); }

}  // namespace pleat
