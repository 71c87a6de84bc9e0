// SPDX-License-Identifier: Apache-2.0
/** The rows of the table: workloads, their variants and metrics beside what was measured. */
import { OURS, REFERENCE } from '../contenders/contender.ts';
import { PEERS, type PeerName } from '../contenders/peers.ts';
import { columnOf, variantsOf } from '../run.ts';
import type { Metric, Target, Workload } from '../workloads/workload.ts';
import type { Samples, Summary } from './samples.ts';

export interface Row {
  readonly group: string;
  readonly name: string;
  /** The same where the row stands alone. */
  readonly fullName: string;
  readonly variant: string;
  readonly metric: Metric;
  readonly ours: Summary | undefined;
  readonly reference: Summary | undefined;
  readonly peers: Readonly<Record<PeerName, Summary | undefined>>;
  /** Above 1 this implementation is the better one, whichever way the metric goes. */
  readonly ratio: number | undefined;
  readonly target: Target | undefined;
  /** What came of the target; undefined where there is none, or what it needs was not measured. */
  readonly isMet: boolean | undefined;
  readonly failures: readonly string[];
}

/** @returns rows of which something is known. */
export function rowsOf(workloads: readonly Workload[], samples: Samples): Row[] {
  return workloads
    .flatMap((workload) =>
      variantsOf(workload).flatMap(({ name }) =>
        workload.metrics.map((metric) => rowOf(samples, workload, metric, name)),
      ),
    )
    .filter((row) => row.ours !== undefined || row.reference !== undefined || row.failures.length > 0);
}

function rowOf(samples: Samples, workload: Workload, metric: Metric, variant: string): Row {
  const { group, metrics } = workload;
  const column = columnOf(OURS, variant);
  const ours = samples.summary(column, metric.id);
  const reference = samples.summary(REFERENCE, metric.id);
  const peers = Object.fromEntries(PEERS.map((peer) => [peer, samples.summary(peer, metric.id)]));
  const target = metric.targets?.[variant];
  const isFirst = metric === metrics[0];
  const failures = [column, REFERENCE, ...PEERS].flatMap((one) => {
    const reason = samples.failure(one, metric.id);
    return reason === undefined || !isFirst ? [] : [`${one}: ${reason}`];
  });
  const row = {
    ...{ group, variant, metric, ours, reference, target, failures },
    fullName: fullName(workload, metric, variant),
    name: variant === '' || metric.name.startsWith(' ') ? metric.name : `${metric.name} [${variant}]`,
    peers: peers as Row['peers'],
    ratio: ratioOf(ours, reference, metric.isMoreBetter),
  };
  return { ...row, isMet: target === undefined ? undefined : isMet(row, target) };
}

/** What is a part of the row before is named after that. */
function fullName({ group, metrics }: Workload, metric: Metric, variant: string): string {
  const isPart = ({ name }: Metric): boolean => name.startsWith(' ');
  const before = metrics.slice(0, metrics.indexOf(metric)).filter((other) => !isPart(other));
  const whole = before.at(-1)?.name.replace(/, p50$/, '');
  const name = isPart(metric) && whole !== undefined ? `${whole}, ${metric.name.trim()}` : metric.name;
  return `${group}: ${name}${variant === '' ? '' : ` [${variant}]`}`;
}

export function ratioOf(
  ours: Summary | undefined,
  theirs: Summary | undefined,
  isMoreBetter: boolean,
): number | undefined {
  if (ours === undefined || theirs === undefined) {
    return undefined;
  }
  return isMoreBetter ? ours.median / theirs.median : theirs.median / ours.median;
}

function isMet(row: Pick<Row, 'ours' | 'ratio' | 'peers' | 'metric'>, target: Target): boolean | undefined {
  const answers = [
    ...(target.ratio === undefined ? [] : [row.ratio === undefined ? undefined : row.ratio >= target.ratio]),
    ...(target.atMost === undefined ? [] : [row.ours === undefined ? undefined : row.ours.median <= target.atMost]),
    ...(target.peer === undefined ? [] : [isPeerTargetMet(row, target.peer)]),
  ];
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

function isPeerTargetMet(
  { ours, peers, metric }: Pick<Row, 'ours' | 'peers' | 'metric'>,
  { name, ratio }: NonNullable<Target['peer']>,
): boolean | undefined {
  const reached = ratioOf(ours, peers[name], metric.isMoreBetter);
  return reached === undefined ? undefined : reached >= ratio;
}
