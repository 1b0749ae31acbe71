// SPDX-License-Identifier: Apache-2.0
// A hierarchical timing wheel: holds items until their time, and gives them back in the exact
// order of (time, sequence), to the nanosecond, at O(1) each.
//
// Time is cut into ticks of 2^14 ns. A tick's number is read as seven digits of eight bits. An
// item waits at the level of the highest digit in which its tick differs from the current one, in
// the slot of that digit's value:
//
//   level 2   [ 0][ 1][*2][ 3]...[255]     a slot: 2^30 ns, about 1 s
//   level 1   [ 0][*1][ 2][ 3]...[255]     a slot: 2^22 ns, about 4 ms
//   level 0   [*0][ 1][ 2][ 3]...[255]     a slot: one tick, 16 us      * the current tick's digit
//   ready     a heap of what is in the current tick, or before
//
// So all of level 0 comes before all of level 1, and a level's slots come in their order: the next
// slot is found by two bit scans. When the current tick reaches a slot, its items move to lower
// levels, in the end to the heap, which sorts the few of one tick. Seven levels hold every time
// that a Duration can: there is no horizon.
//
// Items are linked through themselves. Only the heap grows, to the most items that one tick had.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/units.hh"

namespace pleat {

struct WheelItem {
  Duration time{0};       // not negative
  uint64_t sequence = 0;  // decides among items of one time; unique among those
  WheelItem* next = nullptr;
};

class TimingWheel {
 public:
  TimingWheel();

  // Also for times that have passed. The item stays where it is in memory until it is popped.
  void insert(WheelItem& item);

  // The first item whose time is not after `now`, or nullptr. `now` never goes back.
  WheelItem* pop_due(Duration now);

  // The time of the first item.
  std::optional<Duration> next_due() const;

 private:
  static constexpr unsigned kTickBits = 14;
  static constexpr unsigned kDigitBits = 8;
  static constexpr unsigned kSlots = 1u << kDigitBits;
  static constexpr unsigned kLevels = 7;  // 7 * 8 + 14 bits are more than a Duration has

  struct Slot {
    WheelItem* first = nullptr;
    Duration earliest{0};
  };
  struct Level {
    std::array<Slot, kSlots> slots;
    std::array<uint64_t, kSlots / 64> occupied{};
  };
  struct Ready {
    Duration time;
    uint64_t sequence;
    WheelItem* item;
    // Turned round, because the standard library's heap has its greatest element on top.
    bool operator<(const Ready& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  struct Place {
    unsigned level;
    unsigned slot;
  };

  static uint64_t tick_of(Duration time) {
    return static_cast<uint64_t>(time.count()) >> kTickBits;
  }
  static unsigned level_of_difference(uint64_t tick, uint64_t other);
  static unsigned digit(uint64_t tick, unsigned level) {
    return static_cast<unsigned>(tick >> (level * kDigitBits)) & (kSlots - 1);
  }

  Place next_place() const;  // of the first slot in use; only if levels_in_use_
  uint64_t first_tick(Place place) const;
  void move_to(uint64_t tick);

  uint64_t current_ = 0;  // a tick: nothing in a slot is before it or in it
  uint32_t levels_in_use_ = 0;
  std::vector<Ready> ready_;
  std::array<Level, kLevels> levels_;
};

}  // namespace pleat
