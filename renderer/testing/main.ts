import '../theme/main.css';
import { createWorkbench } from '../app.ts';
import { emptyState, fake, fullState } from './fake.ts';
import * as fixtures from './fixtures.ts';

/** The workbench on fixtures, for looking at views: `npx vite`, then `/testing/index.html`, `?empty` for a first start. */
const wishes = new URLSearchParams(window.location.search);
const state = wishes.has('empty') ? emptyState() : fullState();
/** `?runs=5000`: a long history. */
for (let i = 0; i < Number(wishes.get('runs') ?? 0); i += 1) {
  state.runs.push({ ...state.runs[i % 6]!, id: `many-${i}`, studyId: `study-${i >> 2}`, name: `Run ${i}` });
}
/** `?told`: a run whose decoder is told a label. */
if (wishes.has('told')) {
  state.runs.push(fixtures.run({ id: 'run-fair', methodId: 'vfae', results: state.runs[0]!.results }));
  state.sets.push(fixtures.sampleSet({ id: 'set-fair', runId: 'run-fair' }));
}
createWorkbench(fake(state, 300)).mount('#app');
