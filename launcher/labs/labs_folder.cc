// SPDX-License-Identifier: Apache-2.0
#include "launcher/labs/labs_folder.hh"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <regex>

#include "sys/error.hh"
#include "sys/process.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// An absolute path in an environment variable that is set.
std::optional<fs::path> path_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text != nullptr && *text == '/' ? std::optional<fs::path>(text) : std::nullopt;
}

// The folder that belongs to us alone, and the one of the labs, which is it or in it.
struct Place {
  fs::path own;
  fs::path labs;
};

Place place() {
  if (const auto given = path_from("PLEAT_LABS")) return {*given, *given};
  fs::path own = "/tmp/pleat-" + std::to_string(::geteuid());
  // Not $XDG_RUNTIME_DIR for root: sudo leaves it out, a login sets it, and both are to see the
  // same labs.
  if (::geteuid() == 0) {
    if (is_folder("/run")) own = "/run/pleat";
  } else if (const auto runtime = path_from("XDG_RUNTIME_DIR"); runtime && is_folder(*runtime)) {
    own = *runtime / "pleat";
  }
  return {own, own / "labs"};
}

void make_private_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST) {
    fail("create the folder", folder.string(), "PLEAT_LABS names another place");
  }
}

void require_own(const fs::path& folder) {
  struct stat status;
  check_call(::lstat(folder.c_str(), &status), "look at", folder.string());
  const bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  if (S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && !others_write) return;
  throw SystemError("trust the folder", folder.string(), 0,
                    "it must be a folder of this user's that nobody else may write to; remove it, "
                    "or let PLEAT_LABS name another place");
}

// The process that a hidden name is about.
struct Owner {
  ProcessKey key;
  Realm realm;
};

std::string text(const Owner& owner) {
  return std::to_string(owner.key.pid) + "." + std::to_string(owner.key.start) + "." +
         std::to_string(owner.realm.pid_namespace) + "." + owner.realm.boot + "." +
         owner.realm.host;
}

// Nothing where the name is not one of ours.
std::optional<Owner> owner_in(const std::string& hidden_name) {
  // No more digits than the numbers can hold. Dots may be in the names of the lab and the host.
  static const std::regex form(
      "\\.(?:new|old)-.+\\.([0-9]{1,9})\\.([0-9]{1,19})\\.([0-9]{1,19})\\.([0-9a-f-]{36})\\.(.*)");
  std::smatch parts;
  if (!std::regex_match(hidden_name, parts, form)) return std::nullopt;
  return Owner{
      .key = {.pid = std::stoi(parts[1]), .start = std::stoull(parts[2])},
      .realm = {.host = parts[5], .boot = parts[4], .pid_namespace = std::stoull(parts[3])}};
}

}  // namespace

LabsFolder::LabsFolder() {
  const Place chosen = place();
  make_private_folder(chosen.own);
  require_own(chosen.own);
  make_private_folder(chosen.labs);
  path_ = chosen.labs;
}

Fd LabsFolder::lock() const {
  const fs::path file = path_ / ".lock";
  Fd fd(check_call(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), "open",
                   file.string()));
  while (::flock(fd.get(), LOCK_EX) < 0) {
    if (errno != EINTR) fail("lock", file.string());
  }
  return fd;
}

fs::path LabsFolder::own_hidden_name(const std::string& what) const {
  const auto key = process_key(::getpid());
  if (!key) throw SystemError("find this process in", "/proc", 0);
  return path_ / ("." + what + "." + text(Owner{.key = *key, .realm = realm_}));
}

fs::path LabsFolder::make_unfinished(const std::string& lab) const {
  const fs::path folder = own_hidden_name("new-" + lab);
  check_call(::mkdir(folder.c_str(), 0700), "create the folder", folder.string());
  return folder;
}

bool LabsFolder::publish(const fs::path& unfinished, const std::string& lab) const {
  const Fd locked = lock();
  const fs::path folder = of(lab);
  // Asked first: rename would put it in the place of an empty folder, which may be the user's.
  if (fs::exists(fs::symlink_status(folder))) return false;
  check_call(::rename(unfinished.c_str(), folder.c_str()), "rename",
             unfinished.string() + " to " + folder.string());
  return true;
}

std::optional<fs::path> LabsFolder::hide(const std::string& lab) const {
  const fs::path hidden = own_hidden_name("old-" + lab);
  remove_folder(hidden);
  if (::rename(of(lab).c_str(), hidden.c_str()) == 0) return hidden;
  if (errno == ENOENT) return std::nullopt;
  fail("rename", of(lab).string() + " to " + hidden.string());
}

void LabsFolder::remove_leftovers() const {
  for (const auto& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename();
    const auto owner = owner_in(name);
    if (!owner || life_of(owner->realm, realm_, is_alive(owner->key)) != Life::kOver) continue;
    remove_folder(entry.path());
  }
}

void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) throw SystemError("remove the folder", folder.string(), error.value());
}

}  // namespace pleat
