import { createRequire } from 'node:module';

/**
 * Loads the addon given as argument and multiplies two small matrices with it. Runs in a process of its own: a
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
console.log(binding.TF_Version);
