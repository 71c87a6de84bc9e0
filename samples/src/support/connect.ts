// SPDX-License-Identifier: Apache-2.0
/** Connects a sample to its media driver, an embedded one if it is asked for. */
import { Aeron, type AeronOptions, type Image } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import type { SampleOptions } from '../options/parse-options.ts';

/** A client, and the driver that was launched for it if one was. */
export interface Session extends AsyncDisposable {
  readonly aeron: Aeron;
  /** Aborted when the program is to end, and with an error when the client has lost its driver. */
  readonly stopping: AbortSignal;
}

/**
 * Connects; waits for a driver for ten seconds at most.
 *
 * @param stopping ends the connecting, and the session.
 */
export async function connect(
  options: SampleOptions,
  stopping: AbortSignal,
  handlers: AeronOptions = {},
): Promise<Session> {
  const driver = options.settings.embeddedMediaDriver ? await launchEmbedded(options) : undefined;
  const aeronDirectoryName = driver?.aeronDirectoryName ?? options.aeronDirectoryName;
  try {
    const aeron = await Aeron.connect({
      properties: options.properties,
      ...(aeronDirectoryName === undefined ? {} : { aeronDirectoryName }),
      // What goes wrong in a fragment handler ends the sample.
      subscriberErrorHandler: (error) => {
        throw error;
      },
      ...handlers,
      signal: stopping,
    });
    const lost = new AbortController();
    const onClose = (): void => lost.abort(new Error(`the client was closed: ${aeron}`));
    aeron.on('close', onClose);
    return {
      aeron,
      stopping: AbortSignal.any([stopping, lost.signal]),
      [Symbol.asyncDispose]: async () => {
        aeron.off('close', onClose);
        await aeron.close();
        await driver?.close();
      },
    };
  } catch (error) {
    await driver?.close();
    throw error;
  }
}

/** Launches a driver with a directory of its own, unless the command line names one. */
export function launchEmbedded(options: SampleOptions): Promise<MediaDriver> {
  const { aeronDirectoryName, properties } = options;
  return MediaDriver.launchEmbedded({
    properties,
    ...(aeronDirectoryName === undefined ? {} : { aeronDirectoryName }),
  });
}

/** To be spread into the options of `connect`: tells of images that come and go. */
export const PRINT_IMAGES = {
  availableImageHandler: (image: Image): void => {
    const { channel, streamId } = image.subscription;
    console.log(
      `Available image on ${channel} streamId=${streamId} sessionId=${image.sessionId} ` +
        `mtu=${image.mtuLength} term-length=${image.termBufferLength} from ${image.sourceIdentity}`,
    );
  },
  unavailableImageHandler: (image: Image): void => {
    const { channel, streamId } = image.subscription;
    console.log(`Unavailable image on ${channel} streamId=${streamId} sessionId=${image.sessionId}`);
  },
} satisfies AeronOptions;
