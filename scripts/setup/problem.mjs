/** A step that could not be done: why, and what a person can do about it, one sentence each. */
export class Problem extends Error {
  /**
   * @param {string} reason
   * @param {string} remedy
   * @param {'missing' | 'failed'} [state] `missing`: something outside is not there; `failed`: it was tried
   */
  constructor(reason, remedy, state = 'failed') {
    super(reason);
    this.name = 'Problem';
    this.reason = reason;
    this.remedy = remedy;
    this.state = state;
  }
}
