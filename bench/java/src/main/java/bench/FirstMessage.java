// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.management.ManagementFactory;

/** From the start of the process to the first message through an embedded driver. */
final class FirstMessage
{
    private static boolean isReceived;

    static void run(final Arguments arguments)
    {
        final MediaDriver.Context context = new MediaDriver.Context()
            .aeronDirectoryName(arguments.text("directory"))
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true);
        final String channel = arguments.text("channel");
        try (MediaDriver ignore = MediaDriver.launch(context);
            Aeron aeron = arguments.connect();
            Subscription subscription = aeron.addSubscription(channel, 1001);
            Publication publication = aeron.addPublication(channel, 1001))
        {
            final UnsafeBuffer message = Batch.message(32);
            while (publication.offer(message, 0, 32) < 0)
            {
                Thread.yield();
            }
            while (!isReceived)
            {
                subscription.poll((buffer, offset, length, header) -> isReceived = true, 1);
            }
            final long startMs = ManagementFactory.getRuntimeMXBean().getStartTime();
            System.out.println("{\"firstMessageMs\":" + (System.currentTimeMillis() - startMs) + "}");
        }
    }
}
