// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "sys/error.hh"
#include "sys/fd.hh"

namespace pleat {
namespace {

// False with errno set where a read failed.
bool read_all(int fd, std::string& text) {
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t length = ::read(fd, part.data(), part.size());
    if (length == 0) return true;
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return false;
    text.append(part.data(), static_cast<size_t>(length));
  }
}

void write_all(int fd, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t length = ::write(fd, text.data(), text.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) fail("write", path.string());
    text.remove_prefix(static_cast<size_t>(length));
  }
}

bool is_executable_file(const std::filesystem::path& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Fd fd(check_call(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path.string()));
  std::string text;
  if (!read_all(fd.get(), text)) fail("read", path.string());
  return text;
}

std::optional<std::string> try_read_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  if (!fd || !read_all(fd.get(), text)) return std::nullopt;
  return text;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  Fd fd(check_call(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), "create",
                   path.string()));
  write_all(fd.get(), text, path);
  // Some file systems report a full disk only here.
  if (::close(fd.release()) < 0) fail("write", path.string());
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw SystemError("create the folder", path.string(), error.value());
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  write_file(unfinished(path), text);
  check_call(::rename(unfinished(path).c_str(), path.c_str()), "create", path.string());
}

std::filesystem::path unfinished(const std::filesystem::path& path) {
  return path.string() + ".unfinished";
}

void write_setting(const std::filesystem::path& path, std::string_view value) {
  const Fd fd(check_call(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path.string()));
  if (::write(fd.get(), value.data(), value.size()) < 0) {
    fail("write \"" + std::string(value) + "\" to", path.string());
  }
}

std::optional<std::filesystem::path> find_program(std::string_view program,
                                                  std::string_view search_path) {
  if (program.empty()) return std::nullopt;
  if (program.find('/') != std::string_view::npos) {
    std::filesystem::path path(program);
    return is_executable_file(path) ? std::optional(std::filesystem::absolute(path)) : std::nullopt;
  }
  for (size_t begin = 0; begin <= search_path.size();) {
    const size_t end = std::min(search_path.find(':', begin), search_path.size());
    const std::string_view folder = search_path.substr(begin, end - begin);
    const std::filesystem::path path =
        std::filesystem::path(folder.empty() ? "." : folder) / program;
    if (is_executable_file(path)) return std::filesystem::absolute(path);
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace pleat
