#pragma once

namespace workbench {

/** c [m, n] (+)= a b, rows contiguous; a is [m, k], or [k, m] if transposed, b is [k, n], or [n, k] if transposed. */
struct Product {
  long m, n, k;
  const float* a;
  long lda;
  bool transposedA;
  const float* b;
  long ldb;
  bool transposedB;
  float* c;
  long ldc;
  bool add;
};

/**
 * LSTM over a sequence: a = x W + h U + b; c' = sigmoid(f) c + sigmoid(i) tanh(g); h' = sigmoid(o) tanh(c').
 * `kernel` [width + hidden, 4 hidden] has the rows of W first; columns in gate order i, f, g, o.
 */
struct Lstm {
  long time, batch, width, hidden;
  const float *x, *kernel, *bias, *h0, *c0;
  /** [time, batch, 4 hidden] after sigmoid and tanh; [time, batch, hidden] the other three */
  float *gates, *cells, *tanhCells, *outputs;
};

/** Slopes of an objective by what went into the LSTM, from those by its outputs and by its last cell. */
struct LstmGradient {
  Lstm forward;
  /** [time, batch, hidden] and [batch, hidden] */
  const float *slopeOutputs, *slopeCell;
  /** By the preactivations [time, batch, 4 hidden], of which somebody else makes `x` and `kernel`; null: these are wanted */
  float* slopes;
  float *x, *kernel, *bias, *h0, *c0;
};

/** -log softmax(hidden kernel + bias)[target] for every row. */
struct TokenNll {
  long rows, width, vocabulary;
  const float *hidden, *kernel, *bias;
  const int* targets;
  float* nll;
  /**
   * [rows, vocabulary] and [rows]: slopes[r] / scale[r] is the derivative of nll[r] by the logits. Null: not wanted,
   * and no logits are kept.
   */
  float *slopes, *scale;
};

/** Slopes by what went into the loss of words: `weight` [rows] is the objective's slope by each loss over the scale. */
struct TokenNllGradient {
  long rows, width, vocabulary;
  const float *hidden, *kernel, *slopes, *weight;
  /** As the inputs; `biasSlope` null: there is no bias. */
  float *hiddenSlope, *kernelSlope, *biasSlope;
};

/**
 * A word of every row: the first of the likeliest, or drawn if `uniform` is there. Either `logits` [rows, vocabulary]
 * are given, or what makes them, hidden kernel + bias.
 */
struct WordChoice {
  long rows, width, vocabulary;
  const float *hidden, *kernel, *bias, *logits;
  /** [rows] in [0, 1): where to look when the chances softmax(logits / temperature) stand side by side */
  const float* uniform;
  float temperature;
  int* word;
};

/** Every element times `scale` where a uniform number of its own is not below `rate`, else times 0. */
struct Dropout {
  long size;
  const float* x;
  /** Philox' key and counter: the number's block in the lower half, the step in the upper */
  const unsigned int *key, *counter;
  float rate, scale;
  float* out;
};

/** The same functions, compiled for several sets of instructions. */
struct Kernels {
  const char* instructions;
  void (*lstm)(const Lstm&);
  void (*lstmGradient)(const LstmGradient&);
  void (*tokenNll)(const TokenNll&);
  void (*tokenNllGradient)(const TokenNllGradient&);
  void (*chooseWord)(const WordChoice&);
  void (*dropout)(const Dropout&);
};

extern const Kernels plainKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels, avx512Kernels;
#endif

}  // namespace workbench
