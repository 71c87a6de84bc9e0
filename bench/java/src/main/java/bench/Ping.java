// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

/** Measures round trips one by one, without a pause. */
final class Ping
{
    private static long received;

    static void run(final Arguments arguments)
    {
        final String channel = arguments.text("channel");
        try (Aeron aeron = arguments.connect();
            ExclusivePublication pings = aeron.addExclusivePublication(channel, arguments.integer("pingStream"));
            Subscription subscription = aeron.addSubscription(channel, arguments.integer("pongStream")))
        {
            while (!subscription.isConnected() || !pings.isConnected())
            {
                Thread.onSpinWait();
            }
            final Image pongs = subscription.imageAtIndex(0);
            final UnsafeBuffer message = Batch.message(arguments.integer("length"));
            roundTrips(pings, pongs, message, new Latencies(arguments.integer("warmUpCount")));
            System.out.println(roundTrips(pings, pongs, message, new Latencies(arguments.integer("count"))));
        }
    }

    private static Latencies roundTrips(
        final ExclusivePublication pings, final Image pongs, final UnsafeBuffer message, final Latencies latencies)
    {
        final FragmentHandler handler = (buffer, offset, length, header) -> received++;
        while (!latencies.isFull())
        {
            final long expected = received + 1;
            final long startNs = System.nanoTime();
            while (pings.offer(message, 0, message.capacity()) < 0)
            {
                Thread.onSpinWait();
            }
            while (received < expected)
            {
                pongs.poll(handler, 1);
            }
            latencies.add(System.nanoTime() - startNs);
        }
        return latencies;
    }
}
