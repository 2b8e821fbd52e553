import type { Figures } from './figure.ts';

export interface Target {
  readonly value: number | null;
  readonly target: number;
  /** Whether less is better. */
  readonly atMost?: boolean;
  readonly met: boolean;
}

const multiModelTables = ['llmrouter9', 'zeroeval', 'mmlupro', 'routerbench_part'] as const;

/** What was promised, each with what was measured. */
export const targetsOf = (figures: Figures): Readonly<Record<string, Target>> => {
  const targets: Record<string, Target> = {};
  const least = (name: string, value: number, target: number): void => {
    targets[name] = { value: rounded(value), target, met: value >= target };
  };
  const most = (name: string, value: number, target: number): void => {
    targets[name] = { value: rounded(value), target, atMost: true, met: value <= target };
  };
  least('mmlu_apgr_1500_labels', figures.of('pairs', 'routellm_mmlu', 'APGR, 1500 labels'), 0.67);
  least('mmlu_apgr_zero_shot', figures.of('pairs', 'routellm_mmlu', 'APGR, zero-shot'), 0.59);
  least('mtbench_apgr_zero_shot', figures.of('pairs', 'routellm_mtbench', 'APGR, zero-shot'), 0.8);
  least('routerbench_part_aiq', figures.of('tables', 'routerbench_part', 'AIQ per cost range'), 0.85);
  least('llmrouter_aiq', figures.of('tables', 'llmrouter9', 'AIQ per cost range'), 0.64);
  least('llmrouter_above_best_single_pp', figures.of('tables', 'llmrouter9', 'best setting above best single (pp)'), 4);
  least('mmlupro_aiq', figures.of('tables', 'mmlupro', 'AIQ per cost range'), 0.727);
  const saved = { llmrouter9: 84, zeroeval: 64, mmlupro: 96, routerbench_part: 73 };
  for (const [table, target] of Object.entries(saved)) {
    least(`${table}_saved_percent_at_95`, 100 * figures.of('tables', table, 'saved at target 95 %'), target);
    most(`${table}_landing_off_points_at_95`, Math.abs(figures.of('tables', table, 'landed at target 95 %') - 95), 1);
  }
  const regrets = multiModelTables.map((table) => figures.of('few-shot', table, 'regret, 30 labels of a new task'));
  most('regret_30_labels', meanOf(regrets.filter(Number.isFinite)), 0.8);
  least('cascade_save_100_zeroeval', startingWith(figures, 'zeroeval'), 52);
  least('cascade_save_100_mmlupro', startingWith(figures, 'mmlupro'), 59);
  for (const wording of ['lower case', 'typos', 'polite prefix']) {
    const same = multiModelTables.map((table) => figures.of('stability', table, `same choice, ${wording} (%)`));
    least(`same_choice_${wording.replace(' ', '_')}_percent`, meanOf(same.filter(Number.isFinite)), 92);
  }
  const above = multiModelTables.map((table) => figures.of('tables', table, 'target 100 above best single (pp)'));
  least('least_above_best_single_at_target_100_pp', Math.min(...above), -0.5);
  most('decision_p50_ms', figures.of('speed', 'mmlupro', 'features and decision p50 (ms)'), 0.3);
  most('decision_p99_ms', figures.of('speed', 'mmlupro', 'features and decision p99 (ms)'), 1.5);
  return targets;
};

/** JSON has no NaN: what was not measured is null, and not met. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toFixed(4)) : null);

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const startingWith = (figures: Figures, table: string): number =>
  figures.all.find((one) => one.part === 'cascade' && one.table === table && one.name.startsWith('save@100'))?.value ??
  Number.NaN;
