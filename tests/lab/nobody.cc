// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/nobody.hh"

#include <unistd.h>

#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

namespace pleat::test {
namespace {

namespace fs = std::filesystem;

// Returns the program.
fs::path copy_pleat(const fs::path& scratch) {
  fs::permissions(scratch, fs::perms::all);
  const fs::path build = fs::path(PLEAT_PROGRAM).parent_path().parent_path();
  for (const char* part :
       {"launcher/pleat", "launcher/in-nodes/pleat", "preload/libpleat-preload.so"}) {
    fs::create_directories((scratch / part).parent_path());
    fs::copy(build / part, scratch / part, fs::copy_options::skip_existing);
  }
  return scratch / "launcher" / "pleat";
}

}  // namespace

void require_root() {
  require_lab();
  if (::geteuid() != 0) PLEAT_SKIP("to become another user, this has to be run by root");
}

std::vector<std::string> pleat_as_nobody(const fs::path& scratch, const std::string& tun_mode,
                                         const std::vector<std::string>& arguments) {
  std::string command = "env --unset=PLEAT_LABS XDG_RUNTIME_DIR=" + scratch.string() + " " +
                        copy_pleat(scratch).string();
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  const std::string device = (scratch / "tun").string();
  const std::string script = "rm -f " + device + " && mknod " + device + " c 10 200 && chmod " +
                             tun_mode + " " + device + " && mount --bind " + device +
                             " /dev/net/tun && cd / && " +
                             "exec setpriv --reuid=65534 --regid=65534 --clear-groups " + command;
  return {"unshare", "--mount", "sh", "-c", script};
}

}  // namespace pleat::test
