// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;

/** Publishes and receives in one thread, which spins: with the driver there are two busy threads. */
final class Duplex
{
    private static final int ATTEMPTS_PER_BATCH = 64;
    private static final int POLLS_PER_BATCH = 64;
    private static final int TURNS_PER_CLOCK_READ = 16;

    static void run(final Arguments arguments)
    {
        try (Aeron aeron = arguments.connect();
            Receiving receiving = new Receiving(aeron, arguments.text("subscribe"), arguments);
            Publication publication = Batch.addPublication(aeron, arguments, arguments.text("publish")))
        {
            final Batch batch = Batch.of(publication, arguments);
            while (!receiving.isConnected() || !publication.isConnected())
            {
                Thread.onSpinWait();
            }
            runFor(batch, receiving, arguments.millisecondsAsNs("warmUpMs"));
            final Window window = new Window(receiving.received());
            runFor(batch, receiving, arguments.millisecondsAsNs("windowMs"));
            System.out.println(window.end(receiving.received()));
        }
    }

    private static void runFor(final Batch batch, final Receiving receiving, final long durationNs)
    {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() - endNs < 0)
        {
            for (int turn = 0; turn < TURNS_PER_CLOCK_READ; turn++)
            {
                batch.send(ATTEMPTS_PER_BATCH);
                for (int i = 0; i < POLLS_PER_BATCH && receiving.poll() > 0; i++)
                {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
