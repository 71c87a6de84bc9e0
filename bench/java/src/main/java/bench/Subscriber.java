// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;

/** Receives as fast as it can for a while, then ends. */
final class Subscriber
{
    private static final int POLLS_PER_BATCH = 1_000;

    static void run(final Arguments arguments)
    {
        try (Aeron aeron = arguments.connect();
            Receiving receiving = new Receiving(aeron, arguments.text("channel"), arguments))
        {
            while (!receiving.isConnected())
            {
                Thread.onSpinWait();
            }
            pollFor(receiving, arguments.millisecondsAsNs("warmUpMs"));
            final Window window = new Window(receiving.received());
            pollFor(receiving, arguments.millisecondsAsNs("windowMs"));
            System.out.println(window.end(receiving.received()));
        }
    }

    private static void pollFor(final Receiving receiving, final long durationNs)
    {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() - endNs < 0)
        {
            for (int i = 0; i < POLLS_PER_BATCH; i++)
            {
                receiving.poll();
            }
        }
    }
}
