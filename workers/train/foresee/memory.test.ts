import { expect, test } from 'vitest';
import type { Capture } from '../../tensor/index.ts';
import { furtherBytes, graphMeter } from './memory.ts';

const graph = (nodes: number): Capture => ({ program: 'p', shapes: String(nodes), state: 'graph', nodes });

/** A process that grows as told. */
function measured() {
  const captures: Capture[] = [graph(500)];
  let resident = 1000;
  const meter = graphMeter({ captures: () => captures, resident: () => resident });
  const make = (nodes: number, bytes: number): void => {
    captures.push(graph(nodes));
    resident += bytes;
  };
  return { meter, make };
}

test('what the largest shape took is not taken for the bytes of a graph', () => {
  const { meter, make } = measured();
  make(100, 90_000);
  meter.settle();
  make(100, 800);
  make(100, 800);
  expect(meter.graphs(10)).toEqual({ made: 3, nodes: 300, shapes: 10, bytes: 1600, grownBy: 200 });
});

test('a body that runs op by op holds no graph', () => {
  const captures: Capture[] = [];
  const meter = graphMeter({ captures: () => captures, resident: () => 0 });
  captures.push({ program: 'p', shapes: '', state: 'eager', reason: 'it cannot', nodes: 0 });
  expect(meter.graphs(10).made).toBe(0);
});

test('a run holds the graphs of the shapes that its test drive had not, at the bytes a node of all kinds', () => {
  const small = { made: 3, nodes: 300, shapes: 10, bytes: 1600, grownBy: 200 };
  const large = { made: 2, nodes: 2000, shapes: 5, bytes: 10_000, grownBy: 1250 };
  // 8 bytes a node; seven graphs of 100 nodes and three of 1,000 are lacking.
  expect(furtherBytes([small, large])).toBeCloseTo(8 * (7 * 100 + 3 * 1000), 6);
});

test('a process that shrank, graphs that nobody made and shapes that are all there add nothing', () => {
  const known = { made: 3, nodes: 300, shapes: 3, bytes: 1600, grownBy: 200 };
  expect(furtherBytes([])).toBe(0);
  expect(furtherBytes([{ ...known, made: 0, nodes: 0 }])).toBe(0);
  expect(furtherBytes([known])).toBe(0);
  expect(furtherBytes([{ ...known, shapes: 9, bytes: -5000 }])).toBe(0);
});
