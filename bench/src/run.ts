// SPDX-License-Identifier: Apache-2.0
/** Measures workload by workload, this implementation and the reference in turn, so that what disturbs the machine disturbs both. */
import { type Contender, OURS, ours } from './contenders/contender.ts';
import { missingPeer, type PeerName, runPeer } from './contenders/peers.ts';
import type { Values } from './contenders/program.ts';
import type { Samples } from './report/samples.ts';
import type { Scale } from './workloads/scale.ts';
import { createStage } from './workloads/stage.ts';
import type { Variant, Workload } from './workloads/workload.ts';

export interface RunPlan {
  readonly workloads: readonly Workload[];
  readonly scale: Scale;
  readonly reference: Contender | undefined;
  readonly withPeers: boolean;
}

const NO_VARIANT: Variant = { name: '', properties: {} };

export function variantsOf({ variants }: Workload): readonly Variant[] {
  return variants === undefined || variants.length === 0 ? [NO_VARIANT] : variants;
}

/** Whose column a value stands in, and of which variant. */
export function columnOf(contender: string, variant: string): string {
  return variant === '' ? contender : `${contender} ${variant}`;
}

/** A workload that fails is noted, and the rest goes on. */
export async function runAll({ workloads, scale, reference, withPeers }: RunPlan, samples: Samples): Promise<void> {
  const missing = new Set<PeerName>();
  for (let round = 1; round <= scale.rounds; round++) {
    for (const workload of workloads) {
      const note = async (column: string, measure: () => Promise<Values>): Promise<void> => {
        process.stderr.write(`${round} of ${scale.rounds}, ${column}: ${workload.metrics[0]?.id}\n`);
        try {
          samples.add(column, await measure());
        } catch (error) {
          const message = (error as Error).message;
          process.stderr.write(`FAILED: ${message}\n`);
          samples.fail(
            column,
            workload.metrics.map(({ id }) => id),
            message,
          );
        }
      };
      for (const { name, properties } of variantsOf(workload)) {
        await note(columnOf(OURS, name), () => workload.run(createStage(ours, scale, properties)));
      }
      if (reference !== undefined && !workload.isOursOnly) {
        await note(reference.name, () => workload.run(createStage(reference, scale, {})));
      }
      for (const run of withPeers ? (workload.peers ?? []) : []) {
        const reason = missing.has(run.peer) ? 'known' : missingPeer(run.peer);
        if (reason === undefined) {
          await note(run.peer, () => runPeer(run, scale));
        } else if (!missing.has(run.peer)) {
          missing.add(run.peer);
          process.stderr.write(`${run.peer} is not measured: ${reason}\n`);
        }
      }
    }
  }
}
