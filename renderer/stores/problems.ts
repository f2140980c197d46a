import { useToasts } from './toasts.ts';
import { explainProblem } from '../logic/problem.ts';

/** Runs work that a person asked for; what goes wrong is said in a toast, with its remedy. */
export function useAttempt() {
  const toast = useToasts();

  function tell(error: unknown): void {
    const { sentence, remedy } = explainProblem(error);
    toast.add({
      title: sentence,
      description: remedy,
      tone: 'error',
      icon: 'i-lucide-circle-alert',
      duration: 12_000,
    });
  }

  /** The result of the work; undefined where it failed. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      tell(error);
      return undefined;
    }
  }

  return { attempt, tell };
}
