// TensorFlow ops of our own, registered by the library's C interface when the addon is loaded: the same addon serves
// single ops and whole graphs. All numbers are float32; all run on the processor.

#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "kernels.h"
// Leaves out what kernels.h says of cards that come as plug-ins: the headers of that are not at hand.
#define IS_SLIM_BUILD
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace {

using workbench::Kernels;

/** The widest instructions of this processor; `LATENT_WORKBENCH_INSTRUCTIONS` (plain, avx2) asks for narrower ones. */
const Kernels& choose() {
#if defined(__x86_64__)
  const char* most = std::getenv("LATENT_WORKBENCH_INSTRUCTIONS");
  const bool plain = most && std::strcmp(most, "plain") == 0;
  const bool avx2 = most && std::strcmp(most, "avx2") == 0;
  if (!plain && !avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return workbench::avx512Kernels;
  if (!plain && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return workbench::avx2Kernels;
#endif
  return workbench::plainKernels;
}
const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

/** Inputs and outputs of one call; what fails is reported once, and nothing is computed then. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : held_)
      if (tensor) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  /** The input must have this many dimensions. */
  template <class T = float>
  const T* input(int index, int rank) {
    if (!fetch(index)) return nullptr;
    if (TF_NumDims(held_[index]) != rank) {
      demand(false, "an input has another number of dimensions");
      return nullptr;
    }
    return static_cast<const T*>(TF_TensorData(held_[index]));
  }
  /** An input of any shape; its number of elements goes to `count`. */
  const float* whole(int index, long& count) {
    if (!fetch(index)) return nullptr;
    count = static_cast<long>(TF_TensorElementCount(held_[index]));
    return static_cast<const float*>(TF_TensorData(held_[index]));
  }
  /** An output of the shape of an input. */
  float* outputLike(int index, int input) {
    if (!ok()) return nullptr;
    int64_t sizes[16];
    const int rank = TF_NumDims(held_[input]);
    demand(rank <= 16, "an input has too many dimensions");
    if (!ok()) return nullptr;
    for (int axis = 0; axis < rank; axis++) sizes[axis] = TF_Dim(held_[input], axis);
    held_[kInputs + index] = TF_AllocateOutput(context_, index, TF_FLOAT, sizes, rank,
                                               TF_TensorByteSize(held_[input]), status_);
    return ok() ? static_cast<float*>(TF_TensorData(held_[kInputs + index])) : nullptr;
  }
  long size(int index, int axis) const { return ok() ? static_cast<long>(TF_Dim(held_[index], axis)) : 0; }
  void demand(bool holds, const char* what) {
    if (ok() && !holds) TF_SetStatus(status_, TF_INVALID_ARGUMENT, what);
  }
  template <class T = float>
  T* output(int index, std::initializer_list<long> shape) {
    if (!ok()) return nullptr;
    int64_t sizes[4];
    int rank = 0;
    size_t bytes = sizeof(T);
    for (long size : shape) {
      sizes[rank++] = size;
      bytes *= static_cast<size_t>(size);
    }
    constexpr TF_DataType type = sizeof(T) == 4 && static_cast<T>(0.5) == 0 ? TF_INT32 : TF_FLOAT;
    held_[kInputs + index] = TF_AllocateOutput(context_, index, type, sizes, rank, bytes, status_);
    return ok() ? static_cast<T*>(TF_TensorData(held_[kInputs + index])) : nullptr;
  }

 private:
  bool fetch(int index) {
    if (ok()) TF_GetInput(context_, index, &held_[index], status_);
    return ok();
  }
  static constexpr int kInputs = 12;
  TF_OpKernelContext* context_;
  TF_Status* status_;
  TF_Tensor* held_[kInputs + 8] = {};
};

// ---- LSTM -------------------------------------------------------------------------------------------------------

/** Inputs x [time, batch, width], kernel, bias, h0, c0 from `first` on. */
workbench::Lstm lstmOf(Call& call) {
  workbench::Lstm l{};
  l.x = call.input(0, 3);
  l.kernel = call.input(1, 2);
  l.bias = call.input(2, 1);
  l.h0 = call.input(3, 2);
  l.c0 = call.input(4, 2);
  l.time = call.size(0, 0);
  l.batch = call.size(0, 1);
  l.width = call.size(0, 2);
  l.hidden = call.size(3, 1);
  call.demand(l.time > 0 && l.batch > 0, "an LSTM over nothing");
  call.demand(call.size(1, 0) == l.width + l.hidden && call.size(1, 1) == 4 * l.hidden &&
                  call.size(2, 0) == 4 * l.hidden,
              "an LSTM's kernel is [width + hidden, 4 hidden], its bias [4 hidden]");
  call.demand(call.size(3, 0) == l.batch && call.size(4, 0) == l.batch && call.size(4, 1) == l.hidden,
              "an LSTM's first state and cell are [batch, hidden]");
  return l;
}
void computeLstm(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::Lstm l = lstmOf(call);
  l.outputs = call.output(0, {l.time, l.batch, l.hidden});
  l.cells = call.output(1, {l.time, l.batch, l.hidden});
  l.tanhCells = call.output(2, {l.time, l.batch, l.hidden});
  l.gates = call.output(3, {l.time, l.batch, 4 * l.hidden});
  if (call.ok()) kernels().lstm(l);
}
/** @tparam whole all slopes, or those by the preactivations instead of those by x and kernel */
template <bool whole>
void computeLstmGradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::LstmGradient q{};
  q.forward = lstmOf(call);
  auto& l = q.forward;
  l.outputs = const_cast<float*>(call.input(5, 3));
  l.cells = const_cast<float*>(call.input(6, 3));
  l.tanhCells = const_cast<float*>(call.input(7, 3));
  l.gates = const_cast<float*>(call.input(8, 3));
  q.slopeOutputs = call.input(9, 3);
  q.slopeCell = call.input(10, 2);
  call.demand(call.size(9, 0) == l.time && call.size(9, 1) == l.batch && call.size(9, 2) == l.hidden &&
                  call.size(10, 0) == l.batch && call.size(10, 1) == l.hidden,
              "slopes have the shapes of an LSTM's results");
  int next = 0;
  if (whole) {
    q.x = call.output(next++, {l.time, l.batch, l.width});
    q.kernel = call.output(next++, {l.width + l.hidden, 4 * l.hidden});
  } else {
    q.slopes = call.output(next++, {l.time, l.batch, 4 * l.hidden});
  }
  q.bias = call.output(next++, {4 * l.hidden});
  q.h0 = call.output(next++, {l.batch, l.hidden});
  q.c0 = call.output(next++, {l.batch, l.hidden});
  if (call.ok()) kernels().lstmGradient(q);
}

// ---- words ------------------------------------------------------------------------------------------------------

/** Inputs hidden [rows, width], kernel [width, vocabulary] and bias [vocabulary], or [0] for none. */
template <class Q>
void wordsOf(Call& call, Q& q) {
  q.hidden = call.input(0, 2);
  q.kernel = call.input(1, 2);
  q.bias = call.input(2, 1);
  q.rows = call.size(0, 0);
  q.width = call.size(0, 1);
  q.vocabulary = call.size(1, 1);
  call.demand(call.size(1, 0) == q.width && q.width > 0 && q.vocabulary > 0,
              "the kernel of a vocabulary is [width, vocabulary]");
  call.demand(call.size(2, 0) == q.vocabulary || call.size(2, 0) == 0, "a vocabulary's bias is [vocabulary] or [0]");
  if (call.ok() && call.size(2, 0) == 0) q.bias = nullptr;
}
template <bool slopes>
void computeTokenNll(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::TokenNll q{};
  wordsOf(call, q);
  q.targets = call.input<int>(3, 1);
  call.demand(call.size(3, 0) == q.rows, "every row has one target");
  for (long r = 0; call.ok() && r < q.rows; r++)
    call.demand(q.targets[r] >= 0 && q.targets[r] < q.vocabulary, "a target outside the vocabulary");
  q.nll = call.output(0, {q.rows});
  if (slopes) {
    q.slopes = call.output(1, {q.rows, q.vocabulary});
    q.scale = call.output(2, {q.rows});
  }
  if (call.ok() && q.rows > 0) kernels().tokenNll(q);
}
void computeTokenNllGradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::TokenNllGradient q{};
  const float* bias = nullptr;
  struct {
    const float *&hidden, *&kernel, *&bias;
    long &rows, &width, &vocabulary;
  } words{q.hidden, q.kernel, bias, q.rows, q.width, q.vocabulary};
  wordsOf(call, words);
  q.slopes = call.input(3, 2);
  q.weight = call.input(4, 1);
  call.demand(call.size(3, 0) == q.rows && call.size(3, 1) == q.vocabulary && call.size(4, 0) == q.rows,
              "every row has slopes by all words and one weight");
  q.hiddenSlope = call.output(0, {q.rows, q.width});
  q.kernelSlope = call.output(1, {q.width, q.vocabulary});
  float* biasSlope = call.output(2, {bias ? q.vocabulary : 0});
  if (bias) q.biasSlope = biasSlope;
  if (call.ok()) kernels().tokenNllGradient(q);
}
/** A word of every row, by products of a vocabulary or by logits that are given; drawn, or the likeliest. */
template <bool given, bool draws>
void computeWord(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::WordChoice q{};
  if (given) {
    q.logits = call.input(0, 2);
    q.rows = call.size(0, 0);
    q.vocabulary = call.size(0, 1);
    call.demand(q.vocabulary > 0, "no words to choose among");
  } else {
    wordsOf(call, q);
  }
  if (draws) {
    const int next = given ? 1 : 3;
    q.uniform = call.input(next, 1);
    const float* temperature = call.input(next + 1, 0);
    call.demand(call.size(next, 0) == q.rows, "every row has one uniform number");
    if (call.ok()) q.temperature = *temperature;
  }
  q.word = call.output<int>(0, {q.rows});
  if (call.ok()) kernels().chooseWord(q);
}

// ---- dropout ----------------------------------------------------------------------------------------------------

void computeDropout(void*, TF_OpKernelContext* context) {
  Call call(context);
  workbench::Dropout q{};
  q.x = call.whole(0, q.size);
  q.key = reinterpret_cast<const unsigned int*>(call.input<int>(1, 1));
  q.counter = reinterpret_cast<const unsigned int*>(call.input<int>(2, 2));
  const float* rates = call.input(3, 1);
  call.demand(call.size(1, 0) == 2 && call.size(2, 0) == 2 && call.size(2, 1) == 2 && call.size(3, 0) == 2,
              "dropout takes two words of key, four of counter, a rate and a scale");
  q.out = call.outputLike(0, 0);
  if (!call.ok()) return;
  q.rate = rates[0];
  q.scale = rates[1];
  kernels().dropout(q);
}

// ---- registration -----------------------------------------------------------------------------------------------

/** Shapes are known to whoever records a graph (workers/tensor/shapes.ts); TensorFlow finds them when it runs. */
void unknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

using Compute = void (*)(void*, TF_OpKernelContext*);

void add(const char* name, std::initializer_list<const char*> inputs, std::initializer_list<const char*> outputs,
         Compute compute) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, unknownShapes);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", nullptr, compute, nullptr), status);
  // An op that could not be registered is missed by name where it is asked for (workers/tensor/own-ops.ts).
  TF_DeleteStatus(status);
}

const bool registered = [] {
  add("WorkbenchLstm", {"x: float", "kernel: float", "bias: float", "h0: float", "c0: float"},
      {"outputs: float", "cells: float", "tanh_cells: float", "gates: float"}, computeLstm);
  add("WorkbenchLstmGradient",
      {"x: float", "kernel: float", "bias: float", "h0: float", "c0: float", "outputs: float", "cells: float",
       "tanh_cells: float", "gates: float", "slope_outputs: float", "slope_cell: float"},
      {"slope_x: float", "slope_kernel: float", "slope_bias: float", "slope_h0: float", "slope_c0: float"},
      computeLstmGradient<true>);
  add("WorkbenchLstmSlopes",
      {"x: float", "kernel: float", "bias: float", "h0: float", "c0: float", "outputs: float", "cells: float",
       "tanh_cells: float", "gates: float", "slope_outputs: float", "slope_cell: float"},
      {"slopes: float", "slope_bias: float", "slope_h0: float", "slope_c0: float"}, computeLstmGradient<false>);
  add("WorkbenchTokenNll", {"hidden: float", "kernel: float", "bias: float", "targets: int32"}, {"nll: float"},
      computeTokenNll<false>);
  add("WorkbenchTokenNllSlopes", {"hidden: float", "kernel: float", "bias: float", "targets: int32"},
      {"nll: float", "slopes: float", "scale: float"}, computeTokenNll<true>);
  add("WorkbenchTokenNllGradient",
      {"hidden: float", "kernel: float", "bias: float", "slopes: float", "weight: float"},
      {"slope_hidden: float", "slope_kernel: float", "slope_bias: float"}, computeTokenNllGradient);
  add("WorkbenchLikeliest", {"logits: float"}, {"word: int32"}, computeWord<true, false>);
  add("WorkbenchDrawWord", {"logits: float", "uniform: float", "temperature: float"}, {"word: int32"},
      computeWord<true, true>);
  add("WorkbenchLikeliestOf", {"hidden: float", "kernel: float", "bias: float"}, {"word: int32"},
      computeWord<false, false>);
  add("WorkbenchDrawWordOf", {"hidden: float", "kernel: float", "bias: float", "uniform: float", "temperature: float"},
      {"word: int32"}, computeWord<false, true>);
  add("WorkbenchDropout", {"x: float", "key: int32", "counter: int32", "rate_and_scale: float"}, {"out: float"},
      computeDropout);
  return true;
}();

}  // namespace
