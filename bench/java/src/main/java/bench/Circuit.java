// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Measures round trips of which both ends are in this thread, which spins: with the driver there are two busy threads. A message
 * goes out on the first channel and is sent back on the second, so that it passes the driver twice. One follows the other at
 * once, or `everyUs` after it began, so that the driver has time to idle.
 */
final class Circuit
{
    private static final long NS_PER_US = 1_000;

    private static long received;

    static void run(final Arguments arguments)
    {
        try (Aeron aeron = arguments.connect();
            Subscription there = aeron.addSubscription(arguments.text("there"), arguments.integer("stream"));
            Subscription back = aeron.addSubscription(arguments.text("back"), arguments.integer("stream"));
            ExclusivePublication pings =
                aeron.addExclusivePublication(arguments.text("there"), arguments.integer("stream"));
            ExclusivePublication pongs =
                aeron.addExclusivePublication(arguments.text("back"), arguments.integer("stream")))
        {
            while (!there.isConnected() || !back.isConnected() || !pings.isConnected() || !pongs.isConnected())
            {
                Thread.onSpinWait();
            }
            final UnsafeBuffer message = Batch.message(arguments.integer("length"));
            final FragmentHandler echo = new FragmentAssembler((buffer, offset, length, header) -> send(pongs, buffer, offset, length));
            final FragmentHandler count = new FragmentAssembler((buffer, offset, length, header) -> received++);
            final Runnable roundTrip = () ->
            {
                final long expected = received + 1;
                send(pings, message, 0, message.capacity());
                while (received < expected)
                {
                    there.poll(echo, Receiving.FRAGMENT_LIMIT);
                    back.poll(count, Receiving.FRAGMENT_LIMIT);
                }
            };
            final long everyNs = arguments.integer("everyUs") * NS_PER_US;
            measureFor(roundTrip, everyNs, arguments.millisecondsAsNs("warmUpMs"));
            System.out.println(measureFor(roundTrip, everyNs, arguments.millisecondsAsNs("windowMs")));
        }
    }

    private static void send(
        final ExclusivePublication publication, final org.agrona.DirectBuffer buffer, final int offset, final int length)
    {
        while (publication.offer(buffer, offset, length) < 0)
        {
            Thread.onSpinWait();
        }
    }

    private static long waitUntil(final long timeNs)
    {
        long nowNs = System.nanoTime();
        while (nowNs - timeNs < 0)
        {
            nowNs = System.nanoTime();
        }
        return nowNs;
    }

    private static Latencies measureFor(final Runnable roundTrip, final long everyNs, final long durationNs)
    {
        final Latencies latencies = new Latencies(2_000_000);
        final long endNs = System.nanoTime() + durationNs;
        long startNs = System.nanoTime();
        while (startNs - endNs < 0 && !latencies.isFull())
        {
            roundTrip.run();
            final long afterNs = System.nanoTime();
            latencies.add(afterNs - startNs);
            startNs = everyNs == 0 ? afterNs : waitUntil(startNs + everyNs);
        }
        return latencies;
    }
}
