/** Keeps the last few results by key; whoever asks for one that is being made waits for the same. */
export function recently<T>(kept: number) {
  const results = new Map<string, Promise<T>>();
  return (key: string, make: () => Promise<T>): Promise<T> => {
    const found = results.get(key);
    const result = found ?? make();
    results.delete(key);
    results.set(key, result);
    if (!found) result.catch(() => results.delete(key));
    const oldest = results.keys().next();
    if (results.size > kept && !oldest.done) results.delete(oldest.value);
    return result;
  };
}
