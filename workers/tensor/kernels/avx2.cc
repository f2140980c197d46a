#include "kernels.h"
#include "parallel.h"

#define LANES 8
#define ROWS 6

namespace workbench {
namespace {
#include "simd.inc"
#include "product.inc"
#include "lstm.inc"
#include "words.inc"
#include "dropout.inc"
}  // namespace

const Kernels avx2Kernels{"avx2", lstm, lstmGradient, tokenNll, tokenNllGradient, chooseWord, dropout};

}  // namespace workbench
