// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;

/** Sends back what it receives, without a pause, until the image is gone. */
final class Pong
{
    static void run(final Arguments arguments)
    {
        final String channel = arguments.text("channel");
        try (Aeron aeron = arguments.connect();
            Subscription subscription = aeron.addSubscription(channel, arguments.integer("pingStream"));
            ExclusivePublication pongs = aeron.addExclusivePublication(channel, arguments.integer("pongStream")))
        {
            while (!subscription.isConnected())
            {
                Thread.onSpinWait();
            }
            final Image pings = subscription.imageAtIndex(0);
            final FragmentHandler handler = (buffer, offset, length, header) ->
            {
                while (pongs.offer(buffer, offset, length) < 0 && pongs.isConnected())
                {
                    Thread.onSpinWait();
                }
            };
            while (!pings.isClosed() && !pings.isEndOfStream())
            {
                pings.poll(handler, Receiving.FRAGMENT_LIMIT);
            }
        }
    }
}
