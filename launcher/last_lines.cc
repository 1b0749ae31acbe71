// SPDX-License-Identifier: Apache-2.0
#include "launcher/last_lines.hh"

#include <algorithm>
#include <fstream>

namespace pleat {
namespace {

constexpr std::streamoff kMostBytes = 600;
constexpr int kMostLines = 5;

// The end of a file that may be gigabytes long.
std::string tail(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const std::streamoff size = file.tellg();
  const std::streamoff begin = std::max<std::streamoff>(0, size - kMostBytes);
  std::string text(static_cast<size_t>(std::max<std::streamoff>(0, size - begin)), '\0');
  file.seekg(begin);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::string last_lines(const std::filesystem::path& working_directory) {
  std::string text = tail(working_directory / "stderr");
  if (text.empty()) text = tail(working_directory / "stdout");
  size_t begin = text.size();
  for (int lines = 0; lines < kMostLines && begin != 0 && begin != std::string::npos; ++lines) {
    begin = text.rfind('\n', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

}  // namespace pleat
