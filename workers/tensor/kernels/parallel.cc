#include "parallel.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace workbench {
namespace {

/** Rounds of looking for work before a thread goes to sleep: some 20 microseconds, a step of a small LSTM. */
constexpr int kSpins = 2000;

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/** Threads that take parts of one call at a time. Never ended: TensorFlow's own are not either. */
class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 1; i < threads; i++) std::thread([this] { serve(); }).detach();
  }

  /** @returns false when another call has the threads */
  bool run(int count, Part work, void* context) {
    std::unique_lock<std::mutex> call(call_, std::try_to_lock);
    if (!call.owns_lock()) return false;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = work;
      context_ = context;
      count_ = count;
      done_.store(0, std::memory_order_relaxed);
      next_.store(0, std::memory_order_relaxed);
      round_.fetch_add(1, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    take(work, context, count);
    // The last parts may still be running elsewhere.
    for (int spins = 0; done_.load(std::memory_order_acquire) < count; spins++) {
      if (spins > kSpins) std::this_thread::yield();
      pause();
    }
    // Nobody may hold the old work when the next call replaces it.
    std::lock_guard<std::mutex> lock(mutex_);
    while (inside_.load(std::memory_order_acquire) > 0) pause();
    return true;
  }

 private:
  void take(Part work, void* context, int count) {
    for (int part; (part = next_.fetch_add(1, std::memory_order_relaxed)) < count;) {
      work(context, part);
      done_.fetch_add(1, std::memory_order_release);
    }
  }

  void serve() {
    unsigned seen = 0;
    for (;;) {
      for (int spins = 0; spins < kSpins && round_.load(std::memory_order_acquire) == seen; spins++) pause();
      Part work;
      void* context;
      int count;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_release);
        wake_.wait(lock, [&] { return round_.load(std::memory_order_acquire) != seen; });
        sleeping_.fetch_sub(1, std::memory_order_release);
        seen = round_.load(std::memory_order_acquire);
        work = work_;
        context = context_;
        count = count_;
        inside_.fetch_add(1, std::memory_order_acq_rel);
      }
      take(work, context, count);
      inside_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  std::mutex call_, mutex_;
  std::condition_variable wake_;
  std::atomic<unsigned> round_{0};
  std::atomic<int> next_{0}, done_{0}, sleeping_{0}, inside_{0};
  Part work_ = nullptr;
  void* context_ = nullptr;
  int count_ = 0;
};

struct Block {
  float* data;
  std::size_t floats;
};
std::mutex shelfMutex;
std::vector<Block>& shelf() {
  static auto* blocks = new std::vector<Block>();
  return *blocks;
}

}  // namespace

int parts() {
  static const int count = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int wanted = asked ? std::atoi(asked) : 0;
    const int all = static_cast<int>(std::thread::hardware_concurrency());
    return wanted > 0 ? wanted : all > 0 ? all : 1;
  }();
  return count;
}

void parallel(int count, Part work, void* context) {
  static Pool* pool = new Pool(parts());
  if (count > 1 && pool->run(count, work, context)) return;
  for (int part = 0; part < count; part++) work(context, part);
}

Scratch::Scratch(std::size_t floats) {
  {
    std::lock_guard<std::mutex> lock(shelfMutex);
    auto& blocks = shelf();
    std::size_t best = blocks.size();
    for (std::size_t i = 0; i < blocks.size(); i++)
      if (blocks[i].floats >= floats && (best == blocks.size() || blocks[i].floats < blocks[best].floats)) best = i;
    if (best < blocks.size()) {
      data_ = blocks[best].data;
      floats_ = blocks[best].floats;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(best));
      return;
    }
    // One that is too small makes room for one that fits, so that no more lie about than were ever in use at once.
    if (!blocks.empty()) {
      std::free(blocks.back().data);
      blocks.pop_back();
    }
  }
  floats_ = (floats + 15) / 16 * 16 + 16;
  data_ = static_cast<float*>(std::aligned_alloc(64, floats_ * sizeof(float)));
  if (!data_) throw std::bad_alloc();
}

Scratch::~Scratch() {
  std::lock_guard<std::mutex> lock(shelfMutex);
  shelf().push_back({data_, floats_});
}

}  // namespace workbench
