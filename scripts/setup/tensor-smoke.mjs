import { createRequire } from 'node:module';

/**
 * Loads the addon given as argument and multiplies two small matrices with it; with `own` behind it, an op of our own
 * chooses among words as well. Runs in a process of its own: a
 * library that does not fit the machine ends its process without a word. Prints the version of TensorFlow.
 */
const binding = createRequire(import.meta.url)(process.argv[2] ?? '');

const a = binding.createTensor([2, 2], binding.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const b = binding.createTensor([2, 2], binding.TF_FLOAT, new Float32Array([5, 6, 7, 8]));
const attributes = [
  { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
  { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
];
const [product] = binding.executeOp('MatMul', attributes, [a, b], 1);
const values = [...binding.tensorDataSync(product.id)];
if (values.join() !== '19,22,43,50') throw new Error(`a product came out as ${values.join(', ')}`);
if (process.argv[3] === 'own') {
  const logits = binding.createTensor([2, 3], binding.TF_FLOAT, new Float32Array([1, 3, 2, 6, 4, 5]));
  const [words] = binding.executeOp('WorkbenchLikeliest', [], [logits], 1);
  const chosen = [...binding.tensorDataSync(words.id)].join();
  if (chosen !== '1,0') throw new Error(`the likeliest words came out as ${chosen}`);
}
console.log(binding.TF_Version);
