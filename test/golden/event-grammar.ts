import type { StreamEvent } from '../../src/core/ir/index.ts';

/**
 * What is wrong with a finished stream's events: one start first, blocks numbered from 0 per choice, deltas only for open blocks, a choice
 * ended once and after its blocks, one end last. Empty when nothing is.
 */
export const grammarFaults = (events: readonly StreamEvent[]): readonly string[] => {
  const checker = new GrammarChecker();
  for (const [at, event] of events.entries()) checker.push(event, at);
  return checker.finish(events.length);
};

interface SeenChoice {
  next: number;
  readonly open: Set<number>;
  ended: boolean;
}

class GrammarChecker {
  readonly #faults: string[] = [];
  readonly #choices = new Map<number, SeenChoice>();
  #started = false;
  #ended = false;

  push(event: StreamEvent, at: number): void {
    const fault = (text: string) => this.#faults.push(`event ${at} (${event.kind}): ${text}`);
    if (this.#ended) fault('comes after the end');
    if (event.kind === 'response-start') {
      if (this.#started) fault('is a second start');
      this.#started = true;
      return;
    }
    if (!this.#started) fault('comes before the start');
    if (event.kind === 'usage') return;
    if (event.kind === 'response-end') {
      this.#ended = true;
      return;
    }
    this.#inChoice(event, fault);
  }

  finish(count: number): readonly string[] {
    if (!this.#ended) this.#faults.push(`no end after ${count} events`);
    for (const [index, choice] of this.#choices) {
      if (!choice.ended) this.#faults.push(`choice ${index} never ended`);
    }
    return this.#faults;
  }

  #inChoice(event: Extract<StreamEvent, { readonly choice: number }>, fault: (text: string) => void): void {
    const choice = this.#choices.get(event.choice) ?? { next: 0, open: new Set<number>(), ended: false };
    this.#choices.set(event.choice, choice);
    if (choice.ended) fault(`choice ${event.choice} has already ended`);
    switch (event.kind) {
      case 'block-start':
        if (event.index !== choice.next) fault(`has index ${event.index}, not ${choice.next}`);
        choice.next = event.index + 1;
        choice.open.add(event.index);
        return;
      case 'block-delta':
        if (!choice.open.has(event.index)) fault(`block ${event.index} is not open`);
        return;
      case 'block-end':
        if (!choice.open.delete(event.index)) fault(`block ${event.index} is not open`);
        return;
      case 'choice-end':
        if (choice.open.size > 0) fault(`blocks ${[...choice.open].join(', ')} are still open`);
        choice.ended = true;
        return;
    }
  }
}
