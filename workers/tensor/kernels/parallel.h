#pragma once
#include <cstddef>

namespace workbench {

using Part = void (*)(void* context, int part);

/** The threads that TensorFlow was given. Fixed while the process lives. */
int threads();

/** How many parts long work is cut into: more than threads, so that a thread that is held up leaves parts to others. */
inline int parts() { return threads() == 1 ? 1 : 4 * threads(); }

/**
 * Calls `work(context, p)` for every p below `count` and returns when all are done. The parts run beside each other
 * where threads are free, else one after the other: what a part computes never depends on which of the two it was,
 * so results repeat to the last bit.
 */
void parallel(int count, Part work, void* context);

/** Memory for the time of one call, kept for the next one. 64-byte aligned, contents undefined. */
class Scratch {
 public:
  explicit Scratch(std::size_t floats);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  float* data() const { return data_; }

 private:
  float* data_;
  std::size_t floats_;
};

}  // namespace workbench
